"""``cati verify``: whether a result still holds for a document."""

from __future__ import annotations

import datetime
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
from msgspec import Struct

from cati_rules.catalog.store import ruleset_ids
from cati_rules.cli.delivery import complain_of, deliver
from cati_rules.cli.exit_codes import DONE, INVALID, NOT_REACHED
from cati_rules.cli.inputs import read_input
from cati_rules.cli.options import output_of, output_options
from cati_rules.cli.progress import VERIFYING, working
from cati_rules.cli.project import working_folder
from cati_rules.cli.run_settings import usage_error
from cati_rules.documents import format_path
from cati_rules.documents.names import document_name
from cati_rules.documents.refusal import shown
from cati_rules.pipeline import NOT_IN_FORCE, Checked, Result, check_document, ruleset
from cati_rules.report.attestation import attestation
from cati_rules.report.build.run import report_of
from cati_rules.report.changes import edits
from cati_rules.report.data.run import report_data
from cati_rules.report.result_file import ResultPart, read_result
from cati_rules.text import LANGUAGES, Language, Text
from cati_rules.visible import json_text, visible

_MAIN = ("verdict", "level", "score", "band", "awarded", "missing", "findings")
"""Fields of a result that say what it comes to."""
_NAMES = ("ruleset", "id", "condition")
"""Fields that name an entry of a result."""
_COMPARED = ("results", "problems", "disagreements", "reading")
"""Parts of a document's entry that are evaluated again."""
_PLACE = ("file", "line", "column")
"""Fields that say where something stands."""
_ENTRY = ("path", "name", "kind", "sha256", "waived", *_COMPARED)
_ROOT = ("schema", "as_of", "language", "attestation", "demands", "waivers", "baseline", "documents")
"""Fields that a document's entry has, and those of the whole; others were added."""
_CODE = "usage/result"
_ADVICE = Text(
    "Have the result written anew with `cati check --format json`.",
    "请用 `cati check --format json` 重新生成该结果。",
)
MOST = 20
"""How many differences are told of."""


class Stated(Struct, frozen=True):
    """What a result says of one document: as much of it as is needed to come to it again.

    ``told`` has its results, problems and disagreements; ``entries`` is how often the document is told of. ``others``
    are the rulesets with results of other documents only, ``attested`` the digests and versions of those it rests on,
    and ``unknown`` the fields that no result has.
    """

    as_of: str
    language: Language
    sha256: str | None
    attested: Mapping[str, Any]
    rulesets: tuple[str, ...]
    others: frozenset[str]
    parameters: Mapping[str, Mapping[str, Decimal]]
    told: Mapping[str, Any]
    entries: int
    unknown: tuple[str, ...]
    not_evaluated: tuple[str, ...]


@click.command("verify")
@click.argument("result", type=click.Path(path_type=Path, dir_okay=False), metavar="RESULT")
@click.argument("file", metavar="FILE")
@click.option(
    "--ruleset",
    "own",
    multiple=True,
    metavar="PATH",
    help="A ruleset of your own that RESULT was made with (may be repeated).",
)
@output_options
@click.pass_context
def command(
    context: click.Context,
    result: Path,
    file: str,
    own: tuple[str, ...],
    form: str,
    language: str | None,
    path: Path | None,
) -> None:
    """Evaluate FILE again as RESULT (of `cati check --format json`) was made, and say whether it still holds.

    Nothing that RESULT names is opened: rulesets are those that come with cati, and those of --ruleset.
    Exit with 0 if it does, 1 if it does not, 3 if the document cannot be read or is invalid.
    """
    output = output_of(form, language, path, reads=(result, file, *own))
    rules = {ruleset(each).id: each for each in own}
    document = read_input(file)
    stated = _stated(read_result(result, _CODE, _ADVICE), file, document.sha256, rules)
    with working(VERIFYING, output.language):
        default = [each for each in check_document(document, (), as_of=stated.as_of).results if each.judged]
    also = [each.ruleset.id for each in default if each.ruleset.id in stated.others]
    named = [rules.get(each, each) for each in (*stated.rulesets, *also)]
    # A result of no ruleset, as that of an invalid document, is come to without narrowing.
    with working(VERIFYING, output.language):
        checked = check_document(document, named, as_of=stated.as_of, parameters=stated.parameters)
    found = list(_differences(stated, checked))
    found += _left_out(stated, [each for each in default if each.ruleset.id not in (*stated.rulesets, *also)])
    holds = not any(each["part"] == "results" for each in found) and not checked.failed
    if output.format == "json":
        data = {"schema": "cati-verify/1", "holds": holds, "as_of": stated.as_of, "differences": found}
        deliver(json_text(data, indent=2) + "\n", path)
    else:
        deliver("\n".join(map(visible, _lines(found, holds, output.language))) + "\n", path)
    if path is not None:
        complain_of((checked,), output.language)
    context.exit(INVALID if checked.failed else DONE if holds else NOT_REACHED)


