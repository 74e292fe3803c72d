"""What must hold for every disclosure on the index, tried on drawn ones."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from loaded import load_index
from strategies import (
    ABOUT_STATEMENTS,
    AS_OF,
    CATI,
    PUBLIC,
    REPORTING_YEAR,
    SCHEMA,
    SEEDS,
    Drawer,
    Object,
    Path,
    changed,
    citing,
    complete_disclosures,
    disclosures,
    is_statement,
    places,
    removed,
    schema_at,
    schema_of_field,
    statements,
    value_at,
)

from cati_rules.documents import parse_document
from cati_rules.kinds.index.result import IndexResult
from cati_rules.language import TRUE, compile_node, depends_on, write
from cati_rules.language.inlining import inlined
from cati_rules.language.parser import compiled_rule
from cati_rules.pipeline import check_document, index_assessor, record_of
from cati_rules.report.build.run import report_of
from cati_rules.report.data.run import report_data
from cati_rules.schema import is_valid, spelled_out
from cati_rules.schema.types import RecordType

CI = settings(
    deadline=None,
    max_examples=80,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


def assess(document: Object) -> IndexResult:
    return index_assessor(CATI).assess(document, as_of=AS_OF)


def met_in(result: IndexResult) -> set[tuple[str, str]]:
    """Return the criteria that are met by what is public."""
    return {
        (indicator.indicator.id, each.criterion.id)
        for indicator in result.indicators()
        for each in indicator.criteria
        if each.met
    }


def met(document: Object) -> set[tuple[str, str]]:
    return met_in(assess(document))


@CI
@given(document=disclosures())
def test_what_the_strategy_draws_is_valid(document: Object) -> None:
    assert is_valid("disclosure", document)


# Sources named once


@CI
@given(document=disclosures())
def test_citing_sources_says_the_same_as_evidence_in_full(document: Object) -> None:
    cited = citing(document)
    assert is_valid("disclosure", cited)
    assert spelled_out(cited) == {**document, **({"sources": cited["sources"]} if "sources" in cited else {})}
    assert result_key(assess(spelled_out(cited))) == result_key(assess(document))


def result_key(result: IndexResult) -> tuple[object, ...]:
    return result.score, result.score_if_published, result.unpublished, met_in(result)


@CI
@given(document=disclosures(), order=SEEDS)
def test_one_more_citation_of_a_public_source_never_lowers_the_score(document: Object, order: Random) -> None:
    cited = citing(document)
    cited.setdefault("sources", []).append({"id": "one-more", **PUBLIC})

    def steps() -> Iterator[tuple[Path, Object]]:
        more = cited
        for path in some_of(statements(document), order):
            listed = value_at(more, path).get("evidence", [])
            more = changed(more, (*path, "evidence"), [*listed, {"source": "one-more"}])
            yield path, spelled_out(more)

    assert_each_adds(document, steps())


# Adding public evidence never lowers a score


# One example takes many steps, in an order that is spread evenly, as few single steps concern any one rule. Some are
# taken between two assessments, which are what costs: a criterion that one step loses and another of the same few
# wins back goes unseen here, and would be seen in one of the many other orders.
MANY, TOGETHER = 24, 4


def assert_each_adds(document: Object, steps: Iterable[tuple[object, Object]]) -> None:
    """Hold score and criteria met of documents in a row against those of one before, some steps apart."""
    before, taken = assess(document), []
    every = list(steps)
    for number, (what, more) in enumerate(every, 1):
        taken.append(what)
        if number % TOGETHER and number < len(every):
            continue
        after = assess(more)
        assert met_in(after) >= met_in(before), taken
        assert after.score >= before.score, taken
        before, taken = after, []


def some_of(paths: Sequence[Path], order: Random) -> list[Path]:
    return order.sample(paths, min(len(paths), MANY))


def published_one_by_one(document: Object, order: Random) -> Iterator[tuple[Path, Object]]:
    """Yield the document with one more statement published each time."""
    for path in some_of(assess(document).unpublished, order):
        evidence = value_at(document, path).get("evidence", [])
        document = changed(document, (*path, "evidence"), [*evidence, PUBLIC])
        yield path, document


@CI
@given(document=disclosures(), order=SEEDS)
def test_publishing_a_statement_never_lowers_the_score(document: Object, order: Random) -> None:
    assert_each_adds(document, published_one_by_one(document, order))


def room_for_statements(value: Any, schema: Mapping[str, Any], path: Path = ()) -> list[Path]:
    """Return where one more statement can stand: at the end of a list, or in an empty section."""
    found: list[Path] = []
    if isinstance(value, list):
        items = schema_of_field(schema, 0)
        if is_statement(items):
            found.append((*path, len(value)))
        for index, each in enumerate(value):
            found += room_for_statements(each, items, (*path, index))
    elif isinstance(value, dict):
        for name in schema.get("properties", {}):
            below = schema_of_field(schema, name)
            if name in value:
                found += room_for_statements(value[name], below, (*path, name))
            elif is_statement(below):
                found.append((*path, name))
            elif below.get("type") == "array" and is_statement(schema_of_field(below, 0)):
                found.append((*path, name, 0))
    return found


def with_one_more(document: Object, path: Path, statement: Object) -> Object:
    """Return a copy of the document with a statement at ``path``, which is in a section or ends a list."""
    more = copy.deepcopy(document)
    if isinstance(path[-1], int):
        value_at(more, path[:-2]).setdefault(path[-2], []).append(statement)
    else:
        value_at(more, path[:-1])[path[-1]] = statement
    return more


def grown(document: Object, order: Random) -> Iterator[tuple[Path, Object]]:
    """Yield the document with one more public statement each time."""
    for _ in range(MANY):
        path = order.choice(room_for_statements(document, SCHEMA))
        document = with_one_more(document, path, Drawer(order).public_statement(path))
        yield path, document


@settings(CI, max_examples=50)
@given(document=disclosures(), order=SEEDS)
def test_one_more_public_statement_never_lowers_the_score(document: Object, order: Random) -> None:
    assert_each_adds(document, grown(document, order))


def has_default(path: Path) -> bool:
    """Return whether the schema says what a document means that leaves the field out."""
    return isinstance(path[-1], str) and "default" in schema_at(path)


def absent_fields(document: Object) -> list[Path]:
    """Return the fields without evidence of their own that statements could say more in."""
    found: list[Path] = []
    for path in statements(document):
        value = value_at(document, path)
        for name in schema_at(path)["properties"]:
            below = schema_at((*path, name))
            inside = below.get("type") == "array" and is_statement(schema_of_field(below, 0))
            if (
                name not in value
                and name not in ABOUT_STATEMENTS
                and not inside
                and not has_default((*path, name))
            ):
                found.append((*path, name))
    return found


def said_more(document: Object, order: Random) -> Iterator[tuple[Path, Object]]:
    """Yield the document with one more field of a public statement filled in each time."""
    hidden = assess(document).unpublished
    fields = [
        path for path in absent_fields(document) if not any(path[: len(each)] == each for each in hidden)
    ]
    for path in some_of(fields, order):
        more = changed(document, path, Drawer(order).value(schema_at(path), str(path[-1])))
        if is_valid("disclosure", more):
            document = more
            yield path, document


@settings(CI, max_examples=60)
@given(document=disclosures(), order=SEEDS)
def test_saying_more_in_a_public_statement_never_lowers_the_score(document: Object, order: Random) -> None:
    assert_each_adds(document, said_more(document, order))


@CI
@given(document=disclosures(), order=SEEDS)
def test_what_is_met_stays_met_however_absent_scalars_are_filled_in(document: Object, order: Random) -> None:
    fuller = Drawer(order).filled(document, SCHEMA)
    assert is_valid("disclosure", fuller)
    assert met(fuller) >= met(document)


# Removing a value never turns "not met" into "met"


def removable(document: Object) -> list[Path]:
    """Return the values that say something, not on whose word or on what evidence they stand.

    Left out are the kind of document, without which there is none, and fields that a default speaks for: without one
    a document says the default, and not less.
    """
    return [
        path
        for path in places(document)
        if path != ("kind",) and not set(path) & {"evidence", "stated_by"} and not has_default(path)
    ]


@CI
@given(document=disclosures(), order=SEEDS)
def test_removing_a_value_never_meets_a_criterion(document: Object, order: Random) -> None:
    before = met(document)
    paths = some_of(removable(document), order)
    for at in range(0, len(paths), TOGETHER):
        less = document
        # From the end, so that what is inside goes before what is around it, and later entries before earlier ones.
        for path in sorted(
            paths[at : at + TOGETHER], key=lambda each: [str(step).zfill(3) for step in each], reverse=True
        ):
            less = removed(less, path)
        assert met(less) <= before, paths[at : at + TOGETHER]


@CI
@given(document=disclosures(), data=st.data())
def test_removing_evidence_never_meets_a_criterion(document: Object, data: Any) -> None:
    # A statement within another falls back on that one's evidence, so its own can be what hides it.
    all_statements = statements(document)
    outermost = [
        path
        for path in all_statements
        if "evidence" in value_at(document, path)
        and not any(path[:i] in all_statements for i in range(1, len(path)))
    ]
    assume(outermost)
    path = data.draw(st.sampled_from(outermost))
    assert met(removed(document, (*path, "evidence"))) <= met(document)


# Scores add up and stay on their grids

HALF = Decimal("0.5")
GRIDS = {
    # Of these, 4 is published for no company (published/reach.yaml says why it can be had): the supply chain and the use
    # of vehicles without suppliers' data, or the supply chain alone with data that is collected.
    "2.2": {Decimal(each) for each in ("0", "0.5", "1", "1.5", "3", "3.5", "4", "4.5", "5", "5.5", "6")},
    "2.3": {Decimal(each) for each in ("0", "1", "3", "3.5", "4", "4.5", "5", "6")},
}
STEEL_AND_ALUMINIUM = {Decimal(each) for each in ("0", "0.5", "1", "2", "3")}


def has_purchased_goods(document: Object) -> bool:
    return any(
        each.get("category") == "purchased_goods_and_services" for each in document.get("emissions", [])
    )


@CI
@given(document=disclosures())
def test_scores_add_up_and_stay_on_their_grids(document: Object) -> None:
    for result in (assess(document), index_assessor(CATI).assess_as_published(document)):
        assert 0 <= result.score <= result.score_if_published <= 100
        assert result.score == sum(each.awarded * each.weight for each in result.indicators())
        assert result.score == sum(each.weighted for each in result.dimensions)
        assert result.band == load_index(CATI).band(result.score)
        for each in result.indicators():
            identifier, points = each.indicator.id, each.indicator.points
            assert 0 <= each.awarded <= points, identifier
            assert 0 <= each.awarded_if_published <= points, identifier
            assert each.awarded % (1 if identifier.startswith("2.1.") else HALF) == 0, identifier
        assert result.indicator("5.3.2").awarded in STEEL_AND_ALUMINIUM
        for dimension in result.dimensions:
            for group in dimension.groups:
                assert group.awarded <= group.group.points, group.group.id
                assert group.awarded in GRIDS.get(group.group.id, {group.awarded}), group.group.id
                if group.group.id == "2.2" and not has_purchased_goods(document):
                    assert group.awarded <= 3


@CI
@given(document=disclosures())
def test_the_score_if_published_is_the_score_with_everything_published(document: Object) -> None:
    published = copy.deepcopy(document)
    for path in statements(published):
        value_at(published, path)["evidence"] = [PUBLIC]
    assert assess(document).score_if_published == assess(published).score
    assert assess(published).unpublished == ()


# All evaluators agree on complete documents


@cache
def evaluators() -> list[tuple[str, Callable[..., Any], Callable[..., object], frozenset[str]]]:
    """Return each condition of the index as text, as ours, as rule-engine's, and what it reads at the top."""
    rules, record = load_index(CATI), record_of("disclosure")
    named = rules.named_nodes()
    conditions = [each.node for one in rules.indicators() for each in one.criteria]
    conditions += [one.ceiling.node for one in rules.indicators() if one.ceiling]
    found = []
    for node in conditions:
        # The names of the ruleset are ours alone: rule-engine gets what they stand for.
        plain = inlined(node, named)
        text = write(plain)
        tops = frozenset(str(path[0]) for path in depends_on(plain))
        # rule-engine is told only of the sections that the condition reads: it takes ten times as long otherwise.
        few = RecordType(record.name, {name: kind for name, kind in record.fields.items() if name in tops})
        ours = compile_node(node, world="closed", record=record, named=named)
        found.append((text, ours, compiled_rule(text, few), tops))
    return found


