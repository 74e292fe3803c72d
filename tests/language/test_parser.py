"""Reading expressions: what they become, what is refused and how, and that nothing hangs."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cati_rules.language import nodes
from cati_rules.language.errors import ExpressionError
from cati_rules.language.evaluation import compile_node
from cati_rules.language.guard import look_over
from cati_rules.language.nodes import Compare, Field, Literal, Named, depends_on, names_in
from cati_rules.language.parser import parse
from cati_rules.language.storage import from_json, to_json
from cati_rules.language.writer import write
from cati_rules.schema.types import FieldType, NumberType, types_from_schema

RECORD = types_from_schema(
    {
        "type": "object",
        "properties": {
            "material": {"enum": ["steel", "aluminium"]},
            "stage": {"enum": ["crude_steel", "part"]},
            "note": {"type": "string"},
            "flag": {"type": "boolean"},
            "scrap": {
                "type": "object",
                "properties": {"share": {"type": "number", "minimum": 0, "maximum": 1}},
            },
            "footprint": {"type": "object", "properties": {"value": {"type": "number"}}},
            "tags": {"type": "array", "items": {"type": "string"}},
            "lots": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"t": {"type": "number", "minimum": 0}, "primary": {"type": "boolean"}},
                },
            },
        },
    }
)
NAMED: dict[str, FieldType] = {"limit": NumberType()}

VALUE = Field("", ("footprint", "value"))
SHARE = Field("", ("scrap", "share"))
LOTS = Field("", ("lots",))
FLAG = Field("", ("flag",))
TONNES = Field("lot", ("t",))
PRIMARY = Field("lot", ("primary",))


def number(text: str) -> Literal:
    return Literal(Decimal(text))


def tree(text: str) -> nodes.Node:
    return parse(text, RECORD, named=NAMED).node


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "footprint.value < 0.40 - 0.35 * scrap.share",
            Compare(
                "<",
                VALUE,
                nodes.Arithmetic("-", number("0.40"), nodes.Arithmetic("*", number("0.35"), SHARE)),
            ),
        ),
        ("footprint.value <= limit", Compare("<=", VALUE, Named("limit"))),
        ("footprint.value != null", nodes.Present(VALUE)),
        ("null == footprint.value", nodes.Present(VALUE, negated=True)),
        ("scrap != null", nodes.Present(Field("", ("scrap",)))),
        ("flag", FLAG),
        ("not flag", nodes.Not(FLAG)),
        ("flag and (flag and flag)", nodes.And((FLAG, FLAG, FLAG))),
        ("flag or flag and flag", nodes.Or((FLAG, nodes.And((FLAG, FLAG))))),
        (
            "material in ['steel', 'aluminium']",
            nodes.Member(Field("", ("material",)), (Literal("steel"), Literal("aluminium"))),
        ),
        (
            'material not in ["steel"]',
            nodes.Not(nodes.Member(Field("", ("material",)), (Literal("steel"),))),
        ),
        ("note in tags", nodes.Member(Field("", ("note",)), Field("", ("tags",)))),
        ("-footprint.value > -0.5", Compare(">", nodes.Negate(VALUE), number("-0.5"))),
        ("$abs(footprint.value) > 1", Compare(">", nodes.Absolute(VALUE), number("1"))),
        (
            "$any([lot.primary for lot in lots if lot.t > 3])",
            nodes.Any("lot", LOTS, Compare(">", TONNES, number("3")), PRIMARY),
        ),
        ("$all([lot.primary for lot in lots])", nodes.All("lot", LOTS, None, PRIMARY)),
        (
            "$sum([lot.t for lot in lots]) > 5",
            Compare(">", nodes.Sum("lot", LOTS, None, TONNES), number("5")),
        ),
        (
            "$min([lot.t for lot in lots]) > 5",
            Compare(">", nodes.Minimum("lot", LOTS, None, TONNES), number("5")),
        ),
        (
            "$max([lot.t for lot in lots]) > 5",
            Compare(">", nodes.Maximum("lot", LOTS, None, TONNES), number("5")),
        ),
        ("lots.length > 5", Compare(">", nodes.Count("", LOTS, None), number("5"))),
        ("[lot for lot in lots].length > 5", Compare(">", nodes.Count("", LOTS, None), number("5"))),
        (
            "[lot for lot in lots if lot.primary].length > 5",
            Compare(">", nodes.Count("lot", LOTS, PRIMARY), number("5")),
        ),
        ("flag ? 1 : footprint.value", nodes.Conditional(FLAG, number("1"), VALUE)),
        ("footprint.value > 2 * 3 + 1", Compare(">", VALUE, number("7"))),
    ],
)
def test_texts_become_trees_and_back(text: str, expected: nodes.Node) -> None:
    assert tree(text) == expected
    assert tree(write(expected)) == expected
    assert from_json(to_json(expected)) == expected


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (nodes.And((nodes.Or((FLAG, FLAG)), FLAG)), "(flag or flag) and flag"),
        (nodes.Not(nodes.And((FLAG, FLAG))), "not (flag and flag)"),
        (
            Compare(">", nodes.Arithmetic("-", VALUE, nodes.Arithmetic("-", SHARE, VALUE)), number("0")),
            "footprint.value - (scrap.share - footprint.value) > 0",
        ),
        (
            Compare(
                "<", nodes.Arithmetic("*", nodes.Arithmetic("-", VALUE, SHARE), number("2")), number("-1")
            ),
            "(footprint.value - scrap.share) * 2 < -1",
        ),
        (nodes.Not(nodes.Member(Field("", ("note",)), (Literal("it's"),))), 'note not in ["it\'s"]'),
        (Compare("==", nodes.Present(VALUE), FLAG), "(footprint.value != null) == flag"),
    ],
)
def test_written_by_hand(node: nodes.Node, text: str) -> None:
    assert write(node) == text
    assert tree(text) == node


@pytest.mark.parametrize(
    ("text", "column", "message", "advice"),
    [
        ("footprint.valu > 3", 11, "unknown field 'valu'", "'value'"),
        ("fotprint.value > 3", 1, "unknown field 'fotprint'", "'footprint'"),
        ("footprint.value > limt", 19, "unknown field 'limt'", "'limit'"),
        ("$any([lot.mass > 1 for lot in lots])", 11, "unknown field 'mass'", "primary, t"),
        ("material == 'stel'", 13, "'stel' is not one of the values", "'steel'"),
        ("material in ['steel', 'aluminum']", 23, "'aluminum' is not one of the values", "'aluminium'"),
        ("material == stage", None, "no value in common", None),
        ("footprint.value == 'x'", 11, "do not compare", None),
        ("footprint.value == flag", 20, "do not compare", None),
        ("note < 'b'", 6, "has no order", "=="),
        ("flag and note", 10, "note is a text, but true or false is needed", None),
        ("not footprint.value", 15, "footprint.value is a number", None),
        ("flag or lots.length", None, "is a number, but true or false", None),
        ("$any([lot.t for lot in lots])", 11, "lot.t is a number, but true or false", None),
        ("$any([lot.primary for lot in lots if lot.t])", 11 + 31, "lot.t is a number", None),
        ("$sum(lots) > 1", 1, "$sum takes [… for one in list], where … is a number", None),
        ("$all(flag)", 1, "$all takes", None),
        ("[lot.t for lot in lots].length > 1", 25, "only the elements themselves", "[lot for lot in"),
        ("$any([flag for flag in lots])", 7, "has the name of something else", "Rename"),
        ("$any([note == 'a' for x in material])", None, "", None),
        ("tags", 1, "tags is a list", None),
        ("scrap", 1, "scrap is a group of fields", None),
        ("lots[0].t > 1", None, "not part of the rule language", None),
        ("note.length > 3", 6, "has no field 'length'", None),
        ("footprint.value > null", None, "", None),
        ("limit == null", 10, "null can only be compared with a field", None),
        ("material in []", 13, "one or more constants", None),
        ("material in [note]", 13, "one or more constants", None),
        ("'a' + 'b' == note", None, "cannot be joined", None),
        ("'a' in note", 5, "after in stands a list", None),
        ("flag ? 1 : note", 12, "do not compare", None),
        ("1 / 3 * footprint.value > 1", None, "no exact decimal value", "x / 3"),
        ("footprint.value > 1 / 0", None, "no exact decimal value", None),
        ("footprint.value > 1e30 * 1e30", None, "too long", None),
        ("footprint.value > 3 4", 21, "'4' does not fit here", None),
        ("footprint.value >", 17, "ends too early", None),
        ("footprint. value > 3", 10, "'.' does not fit here", None),
        ("(flag)(flag)", None, "", None),
        ("flag flag", 6, "'flag' does not fit here", None),
        # Refused before rule-engine reads them
        ("1 << 10000000", 3, "<< cannot be used here", "decimal numbers"),
        ("2 ** 3 > 1", 3, "** cannot be used here", "x * x"),
        ("7 // 2 > 1", 3, "// cannot be used here", None),
        ("7 % 2 > 1", 3, "% cannot be used here", "0.35"),
        ("note =~ '(a+)+$'", 6, "=~ cannot be used here", "Patterns"),
        ("note !~~ 'a'", 6, "!~~ cannot be used here", "Patterns"),
        ("footprint.value ?? 0 > 1", 17, "?? cannot be used here", "missing value"),
        ("footprint&.value > 1", 10, "&. cannot be used here", "missing value"),
        ("flag && flag", 6, "&& cannot be used here", "'and'"),
        ("flag || flag", 6, "|| cannot be used here", "'or'"),
        ("!flag", 1, "! cannot be used here", "'not'"),
        ("note = 'a'", 6, "= cannot be used here", "'=='"),
        ("flag # why", 6, "# cannot be used here", "YAML"),
        ("{1, 2}.length > 1", 1, "{ cannot be used here", "[ ]"),
        ("flag == True", 9, "True cannot be used here", "true"),
        ("footprint.value < inf", 19, "inf cannot be used here", "finite"),
        ("$now > 1", 1, "$now cannot be used here", "date"),
        ("$random() > 1", 1, "$random cannot be used here", "$any(…)"),
        ("$any == 1", 1, "$any cannot be used here", None),
        ("footprint.value > 0x10", 19, "not a decimal number", "0.40"),
        ("footprint.value > 1_000", 19, "not a decimal number", None),
        ("footprint.value > 007", 19, "needless 0", None),
        ("footprint.value > 1e31", 19, "power of ten", None),
        ("footprint.value > 1e99999999999999999999", 19, "power of ten", None),
        ("footprint.value > " + "1" * 31, 19, "30 digits", None),
        ("note == r'a'", 9, "is not a text", "no prefix"),
        ("note == b'a'", 9, "is not a text", "no prefix"),
        (r"note == 'a\n'", 9, "' cannot be used here", "backslash"),
        ("note == 'a", 9, "' cannot be used here", None),
        ("note == 'a\u200b'", 9, "cannot be seen", None),
        ("note == “a”", 9, "“ cannot be used here", None),
        ("flag\r", 5, "U+000D", None),
        ("not not not not flag", 13, "in a row", None),
        ("footprint.value > ----1", 22, "in a row", None),
        ("(flag", 1, "( is never closed", None),
        ("flag)", 5, ") closes nothing", None),
        ("(flag]", 6, "] closes nothing", None),
        ("(" * 21 + "flag" + ")" * 21, 21, "nested deeper than 20", None),
        ("", None, "empty", None),
        (" \n", None, "empty", None),
    ],
)
def test_refused(text: str, column: int | None, message: str, advice: str | None) -> None:
    with pytest.raises(ExpressionError) as caught:
        tree(text)
    error = caught.value
    assert message in error.message.en
    assert error.column == column
    if advice is not None:
        assert error.advice is not None
        assert advice in error.advice.en
    # Every message comes in Chinese as well.
    assert any("\u4e00" <= letter <= "\u9fff" for letter in error.message.zh)


@pytest.mark.parametrize(
    "text",
    [
        "1 << 10000000",
        " and ".join(["flag"] * 10_000),
        "(" * 10_000,
        "not " * 10_000 + "flag",
        "-" * 10_000 + "1 > 0",
        "note =~ '^(a|a)*$'",
        "'" + "a" * 100_000,
        "9" * 100_000 + " > 1",
        "1e" + "9" * 1_000 + " > 1",
        " ** ".join(["9"] * 100),
        "[" * 500,
        "\x00" * 500,
    ],
)
def test_hostile_texts_end_at_once(text: str) -> None:
    start = time.perf_counter()
    with pytest.raises(ExpressionError):
        tree(text)
    assert time.perf_counter() - start < 1


def test_the_longest_chain_goes_all_the_way() -> None:
    text = " + ".join(["footprint.value"] * 99) + " == 99"
    node = tree(text)
    assert write(node) == text
    assert from_json(to_json(node)) == node
    run = compile_node(node, world="closed", record=RECORD)
    assert run({"footprint": {"value": Decimal(1)}}).truth == 1
    with pytest.raises(ExpressionError, match="400 are the most"):
        tree(" + ".join(["footprint.value"] * 101) + " == 101")


def test_limits_are_inclusive() -> None:
    look_over("(" * 20 + "flag" + ")" * 20)
    look_over("not not not flag")
    look_over("x > " + "1" * 30)
    look_over("x > 1e30 and x > 1e-30")
    look_over("x" * 2_000)
    with pytest.raises(ExpressionError, match="2,001 characters"):
        look_over("x" * 2_001)


def test_a_named_value_must_not_hide_a_field() -> None:
    with pytest.raises(ExpressionError, match="both a field and a named value"):
        parse("flag", RECORD, named={"flag": NumberType()})


WORDS = [
    "flag",
    "note",
    "lots",
    "lot",
    "footprint",
    ".",
    "value",
    "t",
    "primary",
    "limit",
    "1",
    "0.5",
    "'steel'",
]
WORDS += [
    "and",
    "or",
    "not",
    "in",
    "for",
    "if",
    "true",
    "null",
    "+",
    "-",
    "*",
    "/",
    "<",
    "==",
    "?",
    ":",
    "(",
    ")",
]
WORDS += ["[", "]", ",", "$any(", "$sum(", "$abs(", "[lot for lot in lots", "].length", ".length", "material"]


@settings(deadline=None, max_examples=400, derandomize=True)
@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=12), glue=st.sampled_from(["", " "]))
def test_any_words_are_read_or_refused(words: list[str], glue: str) -> None:
    try:
        parsed = parse(glue.join(words), RECORD, named=NAMED)
    except ExpressionError:
        return
    assert parse(write(parsed.node), RECORD, named=NAMED).node == parsed.node


@settings(deadline=None, max_examples=200, derandomize=True)
@given(text=st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        tree(text)


@pytest.mark.parametrize(
    "data",
    [
        "",
        "null",
        "true",
        "1",
        "[]",
        "{}",
        '{"type":"eval","operand":"1"}',
        '{"type":"list","variable":"v","source":{"type":"path","root":"","fields":["x"]},"where":null,"body":null}',
        '{"type":"not"}',
        '{"type":"not","operand":true}',
        '{"type":"path","root":"","fields":[1]}',
        '{"type":"path","root":"","fields":"x"}',
        '{"type":"compare","operator":"~","left":{"type":"constant","value":1},"right":{"type":"constant","value":1}}',
        '{"type":"and","operands":[true,true]}',
        '{"type":"in","item":{"type":"path","root":"","fields":["x"]},"choices":[{"type":"path","root":"","fields":[]}]}',
        '{"type":"constant","value":NaN}',
        '{"type":"constant","value":1}{"type":"constant","value":1}',
    ],
)
def test_rubbish_is_not_a_stored_tree(data: str) -> None:
    with pytest.raises(ExpressionError, match="not a stored expression"):
        from_json(data.encode())


def test_a_stored_tree_of_any_depth_is_refused() -> None:
    data = '{"type":"not","operand":' * 100_000 + '{"type":"constant","value":true}' + "}" * 100_000
    with pytest.raises(ExpressionError):
        from_json(data.encode())


@pytest.mark.parametrize("text", ["0", "-7", "0.40", "1E+3", "0.1234567890123456789012345678901234567890"])
def test_a_stored_number_keeps_every_digit(text: str) -> None:
    stored = from_json(to_json(Literal(Decimal(text))))
    assert isinstance(stored, Literal)
    assert str(stored.value) == text


def test_what_a_text_with_both_marks_cannot_be_written() -> None:
    with pytest.raises(ExpressionError):
        write(Literal('it\'s "so"'))


def test_true_is_not_one() -> None:
    assert Literal(True) != Literal(Decimal(1))
    assert Literal(Decimal("1.0")) == Literal(Decimal(1))


def test_dependencies_go_through_names_and_lists() -> None:
    named: dict[str, nodes.Node] = {"limit": nodes.Arithmetic("*", Named("factor"), SHARE), "factor": VALUE}
    node = tree("$any([lot.t > limit for lot in lots if lot.primary]) and material != null")
    assert names_in(node) == {"limit"}
    assert depends_on(node, named) == {
        ("lots",),
        ("lots", "[]", "t"),
        ("lots", "[]", "primary"),
        ("scrap", "share"),
        ("footprint", "value"),
        ("material",),
    }


def test_only_reading_expressions_imports_rule_engine() -> None:
    code = (
        "import sys, cati_rules.language as e; assert 'rule_engine' not in sys.modules; "
        "e.parse; assert 'rule_engine' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
