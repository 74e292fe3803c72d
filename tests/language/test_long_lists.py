"""Pairs and triples of entries of a long list: the same answers as by going through all of them, at linear cost."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loaded import load_index

from cati_rules.kinds.index.assessment import IndexAssessor
from cati_rules.language import generated, lists, repeated, ruleset_conditions
from cati_rules.language.evaluation import World, compile_node
from cati_rules.language.explanation import explain
from cati_rules.language.parser import parse
from cati_rules.language.ranges import BOTH, FALSE, TRUE, negated
from cati_rules.language.trace import SearchTrace, walk_trace
from cati_rules.pipeline import record_of
from cati_rules.schema.types import types_from_schema

Object = dict[str, Any]


def disclosure(companies: list[Object]) -> Object:
    return {
        "kind": "disclosure",
        "company": {"name": "X"},
        "reporting_year": Decimal(2025),
        "affiliates": {"companies": companies},
    }


@pytest.fixture(autouse=True)
def _by_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Conditions are not written as Python, however many documents other tests have judged."""
    monkeypatch.setattr(ruleset_conditions, "MOST_BY_TRACE", 10**9)


@cache
def assessor() -> IndexAssessor:
    return IndexAssessor(load_index("cati-auto-2024"), record_of("disclosure"))


def points(document: Object) -> Any:
    result = assessor().assess_as_published(document)
    return [(each.indicator.id, each.awarded) for part in result.dimensions for each in part.indicators()]


def drawn(seed: int, entries: int, names: int) -> list[Object]:
    """Return affiliates of few names, most of which say nothing of their emissions."""
    choose = random.Random(seed)  # noqa: S311 - only draws examples
    found = []
    for _ in range(entries):
        company: Object = {"name": f"Plant {choose.randrange(names)}"}
        if choose.random() < 0.02:
            company["emissions_year"] = Decimal(choose.choice((2019, 2024, 2025)))
        if choose.random() < 0.02:
            company["zero_carbon_certificate"] = "certified"
        found.append(company)
    return found


