"""Targets by the hundred: each is told all that one alone is."""

from __future__ import annotations

from cati_rules.documents import Document
from cati_rules.documents.python_values import document_of
from cati_rules.report.build.definition import MOST_TOLD
from cati_rules.report.build.targets import judged, targets_report

AS_OF = "2026-11-26"
EDITIONS = ("sbti-aca-1", "sbti-aca-1.3.1")
TARGET = {
    "subject": "emission_reduction",
    "scopes": ["scope_1", "scope_2"],
    "base_year": 2025,
    "target_year": 2030,
    "reduction": 0.2,
}


def disclosure(targets: int) -> Document:
    return document_of(
        {
            "kind": "disclosure",
            "company": {"name": "A", "country": "CN"},
            "reporting_year": 2025,
            "targets": [{**TARGET, "name": f"target {i}"} for i in range(targets)],
        },
        "a.yaml",
    )


def test_the_last_of_a_long_list_is_told_as_the_first() -> None:
    # Pages of other definitions tell the reasons of so many entries with one verdict.
    document = disclosure(MOST_TOLD + 1)
    report = targets_report(judged(document, AS_OF, EDITIONS), AS_OF, "a.yaml")
    first, last = report.targets[0], report.targets[-1]
    assert [each.id for each in first.editions] == list(EDITIONS)
    assert [(each.id, each.verdict) for each in last.editions] == [
        (each.id, each.verdict) for each in first.editions
    ]
    assert last.aside == ()
