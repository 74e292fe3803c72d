"""What weights and left-out indicators do to an index: another maximum than its own, and a rate in place of a band."""

from __future__ import annotations

from cati_rules.kinds.index.result import NO_BAND, IndexResult
from cati_rules.numbers import number_text
from cati_rules.text import Text


def given_weights(result: IndexResult) -> Text | None:
    """Return the weights that were given with the run, None where there are none."""
    if not result.parameters:
        return None
    listed = [f"{name} × {number_text(value)}" for name, value in result.parameters.items()]
    return Text(
        f"Weights given with this run: {', '.join(listed)}", f"本次运行指定的权重：{'、'.join(listed)}"
    )


def rate_text(result: IndexResult) -> str:
    """Return the rate in percent, as in ``60.64 %``."""
    return f"{number_text(result.rate * 100)} %"


def band_or_rate(result: IndexResult) -> Text:
    """Return what the band is called, or where there is none the rate."""
    if result.band is not None:
        return result.band.title
    rate = rate_text(result)
    return Text(f"{rate}, {NO_BAND.en}", f"得分率 {rate.replace(' ', '')}，{NO_BAND.zh}")


def other_maximum(result: IndexResult) -> Text | None:
    """Return that the most that the weights allow is not the points of the index, None where it is."""
    most, points = result.weighted_points, result.ruleset.points
    if most == points:
        return None
    told, own = number_text(most), number_text(points)
    return Text(
        f"The maximum is {told}, not {own}; bands are defined for {own}, so there is none.",
        f"可得满分为 {told} 而非 {own}；档位以满分 {own} 为准，故不分档。",
    )
