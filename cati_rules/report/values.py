"""What every part of a report is made of: places, numbers and ranges, sources, the heads of rulesets."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from cati_rules.catalog.period import Period
from cati_rules.catalog.period import Standing as EditionStanding
from cati_rules.documents import format_path
from cati_rules.documents.paths import FieldPath
from cati_rules.errors import Place
from cati_rules.text import NOTHING, Text

RESULT_SCHEMA = "cati-result/1"
"""What results are called that programs read; it changes when a reader of them would have to."""
Number = Decimal | Fraction
Plain = Decimal | Fraction | str | bool
Kind = Literal["index", "definition", "consistency"]


class Range(Struct, frozen=True):
    """What a number can be of which only ends are known; None where there is no end on that side."""

    low: Number | None
    low_open: bool
    high: Number | None
    high_open: bool


Amount = Decimal | Fraction | Range


class Location(Struct, frozen=True):
    """A place in a document: the path of the value, and where that stands in the file; lines and columns from 1.

    Where nothing stands at ``path``, line and column are those of the nearest thing around it.
    """

    path: FieldPath
    place: Place

    @property
    def line(self) -> int | None:
        """The line in the file, from 1; None in files without lines."""
        return self.place.line

    @property
    def column(self) -> int | None:
        """The column in the file, from 1."""
        return self.place.column

    @property
    def text(self) -> str:
        """The path as it is written: ``emissions[0].year``."""
        return format_path(self.path)

    @property
    def short(self) -> str:
        """The name of the file, without its folder, and the line, or the place in a file of another format."""
        return self.place.brief


class Source(Struct, frozen=True):
    """Where a rule or a number comes from: a document, by its id in the ruleset and its title, and the place in it."""

    document: str
    title: Text
    locator: Text

    @property
    def said(self) -> Text:
        """The document and the place in it, in words."""
        return Text("{}, {}", "{}，{}").format(self.title, self.locator)


class Ruleset(Struct, frozen=True):
    """The head of a ruleset that judged something. ``standing`` says how this edition stands on the date of the run."""

    id: str
    edition: str
    standard: str
    kind: Kind
    title: Text
    publisher: Text
    source: Source
    period: Period
    standing: EditionStanding
    in_force: bool


class Line(Struct, frozen=True):
    """A line that gives a reason: a ``remark`` before it, the ``text``, its ``place``, and what is ``added``.

    ``place`` is empty where the text says where it stands, or where nothing stands anywhere.
    """

    text: Text
    place: str = ""
    remark: Text = NOTHING
    added: Text = NOTHING


class Operand(Struct, frozen=True):
    """A part of an expression with its value; a field stands ``at`` a place, or is ``absent``.

    ``assumed`` is what it stands for then, None where it stands for nothing.
    """

    text: str
    at: Location | None
    value: str | None
    absent: bool
    assumed: str | None
    is_text: bool
    is_single: bool


class Entry(Struct, frozen=True):
    """An entry of a list that was gone through: whether it is looked ``at`` all (``where``), and what it came to."""

    at: Location
    where: Evaluation | None
    body: Evaluation | None


class Evaluation(Struct, frozen=True):
    """The whole evaluation of a condition, or of a part of it.

    ``form`` says what joins its parts: ``any`` or ``every`` entry of a list, ``all``, ``either``, ``not``; None for
    what is asked of values. ``truth`` is None for an amount, whose ``value`` is given. ``name`` and ``title`` are
    those of a named value, or of a named list; ``same_as`` tells two uses of a name apart that have the same parts.
    Of the entries of a long list so many are ``left_out``.
    """

    text: str
    form: Literal["any", "every", "all", "either", "not"] | None
    truth: Literal["true", "false", "undecided"] | None
    value: str | None
    name: str | None
    title: Text | None
    is_named: bool
    same_as: tuple[object, ...] | None
    operands: tuple[Operand, ...]
    parts: tuple[Evaluation, ...]
    entries: tuple[Entry, ...]
    left_out: int = 0


Parameters = Mapping[str, Decimal]