def _stated(root: ResultPart, file: str, sha256: str, own: Collection[str]) -> Stated:
    """Return what a result says of ``file``; ``own`` are the ids of rulesets that do not come with cati.

    That is what it says of the document of that digest, else of that name, else of its only one.
    """
    known = list(root.entries("documents"))
    names = [_names(each) for each in known]
    wanted = document_name(file, working_folder())
    same_content = [i for i, each in enumerate(known) if _digest(each) == sha256]
    same_name = [i for i, each in enumerate(names) if wanted in each]
    fitting = (*same_content, *same_name, *((0,) if len(known) == 1 else ()))
    if not fitting:
        raise usage_error(
            root.document.name, f"the result says nothing of {file}.", f"该结果中没有 {file} 的内容。"
        )
    entry = known[fitting[0]]
    results = _results(entry)
    attested = root.part("attestation") if root.has("attestation") else None
    listed = _attested(attested, "rulesets")
    others = frozenset(one for each in known if each is not entry for one in _results(each)) - set(results)
    # A result that was taken out is attested still.
    rulesets = dict.fromkeys((*results, *(each for each in listed if each not in others)))
    _refuse_unknown(root, (*rulesets, *others), own)
    same = [
        i
        for i, each in enumerate(known)
        if (_digest(each) is not None and _digest(each) == _digest(entry)) or names[i] & names[fitting[0]]
    ]
    fields = (*(f"documents.{each}" for each in entry.names() if each not in _ENTRY), *_beside(root))
    stated = ("demands", "waivers", "baseline")
    return Stated(
        as_of=_date(root),
        language=_language(root),
        sha256=_digest(entry),
        attested={} if attested is None else {each: attested.get(each) for each in attested.names()},
        rulesets=tuple(rulesets),
        others=others & set(listed),
        parameters={each: _parameters(part) for each, part in results.items() if part.has("parameters")},
        told={part: entry.get(part) if part in entry.names() else [] for part in _COMPARED},
        entries=len(same),
        unknown=fields,
        not_evaluated=(
            *(each for each in stated if root.has(each)),
            *(("waived",) if entry.has("waived") else ()),
        ),
    )


def _names(entry: ResultPart) -> frozenset[str]:
    """Return what a result calls a document; None of it is opened."""
    told = [entry.text("path"), *([entry.text("name")] if entry.has("name") else ())]
    return frozenset(document_name(each, working_folder()) for each in told)


def _digest(entry: ResultPart) -> str | None:
    return entry.text("sha256") if entry.has("sha256") else None


def _results(entry: ResultPart) -> dict[str, ResultPart]:
    """Return the results that an entry has, by their rulesets; the first where there are several of one."""
    found: dict[str, ResultPart] = {}
    for each in entry.entries("results"):
        found.setdefault(each.text("ruleset"), each)
    return found


def _attested(attestation: ResultPart | None, name: str) -> tuple[str, ...]:
    if attestation is None or not attestation.has(name):
        return ()
    part = attestation.part(name)
    for each in part.names():
        if part.has(each):
            part.text(each)
    return part.names()


def _beside(root: ResultPart) -> Iterator[str]:
    return (each for each in root.names() if each not in _ROOT)


def _date(root: ResultPart) -> str:
    text = root.text("as_of")
    try:
        date: str | None = datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        date = None
    if date != text:
        raise root.wrong("as_of", Text("a date such as 2026-11-22", "日期，例如 2026-11-22"))
    return text


def _language(root: ResultPart) -> Language:
    if not root.has("language"):
        return "en"
    for each in LANGUAGES:
        if root.text("language") == each:
            return each
    raise root.wrong("language", Text(" or ".join(LANGUAGES), " 或 ".join(LANGUAGES)))


def _refuse_unknown(root: ResultPart, rulesets: Sequence[str], own: Collection[str]) -> None:
    unknown = next((each for each in rulesets if each not in ruleset_ids() and each not in own), None)
    if unknown is not None:
        close = get_close_matches(unknown, ruleset_ids(), n=1)
        meant = Text(f"Did you mean {close[0]}? ", f"是否应为 {close[0]}？") if close else Text("", "")
        raise usage_error(
            root.document.name,
            f"the result names the ruleset {shown(unknown)}, which does not come with cati.",
            f"该结果所用的规则集 {shown(unknown)} 并非 cati 自带。",
            Text(
                f"{meant.en}If it is one of your own, name its file with --ruleset; what a result names is not opened.",
                f"{meant.zh}如为自有规则集，请用 --ruleset 指定其文件；结果中写明的路径不会被打开。",
            ),
        )


def _parameters(result: ResultPart) -> dict[str, Decimal]:
    part = result.part("parameters")
    return {name: part.number(name) for name in part.names()}


