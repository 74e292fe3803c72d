"""``cati verify``: whether a result still holds for a document."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from cati_rules.assessment.changes import edits
from cati_rules.attestation import attestation
from cati_rules.checking import NOT_IN_FORCE, Checked, check_document
from cati_rules.cli.delivery import deliver
from cati_rules.cli.inputs import read_input
from cati_rules.cli.options import output_of, output_options
from cati_rules.cli.settings import number_of, usage_error
from cati_rules.documents import Document, format_path, read_document
from cati_rules.documents.names import document_name
from cati_rules.errors import DocumentError, Place, Problem, UsageError
from cati_rules.render.data import SCHEMA, result_json
from cati_rules.text import Language, Text

_MAIN = ("verdict", "level", "score", "band", "awarded", "missing", "findings")
"""Fields of a result that say what it comes to."""
_NAMES = ("ruleset", "id", "condition")
"""Fields that name an entry of a result."""
_COMPARED = ("results", "problems", "disagreements")
"""Parts of a document's entry that are evaluated again."""
_PLACE = ("file", "line", "column")
"""Fields that say where something stands."""
MOST = 20
"""How many differences are told of."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What a result says of one document: as much of it as is needed to come to it again.

    ``told`` has its results, problems and disagreements; ``entries`` is how often the document is told of. ``others``
    are the rulesets with results of other documents only.
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


@click.command("verify")
@click.argument("result", type=click.Path(path_type=Path, dir_okay=False), metavar="RESULT")
@click.argument("file", metavar="FILE")
@output_options
@click.pass_context
def command(
    context: click.Context, result: Path, file: str, form: str, language: str | None, path: Path | None
) -> None:
    """Evaluate FILE again as RESULT (of `cati check --format json`) was made, and say whether it still holds.

    Exit with 0 if it does, 1 if it does not, 3 if the document cannot be read or is invalid.
    """
    output = output_of(form, language, path, reads=(result, file))
    document = read_input(file)
    stated = _stated(result, file, document.sha256)
    rulesets = (*stated.rulesets, *_by_default(stated, document))
    checked = check_document(document, rulesets, as_of=stated.as_of, parameters=stated.parameters)
    found = list(_differences(stated, checked))
    holds = not any(each["part"] == "results" for each in found) and not checked.failed
    if output.format == "json":
        data = {"schema": "cati-verify/1", "holds": holds, "as_of": stated.as_of, "differences": found}
        deliver(json.dumps(data, ensure_ascii=False, indent=2) + "\n", path)
    else:
        deliver("\n".join(_lines(found, holds, output.language)) + "\n", path)
    context.exit(3 if checked.failed else 0 if holds else 1)


def _stated(path: Path, file: str, sha256: str) -> Stated:
    """Return what the result at ``path`` says of ``file``.

    That is what it says of the document of that digest, else of that name, else of its only one.
    """
    try:
        data: Any = read_document(path).value
    except DocumentError as error:
        raise UsageError(error.problems) from None
    documents = data.get("documents") if isinstance(data, dict) else None
    if data.get("schema") != SCHEMA or not isinstance(documents, list) or not documents:
        raise _no_result(path)
    known = [each for each in documents if isinstance(each, dict)]
    name = _name(file)
    fitting = (
        *(each for each in known if each.get("sha256") == sha256),
        *(each for each in known if _name(each.get("path")) == name),
        *(known if len(documents) == 1 else ()),
    )
    entry = fitting[0] if fitting else None
    results = entry.get("results") if isinstance(entry, dict) else None
    if entry is None or not isinstance(results, list) or not isinstance(data.get("as_of"), str):
        raise usage_error(str(path), f"the result says nothing of {file}.", f"该结果中没有 {file} 的内容。")
    named = _results(entry)
    attested = _mapping(data.get("attestation"))
    listed = _mapping(attested.get("rulesets"))
    others = frozenset(one for each in known if each is not entry for one in _results(each)) - set(named)
    same = [
        each
        for each in known
        if each.get("sha256") == entry.get("sha256") or _name(each.get("path")) == _name(entry.get("path"))
    ]
    return Stated(
        as_of=data["as_of"],
        language="zh" if data.get("language") == "zh" else "en",
        sha256=entry.get("sha256"),
        attested=attested,
        # A result that was taken out is attested still.
        rulesets=tuple(dict.fromkeys((*named, *(each for each in listed if each not in others)))),
        others=others & set(listed),
        parameters={ruleset: _parameters(each.get("parameters")) for ruleset, each in named.items()},
        told={part: entry.get(part, []) for part in _COMPARED},
        entries=len(same),
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _name(path: object) -> str | None:
    return document_name(path, Path.cwd()) if isinstance(path, str) else None


def _results(entry: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the results that an entry has, by their rulesets; the first where there are several of one."""
    listed = entry.get("results")
    found: dict[str, Mapping[str, Any]] = {}
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and isinstance(each.get("ruleset"), str):
            found.setdefault(each["ruleset"], each)
    return found


def _by_default(stated: Stated, document: Document) -> Iterator[str]:
    """Yield the rulesets of other documents that evaluate this one too when nobody narrows them."""
    if stated.others:
        checked = check_document(document, (), as_of=stated.as_of)
        yield from (each.ruleset.id for each in checked.results if each.ruleset.id in stated.others)


def _parameters(data: Any) -> dict[str, Decimal]:
    found = {name: number_of(str(value)) for name, value in data.items()} if isinstance(data, dict) else {}
    return {name: value for name, value in found.items() if value is not None}


def _no_result(path: Path) -> UsageError:
    message = Text(
        "is not a result of `cati check --format json`.", "不是 `cati check --format json` 的输出。"
    )
    return UsageError(Problem(place=Place(str(path)), code="usage/result", message=message))


def _differences(stated: Stated, checked: Checked) -> Iterator[dict[str, Any]]:
    """Yield what is not as the result states: of the document, the tool and rules, and the results themselves."""
    document = checked.document
    sha256 = None if document is None else document.sha256
    if stated.sha256 != sha256:
        yield {"part": "document", "path": "sha256", "before": stated.sha256, "after": sha256}
    if stated.entries > 1:
        yield {"part": "results", "path": "documents", "before": str(stated.entries), "after": "1"}
    again = attestation(stated.rulesets, [checked.kind] if checked.kind else [])
    for edit in edits(stated.attested, again):
        # A result of several documents attests more than this one rests on.
        if edit.before is not None and edit.after is not None:
            yield {
                "part": "rules",
                "path": format_path(edit.path),
                "before": edit.before,
                "after": edit.after,
            }
    # As it would be written and read: numbers are strings there, and that is what was signed for.
    told: Any = json.loads(
        result_json([checked], as_of=stated.as_of, language=stated.language),
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
    "document": Text("the document is another one", "文件已改变"),
    "rules": Text("tool, ruleset or schema is another one", "工具、规则集或结构定义已改变"),
    "results": Text("the result is another one", "结果已改变"),
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
            yield f"  {each['path']}: {_short(each['before'])} → {_short(each['after'])}"
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
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "…"
