"""What each edition of absolute contraction asks of a target, with the numbers of its ruleset."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from cati_rules.kinds.definition.rules import Definition
from cati_rules.language.nodes import Literal
from cati_rules.targets.contraction import Needed, Part, Pathway, Span, needed, straight
from cati_rules.targets.inventory import OWN, Inventory
from cati_rules.targets.numbers import ONE, Between
from cati_rules.targets.sector import SectorPathway

UNTIL_2026, SINCE_2026 = "sbti-aca-1", "sbti-aca-1.3.1"
METHODS = (UNTIL_2026, SINCE_2026)
CRITERIA, STEEL = "sbti-near-term-5.3.1", "sbti-steel"
EDITIONS = (UNTIL_2026, SINCE_2026, CRITERIA, "sbti-long-term", STEEL, "sbti-net-zero-2.0")
"""The rulesets about targets, in the order in which they are told."""
Numbers = Mapping[str, Fraction]


class Asked(Struct, frozen=True):
    """What an edition asks for one level of ambition.

    ``confirmed`` says that what is enough by the arithmetic is enough; else it is open.
    """

    level: str
    needed: Needed
    confirmed: bool = True


def numbers_of(rules: Definition) -> Numbers:
    """Return the numbers that a ruleset about disclosures states by name."""
    body = rules.body("disclosure")
    values = () if body is None else body.values
    return {
        each.name: Fraction(each.node.value)
        for each in values
        if isinstance(each.node, Literal) and isinstance(each.node.value, Decimal)
    }


def asked_by(
    identifier: str, numbers: Numbers, scopes: Sequence[str], span: Span, inventory: Inventory
) -> tuple[Asked, ...]:
    """Return what an edition of absolute contraction asks of a target, the mildest level first.

    Empty where it does not say: the scopes have lines of their own and are not told apart, or years are out of order.
    """
    if span.years <= 0 or not scopes:
        return ()
    return tuple(_ASKED[identifier](numbers, tuple(sorted(scopes)), span, inventory))


def _until(numbers: Numbers, scopes: tuple[str, ...], span: Span, _: Inventory) -> Iterator[Asked]:
    confirmed = span.base_year <= numbers["last_confirmed"]
    levels = [("well_below_2c", "rate_well_below_2"), ("1_5c", "rate_1_5")]
    if scopes == ("scope_3",):
        levels.insert(0, ("2c", "rate_2"))
    for level, name in levels:
        least = straight(numbers[name], span)
        just = Between(least, least)
        yield Asked(level, Needed(just, least, just, least, least, (), span.years), confirmed)


def pathways_of(numbers: Numbers) -> Mapping[str, Pathway]:
    """Return the pathways to net zero of the edition since April 2026: of each scope, and of scope 3 its milder one."""
    floor = numbers["floor_1_5"]
    found = {
        f"scope_{each}": Pathway(numbers[f"ambition_{each}"], int(numbers[f"net_zero_{each}"]), floor)
        for each in (1, 2, 3)
    }
    mild = Pathway(
        numbers["ambition_3_well_below_2"], int(numbers["net_zero_3"]), numbers["floor_well_below_2"]
    )
    return {**found, "scope_3_well_below_2": mild}


def _since(numbers: Numbers, scopes: tuple[str, ...], span: Span, inventory: Inventory) -> Iterator[Asked]:
    if span.recent_year is not None and not span.base_year <= span.recent_year < span.target_year:
        return
    if "scope_3" in scopes and len(scopes) > 1:
        return
    pathways = pathways_of(numbers)
    totals: dict[str, Fraction | None] = {"base_total": None, "recent_total": None}
    if scopes == OWN:
        totals = {
            "base_total": inventory.total(scopes, span.base_year),
            "recent_total": inventory.total(scopes, span.recent_year),
        }

    def asked(level: str, pathway: str | None = None) -> Asked:
        parts = [
            Part(
                pathways[pathway or each],
                inventory.of(each, span.base_year),
                inventory.of(each, span.recent_year),
            )
            for each in scopes
        ]
        # Without the recent year nothing is enough: it may not lie between the base year and the target year.
        return Asked(level, needed(parts, span, **totals), confirmed=span.recent_year is not None)

    if scopes == ("scope_3",):
        yield asked("well_below_2c", "scope_3_well_below_2")
    yield asked("1_5c")


_ASKED: Mapping[str, Callable[[Numbers, tuple[str, ...], Span, Inventory], Iterator[Asked]]] = {
    UNTIL_2026: _until,
    SINCE_2026: _since,
}


def steel_pathways(numbers: Numbers) -> tuple[SectorPathway, SectorPathway]:
    """Return the pathways of the steel sector for ore and for scrap, from the numbers of its ruleset."""
    ore, scrap = (
        SectorPathway(
            {
                int(name.rpartition("_")[2]): value
                for name, value in numbers.items()
                if name.startswith(f"{route}_2")
            }
        )
        for route in ("ore", "scrap")
    )
    return ore, scrap


def rounded_up(share: Fraction, places: int = 4) -> Decimal:
    """Return the least decimal of so many places that is not below a share: what may be promised in its stead."""
    scale = 10**places
    return Decimal(-((-share * scale) // ONE)).scaleb(-places)
