"""``cati waive``: the entry that accepts a failure for a time, to be put into a file of waivers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

import click

from cati_rules.cli.delivery import complain, deliver
from cati_rules.cli.inputs import read_input
from cati_rules.cli.options import output_of, output_options
from cati_rules.cli.project import project_of
from cati_rules.cli.project_settings import find_settings
from cati_rules.cli.run_settings import as_of_date, usage_error
from cati_rules.documents import Document, parse_path, value_at
from cati_rules.documents.names import document_name
from cati_rules.documents.paths import FieldPath
from cati_rules.errors import UsageError
from cati_rules.kinds.definition.rules import EACH
from cati_rules.language import TRUE, missing
from cati_rules.pipeline import Checked, check_document
from cati_rules.pipeline import ruleset as rules_of
from cati_rules.text import Text
from cati_rules.visible import json_text

MOST_LISTED = 12
"""How many rules that fail are listed."""


@click.command("waive")
@click.argument("file", metavar="FILE")
@click.argument("rules", nargs=-1, required=True, metavar="RULESET/RULE...")
@click.option("--at", "pointer", metavar="POINTER", help="JSON pointer to the value that is waived.")
@click.option("--reason", required=True, help="Why the failure is accepted.")
@click.option("--approver", required=True, help="Who accepts it.")
@click.option("--expires", required=True, metavar="DATE", help="Last day (UTC) on which the waiver holds.")
@output_options
def command(
    file: str,
    rules: tuple[str, ...],
    pointer: str | None,
    reason: str,
    approver: str,
    expires: str,
    form: str,
    language: str | None,
    path: Path | None,
) -> None:
    """Print the waiver that accepts a failure: a rule, the value behind it, and until when; several for several rules.

    RULESET/RULE is such as fmc-steel/intensity, cati-auto-2024/2.1.1 (an indicator, with all of its criteria) or
    cati-auto-2024/2.1.1/scope-1 (one of them); a ruleset alone is a definition of which it is open whether it applies.
    Without --at, the value is the one that the finding points to.
    """
    if pointer is not None and not pointer.startswith("/"):
        raise usage_error(
            "--at",
            f"{pointer} is no JSON pointer.",
            f"{pointer} 不是 JSON 指针。",
            Text("It begins with a slash: /footprint/value.", "JSON 指针以斜杠开头，例如 /footprint/value。"),
        )
    output = output_of(form, language, path, reads=(file,))
    document = read_input(file)
    settings = find_settings((file,))
    project = project_of(None if settings is None else settings.path)
    date = as_of_date(expires, "--expires")
    if date < as_of_date(None):
        over = usage_error("--expires", f"{date} is over: nothing is waived.", f"{date} 已过，该豁免不生效。")
        for problem in over.problems:
            complain(f"! {problem.line(output.language)}")
    entries = [
        {
            "ruleset": ruleset,
            "rule": name,
            "document": document_name(document.name, project.folder),
            **_value(document, ruleset, name, pointer),
            "reason": reason,
            "approver": approver,
            "expires": date,
        }
        for ruleset, name in dict.fromkeys(_named(each) for each in rules)
    ]
    if output.format == "json":
        told = entries[0] if len(entries) == 1 else entries
        deliver(json_text(told, indent=2) + "\n", path)
        return
    deliver("".join(_yaml(each) for each in entries), path)


def _named(rule: str) -> tuple[str, str]:
    """Return the ruleset and the rule; findings name criteria as cati-auto-2024:2.1.1/scope-1, and both are one."""
    ruleset, _, name = (rule if "/" in rule.partition(":")[0] else rule.replace(":", "/", 1)).partition("/")
    return ruleset, name or ruleset


def _yaml(entry: Mapping[str, str]) -> str:
    lines = [f"{key}: {json_text(each)}" for key, each in entry.items()]
    return "".join(f"{'    ' if i else '  - '}{line}\n" for i, line in enumerate(lines))


def _value(document: Document, ruleset: str, name: str, pointer: str | None) -> dict[str, str]:
    """Return the place of the value that a waiver of a rule is for, and its fingerprint.

    Raises:
        UsageError: the rule does not fail, or does not read what is at ``pointer``, or there is nothing.
    """
    from cati_rules.gate.waived_fields import is_read, places_read
    from cati_rules.gate.waivers import fingerprint_at, knows, not_read, path_of, pointer_to

    checked = check_document(document, (ruleset,))
    if checked.failed or checked.document is None:
        raise usage_error(document.name, "the document is invalid.", "文件无效。")
    document = checked.document
    found = (each for each in _places(checked, ruleset, name) if knows(document, each))
    places = tuple(dict.fromkeys(pointer_to(each) for each in found))
    where = pointer or _first(places, name)
    place = path_of(where, document.value)
    # What is missing can be waived until it is given; anything else that is not there is a slip of the pen.
    if not knows(document, place) or (value_at(document.value, place) is None and where not in places):
        raise usage_error("--at", f"there is nothing at {where}.", f"{where} 处没有取值。")
    read = places_read(rules_of(ruleset), name, str(document.value.get("kind")))
    if where not in places and not is_read(place, read):
        message = not_read(f"{ruleset}/{name}", where, read)
        raise usage_error("--at", message.en, message.zh)
    return {"pointer": where, "fingerprint": fingerprint_at(document.value, place)}


def _places(checked: Checked, ruleset: str, name: str) -> Iterator[FieldPath]:
    """Yield the places that findings on a rule point to, then those of the values that a condition reads.

    Raises:
        UsageError: the rule does not fail, or there is none of that name.
    """
    from cati_rules.gate.failures import failures
    from cati_rules.report.build.run import report_of

    failing = list(dict.fromkeys(each.rule for each in failures(checked)))
    if not any(name in (each, each.partition("/")[0]) for each in failing):
        raise _not_failing(ruleset, name, failing)
    for outcome in report_of([checked], "").outcomes():
        for finding in outcome.findings:
            told = finding.rule.removeprefix(ruleset)[1:] or ruleset
            if finding.path and outcome.ruleset and name in (told, told.partition("/")[0]):
                yield parse_path(finding.path)
    yield from _places_read(checked, name)


def _not_failing(ruleset: str, name: str, failing: Sequence[str]) -> UsageError:
    """Return the error for a rule that does not fail: with those that may be meant, and those that do fail."""

    known = tuple(rules_of(ruleset).waivable())
    asked = ruleset if name == ruleset else f"{ruleset}/{name}"
    if name in known:
        said = Text("this does not fail in this document.", "该规则在此文件中并无不符合。")
    else:
        said = Text("there is no such rule.", "没有此规则。")
    close = [] if name in known else get_close_matches(name, known, n=3)
    meant = " or ".join(_waived_as(ruleset, each) for each in close)
    meant_zh = " 或 ".join(_waived_as(ruleset, each) for each in close)
    # Of an indicator, all criteria are waived at once: it is listed in their place.
    shorter = list(dict.fromkeys(each.partition("/")[0] for each in failing))
    listed = [_waived_as(ruleset, each) for each in shorter[:MOST_LISTED]]
    more = ", …" if len(shorter) > MOST_LISTED else ""
    fails = Text(
        f"What fails of {ruleset}: {', '.join(listed)}{more}." if listed else f"Nothing of {ruleset} fails.",
        f"{ruleset} 中的不符合项：{'、'.join(listed)}{more}。" if listed else f"{ruleset} 没有不符合项。",
    )
    advice = Text(
        f"Did you mean {meant}? {fails.en}" if close else fails.en,
        f"是否应为 {meant_zh}？{fails.zh}" if close else fails.zh,
    )
    return usage_error(asked, said.en, said.zh, advice)


def _waived_as(ruleset: str, rule: str) -> str:
    return rule if rule == ruleset else f"{ruleset}/{rule}"


def _places_read(checked: Checked, name: str) -> Iterator[FieldPath]:
    """Yield what a condition or level that does not hold lacks, and then what it reads, whether or not it decides."""
    from cati_rules.kinds.values import values_read

    for result, assessor in checked.verdicts():
        named = {} if assessor is None else assessor.named
        for judgement in result.judgements:
            for each in judgement.judged():
                if each.condition.id == name and each.truth != TRUE:
                    for place in missing(each.trace, judgement.value, named=named):
                        yield (*judgement.path, *place[1:]) if place[:1] == (EACH,) else place
                    exact, _ranges = values_read(each, judgement)
                    yield from (parse_path(place) for place in exact if "." in place or "[" in place)


def _first(places: Sequence[str], name: str) -> str:
    if places:
        return places[0]
    raise usage_error(
        "--at",
        f"name the value that {name} is waived for.",
        f"请指明 {name} 所豁免的取值。",
        Text("Write its place, such as --at /footprint/value.", "请写明位置，例如 --at /footprint/value。"),
    )
