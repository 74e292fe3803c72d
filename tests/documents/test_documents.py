"""Reading documents: values, places, limits, and what is said about each thing that can be wrong."""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from cati_rules.documents import Document, Value, format_path, parse_document, read_document
from cati_rules.documents.builder import Builder
from cati_rules.documents.refusal import Refusal
from cati_rules.documents.yaml_events import read_yaml
from cati_rules.errors import DocumentError, Place, Problem


def read(text: str, name: str = "file.yaml") -> Document:
    return parse_document(text.encode(), name=name)


def problems(text: str | bytes, name: str = "file.yaml") -> tuple[Problem, ...]:
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(DocumentError) as caught:
        parse_document(data, name=name)
    for problem in caught.value.problems:
        assert problem.message.en
        assert any("\u4e00" <= character <= "\u9fff" for character in problem.message.zh)
        assert problem.advice is None or (problem.advice.en and problem.advice.zh)
    return caught.value.problems


def problem(text: str | bytes, name: str = "file.yaml") -> Problem:
    (only,) = problems(text, name)
    return only


def at(found: Problem) -> tuple[int | None, int | None]:
    return found.place.line, found.place.column


def advice(found: Problem) -> str:
    assert found.advice is not None
    return found.advice.en


# Scalars


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("Off", "Off"),
        ("y", "y"),
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("tRUE", "tRUE"),
        ("false", False),
        ("False", False),
        ("FALSE", False),
        ("", None),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("NULL", None),
        ("nUll", "nUll"),
        ("12:30:00", "12:30:00"),
        ("2024-01-31", "2024-01-31"),
        ("1_000", "1_000"),
        ("1,000", "1,000"),
        ("0b11", "0b11"),
        ("-0x1F", "-0x1F"),
        ("0o18", "0o18"),
        ("1e", "1e"),
        (".", "."),
        ("--1", "--1"),
        ("1.2.3", "1.2.3"),
        ("١٢", "١٢"),
        (".nano", ".nano"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("''", ""),
        ("!!str 12", "12"),
        ("! 12", "12"),
        ("!!int 12", Decimal(12)),
        ("!!int '0x1F'", Decimal(31)),
        ("!!float 12", Decimal(12)),
        ("!!float '1.5'", Decimal("1.5")),
        ("!!bool 'true'", True),
        ("!!null ''", None),
        ("!!map {b: x}", {"b": "x"}),
        ("!!seq [x]", ["x"]),
        ("|\n  one\n  two", "one\ntwo"),
        (">-\n  one\n  two", "one two"),
    ],
)
def test_a_scalar_means_what_yaml_1_2_core_says(text: str, value: Value) -> None:
    found = read(f"a: {text}").value["a"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", "0"),
        ("12", "12"),
        ("+12", "12"),
        ("-12", "-12"),
        ("0123", "123"),
        ("0.10", "0.10"),
        (".5", "0.5"),
        ("-.5", "-0.5"),
        ("1.", "1"),
        ("1e5", "1E+5"),
        ("1.5E-3", "0.0015"),
        ("0o17", "15"),
        ("0x1F", "31"),
        ("0.1234567890123456789012345678901234567890", "0.1234567890123456789012345678901234567890"),
        ("1e30", "1E+30"),
        ("9.9e-30", "9.9E-30"),
        ("0e999999999", "0"),
        ("0x" + "0" * 60 + "1", "1"),
    ],
)
def test_a_number_is_the_exact_decimal_that_is_written(text: str, value: str) -> None:
    found = read(f"a: {text}").value["a"]
    assert isinstance(found, Decimal)
    assert str(found) == value


