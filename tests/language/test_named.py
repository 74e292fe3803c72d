"""Names that are asked of entries, and lists with a name; expected values worked out by hand."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from running import Command
from tiny_ruleset import write as write_ruleset

from cati_rules.catalog.authoring import author
from cati_rules.errors import RulesetError
from cati_rules.language import evaluation, nodes
from cati_rules.language.errors import ExpressionError
from cati_rules.language.evaluation import compile_node
from cati_rules.language.explanation import explain
from cati_rules.language.inlining import inlined
from cati_rules.language.missing_inputs import missing
from cati_rules.language.monotonicity import non_monotone
from cati_rules.language.parser import define, parse
from cati_rules.language.ranges import BOTH, FALSE, TRUE
from cati_rules.language.storage import from_json, to_json
from cati_rules.language.value_kinds import NameType
from cati_rules.language.writer import write
from cati_rules.schema.types import types_from_schema

RECORD = types_from_schema(
    {
        "type": "object",
        "properties": {
            "year": {"type": "integer"},
            "best": {"$ref": "#/$defs/lot"},
            "lots": {"type": "array", "items": {"$ref": "#/$defs/lot"}},
            "other": {"type": "array", "items": {"type": "object", "properties": {"t": {"type": "number"}}}},
        },
        "$defs": {
            "lot": {
                "type": "object",
                "properties": {
                    "t": {"type": "number", "minimum": 0},
                    "unit": {"enum": ["t", "kt"]},
                    "by": {"enum": ["own", "other"], "default": "own"},
                    "parts": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {"v": {"type": "number"}, "name": {"type": "string"}},
                        },
                    },
                },
            }
        },
    }
)
LOTS, PARTS = ("lots", "[]"), ("lots", "[]", "parts", "[]")
SOURCES: dict[str, tuple[dict[str, tuple[str, ...]], str]] = {
    "tonnes": ({"one": LOTS}, "one.t * (one.unit == 'kt' ? 1000 : 1)"),
    "is_own": ({"one": LOTS}, "one.by == 'own'"),
    "alike": ({"one": LOTS, "two": LOTS}, "one.unit == two.unit"),
    "large": ({}, "[one for one in lots if tonnes(one) > 10]"),
    "large_own": ({}, "[one for one in large if is_own(one)]"),
    "has_parts": ({"one": LOTS}, "$any([part.v == 1 for part in one.parts])"),
    "parts_of": ({"one": LOTS}, "[part for part in one.parts if part.v > one.t]"),
}
NAMED: dict[str, nodes.Node] = {}
TYPES: dict[str, NameType] = {}
for _name, (_places, _text) in SOURCES.items():
    NAMED[_name], TYPES[_name] = define(_text, RECORD, named=TYPES, parameters=_places)


def tree(text: str) -> nodes.Node:
    return parse(text, RECORD, named=TYPES).node


def truth(text: str, value: Any, world: Any = "closed") -> Any:
    return compile_node(tree(text), world=world, record=RECORD, named=NAMED)(value).truth


def lot(t: str | None = None, unit: str | None = None, **more: Any) -> dict[str, Any]:
    given = {"t": None if t is None else Decimal(t), "unit": unit, **more}
    return {name: each for name, each in given.items() if each is not None}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$any([is_own(x) for x in lots])", True),
        ("large.length == 1", True),
        ("[x for x in large].length == 1", True),
        ("[x for x in large if x.unit == 't'].length == 0", True),
        ("$sum([tonnes(x) for x in lots]) == 2005", True),
        ("$max([tonnes(x) for x in lots]) == 2000", True),
        ("$min([x.t for x in large]) == 2", True),
        ("$all([is_own(x) for x in large])", False),
        ("large_own.length == 0", True),
        ("$any([$any([alike(x, y) for y in lots if y.t != x.t]) for x in lots])", False),
        ("$any([x in large for x in lots if is_own(x)])", False),
        ("$any([x not in large for x in lots])", True),
        ("$any([parts_of(x).length == 1 for x in lots])", True),
        ("$any([$any([part.name == 'b' for part in parts_of(x)]) for x in lots])", True),
        ("$any([$any([part.name == 'a' for part in parts_of(x)]) for x in lots])", False),
        ("tonnes(best) == 3000", True),
    ],
)
@pytest.mark.parametrize("world", ["closed", "open"])
def test_names_on_a_document(text: str, expected: bool, world: Any) -> None:
    parts = [{"v": Decimal(1), "name": "a"}, {"v": Decimal(9), "name": "b"}]
    document = {
        "lots": [lot("5", "t", parts=parts), lot("2", "kt", by="other", parts=[])],
        "best": lot("3", "kt"),
    }
    assert truth(text, document, world) == (TRUE if expected else FALSE)
    plain = inlined(tree(text), NAMED)
    assert not any(isinstance(each, nodes.Named) for each in nodes.walk(plain))
    assert compile_node(plain, world=world, record=RECORD)(document).truth == (TRUE if expected else FALSE)


def test_what_is_absent_in_an_entry_leaves_open_what_is_asked_of_it() -> None:
    document = {"lots": [lot("5")]}
    # Without a unit it may be 5 t or 5,000 t: no figure for an index, a range for a definition.
    assert truth("$any([tonnes(x) > 10 for x in lots])", document) == BOTH
    assert truth("$any([tonnes(x) >= 5 for x in lots])", document, "open") == TRUE
    assert truth("large.length == 1", document, "open") == BOTH
    assert truth("tonnes(best) > 0", {}) == BOTH


def test_variables_of_a_definition_do_not_catch_those_where_it_is_used() -> None:
    # The list's own variable is "one"; so is the variable around it.
    document: dict[str, Any] = {"lots": [lot("1", "t"), lot("20", "t")]}
    text = "$any([$any([one.t < two.t for two in large]) for one in lots if one.t == 1])"
    assert truth(text, document) == TRUE
    nested = "$any([$any([$any([one.t > two.t for one in large]) for two in large]) for x in lots])"
    assert truth(nested, document) == FALSE
    document = {"best": lot(parts=[{"v": Decimal(9)}]), "lots": [lot(parts=[{"v": Decimal(1)}])]}
    text = "$any([$any([part.v == 9 and has_parts(x) for x in lots]) for part in best.parts])"
    assert truth(text, document) == TRUE
    assert compile_node(inlined(tree(text), NAMED), world="closed", record=RECORD)(document).truth == TRUE
    assert "part_.v == 1" in write(inlined(tree(text), NAMED))


# Writing, storing


@pytest.mark.parametrize(
    "text",
    [
        "$any([is_own(x) for x in large if x.t > 2 and alike(x, x)])",
        "large.length >= 2",
        "$any([parts_of(x).length > 1 for x in large_own])",
        "[part for part in parts_of(best) if part.v > 1].length == 1",
        "$any([x not in large and x in large_own for x in lots])",
        "tonnes(best) + 1 > 2",
    ],
)
def test_texts_become_trees_and_back(text: str) -> None:
    assert write(tree(text)) == text
    assert from_json(to_json(tree(text))) == tree(text)


@pytest.mark.parametrize("name", SOURCES)
def test_definitions_are_stored(name: str) -> None:
    assert from_json(to_json(NAMED[name])) == NAMED[name]


@pytest.mark.parametrize(
    "data",
    [
        '{"type":"name","arguments":[]}',
        '{"type":"name","name":"a","arguments":["b"]}',
        '{"type":"in-name","name":"a","arguments":[{"type":"constant","value":1}]}',
        '{"type":"function","parameters":"p","body":{"type":"constant","value":true}}',
        '{"type":"function","parameters":[["p"]],"body":{"type":"constant","value":true}}',
        '{"type":"function","parameters":[["p",["lots","[]"]]]}',
    ],
)
def test_rubbish_is_no_stored_name(data: str) -> None:
    with pytest.raises(ExpressionError):
        from_json(data.encode())


def test_dependencies_go_through_what_names_are_asked_of() -> None:
    found = nodes.depends_on(tree("$any([tonnes(x) > 1 for x in lots])"), NAMED)
    assert found == {("lots",), ("lots", "[]", "t"), ("lots", "[]", "unit")}
    found = nodes.depends_on(tree("$any([parts_of(x).length > 1 for x in lots])"), NAMED)
    assert found == {
        ("lots",),
        ("lots", "[]", "parts"),
        ("lots", "[]", "parts", "[]", "v"),
        ("lots", "[]", "t"),
    }
    assert nodes.depends_on(tree("tonnes(best) > 1"), NAMED) == {("best", "t"), ("best", "unit")}


# What is refused


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("is_own", "asked of an entry: is_own(one)"),
        ("$any([x.by == is_own for x in lots])", "asked of an entry"),
        ("large(best)", "nothing that is followed by brackets"),
        ("$any([is_won(x) for x in lots])", "'is_won' is nothing that is followed by brackets"),
        ("$any([is_own(x, x) for x in lots])", "takes 1 in brackets (one), not 2"),
        ("$any([alike(x) for x in lots])", "takes 2 in brackets (one, two), not 1"),
        ("$any([is_own(x) for x in other])", "is not what is_own is asked of"),
        ("$any([is_own(x.t) for x in lots])", "is not what is_own is asked of"),
        ("is_own(lots)", "is not what is_own is asked of"),
        ("is_own(1)", "is not what is_own is asked of"),
        ("large", "is a list"),
        ("large != null", "null can only be compared with a field"),
        ("$any([x in large for x in other])", "is not what large is asked of"),
        ("$any([is_own(is_own(x)) for x in lots])", "is not what is_own is asked of"),
        ("$any([large.t > 1 for x in lots])", "t"),
        ("$any([_.t > 1 for _ in lots])", "the variable '_' has the name of something else"),
    ],
)
def test_a_wrong_use_is_refused(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        tree(text)
    assert message in str(caught.value)


def test_a_name_that_is_nearly_there_is_suggested() -> None:
    with pytest.raises(ExpressionError) as caught:
        tree("$any([is_onw(x) for x in lots])")
    assert caught.value.advice is not None
    assert "'is_own'" in caught.value.advice.en
    assert caught.value.column == 7


@pytest.mark.parametrize(
    ("text", "places", "message"),
    [
        ("year.t > 1", {"year": LOTS}, "the parameter 'year' has the name of something else"),
        ("1 > 2", {"tonnes": LOTS}, "has the name of something else"),
        ("one > 1", {"one": ("year",)}, "stands for a number"),
        (
            "$any([one.t > 1 for one in lots])",
            {"one": LOTS},
            "the variable 'one' has the name of something else",
        ),
        ("[x.t for x in lots if x.t > 1]", {}, "some of a list's entries as they are"),
        ("[x for x in lots]", {}, "some of a list's entries as they are"),
        ("one.t > 1", {"one": ("lots", "[]", "nothing")}, "unknown field 'nothing'"),
        ("again(one)", {"one": LOTS}, "nothing that is followed by brackets"),
    ],
)
def test_a_wrong_definition_is_refused(text: str, places: dict[str, tuple[str, ...]], message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        define(text, RECORD, named=TYPES, parameters=places)
    assert message in str(caught.value)


# Monotony


@pytest.mark.parametrize(
    ("text", "falls"),
    [
        ("$any([is_own(x) for x in large])", False),
        ("large.length > 2", False),
        ("large.length < 2", True),
        ("not $any([is_own(x) for x in lots])", True),
        ("$all([is_own(x) for x in large])", True),
        ("$any([parts_of(x).length > 1 for x in lots])", False),
        ("$sum([tonnes(x) for x in large]) > 5", False),
        ("$min([tonnes(x) for x in lots]) > 5", True),
    ],
)
def test_more_evidence(text: str, falls: bool) -> None:
    assert bool(non_monotone(tree(text), record=RECORD, named=NAMED)) is falls


# Work that is shared


def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count how often what a name stands for is evaluated."""
    counts: Counter[str] = Counter()
    original = evaluation._Compiler.definition

    def definition(self: Any, node: nodes.Named, scope: Any) -> Any:
        known = node.name in self.compiled
        found = original(self, node, scope)
        if known:
            return found

        def run(frame: Any, given: Any) -> Any:
            counts[node.name] += 1
            return found(frame, given)

        self.compiled[node.name] = run
        return run

    monkeypatch.setattr(evaluation._Compiler, "definition", definition)
    return counts


