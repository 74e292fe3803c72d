"""How far a value is from its limit, in words."""

from __future__ import annotations

from cati_rules.kinds.comparisons import Comparison
from cati_rules.language import nodes
from cati_rules.report.wording.amounts import percent, signed
from cati_rules.text import NOTHING, Text, same


def margin_text(comparison: Comparison, unit: str = "") -> Text:
    """Return how far a value is from its limit, in the unit and in percent; empty where that is not known."""
    margin = comparison.margin
    if margin is None:
        return NOTHING
    relative = None if _is_year(comparison) else comparison.relative_margin
    share = "" if relative is None or margin == 0 else f" ({percent(relative)})"
    on_limit = Text(", on the limit", "，恰在限值上") if margin == 0 else NOTHING
    return same(f"{signed(margin)}{f' {unit}' if unit else ''}{share}") + on_limit


def _is_year(comparison: Comparison) -> bool:
    """Return whether years are compared, of which no percentage says anything."""
    subject = comparison.subject
    return isinstance(subject, nodes.Field) and subject.fields[-1].endswith(("year", "commissioned"))