@pytest.mark.parametrize("name", ["file.yaml", "file.json"])
@pytest.mark.parametrize(
    "number",
    [
        "1e999999999",
        "1e31",
        "1e-31",
        "1e" + "9" * 5000,
        "1" * 41,
        "-1e99",
        "0." + "0" * 30 + "1",
        "9" * 100_000,
    ],
)
def test_a_number_beyond_the_limits_is_refused_where_it_stands(number: str, name: str) -> None:
    found = problem('{"a": ' + number + "}", name)
    assert found.code == "read/number"
    assert at(found) == (1, 7)
    assert found.path == "a"
    assert len(found.line("en")) < 400


@pytest.mark.parametrize(
    "number", ["0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "0o" + "7" * 50, "0x" + "F" * 100_000]
)
def test_a_hexadecimal_or_octal_number_beyond_the_limits_is_refused(number: str) -> None:
    assert problem(f"a: {number}").code == "read/number"


@pytest.mark.parametrize("text", [".nan", ".NaN", ".inf", "-.inf", "+.INF", "!!float .nan"])
def test_not_a_number_and_infinity_are_refused_in_yaml(text: str) -> None:
    found = problem(f"a: {text}")
    assert found.code == "read/nan"
    assert found.path == "a"


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
def test_not_a_number_and_infinity_are_refused_in_json(text: str) -> None:
    found = problem(f'{{"a": [{text}]}}', "file.json")
    assert (found.code, at(found), found.path) == ("read/nan", (1, 8), "a[0]")


@pytest.mark.parametrize(
    "text",
    [
        "!date 2024-01-31",
        "!!python/object:os.system x",
        "!!set {x}",
        "!!binary eA==",
        "!!timestamp 2024-01-31",
        "!!map x",
        "!!str [x]",
        "!!seq {a: x}",
        "!!int 1.5",
        "!!bool yes",
        "!!null x",
        "!!float x",
        "!unknown!tag x",
    ],
)
def test_any_tag_but_a_fitting_core_tag_is_refused(text: str) -> None:
    assert problem(f"a: {text}").code == "read/tag"


# Keys


def test_a_plain_key_keeps_its_text() -> None:
    document = read("2023: a\ntrue: b\n~: c\n1.50: d\n'x y': e\n!!str 7: f\n名称: g")
    assert list(document.value) == ["2023", "true", "~", "1.50", "x y", "7", "名称"]


def test_every_duplicate_key_is_told_at_once_with_the_line_of_the_first() -> None:
    first, second = problems("a: 1\nb: {c: 1,\n  c: 2}\na: 3")
    assert (first.code, first.path, at(first)) == ("read/duplicate-key", "b.c", (3, 3))
    assert "line 2" in first.message.en
    assert "第 2 行" in first.message.zh
    assert (second.code, second.path, at(second)) == ("read/duplicate-key", "a", (4, 1))
    assert "line 1" in second.message.en


def test_duplicate_keys_are_told_together_with_the_error_that_ends_the_reading() -> None:
    assert [found.code for found in problems("a: 1\na: 2\nb: @x")] == ["read/duplicate-key", "read/syntax"]


def test_many_duplicate_keys_end_in_a_list_of_twenty() -> None:
    assert len(problems("a: 1\n" * 1000)) == 20


def test_keys_that_read_alike_after_escapes_are_duplicates_in_json() -> None:
    found = problem('{"a": 1, "\\u0061": 2}', "file.json")
    assert (found.code, at(found)) == ("read/duplicate-key", (1, 10))


@pytest.mark.parametrize("text", ["? [a]\n: b", "? {a: b}\n: c", "[a]: b", "a: {{b}}", "x: &x y\n*x : b"])
def test_a_mapping_list_or_alias_as_key_is_refused(text: str) -> None:
    assert problem(text).code == "read/key"


def test_the_merge_key_is_refused_with_advice_and_a_quoted_one_is_a_key() -> None:
    found = problem("a: &a {b: 1}\nc:\n  <<: *a")
    assert (found.code, at(found)) == ("read/merge-key", (3, 3))
    assert "*name" in advice(found)
    assert read("'<<': 1").value == {"<<": Decimal(1)}


# Anchors and aliases


def test_an_alias_is_the_same_object_and_its_parts_stand_beneath_the_anchor() -> None:
    document = read("a: &report\n  title: x\nb: [*report]\nc: &n 5\nd: *n\n")
    assert document.value["a"] is document.value["b"][0]  # type: ignore[index]
    assert document.value["d"] == Decimal(5)
    assert document.place(["b", 0]) == Place("file.yaml", 3, 5)
    assert document.place(["b", 0, "title"]) == Place("file.yaml", 2, 10)
    assert document.key_place(["b", 0, "title"]) == Place("file.yaml", 2, 3)
    assert document.place(["d"]) == Place("file.yaml", 5, 4)


def test_an_anchor_may_name_a_key_and_may_be_given_anew() -> None:
    assert read("&k key: 1\na: *k\n").value["a"] == "key"
    assert read("a: &x 1\nb: &x 2\nc: *x\n").value["c"] == Decimal(2)


def test_an_alias_inside_its_own_anchor_is_refused() -> None:
    found = problem("a: &a\n  b: [1, *a]")
    assert (found.code, at(found), found.path) == ("read/alias", (2, 10), "a.b[1]")
    assert problem("x: &x 1\na: &x [*x]").code == "read/alias"


def test_an_alias_without_anchor_is_refused_with_the_advice_to_quote() -> None:
    found = problem("a: *important")
    assert (found.code, at(found)) == ("read/alias", (1, 4))
    assert "quotes" in advice(found)


def test_a_billion_laughs_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    assert problem("\n".join(lines)).code == "read/alias"


def test_aliases_cannot_multiply_a_long_text() -> None:
    assert problem("a: &a " + "x" * 900_000 + "\nb:\n" + "- *a\n" * 10_000).code == "read/alias"
    assert problem("? &a " + "x" * 900_000 + "\n: 1\nb:\n" + "- *a\n" * 10_000).code == "read/alias"


def test_aliases_cannot_nest_more_deeply_than_the_limit() -> None:
    lines = ["a0: &a0 " + "[" * 30 + "]" * 30]
    lines += [f"a{i}: &a{i} {'[' * 30}*a{i - 1}{']' * 30}" for i in range(1, 3)]
    assert problem("\n".join(lines)).code == "read/depth"
    assert read("\n".join(lines[:2])).value["a1"] is not None


def test_the_depth_below_an_alias_counts_for_the_anchor_around_it() -> None:
    inner = "a: &a " + "[" * 40 + "]" * 40
    outer = "b: &b {x: *a}\nc: " + "[" * 30 + "*b" + "]" * 30
    assert problem(f"{inner}\n{outer}").code == "read/depth"


# Structure


@pytest.mark.parametrize(
    "text", ["", " \n\n", "# only a comment\n", "---\n", "\ufeff", "---\n# nothing\n...\n"]
)
def test_an_empty_file_is_told_what_was_expected(text: str) -> None:
    found = problem(text)
    assert found.code == "read/empty"
    assert "kind: disclosure" in advice(found)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("- a", "f.yaml"),
        ("just text", "f.yaml"),
        ("~", "f.yaml"),
        ("[1]", "f.json"),
        ("1", "f.json"),
        ("[1]", "<stdin>"),
        ("null", "f.json"),
    ],
)
def test_a_root_that_is_no_mapping_is_told_what_was_expected(text: str, name: str) -> None:
    found = problem(text, name)
    assert (found.code, at(found)) == ("read/root", (1, 1))
    assert "kind: disclosure" in advice(found)


