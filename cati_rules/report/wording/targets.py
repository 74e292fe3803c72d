"""Words for targets: ambitions, shares, amounts, what would tell an open verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from cati_rules.numbers import number_text
from cati_rules.targets.contraction import Lacking, Span
from cati_rules.targets.editions import rounded_up
from cati_rules.text import Text, same

AMBITIONS: Mapping[str, Text] = {
    "1_5c": same("1.5 °C"),
    "well_below_2c": Text("well below 2 °C", "远低于 2 °C"),
    "2c": same("2 °C"),
}
SCOPES: Mapping[str, Text] = {
    "scope_1": Text("scope 1", "范围 1"),
    "scope_2": Text("scope 2", "范围 2"),
    "scope_3": Text("scope 3", "范围 3"),
}
NOTE = Text(
    "This is arithmetic with the numbers of the named editions. Only the Science Based Targets initiative validates "
    "targets, and only the company can decide on one.",
    "以上仅为按所列版本的数值进行的计算。目标的验证仅由科学碳目标倡议进行，是否采用由企业自行决定。",
)


def scopes_said(scopes: Sequence[str]) -> Text:
    """Return scopes in words."""
    if tuple(sorted(scopes)) == ("scope_1", "scope_2"):
        return Text("scopes 1 and 2", "范围 1&2")
    return Text(", ", "、").join(SCOPES[each] for each in sorted(scopes) if each in SCOPES)


def percent(share: Fraction, *, up: bool = True) -> Text:
    """Return a share in per cent to two places: rounded up where that much is needed, else to the nearest."""
    value = rounded_up(share) if up else Decimal(round(share * 10_000)).scaleb(-4)
    text = f"{value.scaleb(2):.2f}" if up else number_text(value.scaleb(2))
    return Text(f"{text} %", f"{text}%")


def points(share: Fraction) -> Text:
    """Return a difference of shares in percentage points, rounded up."""
    text = f"{rounded_up(share).scaleb(2):.2f}"
    return Text(f"{text} percentage points", f"{text} 个百分点")


_SIZES: tuple[tuple[int, Text], ...] = (
    (10**6, Text("Mt", "万吨")),
    (10**4, Text("kt", "万吨")),
    (0, Text("t", "吨")),
)
_TONNES: Mapping[str, int] = {"Mt": 10**6, "kt": 10**3, "t": 1, "万吨": 10**4, "吨": 1}


def unit_for(amount: Fraction) -> Text:
    """Return the unit in which people read so many tonnes: millions in English, ten thousands in Chinese."""
    return next((unit for least, unit in _SIZES if amount >= least), _SIZES[-1][1])


def in_unit(amount: Fraction, unit: Text) -> Text:
    """Return tonnes as a number in a unit of :func:`unit_for`."""
    return Text(number_said(amount / _TONNES[unit.en]), number_said(amount / _TONNES[unit.zh]))


def tonnes_said(amount: Fraction) -> Text:
    """Return tonnes in the unit in which people read them."""
    unit = unit_for(amount)
    number = in_unit(amount, unit)
    return Text(f"{number.en} {unit.en} CO2e", f"{number.zh} {unit.zh} CO2e")


def number_said(amount: Fraction) -> str:
    """Return a number to three places at most."""
    return number_text(Decimal(round(amount * 1000)).scaleb(-3))


def lacking(which: Lacking, span: Span, scopes: Sequence[str]) -> Text:
    """Return the input that would tell more, by the name that a disclosure gives it."""
    said = scopes_said(scopes)
    return {
        "recent_year": Text(
            "the year of the most recent inventory (recent_inventory_year; --recent)",
            "最近核算年度（recent_inventory_year；--recent）",
        ),
        "recent_emissions": Text(
            f"emissions of {said.en} in {span.recent_year} (emissions)",
            f"{span.recent_year} 年{said.zh} 排放量（emissions）",
        ),
        "base_emissions": Text(
            f"emissions of {said.en} in {span.base_year} (emissions)",
            f"{span.base_year} 年{said.zh} 排放量（emissions）",
        ),
        "recent_split": Text(
            f"emissions of scope 1 and of scope 2 in {span.recent_year}, each by itself (emissions; --s1, --s2)",
            f"{span.recent_year} 年范围 1 与范围 2 各自的排放量（emissions；--s1、--s2）",
        ),
        "base_split": Text(
            f"emissions of scope 1 and of scope 2 in {span.base_year}, each by itself (emissions; --s1, --s2)",
            f"{span.base_year} 年范围 1 与范围 2 各自的排放量（emissions；--s1、--s2）",
        ),
    }[which]
