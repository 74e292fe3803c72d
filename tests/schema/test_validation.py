"""What is said about a document that does not follow its schema."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cati_rules.documents import Document, parse_document
from cati_rules.errors import DocumentError, Problem, UsageError
from cati_rules.later import known
from cati_rules.schema import is_valid, known_kinds, load_schema, validate, validated, without_nulls
from cati_rules.schema.formats import FORMATS, is_date, is_web_address
from cati_rules.schema.messages import HANDLERS, explain
from cati_rules.schema.mismatches import findings
from cati_rules.schema.readings import amount, day
from cati_rules.schema.validation import without_blanks

HEAD = "kind: disclosure\ncompany:\n  name: Example Motors\nreporting_year: 2023\n"
EMISSION = "emissions:\n  - scope: scope_1\n    year: 2023\n    value: 1200\n    unit: tCO2e\n"


def document(text: str) -> Document:
    return parse_document(text.encode(), name="d.yaml")


def only(text: str) -> Problem:
    problems = validate(document(text))
    assert len(problems) == 1, [problem.line("en") for problem in problems]
    return problems[0]


def explained(schema: dict[str, Any], text: str) -> list[Problem]:
    """Explain a document against a schema of the test's own, after both validators agree that it is wrong."""
    read = document(text)
    fast = jsonschema_rs.Draft202012Validator(schema, validate_formats=True, formats=dict(FORMATS))
    found = list(findings(schema, without_nulls(read.value)))
    assert fast.is_valid(without_nulls(read.value)) == (not found)
    return [problem for finding in found for problem in explain(schema, finding, read)]


def said(problem: Problem) -> str:
    return problem.line("en") + " " + problem.line("zh")


def test_a_right_document_has_no_problems() -> None:
    assert validate(document(HEAD + EMISSION)) == ()


def test_the_disclosure_is_a_known_kind() -> None:
    assert "disclosure" in known_kinds()


def test_a_schema_that_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match="disclosure"):
        load_schema("../pyproject")


def test_a_missing_kind_is_told_with_the_kinds_that_are_known() -> None:
    problem = only("company: {name: A}\n")
    assert (problem.code, problem.place.line) == ("schema/kind", 1)
    assert "kind: disclosure" in problem.line("en")
    assert "kind: disclosure" in problem.line("zh")


def test_a_misspelt_kind_is_asked_about() -> None:
    problem = only("reporting_year: 2023\nkind: disclosre\n")
    assert (problem.place.line, problem.place.column) == (2, 7)
    assert "Did you mean “disclosure”" in problem.line("en")
    assert "是否想写“disclosure”" in problem.line("zh")


@pytest.mark.parametrize("kind", ["3", "[disclosure]", "{}", "true", "~"])
def test_a_kind_that_is_no_word_is_told_cleanly(kind: str) -> None:
    assert only(f"kind: {kind}\n").code == "schema/kind"


def test_a_percentage_where_a_share_is_meant_is_converted_exactly() -> None:
    problem = only(HEAD + EMISSION + "    coverage: 35\n")
    assert (problem.code, problem.path) == ("schema/maximum", "emissions[0].coverage")
    assert (problem.place.line, problem.place.column) == (10, 15)
    assert "write 0.35" in problem.line("en")
    assert "35% 请写作 0.35" in problem.line("zh")
    assert problem.field is not None
    assert problem.field.zh == "覆盖比例"


@pytest.mark.parametrize(
    ("typed", "share"),
    [
        ("35.5", "0.355"),
        ("100", "1"),
        ("2.1", "0.021"),
        ("33.333333333333333333333333333333", "0.33333333333333333333333333333333"),
    ],
)
def test_no_digit_of_a_percentage_is_lost(typed: str, share: str) -> None:
    assert f"write {share}." in only(HEAD + EMISSION + f"    coverage: {typed}\n").line("en")


def test_a_share_far_above_hundred_is_not_guessed_at() -> None:
    line = only(HEAD + EMISSION + "    coverage: 3500\n").line("en")
    assert "write 35" not in line
    assert "0.35 for 35 %" in line


