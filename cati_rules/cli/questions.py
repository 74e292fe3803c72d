"""``cati check --questions`` and ``--answers``: what is open goes to the supplier as a workbook, and comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cati_rules.cli.delivery import complain, deliver_bytes
from cati_rules.cli.run_settings import usage_error
from cati_rules.documents import Document
from cati_rules.documents.paths import FieldPath
from cati_rules.pipeline import Checked
from cati_rules.text import Language, Text, counted

if TYPE_CHECKING:
    from cati_rules.formats.answers import Answers
    from cati_rules.formats.questions_workbook import Row

Check = Callable[[Document], Checked]


def refuse_other_endings(option: str, path: Path | None) -> None:
    """Refuse a questions' workbook that is not called one.

    Raises:
        UsageError: its name ends in something else than .xlsx.
    """
    if path is not None and path.suffix.lower() != ".xlsx":
        raise usage_error(
            option,
            f"{path} does not end in .xlsx.",
            f"{path} 的扩展名不是 .xlsx。",
            Text(
                f"{option} takes a workbook: questions.xlsx.", f"{option} 须为工作簿，例如 questions.xlsx。"
            ),
        )


def answers_of(path: Path) -> Answers:
    """Read a questions' workbook that was filled in.

    Raises:
        DocumentError: it cannot be read, or is none.
    """
    from cati_rules.documents.reader import read_bytes
    from cati_rules.formats.answers import Answers
    from cati_rules.formats.source import Source

    return Answers(Source(str(path), read_bytes(path, str(path))))


def write_questions(
    checked: Sequence[Checked], as_of: str, again: Check, path: Path, language: Language
) -> None:
    """Write the questions that are open in products, and in the lots of purchases, to a workbook.

    Raises:
        UsageError: it cannot be written.
    """
    from cati_rules.formats.questions_workbook import questions_workbook

    rows = [row for each in checked for row in _rows(each, as_of, again)]
    if not rows:
        told = Text(
            "No question to a supplier is open: no workbook was written.",
            "没有需要向供应商提出的问题，未生成工作簿。",
        )
        complain(told.to(language))
        return
    deliver_bytes(questions_workbook(rows, language), path)
    told = Text(
        f"{path}: {counted(len(rows), 'question')} for the supplier. Filled in, it is read with --answers {path}.",
        f"{path}：共 {len(rows)} 个问题。供应商填写后，用 --answers {path} 读取。",
    )
    complain(told.to(language))


def _rows(checked: Checked, as_of: str, again: Check) -> Iterator[Row]:
    from cati_rules.documents.python_values import document_of
    from cati_rules.formats.answers import subject_name
    from cati_rules.formats.questions_workbook import Row, Subject
    from cati_rules.report.build.run import report_of

    document = checked.document
    if document is None or checked.failed:
        return
    products: list[tuple[FieldPath, Checked, str]] = []
    if checked.kind == "product":
        products.append(((), checked, ""))
    lots = document.value.get("lots")
    for i, lot in enumerate(lots if checked.kind == "purchases" and isinstance(lots, list) else ()):
        product = lot.get("product") if isinstance(lot, dict) else None
        if not isinstance(product, dict) or not isinstance(lot, dict):
            continue
        alike = {name: document.value[name] for name in ("material",) if name in document.value}
        part = again(document_of({"kind": "product", **alike, **product}, checked.name))
        name = lot.get("name")
        products.append((("lots", i, "product"), part, name if isinstance(name, str) else ""))
    for within, each, lot_name in products:
        (report,) = report_of([each], as_of).documents
        title = report.facts.name if report.facts.name != report.path else ""
        subject = Subject(subject_name(document), document.sha256)
        known = {} if each.document is None else each.document.value
        for asked in report.questions():
            yield Row(
                subject=subject,
                within=within,
                title=" · ".join(dict.fromkeys(each for each in (lot_name, title) if each)),
                asked=asked.asked,
                today=asked.today,
                fields=asked.fields,
                unit=asked.unit,
                asked_as=asked.asked_as,
                settles=asked.settles,
                known=known,
            )