@settings(CI, max_examples=100)
@given(document=complete_disclosures())
def test_every_condition_comes_out_as_in_rule_engine(document: Object) -> None:
    for text, ours, theirs, tops in evaluators():
        trace = ours(document)
        answer = theirs({name: value for name, value in document.items() if name in tops})
        assert (trace.truth == TRUE) == answer, text


# The same document gives the same bytes, however it is written


def shuffled(value: Any, draw: st.DrawFn) -> Any:
    """Return the same value with the keys of its mappings in another order."""
    if isinstance(value, list):
        return [shuffled(each, draw) for each in value]
    if not isinstance(value, dict):
        return value
    names = list(reversed(value)) if draw(st.booleans()) else sorted(value)
    return {name: shuffled(value[name], draw) for name in names}


def as_json(value: Any) -> str:
    """Write a value as JSON, numbers with all their digits."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)}: {as_json(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_json, value)) + "]"
    return f"{value:f}" if isinstance(value, Decimal) else json.dumps(value)


def as_yaml(value: Any, indent: str = "") -> str:
    """Write a value as block YAML; texts in quotes."""
    if isinstance(value, dict) and value:
        return "".join(f"\n{indent}{name}: {as_yaml(each, indent + '  ')}" for name, each in value.items())
    if isinstance(value, list) and value:
        return "".join(f"\n{indent}- {as_yaml(each, indent + '  ')}" for each in value)
    return as_json(value)


def without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_places(each) for name, each in value.items() if name not in {"line", "column"}}
    return [without_places(each) for each in value] if isinstance(value, list) else value


def rendered(text: str, name: str) -> str:
    """Return the JSON of a check without what tells the file and the places in it."""
    checked = check_document(parse_document(text.encode(), name=name), as_of=AS_OF)
    data = without_places(report_data(report_of([checked], AS_OF), "en"))
    (document,) = data["documents"]
    del document["path"], document["sha256"]
    for problem in document["problems"]:
        del problem["file"]
    # What is told of places comes in the order of the file.
    document["problems"].sort(key=json.dumps)
    for result in (each for each in document["results"] if each["kind"] == "index"):
        result["unpublished"].sort(key=json.dumps)
        for indicator in result["indicators"]:
            for criterion in indicator["criteria"]:
                criterion["withheld"].sort(key=json.dumps)
    return json.dumps(data)


@settings(CI, max_examples=25)  # each example is checked and written four times
@given(document=disclosures(), data=st.data())
def test_the_same_document_gives_the_same_bytes_however_it_is_written(document: Object, data: Any) -> None:
    expected = rendered(as_json(document), "disclosure.json")
    assert rendered(as_json(shuffled(document, data.draw)), "disclosure.json") == expected
    assert rendered(as_yaml(document), "disclosure.yaml") == expected
    assert rendered(as_yaml(shuffled(document, data.draw)), "disclosure.yaml") == expected


@CI
@given(document=disclosures())
def test_assessing_changes_nothing_in_the_document(document: Object) -> None:
    before = copy.deepcopy(document)
    first = assess(document)
    assert document == before
    assert assess(document).score == first.score
    assert value_at(document, ("reporting_year",)) == REPORTING_YEAR
