"""What would change a verdict, and what it depends on by rounding alone, in words."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from cati_rules.advice.turning import Turn
from cati_rules.documents import value_at
from cati_rules.kinds.definition.rounding import Rounding
from cati_rules.kinds.index.result import VERDICT_TITLES
from cati_rules.numbers import number_text
from cati_rules.report.values import Number, Plain
from cati_rules.report.wording.amounts import OPERATORS, rounded
from cati_rules.report.wording.levels import level_text
from cati_rules.report.wording.verdicts import DefinitionWords
from cati_rules.text import Text, same
from cati_rules.units import UNITS, converted

MOST_DIGITS = 7
"""Longer quotients tell a reader no more than the decimal."""
MOST_CHOICES = 3
"""How many of the choices that would do a line names."""


def turn_text(words: DefinitionWords, turn: Turn) -> Text:
    """Return what an input would have to be, an amount in the unit that the document states it in."""
    place = words.generic(turn.path)
    if isinstance(turn.value, Decimal):
        number, exact, unit = _in_its_unit(words, turn, turn.value)
        unit = f" {unit or words.fields.unit(place)}".rstrip()
        in_full = f" ({exact})" if exact != number and len(str(exact)) <= MOST_DIGITS else ""
        value = same(f"{rounded(number)}{unit}{in_full}")
    else:
        told: list[Text | str] = [
            _head(words.fields.value(each, place)) for each in turn.choices[:MOST_CHOICES]
        ]
        more = len(turn.choices) - MOST_CHOICES
        value = Text(" or ", "或").join([*told, *([f"… +{more}"] if more > 0 else [])])
    return Text("{} ({}) {} {}", "{}（{}）{} {}").format(
        words.fields.title(place), words.at(turn.path).text, OPERATORS[turn.operator], value
    )


def _in_its_unit(words: DefinitionWords, turn: Turn, amount: Decimal) -> tuple[Number, Plain, str | None]:
    """Return an amount, as it is told and exactly, in the unit beside the field that it would go into."""
    path = (*words.within, *turn.path)
    here = value_at(words.subject.value, (*path[:-1], "unit"))
    there = turn.unit
    if there is None or here == there or here not in UNITS or UNITS[here].gases != UNITS[there].gases:
        return amount, turn.exact, there
    exact = turn.exact
    if isinstance(exact, Decimal | Fraction):
        exact = converted(exact, there, here)
    return converted(amount, there, here), exact, here


def rounding_text(words: DefinitionWords, found: Rounding) -> Text:
    """Return that a verdict depends on how a figure was rounded."""
    return Text(
        "depends on rounding: {0} is given to ±{1} {2}; at {3} it would be {4}",
        "取决于修约：{0} 的精度为 ±{1} {2}；若为 {3}，则结论为{4}",
    ).format(
        words.at(found.path).text,
        number_text(found.half_unit),
        found.unit,
        number_text(found.value),
        _outcome(words, found),
    )


def _outcome(words: DefinitionWords, found: Rounding) -> Text:
    """Return a verdict with its level in words."""
    told = VERDICT_TITLES[found.verdict]
    level = next((each for each in words.body.levels if each.id == found.level), None)
    return (
        told if level is None else Text("{}, {}", "{}（{}）").format(told, level_text(level.id, level.title))
    )


def _head(quoted: Text) -> Text:
    """Return the words for a choice without what explains them behind a colon; the quotes stay."""
    return Text(_without(quoted.en), _without(quoted.zh))


def _without(quoted: str) -> str:
    for colon in (": ", "："):
        if colon in quoted:
            return quoted.partition(colon)[0] + quoted[-1]
    return quoted