@pytest.mark.parametrize(
    ("typed", "english", "chinese"),
    [
        ("1,200", "It can be read in two ways", "有两种读法"),
        ("1,200,000", "Write 1200000, without quotation marks", "请写作 1200000"),
        ("1 200", "Write 1200, without quotation marks", "请写作 1200"),
        ("1,200.5", "Write 1200.5, without quotation marks", "请写作 1200.5"),
        ("'1200'", "Write 1200, without quotation marks", "请写作 1200"),
        ("1200 tCO2e", "Write 1200, and the unit in its own field (unit)", "单位请写在单位字段（unit）中"),
        ("3.5万吨", "Write 35000, and the unit", "请写作 35000"),
        ("12 million t", "Write 12000000, and the unit", "请写作 12000000"),
        ("１２００", "Write 1200", "请写作 1200"),
        ("12%", "Write 12, without the % sign", "不带百分号"),
        ("about 1200", "digits only", "只写数字"),
        ("1.200,5", "It can be read in two ways", "有两种读法"),
    ],
)
def test_a_number_written_as_text_is_answered_with_how_to_write_it(
    typed: str, english: str, chinese: str
) -> None:
    problem = only(HEAD + EMISSION.replace("1200", typed))
    assert (problem.code, problem.place.line, problem.place.column) == ("schema/type", 8, 12)
    assert english in problem.line("en")
    assert chinese in problem.line("zh")


def test_a_percentage_as_text_becomes_a_share() -> None:
    assert "write 0.35" in only(HEAD + EMISSION + "    coverage: 35%\n").line("en")


def test_a_year_within_words_is_taken_out_of_them() -> None:
    assert "Write the year alone: 2024." in only(HEAD.replace("2023", "FY2024")).line("en")


def test_a_year_of_two_digits_is_completed() -> None:
    assert "write 2023" in only(HEAD.replace("2023", "23")).line("en")


def test_a_year_with_a_fraction_is_no_whole_number() -> None:
    assert "not a whole number" in only(HEAD.replace("2023", "2023.5")).line("en")


def test_a_whole_number_may_be_written_with_a_point() -> None:
    assert validate(document(HEAD.replace("2023", "2023.0"))) == ()


def test_missing_fields_are_named_by_their_titles_at_the_section_around_them() -> None:
    problem = only(HEAD + "emissions:\n  - scope: scope_1\n    value: 3\n")
    assert (problem.code, problem.path) == ("schema/required", "emissions[0]")
    assert (problem.place.line, problem.place.column) == (6, 5)
    assert "Year (year) and Unit (unit) are missing" in problem.line("en")
    assert "缺少年份（year）和单位（unit）" in problem.line("zh")


def test_a_condition_that_asks_for_a_field_is_told() -> None:
    problem = only(HEAD + EMISSION.replace("scope_1", "scope_3"))
    assert "because scope is scope_3" in problem.line("en")
    assert "scope 为 scope_3 时必须填写" in problem.line("zh")


def test_alternatives_are_told_as_one_choice() -> None:
    evidence = "    evidence:\n      - title: Report\n        kind: cdp\n        public: true\n"
    problem = only(HEAD + EMISSION + evidence)
    assert "Web address (url)" in problem.line("en")
    assert "Document (document)" in problem.line("en")
    assert "至少填写一项" in problem.line("zh")


def test_a_value_that_needs_another_beside_it_says_so() -> None:
    problem = only(HEAD + "product_footprints:\n  - product: One\n    value: 38\n")
    assert problem.code == "schema/dependentRequired"
    assert "Footprint (value) also needs Unit (unit)" in problem.line("en")
    assert "还必须填写单位（unit）" in problem.line("zh")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("repoting_year", "reporting_year"),
        ("Reporting year", "reporting_year"),
        ("报告年度", "reporting_year"),
        ("公司", "company"),
        ("企业", "company"),
    ],
)
def test_a_misspelt_field_is_asked_about_once_at_its_name(written: str, meant: str) -> None:
    text = HEAD.replace(f"{meant}:", f"{written}:")
    problem = only(text)
    assert problem.code == "schema/additionalProperties"
    assert f"Did you mean “{meant}”" in problem.line("en")
    assert f"是否想写“{meant}”" in problem.line("zh")
    assert problem.place.column == 1
    assert text.splitlines()[(problem.place.line or 0) - 1].startswith(written)


