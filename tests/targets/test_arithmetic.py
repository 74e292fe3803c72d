"""The arithmetic of targets on cases worked out by hand; numbers of the standards are written out here once more."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cati_rules.targets.compounding import compounded
from cati_rules.targets.contraction import Part, Pathway, Span, line, needed, straight
from cati_rules.targets.numbers import Between
from cati_rules.targets.sector import Activity, SectorPathway, converging, mixed

SCOPE_1 = Pathway(F("0.9"), 2050, F("0.042"))
SCOPE_2 = Pathway(F(1), 2040, F("0.042"))
SCOPE_3 = Pathway(F("0.9"), 2050, F("0.042"))
SCOPE_3_WELL_BELOW = Pathway(F("0.75"), 2050, F("0.025"))
ORE = SectorPathway({2020: F("2.42"), 2030: F("1.71"), 2040: F("0.77"), 2050: F("0.11")})
SCRAP = SectorPathway({2020: F("0.50"), 2030: F("0.37"), 2040: F("0.24"), 2050: F("0.11")})


def shown(number: F, places: int) -> str:
    """Return a fraction as a decimal of so many places, rounded half up as people round."""
    scaled = number * 10**places
    return str(Decimal(int(scaled + F(1, 2))).scaleb(-places))


# Until April 2026


@pytest.mark.parametrize(
    ("rate", "base", "target", "expected"),
    [
        ("0.042", 2020, 2030, "0.42"),  # case 1
        ("0.025", 2020, 2030, "0.25"),  # case 2
        ("0.0123", 2020, 2030, "0.123"),  # case 2
        ("0.042", 2018, 2030, "0.504"),  # case 3
    ],
)
def test_straight_line(rate: str, base: int, target: int, expected: str) -> None:
    assert straight(F(rate), Span(base, target)) == F(expected)


# Since April 2026


def joint(first: int | None, second: int | None) -> list[Part]:
    """Scopes 1 and 2 of one year, which is the base year and the recent one."""
    return [Part(SCOPE_1, recent=first), Part(SCOPE_2, recent=second)]


def test_scope_1_comes_to_the_floor() -> None:  # case 4: 90/25 = 3.6 a year
    found = needed([Part(SCOPE_1)], Span(2025, 2030, 2025))
    assert found.reduction == Between(F("0.21"), F("0.21"))
    assert found.path == Between(F("0.18"), F("0.18"))
    assert [found.judged(Decimal(each)) for each in ("0.2099", "0.21", "0.2101")] == ["not_met", "met", "met"]


def test_half_and_half() -> None:  # case 5: (3.6 + 6.6667)/2 · 5 = 25.67
    found = needed(joint(1, 1), Span(2025, 2030, 2025))
    assert found.reduction.low == found.reduction.high == (F(90, 25) + F(100, 15)) / 2 * 5 / 100
    assert shown(found.reduction.low * 100, 2) == "25.67"


def test_scope_2_alone() -> None:  # case 6
    assert needed([Part(SCOPE_2)], Span(2025, 2030, 2025)).least == F(1, 3)


def test_short_of_a_joint_target() -> None:  # case 7: 0.6 · 3.4615 + 0.4 · 6.25 = 4.5769; · 6 = 27.46
    found = needed(joint(60, 40), Span(2024, 2030, 2024))
    assert found.judged(Decimal("0.252")) == "not_met"
    assert found.least is not None
    assert shown(found.least * 100, 2) == "27.46"
    assert shown((found.least - F("0.252")) * 100, 2) == "2.26"


def later(recent: int) -> list[Part]:
    """A base year of 100, half and half, and a recent year of ``recent``, half and half."""
    return [Part(SCOPE_1, 50, F(recent, 2)), Part(SCOPE_2, 50, F(recent, 2))]


def test_recent_inventory_below_the_base_year() -> None:  # case 8: 80 · (1 − 0.25667) = 59.47
    found = needed(later(80), Span(2023, 2030, 2025))
    assert found.least is not None
    assert shown(found.least * 100, 2) == "40.53"


def test_recent_inventory_above_the_base_year() -> None:  # case 9: 81.77 → 18.23/7 = 2.60 → the floor, 29.4
    found = needed(later(110), Span(2023, 2030, 2025))
    assert shown(found.path.low * 100, 2) == "18.23"
    assert found.least == F("0.294")


def test_own_net_zero_year() -> None:  # case 10: 90/15 · 5
    assert needed([Part(SCOPE_1)], Span(2025, 2030, 2025, 2040)).least == F("0.3")
    later_than_the_pathway = needed([Part(SCOPE_1)], Span(2025, 2030, 2025, 2060))
    assert later_than_the_pathway == needed([Part(SCOPE_1)], Span(2025, 2030, 2025))


def test_scope_3_well_below_two_degrees() -> None:  # case 11: 75/26 · 6 = 17.31
    found = needed([Part(SCOPE_3_WELL_BELOW)], Span(2024, 2030, 2024))
    assert found.judged(Decimal("0.15")) == "not_met"
    assert found.least is not None
    assert shown(found.least * 100, 2) == "17.31"


@pytest.mark.parametrize(
    ("year", "half", "second", "third"),
    [(2024, "4.86", "6.25", "2.88"), (2025, "5.13", "6.67", "3.00"), (2026, "5.45", "7.14", "3.13")],
)
def test_yearly_rates_of_the_appendix(year: int, half: str, second: str, third: str) -> None:
    span = Span(year, year + 5, year)
    for parts, expected in (
        (joint(1, 1), half),
        ([Part(SCOPE_2)], second),
        ([Part(SCOPE_3_WELL_BELOW)], third),
    ):
        least = needed(parts, span).least
        assert least is not None
        # 3.125 and 5.4464… are printed to two places; 75/24 is 3.125 exactly, which the table rounds up.
        assert shown(least / 5 * 100, 2) == expected


def test_split_unknown() -> None:  # case 23: 21.0 within [21.0, 33.33]
    found = needed(joint(None, None), Span(2025, 2030, 2025))
    assert found.reduction == Between(F("0.21"), F(1, 3))
    assert found.lacks == ("recent_split",)
    below, at, under, enough = (Decimal(each) for each in ("0.2099", "0.21", "0.3333", "0.3334"))
    assert [found.judged(each) for each in (below, at, under, enough)] == [
        "not_met",
        "indeterminate",
        "indeterminate",
        "met",
    ]


def test_recent_year_unknown() -> None:
    found = needed([Part(SCOPE_1)], Span(2025, 2030))
    assert found.reduction == Between(F("0.21"), F(1))
    assert found.lacks == ("recent_year",)


def test_recent_emissions_unknown_leave_the_floor() -> None:
    found = needed(joint(None, None), Span(2023, 2030, 2025))
    assert found.reduction == Between(F("0.294"), F(1))
    assert found.lacks == ("recent_emissions", "base_emissions")


def test_totals_without_the_split() -> None:
    # As case 8, of which only the totals are known: scope 1 alone asks 1 − 0.8 · 0.82, scope 2 alone 1 − 0.8 · 2/3.
    found = needed(joint(None, None), Span(2023, 2030, 2025), base_total=100, recent_total=80)
    assert found.reduction == Between(F("0.344"), ONE_LESS_TWO_THIRDS_OF_80)
    assert found.lacks == ("recent_split", "base_split")


ONE_LESS_TWO_THIRDS_OF_80 = 1 - F("0.8") * F(2, 3)


def test_two_ways_to_weigh_leave_it_open() -> None:
    # Recent 60:20, base 40:60. By the recent inventory: 0.75 · 0.18 + 0.25 / 3 = 0.21833; 1 − 0.8 · 0.78167 = 0.37467.
    # By the base year: 0.4 · 0.18 + 0.6 / 3 = 0.272; 1 − 0.8 · 0.728 = 0.4176.
    found = needed([Part(SCOPE_1, 40, 60), Part(SCOPE_2, 60, 20)], Span(2023, 2030, 2025))
    assert found.by_base == F("0.4176")
    assert found.by_recent is not None
    assert shown(found.by_recent, 5) == "0.37467"
    assert found.judged(Decimal("0.4")) == "indeterminate"
    assert found.lacks == ()


def test_after_net_zero_everything_that_is_asked_is_cut() -> None:
    assert needed([Part(SCOPE_2)], Span(2030, 2045, 2030)).least == 1
    assert needed([Part(SCOPE_1)], Span(2048, 2050, 2048)).least == F("0.9")


def test_years_out_of_order() -> None:
    for span in (Span(2030, 2030, 2030), Span(2025, 2030, 2024), Span(2025, 2030, 2030)):
        with pytest.raises(ValueError, match="year"):
            needed([Part(SCOPE_1)], span)


def test_year_by_year() -> None:
    points = line(Span(2025, 2030), F("0.21"))
    assert [each.year for each in points] == [2025, 2026, 2027, 2028, 2029, 2030]
    assert [each.remaining for each in points[:2]] == [1, F("0.958")]
    assert points[-1].remaining == F("0.79")


# Compounding


def test_economic_intensity_of_scope_3() -> None:  # case 12: 1 − 0.93^10
    assert shown(compounded(F("0.07"), 10) * 100, 2) == "51.60"
    assert compounded(F("0.07"), 1) == F("0.07")
    assert compounded(F("0.07"), 0) == 0


# Sectors


def test_ore_based_steel() -> None:  # case 18: 2.49 · 0.69264 + 0.11
    found = converging(ORE, F("2.60"), 2020, 2030)
    assert found.intensity.exact
    assert shown(found.intensity.low, 3) == "1.835"
    assert shown(found.reduction.low * 100, 1) == "29.4"
    assert shown(found.progress.low, 5) == "0.69264"


def test_growing_output() -> None:  # case 19: m = 0.84; 2.09 · 0.69264 · 0.84 + 0.11; 22.0 → 16.58 Mt
    activity = Activity(10, F("12.5"), F("1.05"))
    found = converging(ORE, F("2.20"), 2020, 2030, activity=activity)
    assert found.share_ratio == F("0.84")
    assert shown(found.intensity.low, 3) == "1.326"
    before, after = found.absolute(activity)
    assert before == 22
    assert shown(after.low, 2) == "16.58"
    # 16.5757 of 22.0; the case prints −24.7 %
    assert shown((1 - after.low / before) * 100, 1) == "24.7"


def test_shrinking_output() -> None:  # case 20: m = 1.167, capped 1
    activity = Activity(10, 9, F("1.05"))
    assert shown(converging(ORE, F("2.20"), 2020, 2030, activity=activity).share_ratio, 3) == "1.167"
    assert shown(converging(ORE, F("2.20"), 2020, 2030, activity=activity).intensity.low, 3) == "1.799"
    capped = converging(ORE, F("2.20"), 2020, 2030, activity=activity, capped=True)
    assert capped.share_ratio == 1
    assert shown(capped.intensity.low, 3) == "1.558"


def test_some_scrap() -> None:  # case 21: SI 1.844 → 1.308; p 0.69089; d 1.79
    pathway = mixed([(ORE, F("0.7")), (SCRAP, F("0.3"))])
    assert (pathway.milestones[2020], pathway.milestones[2030]) == (F("1.844"), F("1.308"))
    found = converging(pathway, F("1.90"), 2020, 2030)
    assert found.distance == F("1.79")
    assert shown(found.progress.low, 5) == "0.69089"
    assert shown(found.intensity.low, 3) == "1.347"


def test_between_milestones() -> None:  # case 22
    found = converging(ORE, F("2.60"), 2020, 2035)
    assert found.sector == Between(F("0.77"), F("1.71"))
    assert not found.intensity.exact


@pytest.mark.parametrize("year", [2019, 2051])
def test_outside_of_the_pathway(year: int) -> None:
    with pytest.raises(ValueError, match="milestones"):
        converging(ORE, F("2.60"), 2020, year)


# Properties

AMOUNTS = st.integers(min_value=0, max_value=10**9)
PARTS = st.sampled_from([SCOPE_1, SCOPE_2, SCOPE_3, SCOPE_3_WELL_BELOW])


@st.composite
def spans(draw: st.DrawFn) -> Span:
    base = draw(st.integers(2015, 2035))
    recent = draw(st.integers(base, base + 6))
    target = draw(st.integers(recent + 1, recent + 20))
    return Span(base, target, recent, draw(st.none() | st.integers(2020, 2060)))


@given(spans(), AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, st.fractions(0, 1), st.fractions(0, 1))
def test_a_larger_reduction_is_never_worse(
    span: Span, a: int, b: int, c: int, d: int, one: F, other: F
) -> None:
    found = needed([Part(SCOPE_1, a, b), Part(SCOPE_2, c, d)], span)
    order = ("not_met", "indeterminate", "met")
    less, more = sorted((one, other))
    assert order.index(found.judged(less)) <= order.index(found.judged(more))


@given(PARTS, spans(), st.integers(1, 10**6), st.integers(1, 10**6), st.integers(0, 10**6))
def test_higher_recent_emissions_never_lower_the_tonnes_to_cut_from_them(
    pathway: Pathway, span: Span, base: int, recent: int, more: int
) -> None:
    def tonnes_to_cut(emissions: int) -> F:
        found = needed([Part(pathway, base, emissions)], span)
        return emissions - base * (1 - found.reduction.low)

    if span.recent_year != span.base_year:
        assert tonnes_to_cut(recent + more) >= tonnes_to_cut(recent)


@given(PARTS, st.integers(2015, 2035), st.integers(1, 10), st.integers(1, 10))
def test_a_later_base_year_never_lowers_the_rate(pathway: Pathway, base: int, shift: int, years: int) -> None:
    def rate(year: int) -> F:
        return needed([Part(pathway)], Span(year, base + shift + years, year)).reduction.low / (
            base + shift + years - year
        )

    if base + shift + years <= pathway.net_zero_year:
        assert rate(base + shift) >= rate(base)


@given(spans(), AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, st.fractions(0, 1), st.sets(st.integers(0, 4)))
def test_completing_what_is_missing_never_contradicts(
    span: Span, a: int, b: int, c: int, d: int, reduction: F, hidden: set[int]
) -> None:
    amounts = [None if i in hidden else each for i, each in enumerate((a, b, c, d))]
    recent = None if 4 in hidden else span.recent_year
    little = Span(span.base_year, span.target_year, recent, span.own_net_zero_year)
    if recent == span.base_year:  # one inventory: base and recent figures are the same
        a, c = b, d
        amounts[0], amounts[2] = amounts[1], amounts[3]
    before = needed([Part(SCOPE_1, *amounts[:2]), Part(SCOPE_2, *amounts[2:])], little)
    after = needed([Part(SCOPE_1, a, b), Part(SCOPE_2, c, d)], span)
    assert before.judged(reduction) in ("indeterminate", after.judged(reduction))