def test_a_name_is_evaluated_once_for_each_entry_of_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = counted(monkeypatch)
    compiled: dict[str, Any] = {}
    texts = ("large.length > 1", "$any([is_own(x) for x in large])", "$sum([tonnes(y) for y in large]) > 3")
    runs = [
        compile_node(tree(text), world="closed", record=RECORD, named=NAMED, compiled=compiled)
        for text in texts
    ]
    document = {"lots": [lot(str(t), "t") for t in (5, 20, 30)]}
    cache: dict[str, Any] = {}
    counts.clear()
    for run in runs:
        run(document, cache)
    assert counts == {"large": 3, "tonnes": 3, "is_own": 2}


# What a field that is left out stands for


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$any([x.by == 'own' for x in lots])", TRUE),
        ("$any([x.by != 'own' for x in lots])", FALSE),
        ("$any([x.by in ['own', 'other'] for x in lots])", TRUE),
        ("$any([x.by != null for x in lots])", TRUE),
        ("$any([x.by == null for x in lots])", FALSE),
    ],
)
@pytest.mark.parametrize("world", ["closed", "open"])
def test_a_field_left_out_stands_for_its_default(text: str, expected: int, world: Any) -> None:
    assert truth(text, {"lots": [lot("1")]}, world) == expected


def test_nothing_is_assumed_of_a_record_that_is_not_there() -> None:
    assert truth("best.by == 'own'", {}) == BOTH
    assert truth("best.by != null", {}) == FALSE
    assert truth("best.by == 'own'", {"best": {}}) == TRUE
    assert truth("best.by == 'own'", {"best": {"by": "other"}}) == FALSE


