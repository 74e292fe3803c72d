"""One waiver, and those that hold for a document: light, since every format asks whether a finding is waived."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from cati_rules.documents.paths import FieldPath
from cati_rules.errors import Place
from cati_rules.text import Text


class Waiver(Struct, frozen=True):
    """One failure that is accepted; ``expires`` is the last day (ISO, UTC) on which it holds."""

    ruleset: str
    rule: str
    document: str | None
    pointer: str
    fingerprint: str
    reason: str
    approver: str
    expires: str
    place: Place

    def covers(self, rule: str) -> bool:
        """Return whether it is for a rule of its ruleset; that of an indicator is for each of its criteria."""
        return self.rule in (rule, rule.partition("/")[0])

    @property
    def said(self) -> Text:
        """Until when, by whom and why it is accepted."""
        return Text(
            f"waived until {self.expires} by {self.approver}: {self.reason}",
            f"已豁免至 {self.expires}（批准人 {self.approver}）：{self.reason}",
        )


class Holding(Struct, frozen=True):
    """The waivers that hold for one document, with the place of their value in it: date, name and value fit."""

    waivers: tuple[tuple[Waiver, FieldPath], ...] = ()

    def of(self, ruleset: str, rule: str, within: Sequence[str | int] = ()) -> Waiver | None:
        """Return the waiver of a rule that was judged on the entry at ``within``, None where there is none."""
        for waiver, path in self.waivers:
            if waiver.ruleset == ruleset and waiver.covers(rule) and not apart(path, within):
                return waiver
        return None


NOTHING_WAIVED = Holding()


def apart(one: Sequence[str | int], other: Sequence[str | int]) -> bool:
    """Return whether two places lie in different entries of one list: a waiver of one says nothing of the other."""
    for left, right in zip(one, other, strict=False):
        if left != right:
            return isinstance(left, int) and isinstance(right, int)
    return False


def distinct(waivers: Iterable[Waiver]) -> tuple[Waiver, ...]:
    """Return waivers, each once."""
    return tuple(dict.fromkeys(waivers))
