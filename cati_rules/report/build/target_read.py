"""A target of a disclosure with what its arithmetic needs, and what an edition asks of it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, cast

from msgspec import Struct

from cati_rules.kinds.definition.rules import Definition
from cati_rules.pipeline import ruleset
from cati_rules.targets.contraction import Span
from cati_rules.targets.editions import METHODS, Asked, asked_by, numbers_of
from cati_rules.targets.inventory import Inventory
from cati_rules.text import Text


class Entered(Struct, frozen=True):
    """How targets were entered: as options, or in a file; whether a reduction was stated; what is told besides."""

    as_options: bool = False
    stated: bool = True
    remarks: tuple[Text, ...] = ()
    sector: tuple[Text, ...] = ()


class Target(Struct, frozen=True):
    """A target of the document with what its arithmetic needs."""

    value: Mapping[str, Any]
    scopes: tuple[str, ...]
    span: Span | None
    inventory: Inventory
    entered: Entered

    @property
    def reduction(self) -> Fraction | None:
        """The reduction that was stated, None where none was."""
        given = self.value.get("reduction")
        return None if given is None or not self.entered.stated else Fraction(given)

    @property
    def base(self) -> Fraction | None:
        """The tonnes of the base year, None where they are not told."""
        return None if self.span is None else self.inventory.total(self.scopes, self.span.base_year)


def definition(identifier: str) -> Definition:
    """Return one of the rulesets about targets."""
    return cast("Definition", ruleset(identifier))


def read_target(value: Mapping[str, Any], inventory: Inventory, entered: Entered) -> Target:
    """Return an entry of ``targets`` as the arithmetic reads it."""
    base, target = value.get("base_year"), value.get("target_year")
    span = None
    if base is not None and target is not None:
        recent, own = value.get("recent_inventory_year"), value.get("net_zero_year")
        span = Span(
            int(base), int(target), None if recent is None else int(recent), None if own is None else int(own)
        )
    return Target(value, tuple(sorted(value.get("scopes", ()))), span, inventory, entered)


def asked_of(target: Target, rules: Definition) -> tuple[Asked, ...]:
    """Return what a method asks of a target, the mildest level first; nothing where it does not measure it."""
    measurable = target.value.get("measure") in (None, "absolute")
    if rules.id not in METHODS or target.span is None or not measurable:
        return ()
    return asked_by(rules.id, numbers_of(rules), target.scopes, target.span, target.inventory)
