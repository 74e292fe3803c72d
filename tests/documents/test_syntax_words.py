"""Mistakes of syntax: named for what they are, in the reader's language, several in one run."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from running import Command

from cati_rules.documents import parse_document
from cati_rules.documents.toml_errors import toml_cause
from cati_rules.errors import DocumentError, Problem
from cati_rules.schema import validate

HEAD = "kind: product\nmaterial: steel\n"


def told(text: str) -> tuple[Problem, ...]:
    try:
        return validate(parse_document(text.encode("utf-8", "surrogatepass"), name="a.yaml"))
    except DocumentError as error:
        return error.problems


def is_chinese(text: str) -> bool:
    """Tell whether no English sentence stands in a text: fields, values and what stands in backticks may."""
    bare = re.sub(
        r"`[^`]*`|“[^”]*”|a\.yaml\S*|kind|YAML|TOML|Excel|UTF-8|Tab|U\+[0-9A-F]+|tag|[a-z_]+(?:（|\[)",
        "",
        text,
    )
    return re.search(r"[A-Za-z]+ [a-z]+ [a-z]+", bare) is None and any(
        "\u4e00" <= mark <= "\u9fff" for mark in text
    )


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("%YAML 1.3\n---\n" + HEAD, "another version of YAML", "其他版本的 YAML"),
        ("%YAML 1.2\n%YAML 1.2\n---\n" + HEAD, "says so twice", "重复声明"),
        (HEAD + "footprint:\n  value\u00a0: 0.3\n  unit: tCO2e/t\n", "no-break space (U+00A0)", "不换行空格（U+00A0）"),
        (HEAD + "\u00a0name: X\n", "no-break space (U+00A0)", "不换行空格（U+00A0）"),
        (HEAD + "\u3000\u3000name: X\n", "full-width space (U+3000)", "全角空格（U+3000）"),
        (HEAD + "name:\u00a0X\n", "no-break space (U+00A0)", "不换行空格（U+00A0）"),
        (HEAD + "name:\u3000X\n", "full-width space (U+3000)", "全角空格（U+3000）"),
        (HEAD + "stage: \u00a0hot_rolled\n", "no-break space (U+00A0)", "不换行空格（U+00A0）"),
        (HEAD + "na\u200bme: X\n", "(U+200B)", "（U+200B）"),
        (HEAD + "\ufeffname: X\n", "byte order mark", "字节顺序标记"),
        ('"kind: product"\n"material: steel"\n', "Excel", "Excel"),
        (HEAD + 'name: ""Coil""\n', "Excel", "Excel"),
        (HEAD + "scrap:\n  share: -\n", "lone dash", "短横线"),
        (HEAD + "scrap: {share: -}\n", "there is no value", "没有数据"),
        (HEAD + "footprint: {value: 1, unit: tCO2e/t, verified_until: 29.04.2026}\n", "no field", "没有名为"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_for_what_it_is(text: str, english: str, chinese: str) -> None:
    (problem,) = told(text)
    assert english in problem.line("en")
    assert chinese in problem.line("zh")
    assert is_chinese(problem.line("zh"))


def test_a_date_with_points_is_named_where_a_date_belongs() -> None:
    text = (
        "kind: disclosure\ncompany: {name: A}\nreporting_year: 2025\nemissions:\n"
        "  - {scope: scope_1, year: 2025, value: 1, unit: t, evidence: [{title: R, kind: cdp, public: false, published: 29.04.2026}]}\n"
    )
    last = told(text)[-1]
    assert last.advice is not None
    assert last.advice.en == "Write 2026-04-29."


def test_several_mistakes_are_told_in_one_run_each_at_its_line() -> None:
    text = (
        "kind: product\nname: [a\nmaterial: steel\nproducer: `x\nstage: @y\n"
        "footprint:\n  value: 'b\n  unit: tCO2e/t\nlabel: %z\n"
    )
    assert [problem.place.line for problem in told(text)] == [2, 4, 5, 7, 9]


@pytest.mark.parametrize(
    "text",
    [
        "kind: product\nfootprint: {\n  value: 1,\n  unit: [\n}\nname: a\n",
        "kind: product\n name: a\nmaterial: steel\n",
        "kind: product\nfootprint: [\n  value: 1\nname: a\n",
        "kind: product\nname: 'a\nmaterial: steel\nproducer: b\n",
        "kind: product\nfootprint:\n\tvalue: 1\n\tunit: tCO2e/t\n",
        "kind: product\nscrap: *none\nname: a\n",
        "- kind: product\n  name: `a\n",
    ],
)
def test_one_mistake_stays_one(text: str) -> None:
    assert len(told(text)) == 1


@given(st.lists(st.sampled_from(["a: 1", "b: [x", "c: 'y", "d: `z", "e:", "  f: 1", "  - g", "h: {i: 1}", "j: @", "}", "\tk: 1"]), max_size=9))  # fmt: skip
def test_what_is_told_goes_down_the_file_and_ends(lines: list[str]) -> None:
    problems = [each for each in told("\n".join(lines)) if each.code == "read/syntax"]
    places = [problem.place.line or 0 for problem in problems]
    assert places == sorted(set(places))
    assert all(is_chinese(problem.line("zh")) for problem in problems)


BROKEN = [
    "a", "a =", "a = b", "a = 1\na = 2", "[a]\n[a]", "[a", "[[a", "a = [1", "a = {b = 1", "a = 'b", 'a = "b\\q"', "a = 1 b = 2",
    "= 1", "a = 2026-13-01", "a = \"\x01\"", "a = {b = 1, b = 2}", "[[a]]\n[a]", "a = 1\n[a]", "a.b = 1\na = 2", 'a = """x', "a = 1.",
    "a = 0x", "a = +", "a = \"\\ud800\"", "a\n= 1",
]  # fmt: skip


@pytest.mark.parametrize("text", BROKEN)
def test_every_word_of_the_toml_reader_is_told_in_both_languages(
    command: Command, tmp_path: Path, text: str
) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    cause = toml_cause(str(caught.value))
    assert is_chinese(cause.zh)
    path = tmp_path / "cati.toml"
    path.write_text(text, encoding="utf-8")
    ran = command("check", "a.yaml", "--config", path, "--lang", "zh")
    assert ran.code == 2
    assert "TOML" in ran.err
    assert re.search(r"Expected|Invalid|Cannot|Unclosed|Illegal|Unterminated|Unescaped", ran.err) is None


def test_most_words_of_the_toml_reader_are_known() -> None:
    other = toml_cause("")
    unknown = []
    for text in BROKEN:
        with pytest.raises(tomllib.TOMLDecodeError) as caught:
            tomllib.loads(text)
        if toml_cause(str(caught.value)) == other:
            unknown.append((text, str(caught.value)))
    assert unknown == []
