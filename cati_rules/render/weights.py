"""What the weights of a run do to an index: those that were given, and a maximum that is not the index's own."""

from __future__ import annotations

from cati_rules.assessment.result import IndexResult
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


def other_maximum(result: IndexResult) -> Text | None:
    """Return that the most that the weights allow is not the points of the index, None where it is."""
    most, points = result.weighted_points, result.ruleset.points
    if most == points:
        return None
    told, own = number_text(most), number_text(points)
    return Text(
        f"The most that can be had is {told}, not {own}; bands are for {own}, so there is none.",
        f"可得满分为 {told} 而非 {own}；档位以满分 {own} 为准，故不分档。",
    )
