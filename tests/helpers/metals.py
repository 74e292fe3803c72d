"""Draws products, facilities and purchases: complete ones, and the same with fields taken away."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from cati_rules.schema import load_schema
from cati_rules.units import UNITS

Object = dict[str, Any]

PRODUCT = load_schema("product")
NEAR = [Decimal(text) for text in ("0", "0.001", "0.005", "-0.001", "-0.005")]
LIMITS = [
    Decimal(text)
    for text in [
        "0.05",
        "0.12",
        "0.15",
        "0.25",
        "0.295",
        "0.30",
        "0.35",
        "0.40",
        "0.5",
        "0.52",
        "0.78",
        "0.80",
        "1.2",
        "1.34",
        "1.57",
        "2",
        "2.19",
        "2.8",
        "3",
        "4",
        "11",
        "13",
    ]
]
SHARES = [Decimal(text) for text in ("0", "0.15", "0.30", "0.40", "0.70", "0.75", "0.95", "1")]


def enum(path: str) -> list[str]:
    """Return the choices of a field, by its path in a product."""
    schema: Any = PRODUCT
    for name in path.split("."):
        schema = schema["properties"][name]
        while "$ref" in schema:
            schema = PRODUCT["$defs"][schema["$ref"].rpartition("/")[2]]
    return list(schema["enum"])


share = st.one_of(st.sampled_from(SHARES), st.decimals(0, 1, places=3))
amount = st.one_of(
    st.builds(
        lambda limit, step: max(Decimal(0), limit + step), st.sampled_from(LIMITS), st.sampled_from(NEAR)
    ),
    st.decimals(0, 20, places=3),
)
truth = st.booleans()
year = st.sampled_from(
    [Decimal(each) for each in (2018, 2020, 2021, 2022, 2024, 2025, 2026, 2027, 2030, 2040, 2050)]
)
unit = st.sampled_from(["tCO2e/t", "tCO2e/t", "tCO2e/t", "kgCO2e/t", "kgCO2e/kg", "tCO2/t", "tCO2e/kg"])
LABELS = [
    "beyondeco-30",
    "beyondeco-50",
    "BeyondECO-80%",
    "hydro-reduxa",
    "hydro-circal",
    "econiq-nz",
    "something else",
]
UNBRANDED = ("label", "producer")
PRODUCERS = [
    "Norsk Hydro ASA",
    "宝山钢铁股份有限公司",
    "Nucor Corporation",
    "SSAB AB",
    "ArcelorMittal S.A.",
    "Anybody",
]


def _given_in(value: Decimal, wanted: str) -> Decimal:
    """Return the figure that is ``value`` tonnes per tonne in another unit."""
    return value / UNITS[wanted].tonnes


@st.composite
def bounds_around(draw: st.DrawFn, value: Decimal) -> Object:
    """Draw bounds that a number lies within."""
    beside = draw(st.sampled_from(NEAR[:3]))
    sides: Object = {"at_most": value + beside, "at_least": max(Decimal(0), value - beside)}
    sides["below"] = value + beside + Decimal("0.001")
    return {name: each for name, each in sides.items() if draw(truth)}


@st.composite
def modules_of(draw: st.DrawFn, value: Decimal) -> Object:
    """Draw the modules that a footprint is made of, with a credit in module D; or none."""
    first = value * draw(st.sampled_from([Decimal(each) for each in ("0.1", "0.5", "0.9")]))
    parts = {"a1": first, "a2": Decimal(0), "a3": value - first}
    drawn = draw(st.sampled_from([{}, parts, {"a1_a3": value}]))
    return {"modules": {**drawn, "d": -value}} if drawn else {}


@st.composite
def footprints(draw: st.DrawFn) -> Object:
    chosen = draw(unit)
    value = draw(amount)
    return {
        **{name: _given_in(each, chosen) for name, each in draw(bounds_around(value)).items()},
        **draw(modules_of(_given_in(value, chosen))),
        "value": _given_in(value, chosen),
        "unit": chosen,
        "boundary": draw(st.sampled_from(enum("footprint.boundary"))),
        "offsets": _given_in(draw(amount), chosen),
        "year": draw(year),
        "verification": draw(st.sampled_from(enum("footprint.verification"))),
        "chain_of_custody": draw(st.sampled_from(enum("footprint.chain_of_custody"))),
    }


@st.composite
def scraps(draw: st.DrawFn) -> Object:
    """Draw shares of scrap, how they are weighed, and bounds that hold."""
    drawn: Object = {
        "share": draw(share),
        "post_consumer_share": draw(share),
        "weighed_by": draw(st.sampled_from(enum("scrap.weighed_by"))),
    }
    if draw(truth):
        least, less = sorted((drawn["share"], draw(share)))
        drawn["share_at_least" if least != drawn["share"] else "share_at_most"] = (
            least if least != drawn["share"] else less
        )
    if draw(truth):
        drawn["post_consumer_share_at_least"] = min(drawn["post_consumer_share"], draw(share))
    return drawn


@st.composite
def products(draw: st.DrawFn, material: str | None = None) -> Object:
    """Draw a product with every field that a definition asks about."""
    base_unit = draw(unit)
    branded = draw(st.sampled_from([(), ("label",), ("producer",), ("label", "producer")]))
    product = {
        "kind": "product",
        "material": material or draw(st.sampled_from(enum("material"))),
        "stage": draw(st.sampled_from(enum("stage"))),
        "footprint": draw(footprints()),
        "validity": draw(st.sampled_from([{}, {}, {"until": "2026-06-30"}, {"until": "2026-06-29"}])),
        "data_type": draw(st.sampled_from(["specific", "average", "specific", "generic"])),
        "scrap": draw(scraps()),
        "steel": {
            "route": draw(st.sampled_from(enum("steel.route"))),
            "form": draw(st.sampled_from(enum("steel.form"))),
            "grade": draw(st.sampled_from(enum("steel.grade"))),
            "alloy_share": draw(
                st.sampled_from([Decimal(each) for each in ("0.02", "0.0799", "0.08", "0.2")])
            ),
            "breakthrough_technology": draw(truth),
        },
        "aluminium": {"inert_anode": draw(truth), "alloy": "A356.2"},
        "electricity": {
            "renewable_share": draw(share),
            "fossil_free": draw(truth),
            "solar_share": draw(share),
        },
        "baseline": {
            "value": _given_in(draw(amount) + Decimal("0.001"), base_unit),
            "unit": base_unit,
            "year": draw(year),
            "of": draw(st.sampled_from(enum("baseline.of"))),
        },
        "label": draw(st.sampled_from(LABELS)),
        "producer": draw(st.sampled_from(PRODUCERS)),
    }
    return {name: value for name, value in product.items() if name not in UNBRANDED or name in branded}


@st.composite
def facilities(draw: st.DrawFn) -> Object:
    """Draw a facility with every field that a definition asks about."""
    schema = load_schema("facility")
    boundaries = enum("footprint.boundary")
    figure = st.builds(
        lambda when, value, where: {"year": when, "value": value, "unit": "tCO2e/t", "boundary": where},
        year,
        amount,
        st.sampled_from([*boundaries, "mine_to_metal", "mine_to_metal"]),
    )
    planned = st.builds(lambda when, below: {"year": when, "below": below}, year, amount)
    return {
        "kind": "facility",
        "type": draw(st.sampled_from(schema["properties"]["type"]["enum"])),
        "commissioned": draw(year),
        "intensity": draw(st.lists(figure, max_size=4)),
        "plan": draw(st.lists(planned, max_size=3)),
        "feed": {
            "year": draw(year),
            "scrap_t": draw(amount),
            "h2_dri_t": draw(amount),
            "other_t": draw(amount),
        },
        "measures_implemented": draw(truth),
    }


@st.composite
def purchases(draw: st.DrawFn) -> Object:
    """Draw a set of purchases with every field that a definition asks about."""
    material = draw(st.sampled_from(enum("material")))
    lots = []
    for _ in range(draw(st.integers(0, 4))):
        bought = dict(draw(products(material)))
        bought.pop("kind")
        lots.append(
            {
                "t": draw(amount) * 100,
                "primary": draw(truth),
                "product": bought,
                "maker_science_based_target": draw(truth),
                "responsiblesteel_level": Decimal(draw(st.integers(0, 4))),
            }
        )
    return {
        "kind": "purchases",
        "buyer": "Test Motors",
        "year": Decimal(2030),
        "material": material,
        "lots": lots,
    }


KEPT = {
    "label",
    "producer",
    "kind",
    "material",
    "type",
    "t",
    "unit",
    "lots",
    "intensity",
    "plan",
    "year",
    "value",
    "below",
    "validity",
    "until",
    "data_type",
}
"""Fields that a schema requires somewhere, or without which another could not stand; and those of which nothing stated
means that there is nothing: a declaration that is not said to expire or to be generic is taken as it is, and a label or
a producer left out means that it is no brand."""


@st.composite
def with_holes(draw: st.DrawFn, document: Object) -> Object:
    """Draw what is left of a document when fields that it need not have are taken away."""

    def cut(value: Any, inside_list: bool) -> Any:
        if isinstance(value, list):
            return [cut(each, True) for each in value]
        if not isinstance(value, dict):
            return value
        kept = {}
        for name, each in value.items():
            fixed = name in KEPT and (
                inside_list or name not in ("year", "value", "below", "intensity", "plan")
            )
            if not fixed and draw(st.integers(0, 3)) == 0:
                continue
            kept[name] = cut(each, inside_list)
        if "value" not in kept:
            kept.pop("offsets", None)
        return kept

    return cut(document, False)