def test_a_default_is_told_and_nothing_is_missing() -> None:
    value = {"lots": [lot("1")]}
    trace = compile_node(tree("$any([x.by == 'other' for x in lots])"), world="closed", record=RECORD)(value)
    (element,) = explain(trace, value).elements
    assert element.body is not None
    operand = element.body.operands[0]
    assert (operand.value, operand.absent) == ("own", True)
    mixed = compile_node(
        tree("$any([x.by == 'own' and x.unit == 't' for x in lots])"), world="closed", record=RECORD
    )
    assert missing(mixed(value), value) == (("lots", 0, "unit"),)


def test_a_default_counts_as_present_when_evidence_is_added() -> None:
    assert not non_monotone(tree("$any([x.by == 'own' for x in lots])"), record=RECORD)
    assert not non_monotone(tree("$any([x.by == null for x in lots])"), record=RECORD)
    assert non_monotone(tree("$any([x.t == null for x in lots])"), record=RECORD)


# Explanations


def test_places_are_found_through_names() -> None:
    value = {"lots": [lot("5", "t"), lot(unit="kt")]}
    text = "$any([tonnes(x) > 10 and is_own(x) for x in lots])"
    trace = compile_node(tree(text), world="closed", record=RECORD, named=NAMED)(value)
    assert missing(trace, value, named=NAMED) == (("lots", 1, "t"),)
    second = explain(trace, value, named=NAMED).elements[1]
    assert second.body is not None
    tonnes, own = second.body.children[0].children[0], second.body.children[1]
    assert (tonnes.text, tonnes.of) == ("tonnes(x)", (("lots", 1),))
    assert tonnes.operands[0].path == ("lots", 1, "t")
    assert own.children[0].operands[0].path == ("lots", 1, "by")


