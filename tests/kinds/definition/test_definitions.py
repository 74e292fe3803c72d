"""What holds of every definition, whatever the document: soundness, monotony, exactness."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from metals import Object, amount, facilities, products, purchases, share, with_holes

from cati_rules.catalog.store import load_ruleset, ruleset_ids
from cati_rules.documents import value_at, with_value
from cati_rules.kinds.definition.result import DefinitionResult
from cati_rules.kinds.definition.rules import Definition
from cati_rules.pipeline import definition_assessor, record_of
from cati_rules.schema import is_valid, without_nulls
from cati_rules.schema.plausibility import errors_in
from cati_rules.schema.types import FieldType, ListType, RecordType, TextType
from cati_rules.units import UNITS, converted

AS_OF = "2026-06-30"
Path = tuple[str | int, ...]
DEFINITIONS = [each for each in map(load_ruleset, ruleset_ids()) if isinstance(each, Definition)]
DEFINITE = {"met", "not_met", "not_applicable", "not_testable"}
BETTER = {"met": 2, "indeterminate": 1, "not_met": 0}

bounded = settings(
    max_examples=200,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


def of(subject: str) -> list[str]:
    return [each.id for each in DEFINITIONS if subject in each.subjects]


def judge(identifier: str, document: Object) -> DefinitionResult:
    return definition_assessor(identifier).assess(document, as_of=AS_OF)


def level_of(result: DefinitionResult) -> int:
    if result.level is None or result.body is None:
        return -1
    return [each.id for each in result.body.levels].index(result.level)


def check_completion(subject: str, whole: Object, partial: Object) -> None:
    assert is_valid(subject, partial)
    assert is_valid(subject, whole)
    for identifier in of(subject):
        before, after = judge(identifier, partial), judge(identifier, whole)
        if before.verdict in DEFINITE:
            assert after.verdict == before.verdict, identifier
        if before.verdict == "met":
            assert level_of(after) >= level_of(before), identifier


@bounded
@given(whole=products(), data=st.data())
def test_a_definite_verdict_on_a_product_survives_every_completion(
    whole: Object, data: st.DataObject
) -> None:
    check_completion("product", whole, data.draw(with_holes(whole)))


@bounded
@given(whole=facilities(), data=st.data())
def test_a_definite_verdict_on_a_facility_survives_every_completion(
    whole: Object, data: st.DataObject
) -> None:
    check_completion("facility", whole, data.draw(with_holes(whole)))


@bounded
@given(whole=purchases(), data=st.data())
def test_a_definite_verdict_on_purchases_survives_every_completion(
    whole: Object, data: st.DataObject
) -> None:
    check_completion("purchases", whole, data.draw(with_holes(whole)))


def fields_with_default(kind: FieldType, path: Path = ()) -> Iterator[tuple[Path, frozenset[str]]]:
    """Yield the places of texts whose schema says what they stand for when left out, with all that they can be."""
    if isinstance(kind, RecordType):
        for name, inner in kind.fields.items():
            yield from fields_with_default(inner, (*path, name))
    elif isinstance(kind, ListType):
        yield from fields_with_default(kind.item, (*path, 0))
    elif isinstance(kind, TextType) and kind.default is not None:
        yield path, kind.choices or frozenset()


WEIGHED_BY: Path = ("scrap", "weighed_by")
"""A field that had a default: how scrap is weighed is a fact."""
DRAWN = {"product": products(), "facility": facilities(), "purchases": purchases()}


@pytest.mark.parametrize("subject", DRAWN)
def test_adding_a_field_with_a_default_never_makes_less_of_a_met(subject: str) -> None:
    fields = dict(fields_with_default(record_of(subject)))
    if subject != "facility":
        place = WEIGHED_BY if subject == "product" else ("lots", 0, "product", *WEIGHED_BY)
        fields[place] = frozenset({"as_asked", "mass", "iron_content"})

    @bounded
    @given(document=DRAWN[subject])
    def check(document: Object) -> None:
        for path, choices in fields.items():
            if value_at(document, path[:-1]) is None:
                continue
            before = without_nulls(with_value(document, path, None))
            for identifier in of(subject):
                found = judge(identifier, before)
                for choice in choices if found.verdict == "met" else ():
                    after = judge(identifier, with_value(before, path, choice))
                    assert after.verdict == "met", (identifier, path, choice)
                    assert level_of(after) >= level_of(found), (identifier, path, choice)

    check()


@bounded
@given(product=products())
def test_what_is_drawn_says_nothing_that_cannot_be(product: Object) -> None:
    assert not errors_in(product)


@bounded
@given(whole=products(), data=st.data())
def test_what_is_missing_is_absent_from_the_document_and_named_once(
    whole: Object, data: st.DataObject
) -> None:
    partial = data.draw(with_holes(whole))
    for identifier in of("product"):
        result = judge(identifier, partial)
        assert len(set(result.missing)) == len(result.missing)
        for path in result.missing:
            value: Any = partial
            for step in path:
                value = value.get(step, {}) if isinstance(value, dict) else value[step]
            assert value == {}, (identifier, path)


@bounded
@given(product=products(), lower=amount)
def test_a_lower_footprint_never_worsens_a_verdict(product: Object, lower: Decimal) -> None:
    value = product["footprint"]["value"]
    less = with_value(product, ("footprint", "value"), min(lower, value))
    less = with_value(less, ("footprint", "offsets"), product["footprint"]["offsets"])
    for identifier in of("product"):
        here, there = judge(identifier, product), judge(identifier, less)
        if here.verdict in BETTER and there.verdict in BETTER:
            assert BETTER[there.verdict] >= BETTER[here.verdict], identifier
            assert level_of(there) >= level_of(here), identifier


@bounded
@given(product=products(), unit=st.sampled_from(sorted(UNITS)))
def test_the_same_footprint_in_another_unit_gives_the_same_verdict(product: Object, unit: str) -> None:
    here = product["footprint"]["unit"]
    if UNITS[here].gases != UNITS[unit].gases:
        return
    other = dict(product)
    footprint = dict(product["footprint"])
    figures = {"value", "offsets", "below", "at_most", "at_least"} & footprint.keys()
    footprint |= {name: converted(footprint[name], here, unit) for name in figures} | {"unit": unit}
    if "modules" in footprint:
        footprint["modules"] = {
            name: converted(each, here, unit) for name, each in footprint["modules"].items()
        }
    other["footprint"] = footprint
    for identifier in of("product"):
        one, two = judge(identifier, product), judge(identifier, other)
        assert (one.verdict, one.level) == (two.verdict, two.level), identifier


@bounded
@given(
    value=st.decimals(0, 10**6, places=6),
    there=st.sampled_from(sorted(UNITS)),
    back=st.sampled_from(sorted(UNITS)),
)
def test_units_convert_there_and_back_exactly(value: Decimal, there: str, back: str) -> None:
    if UNITS[there].gases != UNITS[back].gases:
        with pytest.raises(ValueError, match="gases"):
            converted(value, there, back)
        return
    assert converted(converted(value, there, back), back, there) == value


@bounded
@given(bought=purchases(), factor=st.sampled_from([Decimal(each) for each in ("0.001", "0.5", "3", "1000")]))
def test_scaling_every_tonne_leaves_the_verdict_on_purchases_as_it_is(
    bought: Object, factor: Decimal
) -> None:
    scaled = {**bought, "lots": [{**each, "t": each["t"] * factor} for each in bought["lots"]]}
    for identifier in of("purchases"):
        assert judge(identifier, scaled).verdict == judge(identifier, bought).verdict, identifier


@bounded
@given(product=products(), scrap=share)
def test_offsets_never_change_what_standards_see_but_where_a_label_nets_them(
    product: Object, scrap: Decimal
) -> None:
    without = dict(product)
    without["footprint"] = {name: each for name, each in product["footprint"].items() if name != "offsets"}
    for identifier in of("product"):
        if identifier != "econiq-nz":
            assert judge(identifier, without).verdict == judge(identifier, product).verdict, identifier


@bounded
@given(document=st.one_of(products(), facilities(), purchases()))
def test_every_definition_says_something_of_every_document(document: Object) -> None:
    for each in DEFINITIONS:
        result = judge(each.id, document)
        assert result.verdict in {*DEFINITE, "indeterminate"}
        assert (result.verdict == "not_applicable") or document["kind"] in each.subjects


def test_an_unverified_figure_never_makes_a_met() -> None:
    for each in DEFINITIONS:
        for body in each.bodies:
            for condition in body.judged():
                if condition.basis != "unverified":
                    continue
                assert condition.why is not None, (each.id, condition.id)