def test_a_second_document_is_refused_where_it_begins() -> None:
    found = problem("a: 1\n---\nb: 2\n")
    assert (found.code, at(found)) == ("read/documents", (2, 1))
    assert read("%YAML 1.2\n---\na: 1\n...\n").value == {"a": Decimal(1)}


def test_the_name_decides_between_json_and_yaml_and_else_the_first_character() -> None:
    assert read("{a: 1}", "f.yaml").value == {"a": Decimal(1)}
    assert read("{a: 1}", "F.YML").value == {"a": Decimal(1)}
    assert problem("a: 1", "f.JSON").code == "read/syntax"
    assert problem("{a: 1}", "<stdin>").code == "read/syntax"
    assert read(' \n{"a": 1}', "<stdin>").value == {"a": Decimal(1)}
    assert read("a: 1", "<stdin>").value == {"a": Decimal(1)}


# Syntax, in plain words


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a:\n\tb: 1", (2, 1), "tab"),
        ("a: 1\n\tb: 2", (2, 1), "tab"),
        ("a: b: c", (1, 5), "second colon"),
        ("a: 1\n b: 2", (2, 2), "has not ended"),
        ("a: @x", (1, 4), "`@`"),
        ("a: `x", (1, 4), "backtick"),
        ("a: %x", (1, 4), "`%`"),
        ("a: * x", (1, 4), "`*`"),
        ("a: &", (1, 4), "`*` and `&`"),
        ("a: &报告 x", (1, 4), "`*` and `&`"),
        ("a: 1\nb\n", (2, 1), "no colon"),
        ('a: 1\nb: "x\nc: 2\n', (2, 4), "never closed"),
        ("b: 'x\n", (1, 4), "never closed"),
        ("a: [1, 2\nb: 3", (1, 4), "not closed"),
        ("a: {b: 1\nc: 2", (1, 4), "not closed"),
        ("a: [x #, y]", (1, 4), "not closed"),
        ("a: [draft] report", (1, 12), "does not belong"),
        ("a: 'it's'", (1, 8), "does not belong"),
        ("a: x # y\n  z", (2, 3), "does not belong"),
        ("- a\nb: 1", (2, 1), "list above"),
        ("a: - b", (1, 4), "list item"),
        ('a: "\\q"', (1, 5), "backslash"),
        ("a: | x", (1, 6), "`|` or `>`"),
        ("a: ]", (1, 4), "value is missing"),
        ("{a: 1}}", (1, 7), "after the end"),
        ("%FOO\na: 1", (1, 1), "directive"),
        ("a: ? x", (1, 4), "`? `"),
        ("公司: 甲\n名称：值\n", (2, 3), "full-width colon"),
        ("名称：值\n种类: x\n", (1, 3), "full-width colon"),
        ("名称：值\n年份：值\n种类: x\n", (1, 3), "full-width colon"),
        ("公司:\n  - 名称：值\n    年份: 1\n", (2, 7), "full-width colon"),
        ("名称：值\n", (1, 3), "full-width colon"),
    ],
)
def test_a_frequent_mistake_in_yaml_is_told_in_plain_words(
    text: str, place: tuple[int, int], words: str
) -> None:
    found = problems(text)[0]
    assert found.code in {"read/syntax", "read/root"}
    assert at(found) == place
    assert words in found.message.en
    assert found.advice is not None


