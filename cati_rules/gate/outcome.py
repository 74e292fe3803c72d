"""What the gate of a run came to: the part of its result that formats tell besides what was found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct, field

from cati_rules.errors import Problem
from cati_rules.gate.waiver import NOTHING_WAIVED, Holding, Waiver
from cati_rules.text import Text

if TYPE_CHECKING:
    from cati_rules.gate.unreached import Unreached


class WaiverProblem(Struct, frozen=True):
    """A waiver that does not do what it is there for: of no rule, expired, of another value, or not needed."""

    waiver: Waiver
    code: str
    message: Text
    advice: Text | None = None

    @property
    def problem(self) -> Problem:
        """It as a problem, at the waiver's place in its file."""
        path = f"{self.waiver.ruleset}/{self.waiver.rule}"
        return Problem(
            self.waiver.place, self.code, self.message, path, advice=self.advice, severity="warning"
        )


class Gate(Struct, frozen=True):
    """Demands that were not reached, waivers that hold and accept something, and what is wrong with waivers.

    ``demanded`` and ``waiving`` say whether anything was demanded, and whether waivers were given, at all. ``holding``
    and ``applied`` go by the name of the document: what holds for it, and what of that accepts something there. ``new``
    tells of documents that the baseline does not know.
    """

    demanded: bool = False
    waiving: bool = False
    demands: tuple[Unreached, ...] = ()
    holding: Mapping[str, Holding] = field(default_factory=dict)
    applied: Mapping[str, tuple[Waiver, ...]] = field(default_factory=dict)
    problems: tuple[WaiverProblem, ...] = ()
    new: tuple[Problem, ...] = ()

    def holding_on(self, name: str) -> Holding:
        """Return the waivers that hold for a document."""
        return self.holding.get(name, NOTHING_WAIVED)

    def applied_on(self, name: str) -> tuple[Waiver, ...]:
        """Return the waivers that accept something in a document."""
        return self.applied.get(name, ())


OPEN = Gate()
"""That of a run which demands nothing and waives nothing."""
