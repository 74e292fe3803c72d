"""What to do about a criterion that is not met."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cati_rules.documents import value_at
from cati_rules.kinds.index.evidence import public_from
from cati_rules.kinds.index.result import CriterionResult
from cati_rules.text import Text

_PUBLISH = Text(
    "Publish it, or add the evidence if it is published already.", "请公开该信息；如已公开，请补充依据。"
)


def advice(result: CriterionResult, value: Mapping[str, Any], as_of: str) -> Text:
    """Return what would meet a criterion that is not met in a document: publishing, waiting, or its own advice."""
    if not result.withheld:
        return result.criterion.advice
    dates = [public_from(value_at(value, path).get("evidence", ()), as_of) for path in result.withheld]
    late = [date for date in dates if date is not None]
    if len(late) == len(dates):
        return Text(f"Nothing to do: it counts from {max(late)}.", f"无需操作：自 {max(late)} 起计分。")
    return _PUBLISH