@pytest.mark.parametrize("seed", range(12))
def test_a_long_list_scores_as_one_that_is_gone_through(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    document = disclosure(drawn(seed, 40, 1 + seed % 4))
    monkeypatch.setattr(lists, "MOST_TOLD", 8)
    looked_up = points(document)
    monkeypatch.setattr(lists, "MOST_TOLD", 10**9)
    monkeypatch.setattr(lists, "LONG", 10**9)
    assert points(document) == looked_up


def test_three_names_at_the_end_of_a_long_list_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    # Where names that say something stand at the end, all threes are gone through: a short list is long enough here.
    monkeypatch.setattr(lists, "LONG", 16)
    monkeypatch.setattr(lists, "MOST_TOLD", 16)
    silent = [{"name": f"Plant {i}"} for i in range(40)]
    three = [{"name": name, "emissions_year": Decimal(2025)} for name in "ABC"]
    for companies, expected in ((silent, 0), (silent + three[:1], 1), (silent + three, 2)):
        assert dict(points(disclosure(companies)))["5.2.1"] == expected


def test_ten_times_the_affiliates_take_ten_times_the_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0
    entry = lists.Entry  # type: ignore[attr-defined]

    def counted(*given: Any) -> Any:
        nonlocal looks
        looks += 1
        return entry(*given)

    monkeypatch.setattr(lists, "Entry", counted)
    points(disclosure([{"name": f"Plant {i}"} for i in range(300)]))
    few, looks = looks, 0
    points(disclosure([{"name": f"Plant {i}"} for i in range(3000)]))
    assert 0 < looks <= 12 * few


# Pairs and triples of drawn lists, held against loops that know no shortcut.

ENTRY = {
    "name": {"enum": ["A", "B", "C"]},
    "year": {"type": "number"},
    "on": {"type": "boolean"},
    "good": {"type": "boolean"},
}
RECORD = types_from_schema(
    {
        "type": "object",
        "properties": {"xs": {"type": "array", "items": {"type": "object", "properties": ENTRY}}},
    }
)
PAIRS = "$any([$any([b.good for b in xs if b.year == 2 and b.on and b.name != a.name]) for a in xs if a.on])"
YEARS = "$any([$any([b.good for b in xs if b.year == a.year and b.on]) for a in xs if not a.good])"
UNSIFTED = "$any([$any([b.good and b.name != a.name for b in xs]) for a in xs if a.on])"
TRIPLES = (
    "$any([$any([$any([c.good for c in xs if c.on and c.name != a.name and c.name != b.name])"
    " for b in xs if b.on and b.name != a.name]) for a in xs if a.on])"
)


def of(entry: Object, field: str) -> int:
    return {True: TRUE, False: FALSE, None: BOTH}[entry.get(field)]


def equal(one: object, other: object) -> int:
    return BOTH if one is None or other is None else TRUE if one == other else FALSE


def every(*truths: int) -> int:
    return negated(some(negated(each) for each in truths))


def some(truths: Iterable[int]) -> int:
    """Return the truth of "or": false if each is; true if one is; otherwise undecided."""
    found = set(truths)
    return TRUE if TRUE in found else BOTH if BOTH in found else FALSE


def differ(one: Object, other: Object) -> int:
    return negated(equal(one.get("name"), other.get("name")))


def by_loops_pairs(xs: list[Object]) -> int:
    return some(
        every(of(a, "on"), equal(b.get("year"), 2), of(b, "on"), differ(a, b), of(b, "good"))
        for a in xs
        for b in xs
    )


def by_loops_years(xs: list[Object]) -> int:
    return some(
        every(negated(of(a, "good")), equal(b.get("year"), a.get("year")), of(b, "on"), of(b, "good"))
        for a in xs
        for b in xs
    )


def by_loops_unsifted(xs: list[Object]) -> int:
    return some(every(of(a, "on"), of(b, "good"), differ(a, b)) for a in xs for b in xs)


def by_loops_triples(xs: list[Object]) -> int:
    return some(
        every(
            *(of(each, "on") for each in (a, b, c)), differ(a, b), differ(a, c), differ(b, c), of(c, "good")
        )
        for a in xs
        for b in xs
        for c in xs
    )


ENTRIES = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from("ABC"),
        "year": st.sampled_from((Decimal(1), Decimal(2))),
        "on": st.booleans(),
        "good": st.booleans(),
    },
)


@pytest.mark.parametrize(
    ("text", "by_loops"),
    [
        (PAIRS, by_loops_pairs),
        (YEARS, by_loops_years),
        (UNSIFTED, by_loops_unsifted),
        (TRIPLES, by_loops_triples),
    ],
)
@pytest.mark.parametrize("briefly", [False, True])
@pytest.mark.parametrize("world", ["open", "closed"])
def test_a_long_list_is_as_true_as_by_loops(
    text: str,
    by_loops: Callable[[list[Object]], int],
    briefly: bool,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    node = parse(text, RECORD).node
    run = compile_node(node, world=world, record=RECORD, briefly=briefly)
    monkeypatch.setattr(generated, "LONG", 1)
    (written,) = generated.compile_truths([node], world=world, record=RECORD, named={})

    @settings(deadline=None, max_examples=60)
    @given(xs=st.lists(ENTRIES, min_size=1, max_size=8), more=st.lists(ENTRIES, max_size=8))
    def check(xs: list[Object], more: list[Object]) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(lists, "MOST_TOLD", 2)
            patch.setattr(lists, "LONG", 1)
            for entries in (xs, xs + more):
                assert run({"xs": entries}).truth == by_loops(entries)
                assert written({"xs": entries}, {}) == by_loops(entries)

    check()


DEFAULTS = types_from_schema(
    {
        "type": "object",
        "properties": {
            "xs": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "on": {"type": "boolean"},
                        "by": {
                            "type": "object",
                            "properties": {"means": {"enum": ["a", "b"], "default": "a"}},
                        },
                    },
                },
            }
        },
    }
)


