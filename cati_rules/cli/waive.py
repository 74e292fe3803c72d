"""``cati waive``: the entry that accepts a failure for a time, to be put into a file of waivers."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cati_rules.checking import Checked, check_document
from cati_rules.cli.delivery import deliver
from cati_rules.cli.inputs import read_input
from cati_rules.cli.options import output_of, output_options
from cati_rules.cli.settings import as_of_date, usage_error
from cati_rules.documents import parse_path, value_at
from cati_rules.expressions import TRUE
from cati_rules.text import Text


@click.command("waive")
@click.argument("file", metavar="FILE")
@click.argument("rule", metavar="RULESET/RULE")
@click.option("--at", "pointer", metavar="POINTER", help="JSON pointer to the value that is waived.")
@click.option("--reason", required=True, help="Why the failure is accepted.")
@click.option("--approver", required=True, help="Who accepts it.")
@click.option("--expires", required=True, metavar="DATE", help="Last day (UTC) on which the waiver holds.")
@output_options
def command(
    file: str,
    rule: str,
    pointer: str | None,
    reason: str,
    approver: str,
    expires: str,
    form: str,
    language: str | None,
    path: Path | None,
) -> None:
    """Print the waiver that accepts one failure: a rule, the value behind it, and until when.

    RULESET/RULE is such as fmc-steel/intensity. Without --at, the value is the first that the rule looks at.
    """
    from cati_rules.gate.waivers import fingerprint, path_of, pointer_to

    output = output_of(form, language, path)
    ruleset, _, name = rule.partition("/")
    document = read_input(file)
    date = as_of_date(expires)
    checked = check_document(document, (ruleset,))
    if checked.failed or not name:
        raise usage_error(rule, f"{file} is invalid, or no rule is named.", f"{file} 无效，或未指明规则。")
    where = pointer or pointer_to(_first_place(checked, name))
    value = value_at(document.value, path_of(where, document.value))
    if value is None:
        raise usage_error("--at", f"there is nothing at {where}.", f"{where} 处没有取值。")
    entry = {
        "ruleset": ruleset,
        "rule": name,
        "document": document.name,
        "pointer": where,
        "fingerprint": fingerprint(value),
        "reason": reason,
        "approver": approver,
        "expires": date,
    }
    if output.format == "json":
        deliver(json.dumps(entry, ensure_ascii=False, indent=2) + "\n", path)
        return
    lines = [f"{key}: {json.dumps(each, ensure_ascii=False)}" for key, each in entry.items()]
    deliver("\n".join(f"{'  - ' if not i else '    '}{line}" for i, line in enumerate(lines)) + "\n", path)


def _first_place(checked: Checked, name: str) -> tuple[str | int, ...]:
    """Return the place of the first value that a rule which is not met looks at."""
    from cati_rules.assessment.values import values_read

    for result, _ in checked.verdicts():
        for judgement in result.judgements:
            for each in judgement.judged():
                if each.condition.id == name and each.truth != TRUE:
                    exact, _ranges = values_read(each.trace, judgement)
                    for place in exact:
                        if "." in place or "[" in place:
                            return parse_path(place)
    for finding in (one for result in checked.consistency() for one in result.findings):
        if finding.rule.id == name:
            return finding.path
    raise usage_error(
        "--at",
        f"name the value that {name} is waived for.",
        f"请指明 {name} 所豁免的取值。",
        Text("Write --at /footprint/value.", "请写作 --at /footprint/value。"),
    )
