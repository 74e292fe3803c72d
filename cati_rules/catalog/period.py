"""From when and until when an edition applies: a day, a month or a year, as far as a source tells it."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from cati_rules.catalog.basis import Basis
from cati_rules.catalog.fields import Told
from cati_rules.text import Text

Standing = Literal["in_force", "perhaps", "not_yet", "superseded", "proposed"]
STANDING_TITLES: Mapping[Standing, Text] = {
    "in_force": Text("in force", "有效"),
    "perhaps": Text("perhaps in force: no day is told", "当日是否有效不明：来源未写明日期"),
    "not_yet": Text("not yet in force", "尚未生效"),
    "superseded": Text("superseded", "已被取代"),
    "proposed": Text("a proposal, never in force", "仅为提案，从未生效"),
}
_DAY = len("2024-04-30")


class Period(Struct, frozen=True):
    """Dates are ISO texts of four, seven or ten characters: a year, a month or a day.

    ``basis`` and ``why`` say how a date is known of which a source names no day. Exactly one of ``start`` and
    ``proposed`` is there: what is only proposed is in force on no day.
    """

    start: Told | None = field(name="from", default=None)
    until: Told | None = None
    proposed: Told | None = None
    basis: Basis | None = None
    why: Text | None = None

    def standing(self, date: str) -> Standing:
        """Return how an edition stands on ``date``, an ISO day.

        Within a month or year of which no day is told, it is ``perhaps`` in force.
        """
        if self.start is None:
            return "proposed"
        if date[: len(self.start)] < self.start:
            return "not_yet"
        if self.until is not None and date[: len(self.until)] > self.until:
            return "superseded"
        told = [each for each in (self.start, self.until) if each is not None and len(each) < _DAY]
        return "perhaps" if any(date.startswith(each) for each in told) else "in_force"

    @property
    def first_certain(self) -> str:
        """The first day on which the edition is certainly in force; of a proposal, the last day it may be from."""
        since = self.start or str(self.proposed)
        if len(since) == _DAY:
            return since
        year, month = int(since[:4]), int(since[5:7] or 12)
        return f"{year:04}-{month:02}-{calendar.monthrange(year, month)[1]:02}"

    def words(self) -> Text:
        """Return the dates in words."""
        if self.start is None:
            return Text(f"proposed {self.proposed}", f"{self.proposed} 提出")
        until = "" if self.until is None else f" {self.until}"
        return Text(f"{self.start} –{until}", f"{self.start} –{until}")