def test_a_field_that_is_indented_wrongly_is_sent_home() -> None:
    problem = only(HEAD + "base_year: 2020\n")
    assert (problem.place.line, problem.place.column) == (5, 1)
    assert "targets[]; check the indentation" in problem.line("en")
    assert "请检查缩进" in problem.line("zh")


@pytest.mark.parametrize("typed", ["Scope 1", "scope1", "范围1", "范围一"])
def test_a_choice_in_other_words_is_recognised(typed: str) -> None:
    problem = only(HEAD + EMISSION.replace("scope_1", typed))
    assert problem.code == "schema/enum"
    assert "Did you mean “scope_1”" in problem.line("en")
    assert "scope_2 (scope 2" in problem.line("en")


def test_a_yes_or_no_as_text_is_translated() -> None:
    problem = only(HEAD.replace("Motors\n", "Motors\n  listed: 是\n"))
    assert "Write true" in problem.line("en")
    assert "请写作 true" in problem.line("zh")


def test_one_section_where_a_list_is_wanted_gets_its_dash() -> None:
    problem = only(HEAD + "targets:\n  subject: emission_reduction\n")
    assert (problem.place.line, problem.place.column) == (6, 3)
    assert "Put “- ” before its first field" in problem.line("en")
    assert "加“- ”" in problem.line("zh")


def test_a_list_where_one_section_is_wanted_loses_its_dash() -> None:
    assert "Remove the “- ”" in only(HEAD + "supplier_platform:\n  - system: A\n").line("en")


def test_text_where_a_section_is_wanted_is_shown_a_field() -> None:
    assert "“system: …”" in only(HEAD + "supplier_platform: Blue EcoChain\n").line("en")


def test_a_number_where_text_is_wanted_gets_quotation_marks() -> None:
    problem = only(HEAD.replace("Example Motors", "4711"))
    assert '"4711"' in problem.line("en")
    assert "英文引号" in problem.line("zh")


def test_an_empty_text_is_told() -> None:
    assert "empty" in only(HEAD.replace("Example Motors", '""')).line("en")


def test_an_empty_item_of_a_list_is_an_error() -> None:
    problem = only(HEAD + "emissions:\n  -\n")
    assert "empty" in problem.line("en")
    assert "是空的" in problem.line("zh")


@pytest.mark.parametrize(
    ("typed", "english"),
    [
        ("2024/3/1", "Write 2024-03-01."),
        ("2024年3月1日", "Write 2024-03-01."),
        ("1 March 2024", "Write 2024-03-01."),
        ("Mar 1, 2024", "Write 2024-03-01."),
        ("2024-03-01T10:00:00", "Write 2024-03-01."),
        ("2024年3月", "Write the day as well, such as 2024-03-01."),
        ("2024-02-30", "not a date of the calendar"),
        ("03/04/2024", "not a date of the calendar"),
    ],
)
def test_a_date_in_another_form_is_rewritten(typed: str, english: str) -> None:
    evidence = (
        f"    evidence:\n      - {{title: R, kind: cdp, public: false, published: {json.dumps(typed)}}}\n"
    )
    problem = only(HEAD + EMISSION + evidence)
    assert problem.code == "schema/format"
    assert english in problem.line("en")


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_file() -> None:
    problems = validate(document(HEAD.replace("2023", "23") + EMISSION.replace("tCO2e", "t") + "value: 1\n"))
    assert [problem.place.line for problem in problems] == [4, 9, 10]