@pytest.mark.parametrize("text", ["%YAML 2.0\n---\na: 1", "a: !<x", "? a\n  b: c\n d", ": :", "a: >9999\n x"])
def test_a_rare_mistake_in_yaml_has_a_place_too(text: str) -> None:
    assert problem(text).place.line is not None


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ('{"a": 1,}', (1, 9), "Remove the comma"),
        ('{"a": [1,]}', (1, 10), "Remove the comma"),
        ('{"a": 1 // x\n}', (1, 9), "no comments"),
        ("# x\n{}", (1, 1), "no comments"),
        ("{'a': 1}", (1, 2), "double quotes"),
        ("{a: 1}", (1, 2), "double quotes"),
        ('{"a": 01}', (1, 8), "leading zeros"),
        ('{"a": +1}', (1, 7), "plus sign"),
        ('{"a": .5}', (1, 7), "before the point"),
        ('{"a": 1.}', (1, 8), "both sides"),
        ('{"a": -}', (1, 7), ""),
        ('{"a": 0x1F}', (1, 8), ""),
        ('{"a": True}', (1, 7), "`true`"),
        ('{"a": None}', (1, 7), "`null`"),
        ('{"a": 1 "b": 2}', (1, 9), "comma"),
        ('{"a" 1}', (1, 6), ""),
        ('{"a"：1}', (1, 5), "ASCII colon"),
        ('{"a": 1，"b": 2}', (1, 8), "ASCII comma"),
        ('{"a": [1}', (1, 9), "open"),
        ('{"a": 1} x', (1, 10), "one document"),
        ('{"a": 1', (1, 8), "Close"),
        ('{"a":\n"x', (2, 1), "closing"),
        ('{"a": "x\ny"}', (1, 9), "line break"),
        ('{"a": "\\q"}', (1, 8), "backslash"),
        ('{"a": "\\u12g4"}', (1, 8), "backslash"),
        ('{"a": "\\ud83d"}', (1, 7), "character itself"),
        ('{"\\udc00": 1}', (1, 2), "character itself"),
        ('{"a": "\\ude00\\ud83d"}', (1, 7), "character itself"),
        ("{\u00a0}", (1, 2), ""),
    ],
)
def test_json_is_read_strictly_and_mistakes_are_told_in_plain_words(
    text: str, place: tuple[int, int], words: str
) -> None:
    found = problem(text, "file.json")
    assert found.code == "read/syntax"
    assert abs((found.place.column or 0) - place[1]) <= (1 if "\\" in text else 0)
    assert found.place.line == place[0]
    assert found.advice is None or words in found.advice.en
    assert not words or found.advice is not None


