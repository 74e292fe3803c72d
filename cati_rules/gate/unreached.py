"""A demand on a run, and one that a document does not reach: with the reason and the waivers that accept it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from cati_rules.documents.paths import FieldPath
from cati_rules.documents.patterns import Pattern
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


class Demanded(Struct, frozen=True, dict=True):
    """What is demanded of each document by its name: by the last of ``paths`` that it fits, else of all."""

    of_all: Demands
    paths: tuple[tuple[Pattern, Demands], ...] = ()

    def on(self, name: str) -> Demands:
        """Return what is demanded of a document of that name."""
        return self._found.get(name) or self._found.setdefault(name, self._on(name))

    @cached_property
    def _found(self) -> dict[str, Demands]:
        """What is demanded of each document that was asked about: formats ask of every finding."""
        return {}

    def _on(self, name: str) -> Demands:
        fitting = (each for pattern, each in reversed(self.paths) if pattern.fits(name))
        return next(fitting, self.of_all)

    @property
    def any(self) -> bool:
        """Whether anything is demanded of any document."""
        return bool(self.rules) or any(each.any for each in self._all)

    @property
    def rules(self) -> tuple[str, ...]:
        """All rules that are demanded of some documents."""
        return tuple(name for each in self._all for name in each.required)

    @property
    def _all(self) -> tuple[Demands, ...]:
        return (self.of_all, *(each for _, each in self.paths))


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