def test_no_message_shows_a_python_value_or_a_schema() -> None:
    text = HEAD + "emissions: {a: [1, {b: null}]}\ntargets: [1, x, [true]]\nenergy: 3\nx: {y: 1.5}\n"
    for problem in validate(document(text)):
        for trace in ("Decimal(", "None", "True", "{'", "$ref", "deque"):
            assert trace not in said(problem)


def test_a_value_that_could_command_a_terminal_is_shown_harmlessly() -> None:
    problem = only(HEAD + EMISSION.replace("tCO2e", r'"\e[31mt"'))
    assert "\x1b" not in said(problem)


def test_a_long_value_is_cut() -> None:
    assert len(only(HEAD + EMISSION.replace("tCO2e", "t" * 5000)).message.en) < 120


def test_a_field_without_a_value_is_the_same_as_no_field_and_is_told() -> None:
    (problem,) = validate(document(HEAD + "governance:\n  board_oversight:\nemissions:\n"))
    assert (problem.code, problem.severity) == ("slip/left-empty", "warning")
    assert without_nulls({"a": None, "b": {"c": None}, "d": [None, {"e": None}]}) == {
        "b": {},
        "d": [None, {}],
    }


def test_a_required_field_without_a_value_is_missing() -> None:
    assert only(HEAD.replace("2023", "")).code == "schema/required"


def test_validated_returns_the_value_and_the_warnings_or_raises_every_error() -> None:
    value, warnings = validated(document(HEAD + "governance:\n"))
    assert "governance" not in value
    assert [each.code for each in warnings] == ["slip/left-empty"]
    with pytest.raises(DocumentError) as raised:
        validated(document(HEAD.replace("2023", "23") + "x: 1\n"))
    assert len(raised.value.problems) == 2


def test_a_file_full_of_errors_is_told_in_part() -> None:
    problems = validate(
        document(HEAD + "".join(f"x{number}: 1\n" for number in range(3)) + "emissions:\n" + "  - 1\n" * 2000)
    )
    assert len(problems) < 600
    assert any(problem.code == "schema/more" for problem in problems)