def _left_out(stated: Stated, default: Sequence[Result]) -> Iterator[dict[str, Any]]:
    """Yield what the result says nothing of, though an unnarrowed run does, and what is not looked at again."""
    for each in default if stated.rulesets else ():
        yield {"part": "coverage", "path": each.ruleset.id, "before": None, "after": each.outcome}
    for name in stated.not_evaluated:
        yield {"part": "coverage", "path": name, "before": "stated", "after": None}


def _differences(stated: Stated, checked: Checked) -> Iterator[dict[str, Any]]:
    """Yield what is not as the result states: of the document, the tool and rules, and the results themselves."""
    document = checked.document
    sha256 = None if document is None else document.sha256
    if stated.sha256 != sha256:
        yield {"part": "document", "path": "sha256", "before": stated.sha256, "after": sha256}
    if stated.entries > 1:
        yield {"part": "results", "path": "documents", "before": str(stated.entries), "after": "1"}
    for name in stated.unknown:
        yield {"part": "results", "path": name, "before": "stated", "after": None}
    again = attestation(stated.rulesets, [checked.kind] if checked.kind else []).data()
    for edit in edits(stated.attested, again):
        # A result of several documents attests more than this one rests on.
        if edit.after is not None:
            yield {
                "part": "rules",
                "path": format_path(edit.path),
                "before": _plain(edit.before),
                "after": _plain(edit.after),
            }
    # As it would be written and read: numbers are strings there, and that is what was signed for.
    told: Any = json.loads(
        json_text(report_data(report_of([checked], stated.as_of), stated.language)),
        parse_int=Decimal,
        parse_float=Decimal,
    )
    now = told["documents"][0]
    for part in _COMPARED:
        before, after = _keyed(part, stated.told[part]), _keyed(part, now.get(part, []))
        for edit in edits(before, after):
            # Where a value stands in the file may move without anything else; peers are not stated in a result.
            if not (edit.path and edit.path[-1] in _PLACE) and "standing" not in edit.path:
                yield {
                    "part": "results",
                    "path": _named(edit.path, after)
                    if part == "results"
                    else format_path((part, *edit.path)),
                    "before": _plain(edit.before),
                    "after": _plain(edit.after),
                }


def _keyed(part: str, listed: Any) -> Any:
    """Return what is compared: results by ruleset, and no warning of editions, which depends on how they are named."""
    if not isinstance(listed, list):
        return listed
    if part == "problems":
        return [each for each in listed if not (isinstance(each, dict) and each.get("code") == NOT_IN_FORCE)]
    if part != "results":
        return listed
    found: dict[str, Any] = {}
    for i, each in enumerate(listed):
        name = each.get("ruleset") if isinstance(each, dict) else None
        found[name if isinstance(name, str) and name not in found else f"[{i}]"] = each
    return found


def _named(path: Sequence[str | int], results: Any) -> str:
    """Return a place in the results with rulesets, indicators and criteria by their names instead of their numbers."""
    names: list[str] = []
    here: Any = results
    for step in path:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            here = None
        known = [here.get(key) for key in _NAMES] if isinstance(step, int) and isinstance(here, dict) else []
        named = next((each for each in known if isinstance(each, str)), None)
        names.append(named if named is not None else f"[{step}]" if isinstance(step, int) else step)
    return ".".join(names).replace(".[", "[")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, Decimal) else value


_PARTS: Mapping[str, Text] = {
    "document": Text("the document has changed", "文件已改变"),
    "rules": Text("the tool, a ruleset or a schema has changed", "工具、规则集或结构定义已改变"),
    "results": Text("the result differs", "结果已改变"),
    "coverage": Text(
        "not part of the result, or not evaluated again (this does not break it)",
        "结果未涵盖，或未重新评价（不影响结果是否成立）",
    ),
}


def _lines(found: list[dict[str, Any]], holds: bool, language: Language) -> Iterator[str]:
    for part, title in _PARTS.items():
        listed = [each for each in found if each["part"] == part]
        # What a result comes to is told; what is behind it is counted.
        main = [each for each in listed if part != "results" or _is_main(each)]
        told = main or listed
        if listed:
            yield f"{title.to(language)}:" if language == "en" else f"{title.to(language)}："
        for each in told[:MOST]:
            yield visible(f"  {each['path']}: {_short(each['before'])} → {_short(each['after'])}")
        rest = len(listed) - len(told[:MOST])
        if rest:
            more = Text(f"  … and {rest} details: --format json", f"  … 另有 {rest} 处细节，见 --format json")
            yield more.to(language)
    yes = Text("The result holds.", "结果仍然成立。")
    no = Text("The result does not hold.", "结果不再成立。")
    yield (yes if holds else no).to(language)


def _is_main(difference: Mapping[str, Any]) -> bool:
    whole = any(isinstance(difference[each], dict) for each in ("before", "after"))
    return whole or difference["path"].rpartition(".")[2] in (*_MAIN, "documents")


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json_text(value)
    return text if len(text) <= 60 else text[:57] + "…"
