"""What docs/compatibility.md promises: ids stay, and fingerprints come from what it says and nothing else."""

from __future__ import annotations

import hashlib
import json

import pytest
from running import DATA, EXAMPLES, ROOT, Command

from cati_rules.catalog.store import load_ruleset, ruleset_ids
from cati_rules.kinds.consistency.rules import Consistency
from cati_rules.kinds.definition.rules import Definition
from cati_rules.kinds.index.rules import Index

IDS = DATA / "ids.txt"
ON = ("--as-of", "2026-11-22", "--lang", "en")


def ids_of(identifier: str) -> set[str]:
    """Return the ids of a ruleset: its own, and those of its rules."""
    rules = load_ruleset(identifier)
    found = {identifier}
    if isinstance(rules, Index):
        for indicator in rules.indicators():
            found |= {f"{identifier}/{indicator.id}"}
            found |= {f"{identifier}/{indicator.id}/{each.id}" for each in indicator.criteria}
    if isinstance(rules, Definition):
        for body in rules.bodies:
            found |= {f"{identifier}/{each.id}" for each in (*body.conditions, *body.levels)}
    if isinstance(rules, Consistency):
        for part in rules.bodies:
            found |= {f"{identifier}/{each.id}" for each in part.rules}
    return found


def test_no_id_is_lost() -> None:
    """An id that goes has to be taken out of the list by hand, and stands in the changelog under “Removed”."""
    known = set(IDS.read_text(encoding="utf-8").split())
    ours = set().union(*map(ids_of, ruleset_ids()))
    assert known - ours == set()
    assert len(known) > 600


def test_a_fingerprint_is_made_of_ruleset_rule_name_and_place(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(EXAMPLES.parent)
    line = ("check", "examples/coil.yaml", "--ruleset", "fmc-steel", *ON)
    (found,) = command(*line, "--format", "gitlab").json
    place = ["footprint", "chain_of_custody"]
    told = json.dumps(["fmc-steel", "fmc-steel/chain-of-custody", "examples/coil", place])
    # The number tells findings apart that are alike in all of this.
    assert found["fingerprint"] == hashlib.sha256(f"{told}1".encode()).hexdigest()


def test_the_page_names_the_schema_of_results() -> None:
    page = (ROOT / "docs" / "compatibility.md").read_text(encoding="utf-8")
    for each in ("cati-result/N", "attestation.rulesets", "cati_rules.__all__"):
        assert each in page