# Rule files

VALUES = """\
values:
  recent_from:
    is: reporting_year - 1
    title: {en: first recent year, zh: 最早年度}
    basis: interpreted
    source: {document: report, locator: {en: page 4, zh: 第 4 页}}
"""
RECENT = """\
  recent:
    is: "[e for e in emissions if e.year >= recent_from]"
    title: {en: recent emissions, zh: 近期排放量}
    basis: interpreted
  has_body:
    of: {e: emissions}
    is: e.verification.body != null
    title: {en: an independent body verified it, zh: 经独立机构核查}
    basis: interpreted
"""
AMOUNT = "$any([e.value != null for e in emissions if e.year >= recent_from])"
VERIFIED = "$any([e.verification.body != null for e in emissions if e.year >= recent_from])"
CHANGES = (
    ("ruleset.yaml", VALUES, VALUES + RECENT),
    ("a.yaml", AMOUNT, "$any([e.value != null for e in recent])"),
    ("a.yaml", VERIFIED, "$any([has_body(e) for e in recent])"),
)
DOCUMENT = """\
kind: disclosure
company: {name: Alpha}
reporting_year: 2023
emissions:
  - {scope: scope_1, year: 2023, value: 5, unit: tCO2e,
     evidence: [{title: Report, kind: annual_report, public: true, url: "https://example.com"}]}
"""


