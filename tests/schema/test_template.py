"""The template that people fill in is right as it stands, and stays so with every optional part in use."""

from __future__ import annotations

import itertools
import re
import unicodedata
from typing import Any

import pytest

from cati_rules.documents import parse_document
from cati_rules.errors import Problem, UsageError
from cati_rules.schema import known_kinds, load_schema, template, validate
from cati_rules.schema.samples import section
from cati_rules.text import Language

LANGUAGES: tuple[Language, ...] = ("en", "zh")
CASES = [(kind, language) for kind in known_kinds() for language in LANGUAGES]


def is_optional(line: str) -> bool:
    return line.startswith("# ")


def blocks(text: str) -> list[range]:
    """Return the runs of optional lines, as line numbers."""
    lines = text.splitlines()
    runs = [
        list(run)
        for wanted, run in itertools.groupby(range(len(lines)), lambda at: is_optional(lines[at]))
        if wanted
    ]
    return [range(run[0], run[-1] + 1) for run in runs]


def used(text: str, *parts: range) -> str:
    lines = text.splitlines()
    for part in parts:
        for at in part:
            lines[at] = lines[at].removeprefix("# ")
    return "\n".join(lines) + "\n"


def problems(text: str) -> tuple[Problem, ...]:
    return validate(parse_document(text.encode(), name="template.yaml"))


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_the_template_is_right_as_it_stands(kind: str, language: Language) -> None:
    assert problems(template(kind, language)) == ()


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_each_optional_part_is_right_once_it_is_used(kind: str, language: Language) -> None:
    text = template(kind, language)
    for part in blocks(text):
        assert problems(used(text, part)) == (), text.splitlines()[part.start]


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_all_optional_parts_together_are_right(kind: str, language: Language) -> None:
    text = template(kind, language)
    assert problems(used(text, *blocks(text))) == ()


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_with_all_parts_in_use_every_field_at_the_top_is_there_in_the_order_of_the_schema(
    kind: str, language: Language
) -> None:
    text = template(kind, language)
    value = parse_document(used(text, *blocks(text)).encode(), name="t.yaml").value
    assert list(value) == list(load_schema(kind)["properties"])


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_lines_stay_within_their_width(kind: str, language: Language) -> None:
    for line in template(kind, language).splitlines():
        assert sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in line) <= 110, line
        assert line == line.rstrip()


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_the_template_is_the_same_every_time(kind: str, language: Language) -> None:
    assert template(kind, language) == template(kind, language)


def test_it_speaks_the_language_asked_for() -> None:
    english, chinese = template("disclosure", "en"), template("disclosure", "zh")
    assert "## ── Reporting year (required) ─" in english
    assert "## ── 报告年度（必填） ─" in chinese
    # Units are written in one way in all languages.
    assert not any("\u4e00" <= mark <= "\u9fff" for mark in re.sub("[万亿](?=t|kWh|m3)|万辆", "", english))
    assert "0.35 for 35 %" not in chinese


def test_choices_stand_with_their_meaning_and_units_are_named() -> None:
    text = template("disclosure", "en")
    assert "scope_1    scope 1: direct emissions" in text
    assert "## Unit: km" in text
    assert "from 0 to 1: write 0.35 for 35 %" in text


def test_both_languages_have_the_same_fields() -> None:
    def fields(language: Language) -> list[str]:
        return [line for line in template("disclosure", language).splitlines() if "##" not in line]

    assert fields("en") == fields("zh")


def test_an_unknown_kind_is_refused_with_those_known() -> None:
    with pytest.raises(UsageError, match="disclosure"):
        template("disclosur", "en")


def test_fields_that_exclude_each_other_do_not_stand_together() -> None:
    schema: dict[str, Any] = {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"type": "string"}, "a": {"type": "number"}, "b": {"type": "boolean"}},
        "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
    }
    example = section(schema, schema)
    assert example.values == {"name": "…", "a": 1}
    assert example.left_out == ("b",)
