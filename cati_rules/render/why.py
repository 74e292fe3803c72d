"""Why a definition does not apply, or cannot be tested."""

from __future__ import annotations

from collections.abc import Mapping

from cati_rules.assessment.definition_result import DefinitionResult
from cati_rules.text import Text

KINDS: Mapping[str, Text] = {
    "product": Text("a product", "产品"),
    "facility": Text("a facility", "设施"),
    "purchases": Text("a set of purchases", "采购清单"),
    "disclosure": Text("a company's disclosure", "企业披露"),
}
"""What the kinds of document tell of."""


def why(result: DefinitionResult) -> Text:
    """Return why a definition does not apply or cannot be tested; what it asks where it was judged."""
    body, ruleset = result.body, result.ruleset
    if result.verdict == "not_testable" and body is not None and body.not_testable is not None:
        return body.not_testable
    if result.verdict != "not_applicable":
        return ruleset.asks
    if body is None:
        kinds = [KINDS.get(each, Text(each, each)) for each in ruleset.subjects]
        english, chinese = ", ".join(each.en for each in kinds), "、".join(each.zh for each in kinds)
        return Text(f"It judges something else: {english}.", f"适用对象不同：{chinese}。")
    if body.applies is not None and body.applies.title is not None:
        return body.applies.title
    if body.each is not None:
        return Text(f"No entry of {body.each} is of its kind.", f"{body.each} 中没有此类条目。")
    return ruleset.asks
