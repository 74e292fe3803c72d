"""What to ask the supplier: one question for all definitions that its answer would help to settle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from cati_rules.documents.paths import FieldPath
from cati_rules.text import NOTHING, Text, same
from cati_rules.units import UNITS


class Question(Struct, frozen=True):
    """A question in words that a mill understands; ``today`` says what the document gives instead, None where nothing.

    ``path`` is the field that the answer goes into. ``settles`` are the definitions that wait for it, by id.
    ``fields`` are all fields that an answer may fill, ``path`` first; empty where no field can hold it. A figure that
    is asked for is in ``unit`` (empty for anything else), has the values ``asked_as`` of boundary and stage, and counts
    what ``boundary`` says.
    """

    path: FieldPath
    asked: Text
    today: Text | None
    settles: tuple[str, ...]
    fields: tuple[FieldPath, ...]
    unit: str = ""
    asked_as: Mapping[FieldPath, str] = {}
    boundary: Text = NOTHING


def asked_at_once(questions: Sequence[Question]) -> tuple[Question, ...]:
    """Return questions as a person is asked them: a figure of all gases and one of CO2 alone in one sentence.

    What is to be stated in several places, as of each lot of purchases, is asked once.
    """
    together: dict[tuple[FieldPath, Text], list[Question]] = {}
    for each in questions:
        key = (each.path if each.boundary else (), each.boundary or each.asked)
        together.setdefault(key, []).append(each)
    told = [_one(each) for each in together.values()]
    return tuple(sorted(told, key=lambda each: -len(each.settles)))


def _one(questions: Sequence[Question]) -> Question:
    first = questions[0]
    if len(questions) == 1:
        return first
    settles = dict.fromkeys(name for each in questions for name in each.settles)
    if not first.boundary:
        return replace(first, settles=tuple(settles))
    units = Text(" and ", " 及 ").join(unit_said(each.unit) for each in questions)
    return replace(first, asked=figure_asked(first.boundary, units), settles=tuple(settles))


def figure_asked(boundary: Text, units: Text) -> Text:
    """Return the question for a figure on a boundary, in one unit or several."""
    return Text(
        "Emissions {}, in {}, before credits and offsets?", "{}的排放强度（{}，扣减与抵消之前）是多少？"
    ).format(boundary, units)


def unit_said(unit: str) -> Text:
    """Return a unit in words: that it counts CO2 alone is said, as it is easily overlooked."""
    if unit in UNITS and UNITS[unit].gases == "CO2":
        return Text("{} (CO2 alone)", "{}（仅计 CO2）").format(unit)
    return same(unit)