def test_checking_a_right_document_needs_no_slow_import() -> None:
    code = (
        "import sys, cati_rules.schema as s; from cati_rules.documents import parse_document as p;"
        f"assert s.validate(p({(HEAD + EMISSION).encode()!r}, name='d.yaml')) == ();"
        "print([m for m in ('jsonschema', 'pydantic', 'click', 'rich', 'rule_engine') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


# Schemas of the tests' own, for what the shipped ones do not say today.


def test_exactly_one_alternative_may_be_given() -> None:
    schema = {"type": "object", "oneOf": [{"required": ["a"]}, {"required": ["b"]}]}
    (both,) = explained(schema, "a: 1\nb: 1\n")
    assert "Only one of a and b" in both.line("en")
    (neither,) = explained(schema, "c: 1\n")
    assert "a or b is missing" in neither.line("en")


def test_the_alternative_most_likely_meant_is_explained() -> None:
    branch = {"type": "object", "properties": {"kind": {"const": "x"}, "size": {"type": "number"}}}
    other = {"type": "object", "properties": {"kind": {"const": "y"}, "name": {"type": "string"}}}
    schema = {"properties": {"part": {"oneOf": [branch, other, {"type": "string"}]}}}
    (problem,) = explained(schema, "part:\n  kind: x\n  size: large\n")
    assert (problem.code, problem.path) == ("schema/type", "part.size")


def test_alternatives_of_other_types_are_told_together() -> None:
    schema = {"properties": {"part": {"anyOf": [{"type": "number"}, {"type": "string"}]}}}
    (problem,) = explained(schema, "part: [1]\n")
    assert "a number or text" in problem.line("en")
    assert "数字或文字" in problem.line("zh")


@pytest.mark.parametrize(
    ("rule", "value", "english", "chinese"),
    [
        ({"exclusiveMinimum": 0}, "0", "not above 0", "必须大于 0"),
        ({"exclusiveMaximum": 5}, "5", "not below 5", "必须小于 5"),
        ({"type": "array", "minItems": 1}, "[]", "list is empty", "列表是空的"),
        ({"type": "array", "maxItems": 1}, "[1, 2]", "more than 1", "超过 1 项"),
        ({"type": "array", "uniqueItems": True}, "[a, b, a]", "more than once", "重复"),
        ({"type": "string", "maxLength": 2}, "abc", "more than 2", "超过 2 个字符"),
        ({"type": "object", "minProperties": 1}, "{}", "section is empty", "该部分是空的"),
        ({"const": "fixed"}, "other", "fixed", "fixed"),
        ({"format": "uri"}, "www.a.com", "Write https://www.a.com.", "请写作 https://www.a.com。"),
        ({"type": "string", "pattern": "^[A-Z]+$", "examples": ["AB"]}, "ab", "such as “AB”", "类似“AB”"),
        ({"multipleOf": 5}, "7", "does not fit", "不符合要求"),
        ({"not": {"required": ["a", "b"]}}, "{a: 1, b: 2}", "cannot be given together", "不能同时填写"),
        (False, "1", "cannot be given here", "不能填写"),
        ({"type": "number", "x-unit": "km"}, "20 km", "always in km", "单位固定为 km"),
        ({"unevaluatedProperties": False, "properties": {"a": {}}}, "{b: 1}", "no field “b”", "没有名为“b”"),
    ],
)  # fmt: skip
def test_every_keyword_has_words_in_both_languages(rule: Any, value: str, english: str, chinese: str) -> None:
    (problem,) = explained({"properties": {"part": rule}}, f"part: {value}\n")
    assert english in problem.line("en")
    assert chinese in problem.line("zh")


def test_a_forbidden_field_tells_its_condition() -> None:
    schema = {
        "if": {"properties": {"a": {"const": "x"}}, "required": ["a"]},
        "then": {"properties": {"b": False}},
    }
    (problem,) = explained(schema, "a: x\nb: 1\n")
    assert "when a is x" in problem.line("en")
    assert "a 为 x 时不能填写" in problem.line("zh")


_ANNOTATIONS = {
    "$schema",
    "$id",
    "$ref",
    "$defs",
    "title",
    "description",
    "examples",
    "default",
    "properties",
}
_APPLIED = {
    "items",
    "if",
    "then",
    "else",
    "allOf",
    "prefixItems",
    "dependentSchemas",
    "$comment",
    "deprecated",
}


def _schemas(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for keyword, rule in node.items():
            if keyword in {"properties", "$defs", "dependentSchemas"}:
                for inner in rule.values():
                    yield from _schemas(inner)
            elif keyword in {"items", "if", "then", "else", "not"}:
                yield from _schemas(rule)
            elif keyword in {"allOf", "anyOf", "oneOf", "prefixItems"}:
                for inner in rule:
                    yield from _schemas(inner)


@pytest.mark.parametrize("kind", known_kinds())
def test_the_shipped_schemas_use_only_keywords_that_have_words(kind: str) -> None:
    for schema in _schemas(load_schema(kind)):
        for keyword in schema:
            assert keyword in HANDLERS or keyword in _ANNOTATIONS | _APPLIED or keyword.startswith("x-"), (
                keyword
            )
        assert schema.get("format") in {None, *FORMATS}


# Properties.

_leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3000, 3000).map(Decimal),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-200, max_value=200),
    st.sampled_from([Decimal("2023"), Decimal("35"), Decimal("1e30"), Decimal("1e-30"), Decimal("-0.0")]),
    st.text(max_size=8),
    st.sampled_from(["35%", "1,200 t", "2024/3/1", "是", "scope_1", "2024-02-30", "a\n", "http://x", "CN\n"]),
)
_names = st.one_of(
    st.sampled_from(["kind", "company", "emissions", "公司", "value", "year"]), st.text(max_size=6)
)
_json_like = st.recursive(
    _leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_names, inner, max_size=4)),
    max_leaves=12,
)  # fmt: skip