def test_escapes_and_surrogate_pairs_are_read_in_json() -> None:
    text = r'{"a": "\"\\\/\b\f\n\r\t\u4e2d\ud83d\ude00\u0000"}'
    assert read(text, "f.json").value == {"a": '"\\/\b\f\n\r\t中😀\0'}


# Encoding


def test_utf8_is_read_with_and_without_byte_order_mark_and_the_first_column_is_one() -> None:
    document = parse_document(codecs.BOM_UTF8 + "名称: 值".encode(), name="f.yaml")
    assert document.value == {"名称": "值"}
    assert document.key_place(["名称"]) == Place("f.yaml", 1, 1)
    assert document.place(["名称"]) == Place("f.yaml", 1, 5)
    assert parse_document(codecs.BOM_UTF8 + b'{"a": 1}', name="-").value == {"a": Decimal(1)}


def test_gbk_is_recognised_and_the_first_bad_byte_has_a_place() -> None:
    found = problem(b"kind: disclosure\nname: " + "中国".encode("gbk"))
    assert (found.code, at(found)) == ("read/encoding", (2, 7))
    assert "GBK" in advice(found)
    assert "UTF-8" in advice(found)


def test_other_bytes_that_are_not_utf8_have_a_place_in_characters() -> None:
    found = problem("名称: ".encode() + b"\xff\n")
    assert (found.code, at(found)) == ("read/encoding", (1, 5))
    assert "GBK" not in advice(found)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-16-le", "utf-32"])
def test_utf16_is_refused(encoding: str) -> None:
    marks = {"utf-16-be": codecs.BOM_UTF16_BE, "utf-16-le": codecs.BOM_UTF16_LE}
    data = marks.get(encoding, b"") + "a: 1".encode(encoding)
    for name in ("f.yaml", "f.json"):
        assert problem(data, name).code == "read/encoding"


@pytest.mark.parametrize("character", ["\0", "\x01", "\x7f", "\x80", "\uffff"])
def test_a_character_that_yaml_refuses_is_named_where_it_stands(character: str) -> None:
    found = problem(f"a: 1\nb: x{character}")
    assert (found.code, at(found)) == ("read/character", (2, 5))
    assert f"U+{ord(character):04X}" in found.message.en


# Places


