"""Adds the target that was worked out to a disclosure, whole or not at all."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cati_rules.cli.run_settings import usage_error
from cati_rules.files import write_whole
from cati_rules.report.targets import TargetsReport
from cati_rules.targets.editions import METHODS, SINCE_2026, rounded_up
from cati_rules.targets.entry import Entry, disclosure_of, emissions_of, target_of
from cati_rules.targets.writing import with_entries, yaml_of
from cati_rules.text import Text

if TYPE_CHECKING:
    from cati_rules.cli.target_options import Options


def written(options: Options, entry: Entry, report: TargetsReport, as_of: str, path: Path) -> Text:
    """Write the target, with what was entered of emissions where that is not there yet; return what was done.

    Raises:
        UsageError: it is not known how much has to be cut, or the file cannot take it.
    """
    reduction = _chosen(options, entry, report)
    if not path.exists():
        text = yaml_of(disclosure_of(entry, options.texts.get("company", "–"), reduction))
        _refuse_invalid(text, path, as_of)
        _write(text, path)
        return Text(f"Wrote {path}.", f"已写入 {path}。")
    text = _added(entry, reduction, path)
    _refuse_invalid(text, path, as_of)
    _write(text, path)
    return Text(f"Added the target to {path}.", f"已将目标加入 {path}。")


def _chosen(options: Options, entry: Entry, report: TargetsReport) -> Decimal:
    if entry.reduction is not None:
        return entry.reduction
    identifier = options.texts.get("edition", SINCE_2026)
    if identifier not in METHODS:
        raise usage_error(
            "--edition",
            f"{identifier} asks for no reduction; write {' or '.join(METHODS)}.",
            f"{identifier} 未规定降幅；请填写 {' 或 '.join(METHODS)}。",
        )
    edition = next((each for each in report.targets[0].editions if each.id == identifier), None)
    strictest = edition.ambitions[-1] if edition is not None and edition.ambitions else None
    if strictest is None or strictest.least != strictest.most or strictest.least > 1:
        raise usage_error(
            "--write",
            "How much has to be cut is not known yet: see what would tell.",
            "所需降幅尚不能确定：请补充所提示的信息。",
            Text("Or say it: --reduction 25%.", "也可直接给出：--reduction 25%。"),
        )
    return rounded_up(strictest.least)


def _added(entry: Entry, reduction: Decimal, path: Path) -> str:
    from cati_rules.documents import parse_document

    cannot = usage_error(
        "--write",
        f"{path} cannot take the target without changing what stands there.",
        f"无法在不改动 {path} 原有内容的情况下加入目标。",
        Text("Write it to a new file, and copy it from there.", "请写入新文件，再自行复制。"),
    )
    try:
        text = path.read_text(encoding="utf-8")
        before: Any = parse_document(text.encode(), name=str(path)).value
    except (OSError, UnicodeDecodeError):
        raise cannot from None
    told = {(each.get("scope"), each.get("year")) for each in before.get("emissions") or ()}
    missing = [each for each in emissions_of(entry) if (each["scope"], each["year"]) not in told]
    found: str | None = text
    for name, entries in (("emissions", missing), ("targets", [target_of(entry, reduction)])):
        found = None if found is None else with_entries(found, name, entries, str(path))
    if found is None:
        raise cannot
    return found


def _refuse_invalid(text: str, path: Path, as_of: str) -> None:
    """Refuse to write a document that could not be read any more."""
    from cati_rules.documents import parse_document
    from cati_rules.pipeline import check_document

    checked = check_document(parse_document(text.encode(), name=str(path)), (SINCE_2026,), as_of=as_of)
    first = next((each for each in checked.problems if each.severity == "error"), None)
    if first is not None:
        raise usage_error(
            "--write", f"{path}: {first.message.en}", f"{path}：{first.message.zh}", first.advice
        )


def _write(text: str, path: Path) -> None:
    try:
        write_whole(text.encode("utf-8"), path)
    except OSError:
        raise usage_error("--write", f"{path} cannot be written.", f"无法写入 {path}。") from None