def findings(command: Command, folder: Path) -> list[tuple[str, str]]:
    return [
        (each["code"], each["message"])
        for each in command("rules", "lint", folder, "--format", "json").json["findings"]
    ]


def test_a_ruleset_with_names_is_right(command: Command, tmp_path: Path) -> None:
    assert findings(command, write_ruleset(tmp_path / "tiny", *CHANGES)) == []


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        (("  has_body:", "  has_bodies:"), "rules/expression", "has_body"),
        (("of: {e: emissions}", "of: {e: emisions}"), "rules/of", "there is no field emisions"),
        (("of: {e: emissions}", "of: {e: reporting_year}"), "rules/expression", "stands for a number"),
        (
            ("of: {e: emissions}", "of: {recent: emissions}"),
            "rules/expression",
            "has the name of something else",
        ),
        (("of: {e: emissions}", "of: {e: targets}"), "rules/expression", "unknown field"),
        (("for e in emissions if", "for e in recent if"), "rules/expression", "recent"),
        (("is: e.verification.body != null", "is: has_body(e)"), "rules/expression", "has_body"),
        (("is: e.verification.body != null", "is: e.year"), "rules/expression", "is a number"),
        (("  recent:\n", "  emissions:\n"), "rules/expression", "both a field and a named value"),
    ],
)
def test_a_wrong_name_is_a_finding(
    command: Command, tmp_path: Path, change: tuple[str, str], code: str, message: str
) -> None:
    old, new = change
    assert RECENT.count(old) == 1
    changes = (("ruleset.yaml", VALUES, VALUES + RECENT.replace(old, new)), *CHANGES[1:])
    found = findings(command, write_ruleset(tmp_path / "tiny", *changes))
    assert (code, True) in [(each, message in text) for each, text in found], found


def test_a_name_that_nothing_uses_is_a_finding(command: Command, tmp_path: Path) -> None:
    folder = write_ruleset(tmp_path / "tiny", *CHANGES[:2])
    assert findings(command, folder) == [("rules/unused", "no condition uses it.")]


def chain(count: int, step: str) -> str:
    """Return definitions of which each uses the one before."""
    head = "  {name}:\n    is: {text}\n    title: {{en: step, zh: 步骤}}\n    basis: interpreted\n"
    first = head.format(name="n0", text="reporting_year > 2000")
    return first + "".join(head.format(name=f"n{i}", text=step.format(f"n{i - 1}")) for i in range(1, count))