def test_places_count_lines_and_characters_from_one_whatever_ends_the_lines() -> None:
    for end in ("\n", "\r\n", "\r"):
        document = read(f"公司: 甲{end}排放:{end}  - 年份: 2024{end}    值: 1{end}")
        assert document.place([]) == Place("file.yaml", 1, 1)
        assert document.place(["排放"]) == Place("file.yaml", 3, 3)
        assert document.place(["排放", 0]) == Place("file.yaml", 3, 5)
        assert document.place(["排放", 0, "年份"]) == Place("file.yaml", 3, 9)
        assert document.key_place(["排放", 0, "值"]) == Place("file.yaml", 4, 5)
        assert document.key_place(["排放", 0]) == Place("file.yaml", 3, 5)


def test_what_is_absent_has_the_place_of_the_nearest_thing_around_it() -> None:
    document = read("a:\n  b: [x]\n")
    b = Place("file.yaml", 2, 6)
    assert document.place(["a", "b", 1]) == b
    assert document.place(["a", "b", -1]) == b
    assert document.place(["a", "b", "c", "d"]) == b
    assert document.place(["a", "b", 0, "c"]) == Place("file.yaml", 2, 7)
    assert document.place(["a", "x"]) == Place("file.yaml", 2, 3)
    assert document.place(["x", "y", 3]) == Place("file.yaml", 1, 1)
    assert document.key_place(["a", "x"]) == Place("file.yaml", 2, 3)
    assert document.key_place(["a", "x", "b"]) == Place("file.yaml", 2, 3)
    assert document.key_place([]) == Place("file.yaml", 1, 1)


def test_the_path_is_written_as_people_write_it() -> None:
    assert format_path(["emissions", 0, "value"]) == "emissions[0].value"
    assert format_path(["a", "odd key", "b"]) == 'a["odd key"].b'
    assert format_path(["2023", "排放", "scope-1", 'say "x"']) == '["2023"].排放.scope-1["say \\"x\\""]'
    assert format_path([]) == ""


# Files


def test_a_file_is_read_with_its_name_as_given_and_the_sum_of_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "披露 2024.yaml"
    data = codecs.BOM_UTF8 + b"kind: disclosure\r\n"
    path.write_bytes(data)
    document = read_document(path)
    assert document.name == str(path)
    assert document.sha256 == hashlib.sha256(data).hexdigest()
    assert document.value == {"kind": "disclosure"}
    assert read_document(path, name="x.yaml").place(["kind"]) == Place("x.yaml", 1, 7)


