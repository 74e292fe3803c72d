"""``cati check --mend``: a copy of the workbook that was read, with what to mend beside its cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cati_rules.cli.delivery import complain, deliver_bytes
from cati_rules.cli.run_settings import STDIN, usage_error
from cati_rules.errors import Problem
from cati_rules.pipeline import Checked
from cati_rules.text import Language, Text, counted

if TYPE_CHECKING:
    from cati_rules.formats.mending import Remark

_SEVERITIES = {
    "error": Text("error", "错误"),
    "warning": Text("warning", "警告"),
    "note": Text("note", "提示"),
}


def refuse_other_files(path: Path | None, files: Sequence[str]) -> None:
    """Refuse to mark anything but one workbook.

    Raises:
        UsageError: there are several files, or it is none.
    """
    if path is not None and (
        len(files) != 1 or files[0] == STDIN or Path(files[0]).suffix.lower() != ".xlsx"
    ):
        raise usage_error(
            "--mend",
            "It takes one workbook (.xlsx) to mark.",
            "须指定一个工作簿（.xlsx）。",
            Text(
                "For example: cati check in.xlsx --mend out.xlsx.",
                "例如：cati check 原文件.xlsx --mend 副本.xlsx。",
            ),
        )


def write_marked(checked: Sequence[Checked], as_of: str, file: str, path: Path, language: Language) -> None:
    """Write the copy.

    Raises:
        UsageError: it cannot be written.
        DocumentError: the workbook cannot be added to.
    """
    from cati_rules.documents.reader import read_bytes
    from cati_rules.formats.mending import marked
    from cati_rules.formats.source import Source

    remarks = list(dict.fromkeys(_remarks(checked, as_of)))
    if not remarks:
        complain(
            Text("Nothing is to be mended: no copy was written.", "没有需要修改之处，未生成副本。").to(
                language
            )
        )
        return
    deliver_bytes(marked(Source(file, read_bytes(Path(file), file)), remarks, language), path)
    told = Text(
        f"{path}: a copy with {counted(len(remarks), 'remark')} beside the cells, and a sheet that lists them.",
        f"{path}：副本已生成，{len(remarks)} 条提示写在相应行旁，并汇总于“需要修改”工作表。",
    )
    complain(told.to(language))


def _remarks(checked: Sequence[Checked], as_of: str) -> Iterator[Remark]:
    """Yield what is wrong, then what contradicts itself or misleads."""
    from cati_rules.formats.mending import Remark
    from cati_rules.report.build.run import report_of

    for document in report_of(checked, as_of).documents:
        for problem in document.problems:
            yield Remark(problem.place.within, _SEVERITIES[problem.severity], _said(problem))
        for result in document.consistency:
            for each in result.findings:
                told = Text(" ", "").join((each.rule.title, each.rule.advice))
                yield Remark(each.cause.place.within, _SEVERITIES[each.severity], told)


def _said(problem: Problem) -> Text:
    said = Text(" ", "").join(
        [t for t in (problem.message, problem.expected, problem.advice) if t is not None]
    )
    return said if problem.field is None else Text("{}: {}", "{}：{}").format(problem.field, said)
