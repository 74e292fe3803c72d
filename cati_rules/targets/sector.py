"""The sectoral decarbonisation approach: a company's intensity converges to that of its sector in 2050.

SBTi, Sectoral Decarbonization Approach, version 1 (2015), equations 3 to 6:

    d = CI_base − SI_2050        p = (SI_y − SI_2050) / (SI_base − SI_2050)
    m = (CA_base / SA_base) / (CA_y / SA_y)        CI_y = d · p · m + SI_2050

CI and SI are the intensities of company and sector, CA and SA their activities. The initiative's workbook takes m as
1 at most; the report does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from msgspec import Struct

from cati_rules.targets.numbers import ONE, Between, Exact, single


class SectorPathway(Struct, frozen=True):
    """The intensity of a sector in the years of which it is known; it never rises."""

    milestones: Mapping[int, Fraction]

    @property
    def last_year(self) -> int:
        """The year that companies converge in."""
        return max(self.milestones)

    @property
    def end(self) -> Fraction:
        """The intensity in the last year."""
        return self.milestones[self.last_year]

    def at(self, year: int) -> Between:
        """Return the intensity of a year: what is known, else what lies between the milestones around it.

        Raises:
            ValueError: the year is before the first milestone or after the last.
        """
        if year in self.milestones:
            return single(self.milestones[year])
        before = [each for each in self.milestones if each < year]
        after = [each for each in self.milestones if each > year]
        if not before or not after:
            raise ValueError(f"the pathway has no milestones around {year}")
        return Between(self.milestones[min(after)], self.milestones[max(before)])


class Activity(Struct, frozen=True):
    """Output of the company in the base year and in the target year, and what 1 of the sector's grows to."""

    base: Exact
    target: Exact
    sector_growth: Exact = 1

    def share_ratio(self, *, capped: bool) -> Fraction:
        """Return m: how much larger the share of the sector was in the base year; 1 at most if ``capped``."""
        found = (Fraction(self.base) / Fraction(self.target)) * Fraction(self.sector_growth)
        return min(found, ONE) if capped else found


class SectorNeeded(Struct, frozen=True):
    """The intensity that a company may have in the target year: ``intensity``, in the unit of the pathway.

    ``sector`` and ``sector_base`` are the sector's intensities, ``distance`` d, ``progress`` p, ``share_ratio`` m.
    """

    intensity: Between
    base_intensity: Fraction
    sector: Between
    sector_base: Between
    distance: Fraction
    progress: Between
    share_ratio: Fraction

    @property
    def reduction(self) -> Between:
        """The reduction of the intensity, as a share of that of the base year."""
        return Between(
            ONE - self.intensity.high / self.base_intensity, ONE - self.intensity.low / self.base_intensity
        )

    def absolute(self, activity: Activity) -> tuple[Fraction, Between]:
        """Return emissions in the base year and those allowed in the target year, in activity times intensity."""
        target = Fraction(activity.target)
        return (
            self.base_intensity * Fraction(activity.base),
            Between(self.intensity.low * target, self.intensity.high * target),
        )


def mixed(pathways: Sequence[tuple[SectorPathway, Fraction]]) -> SectorPathway:
    """Return pathways of routes mixed by their shares, in the years that all of them have."""
    years = set.intersection(*(set(each.milestones) for each, _ in pathways))
    return SectorPathway(
        {
            year: sum((each.milestones[year] * share for each, share in pathways), Fraction(0))
            for year in sorted(years)
        }
    )


def converging(
    pathway: SectorPathway,
    base_intensity: Exact,
    base_year: int,
    target_year: int,
    *,
    activity: Activity | None = None,
    capped: bool = False,
) -> SectorNeeded:
    """Return what a company's intensity may be in the target year; without activity, m is taken as 1.

    Between milestones the result is a range.

    Raises:
        ValueError: a year lies outside the pathway, or the sector does not move between base year and the end.
    """
    company, end = Fraction(base_intensity), pathway.end
    sector_base, sector = pathway.at(base_year), pathway.at(target_year)
    if sector_base.low <= end:
        raise ValueError("the base year does not come before the end of the pathway")
    ratio = ONE if activity is None else activity.share_ratio(capped=capped)
    # The pathway never rises, so that what is left of the way is never more than all of it.
    progress = Between(
        (sector.low - end) / (sector_base.high - end),
        min(ONE, (sector.high - end) / (sector_base.low - end)),
    )
    distance = company - end
    ends = sorted(distance * each * ratio + end for each in (progress.low, progress.high))
    return SectorNeeded(Between(ends[0], ends[1]), company, sector, sector_base, distance, progress, ratio)
