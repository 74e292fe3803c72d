"""Draws rows of products for tables: every unit and boundary, gaps, labels, and values on limits and right beside them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

import polars as pl
from metals import enum

from cati_rules.columns.fields import product_fields
from cati_rules.kinds.definition.rules import Definition
from cati_rules.language import compile_node, nodes
from cati_rules.pipeline import record_of, ruleset
from cati_rules.schema.types import NumberType
from cati_rules.units import UNITS

Row = dict[str, Any]
SHARES = [Decimal(each) for each in ("0", "0.15", "0.2", "0.35", "0.40", "0.5", "0.75", "0.95", "1")]
SHARES += [
    Decimal(each) for each in ("0.7499", "0.7501", "0.3999", "0.4001", "0.9999", "0.0001", "0.1", "0.1001")
]
LABELS = [
    "beyondeco-30",
    "BeyondECO 80",
    "hydro-reduxa",
    "Hydro CIRCAL",
    "econiq-nz",
    "elysis",
    "xcarb-certificates",
]
LABELS += ["fossil-free-steel", "xcarb-recycled-renewable", "hydro-near-zero", "econiq-re", "ours"]
PRODUCERS = [
    "Norsk Hydro ASA",
    "宝山钢铁股份有限公司",
    "Nucor Corporation",
    "SSAB AB",
    "ArcelorMittal S.A.",
    "Anybody",
]
DAYS = ["2026-06-29", "2026-06-30", "2026-07-01", "2031-12-31"]
STEP = Decimal("0.0001")


@dataclass
class Limit:
    """A number that a footprint is compared with, in a unit."""

    unit: str
    node: nodes.Node
    named: dict[str, nodes.Node]

    @cached_property
    def evaluate(self) -> Any:
        """What computes it for a product."""
        return compile_node(self.node, world="open", record=record_of("product"), named=self.named)

    def on(self, row: Row) -> Decimal:
        """Return the limit on a row, rounded where it is no decimal; its end where it is a range."""
        value = self.evaluate(nested(row)).value
        if not isinstance(value, Decimal | Fraction):
            value = getattr(value, "high", None) or Decimal(1)
        return Decimal(str(round(float(value), 12)))


def limits_of(identifiers: list[str]) -> list[Limit]:
    """Return the numbers that definitions compare a footprint with."""
    found: list[Limit] = []
    for identifier in identifiers:
        rules = ruleset(identifier)
        assert isinstance(rules, Definition)
        body = rules.body("product")
        units = [each.unit for each in body.measures if each.of == ("footprint",)] if body else []
        if body is None or not units:
            continue
        asked = [each.node for each in body.judged()] + [
            each.opened.node for each in body.judged() if each.opened
        ]
        for node in asked:
            for each in nodes.walk(node):
                if isinstance(each, nodes.Compare) and each.left == nodes.Field("", ("footprint", "value")):
                    limit = each.right
                    if nodes.names_in(limit) <= set(body.named_nodes()):  # a parameter is given with the run
                        found.append(Limit(units[0], limit, body.named_nodes()))
    return found


def rows(count: int, seed: int, identifiers: list[str]) -> Iterator[Row]:
    """Yield rows with texts, truths, and numbers as exact decimals; what is missing is left out."""
    draw = random.Random(seed)  # noqa: S311 - rows, not secrets
    limits = limits_of(identifiers)
    for _ in range(count):
        yield _row(draw, limits)


def _row(draw: random.Random, limits: list[Limit]) -> Row:
    def some(choices: list[Any]) -> Any:
        return draw.choice(choices)

    steel = draw.random() < 0.6
    row: Row = {
        "material": "steel" if steel else "aluminium",
        "stage": some(enum("stage")) if draw.random() < 0.4 else ("crude_steel" if steel else "ingot"),
        "footprint.boundary": some(enum("footprint.boundary")),
        "footprint.year": Decimal(some([2018, 2021, 2022, 2024, 2025, 2026, 2027, 2030, 2040, 2050, 2051])),
        "footprint.verification": some(enum("footprint.verification")),
        "footprint.chain_of_custody": some(enum("footprint.chain_of_custody")),
        "scrap.share": some(SHARES),
        "scrap.weighed_by": some(enum("scrap.weighed_by")),
        "scrap.post_consumer_share": some(SHARES),
        "electricity.renewable_share": some(SHARES),
        "electricity.fossil_free": draw.random() < 0.5,
        "electricity.solar_share": some(SHARES),
        "data_type": some(["specific", "specific", "specific", "average", "generic"]),
        "validity.until": some(DAYS),
        "label": some(LABELS),
        "producer": some(PRODUCERS),
    }
    if steel or draw.random() < 0.1:
        row |= {
            "steel.route": some(enum("steel.route")),
            "steel.form": some(enum("steel.form")),
            "steel.grade": some(enum("steel.grade")),
            "steel.alloy_share": some([Decimal(each) for each in ("0", "0.02", "0.0799", "0.08", "0.0801")]),
            "steel.breakthrough_technology": draw.random() < 0.7,
        }
    if not steel or draw.random() < 0.1:
        row |= {"aluminium.inert_anode": draw.random() < 0.5, "aluminium.alloy": "A356.2"}
    gaps = draw.choice((0.0, 0.0, 0.1, 0.5))
    for name in list(row):
        rare = name in {"label", "producer", "validity.until"}
        if name != "material" and draw.random() < (0.7 if rare else gaps):
            del row[name]
    row |= _footprint(draw, row, limits)
    if draw.random() < 0.4:
        row |= _baseline(draw, row)
    if draw.random() < 0.05:
        row["scrap.share_at_least"] = some(SHARES)
        row["scrap.share_at_most"] = some(SHARES)
        if draw.random() < 0.7:
            row.pop("scrap.share", None)
    return row


def _footprint(draw: random.Random, row: Row, limits: list[Limit]) -> Row:
    kind = draw.random()
    if kind < 0.1:
        return {}
    limit = draw.choice(limits)
    asked = limit.unit
    unit = asked if draw.random() < 0.5 else draw.choice(list(UNITS))
    value = limit.on(row)
    value = draw.choice(
        (value, value, value + STEP, value - STEP, value + Decimal(draw.randint(-900, 900)) / 1000)
    )
    value = max(Decimal(0), value) * UNITS[asked].tonnes / UNITS[unit].tonnes
    if draw.random() < 0.02:
        return {"footprint.value": value}  # no unit: not valid
    stated: Row = {"footprint.value": value, "footprint.unit": unit}
    if kind < 0.2:
        side = draw.choice(("below", "at_most", "at_least"))
        stated = {f"footprint.{side}": value, "footprint.unit": unit}
        if draw.random() < 0.3:
            stated["footprint.at_least"] = value / 2
    elif kind < 0.25:
        stated |= {"footprint.at_most": value + draw.choice((Decimal(0), STEP, -STEP))}
        stated["footprint.at_most"] = max(Decimal(0), stated["footprint.at_most"])
    elif kind < 0.3:
        stated |= {f"footprint.modules.{draw.choice(('a1', 'a3', 'a1_a3'))}": value}
    elif kind < 0.4:
        stated["footprint.offsets"] = draw.choice((Decimal(0), value, value / 2))
    return stated


def _baseline(draw: random.Random, row: Row) -> Row:
    unit = row.get("footprint.unit", "tCO2e/t") if draw.random() < 0.7 else draw.choice(list(UNITS))
    share = draw.choice([Decimal(each) for each in ("0.1", "0.3", "0.5", "0.8", "0.9")])
    value = row.get("footprint.value", Decimal(1)) / (1 - share) if draw.random() < 0.5 else Decimal("2.3")
    value = Decimal(str(float(value))) + Decimal("0.001")
    return {
        "baseline.value": value,
        "baseline.unit": unit,
        "baseline.year": Decimal(draw.choice((2020, 2021))),
        "baseline.of": draw.choice(enum("baseline.of")),
    }


def nested(row: Row) -> dict[str, Any]:
    """Return a row as a product."""
    product: dict[str, Any] = {"kind": "product"}
    for name, value in row.items():
        *above, last = name.split(".")
        holder = product
        for each in above:
            holder = holder.setdefault(each, {})
        holder[last] = value
    return product


def frame_of(drawn: list[Row], form: str) -> pl.DataFrame:
    """Return rows as a table whose numbers are floats, texts or decimals."""
    types = product_fields()
    columns: dict[str, pl.Series] = {}
    for name in sorted({name for row in drawn for name in row}):
        cells: list[Any] = [row.get(name) for row in drawn]
        if isinstance(types[name], NumberType):
            turned = {"floats": float, "texts": str, "decimals": Decimal}[form]
            cells = [None if each is None else turned(each) for each in cells]
        columns[name] = pl.Series(name, cells, strict=False)
    return pl.DataFrame(columns)