@pytest.mark.parametrize(
    ("name", "words"),
    [("missing.yaml", "no such file"), (".", "folder"), ("a.yaml/b.yaml", "no such file"), ("nul\0", "name")],
)
def test_a_file_that_cannot_be_read_is_a_problem_without_position(
    tmp_path: Path, name: str, words: str
) -> None:
    (tmp_path / "a.yaml").write_text("a: 1", encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        read_document(tmp_path / name, name="shown.yaml")
    (found,) = caught.value.problems
    assert (found.code, found.place) == ("read/file", Place("shown.yaml"))
    assert words in found.message.en


def test_a_file_without_permission_and_a_failing_disk_are_problems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 1", encoding="utf-8")
    for error, words in (
        (PermissionError(13, "x"), "permission"),
        (OSError(5, "Input/output error"), "output"),
    ):

        def fail(*_: Any, error: OSError = error, **__: Any) -> Any:
            raise error

        monkeypatch.setattr(Path, "open", fail)
        with pytest.raises(DocumentError, match=words):
            read_document(path)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.touch()
    os.truncate(path, 1024**4)
    with pytest.raises(DocumentError) as caught:
        read_document(path)
    assert caught.value.problems[0].code == "read/too-large"
    assert problem(b" " * (16 * 1024 * 1024 + 1)).code == "read/too-large"


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a device without an end")
def test_a_file_without_an_end_is_refused() -> None:
    with pytest.raises(DocumentError):
        read_document(Path("/dev/zero"))


# Hostile inputs


@pytest.mark.parametrize("name", ["f.yaml", "f.json"])
@pytest.mark.parametrize("unit", ["[", '{"a":', "[\n", '[{"a":', "- ", "- - ", "? - "])
def test_deep_nesting_ends_in_a_problem(unit: str, name: str) -> None:
    assert problem(unit * 100_000, name).code in {"read/depth", "read/syntax", "read/key"}


def test_deep_block_mappings_end_in_a_problem() -> None:
    assert problem("".join(" " * level + "a:\n" for level in range(2000))).code == "read/depth"


@pytest.mark.parametrize("name", ["f.yaml", "f.json"])
def test_sixty_four_levels_are_read_and_sixty_five_are_not(name: str) -> None:
    assert read('{"a":' + "[" * 63 + "]" * 63 + "}", name).value
    assert problem('{"a":' + "[" * 64 + "]" * 64 + "}", name).code == "read/depth"


@pytest.mark.parametrize("name", ["f.yaml", "f.json"])
def test_too_many_values_and_too_long_a_text_are_refused(name: str) -> None:
    found = problem('{"a": [' + "1, " * 500_000 + "1]}", name)
    assert found.code == "read/too-large"
    assert found.place.line == 1
    assert problem('{"a": "' + "x" * 1_000_001 + '"}', name).code == "read/too-large"
    assert problem('{"' + "x" * 1_000_001 + '": 1}', name).code == "read/too-large"
    assert problem('{"a": 0.' + "0" * 1_000_001 + "}", name).code == "read/too-large"
    assert read('{"a": "' + "x" * 1_000_000 + '"}', name).value


def test_many_directives_are_refused() -> None:
    text = "".join(f"%TAG !a{number}! x\n" for number in range(100_000))
    assert problem(f"{text}---\na: 1").code == "read/tag"


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet="ab1.:-*&!?|>%@`\"'#,[]{}<~\\\n\t \r：中é\x00\ufeff\u2028\ud800", max_size=40))
def test_no_text_ends_in_anything_but_a_document_or_problems(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    for name in ("f.yaml", "f.json", "<stdin>"):
        try:
            document = parse_document(data, name=name)
        except DocumentError as error:
            codes = [found.code for found in error.problems]
        else:
            codes = ["read/"] if isinstance(document.value, dict) else []
        assert codes
        assert all(code.startswith("read/") for code in codes)


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=60), st.sampled_from(["f.yaml", "f.json"]))
def test_no_bytes_end_in_anything_but_a_document_or_problems(data: bytes, name: str) -> None:
    with contextlib.suppress(DocumentError):
        parse_document(data, name=name)


# Properties

_CHARACTERS = st.characters(exclude_categories=["Cs"])
_TEXTS = st.text(_CHARACTERS, max_size=12)
_NUMBERS = st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False).filter(
    lambda number: number == 0 or 1e-29 < abs(number) < 1e30
)
_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | _NUMBERS | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=20,
)
_ROOTS = st.dictionaries(_TEXTS, _VALUES, max_size=4)