@pytest.mark.parametrize(
    ("entries", "expected"), [([{}, {"by": {}}], TRUE), ([{"by": {}}, {}], TRUE), ([{}], BOTH)]
)
def test_a_field_that_stands_for_something_is_not_taken_for_one_of_a_record_that_is_not_there(
    entries: list[Object], expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (lists, repeated, generated):
        monkeypatch.setattr(module, "LONG", 0)
    node = parse("$any([$any([b.on and a.by.means == 'a' for b in xs]) for a in xs if a.on])", DEFAULTS).node
    document = {"xs": [{"on": True, **each} for each in entries]}
    run = compile_node(node, world="closed", record=DEFAULTS)
    (written,) = generated.compile_truths([node], world="closed", record=DEFAULTS, named={})
    assert run(document).truth == written(document, {}) == expected


LINEAR = {
    "one at the end": lambda i, count: {"on": True} if i == count - 1 else {},
    "two names": lambda i, count: {"name": "AB"[i % 2], "on": True},
    "one name at the start": lambda i, count: {"name": "A", "on": True} if i < count // 2 else {},
    "one name at the end": lambda i, count: {"name": "A", "on": True} if i >= count // 2 else {},
}


@pytest.mark.parametrize("made", LINEAR.values(), ids=list(LINEAR))
@pytest.mark.parametrize("text", [PAIRS, TRIPLES, YEARS])
def test_ten_times_the_entries_take_ten_times_the_reads(
    text: str, made: Callable[[int, int], Object]
) -> None:
    """Pairs and triples of a list cost by its size, in traces and without them: fields that are read are counted."""
    names = {**ENTRY, "name": {"type": "string"}}
    schema = {"type": "array", "items": {"type": "object", "properties": names}}
    record = types_from_schema({"type": "object", "properties": {"xs": schema}})
    node = parse(text, record).node
    run = compile_node(node, world="closed", record=record)
    (written,) = generated.compile_truths([node], world="closed", record=record, named={})

    class Counted(dict[str, Any]):
        reads = 0

        def get(self, key: str, default: Any = None) -> Any:
            Counted.reads += 1
            return super().get(key, default)

    def reads(count: int, judge: Callable[[Object], object]) -> int:
        entries = [Counted({"name": f"P{i}", "year": Decimal(i), **made(i, count)}) for i in range(count)]
        Counted.reads = 0
        judge({"xs": entries})
        return Counted.reads

    for judge in (run, lambda document: written(document, {})):
        few, many = (reads(count, judge) for count in (300, 3000))
        assert 0 < many <= 12 * few
    assert run({"xs": [made(i, 40) for i in range(40)]}).truth == written(
        {"xs": [made(i, 40) for i in range(40)]}, {}
    )


def test_a_trace_says_how_many_entries_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_TOLD", 8)
    node = parse(PAIRS, RECORD).node
    document = {"xs": [{"name": "A", "on": True} for _ in range(20)]}
    trace = compile_node(node, world="closed", record=RECORD)(document)
    inner = [each for _, each in walk_trace(trace) if isinstance(each, SearchTrace) and each is not trace]
    assert isinstance(trace, SearchTrace)
    assert len(trace.entries or ()) == 20
    assert trace.left_out == 0
    assert {(len(each.entries or ()) + each.left_out) for each in inner} == {20}
    assert all(each.left_out >= 20 - 9 for each in inner)


def test_an_explanation_shows_the_first_entries_and_what_decides() -> None:
    node = parse("$any([x.good for x in xs if x.on])", RECORD).node
    document = {"xs": [{"on": True, "good": i == 299} for i in range(300)]}
    told = explain(compile_node(node, world="closed", record=RECORD)(document), document)
    assert [each.path[-1] for each in told.elements] == [*range(128), 299]
    assert told.left_out == 300 - 129
    short = {"xs": document["xs"][:128]}
    told = explain(compile_node(node, world="closed", record=RECORD)(short), short)
    assert (len(told.elements), told.left_out) == (128, 0)
