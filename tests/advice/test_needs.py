"""What a line says is missing, filled in, meets the criterion: all of what is needed together, one way of several."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace
from running import EXAMPLES
from strategies import AS_OF, CATI, Object, disclosures

from cati_rules import load_document
from cati_rules.advice.satisfying import values_that_meet
from cati_rules.documents import value_at, with_value
from cati_rules.kinds.needs import Way, choices_of
from cati_rules.language import TRUE
from cati_rules.pipeline import index_assessor
from cati_rules.schema import load_schema, spelled_out

ON = "2026-11-22"
OURS = sorted((*EXAMPLES.glob("draft*.yaml"), *EXAMPLES.glob("report/*.yaml")))
SCHEMA = load_schema("disclosure")
INDICES = (CATI, "cati-enterprise-2023")


def filled_in(counted: Object, way: Way) -> Object | None:
    """Return what counts with all of one way done; None where a line asks for an entry, or for other than a value."""
    for seen in way:
        if seen.held:
            continue
        now = value_at(counted, seen.path)
        # What was added for the same list before stays in it.
        asked = replace(seen, items=tuple(now)) if isinstance(now, list) else seen
        attempt = next(values_that_meet(asked, SCHEMA, now), None)
        if attempt is None or seen.demand == "amount":
            return None
        try:
            counted = with_value(counted, seen.path, attempt.value)
        except ValueError:
            return None  # it lies in what does not count
    return counted


def hold_needs(identifier: str, document: Object, as_of: str) -> Counter[str]:
    """Fill in each way of what each criterion lacks, and count what came of it."""
    assessor, counts = index_assessor(identifier), Counter[str]()
    for indicator in assessor.assess(document, as_of=as_of).indicators():
        for each in indicator.criteria:
            if each.met or each.withheld:
                continue
            choices = list(choices_of(each.needs()))
            if any(not ways for ways, _ in choices):
                continue
            evaluator = assessor.criterion_evaluator(indicator.indicator, each.criterion)
            for turn in range(max((len(ways) for ways, _ in choices), default=0)):
                counted: Object | None = dict(each.value)
                for ways, _ in choices:
                    counted = None if counted is None else filled_in(counted, ways[min(turn, len(ways) - 1)])
                if counted is None:
                    counts["not a value"] += 1
                    continue
                counts["done"] += 1
                told = (identifier, indicator.indicator.id, each.criterion.id, choices, turn)
                assert evaluator.truth(counted) == TRUE, told
    return counts


@pytest.mark.parametrize("file", OURS, ids=lambda path: path.name)
@pytest.mark.parametrize("identifier", INDICES)
def test_what_a_line_of_ours_says_meets_the_criterion(identifier: str, file: object) -> None:
    document = spelled_out(load_document(str(file)).value)
    assert hold_needs(identifier, document, ON)["done"] > 0


@settings(
    max_examples=15,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(document=disclosures())
def test_what_a_line_says_of_a_drawn_disclosure_meets_the_criterion(document: Object) -> None:
    for identifier in INDICES:
        hold_needs(identifier, spelled_out(document), AS_OF)