def exact(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: exact(item) for key, item in value.items()}
    if isinstance(value, list):
        return [exact(item) for item in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(repr(value))
    return value


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    children: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        children = list(value.items())
    elif isinstance(value, list):
        children = list(enumerate(value))
    else:
        return [(path, value)]
    return [leaf for step, item in children for leaf in leaves(item, (*path, step))]


def rest_of_text(document: Document, place: Place) -> str:
    assert place.line is not None
    assert place.column is not None
    lines = document.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join([lines[place.line - 1][place.column - 1 :], *lines[place.line :]])


@settings(deadline=None)
@given(_ROOTS, st.booleans(), st.sampled_from([None, 2]))
def test_json_as_the_standard_library_writes_it_reads_back_exactly(
    value: dict[str, Any], ascii_only: bool, indent: int | None
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    document = read(text, "f.json")
    assert document.value == exact(value)
    assert json.dumps(leaves(document.value), default=str) == json.dumps(leaves(exact(value)), default=str)


@settings(deadline=None)
@given(_ROOTS, st.booleans())
def test_the_place_of_every_leaf_is_where_its_text_stands(value: dict[str, Any], ascii_only: bool) -> None:
    document = read(json.dumps(value, ensure_ascii=ascii_only, indent=1), "f.json")
    for path, leaf in leaves(value):
        if path:
            written = json.dumps(leaf, ensure_ascii=ascii_only)
            assert rest_of_text(document, document.place(path)).startswith(written)
            if isinstance(path[-1], str):
                key = json.dumps(path[-1], ensure_ascii=ascii_only)
                assert rest_of_text(document, document.key_place(path)).startswith(key)


_PRINTABLE = st.text(
    st.characters(min_codepoint=32, max_codepoint=0xFFFD, exclude_categories=["Cc", "Cs", "Cn"])
)
_YAML_ROOTS = st.dictionaries(
    _PRINTABLE.filter(lambda text: len(text) < 20),
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**12), 10**12) | _PRINTABLE,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_PRINTABLE, inner, max_size=3),
        max_leaves=10,
    ),
    max_size=4,
)


@settings(deadline=None)
@given(_YAML_ROOTS, st.booleans())
@example({"<?": None}, False)
@example({"<!x": None}, False)
@example({"<svg": 1}, True)
@example({"<a>": 1}, False)
def test_yaml_and_json_of_the_same_value_read_alike(value: dict[str, Any], flow: bool) -> None:
    written = yaml.safe_dump(value, default_flow_style=flow, allow_unicode=True, sort_keys=False)
    # The dumper writes YAML 1.1, where 1e5 is a text that needs no quotes; by YAML 1.2 it is a number.
    assume(not re.search(r"(?<![\w.])[-+]?[.\d]+[eE][-+]?\d+(?![\w.])", written))
    assert read(written).value == read(json.dumps(value), "f.json").value == exact(value)


@settings(deadline=None)
@given(
    st.dictionaries(st.from_regex(r"[a-z]{1,6}", fullmatch=True), st.lists(st.integers(0, 999)), max_size=4)
)
def test_the_place_of_every_leaf_in_yaml_is_where_its_text_stands(value: dict[str, Any]) -> None:
    written = yaml.safe_dump({"中": value, **value}, allow_unicode=True)
    document = read(written)
    for path, leaf in leaves(document.value):
        if path and isinstance(leaf, Decimal):
            assert rest_of_text(document, document.place(path)).startswith(str(leaf))


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet="ab1:-*&\"'#,[]{}\\u\n ", max_size=30))
def test_the_parser_in_python_reads_what_the_one_in_c_reads(text: str) -> None:
    results = []
    for loader in (yaml.CBaseLoader, yaml.BaseLoader):
        builder = Builder(text)
        try:
            read_yaml(text, builder, loader)
        except Refusal as refusal:
            results.append(("refused", refusal.at is not None))
        else:
            results.append(("read", builder.root()))  # type: ignore[arg-type]
    # They differ on a few texts that only one of them accepts; what both accept must be the same.
    if all(result[0] == "read" for result in results):
        assert results[0] == results[1]


@pytest.mark.parametrize(
    "text", ['a: "\\ud83d"', "a:\n\tb: 1", "a: b: c", "a: [1", 'a: "x', "a: @x", "a: x\x01", "a\nb: 1"]
)
def test_the_parser_in_python_ends_in_a_refusal_with_a_place_too(text: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_yaml(text, Builder(text), yaml.BaseLoader)
    assert caught.value.at is not None


def test_reading_json_does_not_import_the_yaml_parser_nor_anything_heavy() -> None:
    code = (
        "import sys; from cati_rules.documents import parse_document; parse_document(b'{}', name='-');"
        "sys.exit(', '.join({'yaml', 'click', 'rich', 'pydantic', 'jsonschema'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
