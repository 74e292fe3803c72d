"""A demand on a run, and one that a document does not reach: with the reason and the waivers that accept it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from cati_rules.documents.paths import FieldPath
from cati_rules.gate.fail_on import FailOn
from cati_rules.gate.waiver import Holding, Waiver, distinct
from cati_rules.text import Text

Failing = tuple[str, str, Sequence[str | int]]
"""Ruleset, rule and place of what keeps a level from being reached."""


class Demands(Struct, frozen=True):
    """What is demanded: a least score, rules that must be met (``ID`` or ``ID:LEVEL``), and what must not be found.

    A score or rules that are ``specific`` are demanded of each document by itself, as settings for its path do; others
    are demanded of a run, in which documents of several kinds stand beside each other.
    """

    fail_under: Decimal | None = None
    required: tuple[str, ...] = ()
    fail_on: frozenset[FailOn] = frozenset()
    specific_score: bool = False
    specific_rules: bool = False

    @property
    def any(self) -> bool:
        """Whether anything is demanded."""
        return self.fail_under is not None or bool(self.required) or bool(self.fail_on)


class Unreached(Struct, frozen=True):
    """One demand that a document does not reach, and why; ``waivers`` are what accept it, empty where nothing does.

    ``path`` is the value that causes it, as far as one does. ``accept`` names what is still to be waived for it to be
    accepted, as `cati waive` takes it; it is empty where no waiver does that.
    """

    demand: str
    document: str
    ruleset: str
    rule: str
    reason: Text
    waivers: tuple[Waiver, ...] = ()
    path: FieldPath = ()
    accept: tuple[str, ...] = ()

    @property
    def waived(self) -> bool:
        """Whether it is accepted for now."""
        return bool(self.waivers)

    @property
    def code(self) -> str:
        """The name of the demand for machines, such as ``demand/require``."""
        return f"demand/{self.demand.split()[0].removeprefix('--')}"


def with_waivers(unreached: Unreached, failing: Sequence[Failing], holding: Holding) -> Unreached:
    """Return what is not reached as accepted, if all that fails is; else with what of it is still to be waived."""
    found = [(each, holding.of(*each)) for each in failing]
    left = [
        f"{ruleset}/{rule}" if rule != ruleset else ruleset
        for (ruleset, rule, _), one in found
        if one is None
    ]
    if left or not found:
        return replace(unreached, accept=tuple(dict.fromkeys(left)))
    return replace(unreached, waivers=distinct(one for _, one in found if one is not None))