@pytest.mark.parametrize(
    ("count", "step"),
    [
        (10_000, "{0} or {0}"),
        (300, "{0} and {0}"),
        (300, "'not {0}'"),
        (300, "'{0} or reporting_year > 1'"),
    ],
)
def test_names_that_use_names_without_end_are_refused_at_once(tmp_path: Path, count: int, step: str) -> None:
    folder = write_ruleset(
        tmp_path / "tiny",
        ("ruleset.yaml", VALUES, VALUES + chain(count, step)),
        ("a.yaml", VERIFIED, f"n{count - 1}"),
    )
    with pytest.raises(RulesetError) as caught:
        author(folder)
    assert "rules/too-large" in {each.code for each in caught.value.problems}


def test_a_shared_file_that_is_not_there_is_a_finding(command: Command, tmp_path: Path) -> None:
    folder = write_ruleset(tmp_path / "tiny", ("ruleset.yaml", VALUES, "shared: [cati-indx]\n" + VALUES))
    assert [code for code, _ in findings(command, folder)] == ["rules/shared"]


def test_shared_definitions_are_taken_where_they_are_used(command: Command, tmp_path: Path) -> None:
    folder = write_ruleset(
        tmp_path / "tiny",
        ("ruleset.yaml", VALUES, "shared: [cati-index]\n"),
        ("a.yaml", AMOUNT, "$any([e.value != null for e in recent_scope_1])"),
    )
    assert findings(command, folder) == []
    page = command("explain", "A.1.2", "--ruleset", folder).out
    assert "recent_scope_1" in page
    assert "recent_scope_2" not in page


def test_a_name_that_is_shared_is_not_defined_again(command: Command, tmp_path: Path) -> None:
    folder = write_ruleset(tmp_path / "tiny", ("ruleset.yaml", VALUES, "shared: [cati-index]\n" + VALUES))
    assert [code for code, _ in findings(command, folder)] == ["rules/duplicate-id"]


@pytest.mark.parametrize(
    ("language", "told", "line"),
    [
        (
            "en",
            "an independent body verified it (has_body(e))",
            "“an independent body verified it”: not given",
        ),
        ("zh", "经独立机构核查（has_body(e)）", "“经独立机构核查”：未填写"),
    ],
)
def test_explanations_name_lists_and_conditions_by_their_titles(
    command: Command, tmp_path: Path, language: str, told: str, line: str
) -> None:
    folder = write_ruleset(tmp_path / "tiny", *CHANGES)
    file = tmp_path / "alpha.yaml"
    file.write_text(DOCUMENT, encoding="utf-8")
    page = command("explain", "A.1.2", file, "--ruleset", folder, "--lang", language).out
    assert told in page
    assert {"en": "at least one of recent emissions (", "zh": "近期排放量（"}[language] in page
    assert line in page


def test_explanations_in_json_name_them_too(command: Command, tmp_path: Path) -> None:
    folder = write_ruleset(tmp_path / "tiny", *CHANGES)
    file = tmp_path / "alpha.yaml"
    file.write_text(DOCUMENT, encoding="utf-8")
    data = command("explain", "A.1.2", file, "--ruleset", folder, "--format", "json").json
    (result,) = data["documents"][0]["results"]
    verified = result["indicators"][0]["criteria"][1]
    assert verified["missing"] == ["emissions[0].verification.body"]
    (seen,) = verified["seen"]
    assert (seen["part_of"], seen["part_of_title"]) == ("has_body", "an independent body verified it")
    assert (verified["evaluation"]["name"], verified["evaluation"]["title"]) == ("recent", "recent emissions")
    body = verified["evaluation"]["elements"][0]["body"]
    assert (body["name"], body["truth"]) == ("has_body", "false")