_RIGHT: dict[str, Any] = document(
    HEAD.replace("Motors\n", "Motors\n  country: CN\n")
    + EMISSION
    + "    coverage: 0.5\n    evidence:\n      - title: R\n        kind: cdp\n        public: true\n"
    + "        url: https://a.example\n        published: 2024-01-01\n"
    + "targets:\n  - subject: emission_reduction\n    scopes: [scope_1, scope_2]\n    reduction: 0.3\n"
    + "    base_year: 2020\n    target_year: 2030\n"
    + "product_footprints:\n  - {product: One, value: 38, unit: tCO2e/vehicle}\n"
    + "governance:\n  combustion_exit: {stance: ended, all_markets: true}\n"
).value


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, below in inner:
        yield (*path, step)
        yield from _places(below, (*path, step))


@st.composite
def mutants(draw: st.DrawFn) -> dict[str, Any]:
    value = copy.deepcopy(_RIGHT)
    for _ in range(draw(st.integers(1, 3))):
        places = [place for place in _places(value) if place != ("kind",)]
        place = draw(st.sampled_from(places))
        holder: Any = value
        for step in place[:-1]:
            holder = holder[step]
        match draw(st.sampled_from(["replace", "remove", "add"])):
            case "replace":
                holder[place[-1]] = draw(_json_like)
            case "remove":
                del holder[place[-1]]
            case _ if isinstance(holder, dict):
                holder[draw(_names.filter(lambda name: name != "kind"))] = draw(_json_like)
    return value


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(mutants())
def test_the_fast_and_the_slow_validator_agree(value: dict[str, Any]) -> None:
    clean = without_nulls(value)
    assert is_valid("disclosure", clean) == (not list(findings(load_schema("disclosure"), clean)))


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(mutants() | st.dictionaries(_names, _json_like, max_size=5))
def test_every_mapping_is_either_right_or_explained_in_both_languages(value: dict[str, Any]) -> None:
    problems = validate(Document("d.yaml", "", value, known(0), ""))
    for problem in problems:
        assert problem.message.en.strip()
        assert any("\u4e00" <= mark <= "\u9fff" for mark in problem.message.zh)
        said(problem).encode()
        assert problem.code != "schema/unexplained"
    kind = value.get("kind")
    errors = [problem for problem in problems if problem.code.startswith("schema/")]
    assert bool(errors) != (
        kind == "disclosure" and is_valid("disclosure", without_blanks("disclosure", value))
    )


@given(st.text(max_size=40))
def test_no_text_stops_the_reading_of_amounts_and_days(text: str) -> None:
    amount(text)
    day(text)
    is_date(text)
    is_web_address(text)


def test_a_decimal_comma_within_braces_is_refused_and_not_read_as_another_number() -> None:
    text = "kind: product\nmaterial: steel\nfootprint: {value: 2,79, unit: tCO2e/t}\nscrap: {share: 0,3}\n"
    first, second = validate(parse_document(text.encode(), name="comma.yaml"))
    assert (first.path, first.place.line, first.place.column) == ('footprint["79"]', 3, 22)
    assert first.advice is not None
    assert first.advice.en == "Within braces a comma begins a new field. Write 2.79 with a point."
    assert second.advice is not None
    assert "0.3" in second.advice.zh


def test_an_empty_field_is_blank_if_the_schema_knows_it_and_a_mistake_if_not() -> None:
    text = "kind: product\nmaterial: steel\nlabel:\nscarp: ~\n"
    (problem,) = validate(parse_document(text.encode(), name="blank.yaml"))
    assert problem.path == "scarp"
    assert problem.advice is not None
    assert "scrap" in problem.advice.en


def test_a_year_with_a_fraction_is_not_completed_to_another() -> None:
    told = validate(document("kind: disclosure\ncompany: {name: A}\nreporting_year: 20.25\n"))
    assert not any("2020" in said(each) for each in told)
    (completed,) = validate(document("kind: disclosure\ncompany: {name: A}\nreporting_year: 25\n"))
    assert "If 2025 is meant, write 2025." in said(completed)
