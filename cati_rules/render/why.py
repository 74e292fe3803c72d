"""Why a definition does not apply, or cannot be tested."""

from __future__ import annotations

from cati_rules.assessment.definition_result import DefinitionResult
from cati_rules.text import Text


def why(result: DefinitionResult) -> Text:
    """Return why a definition does not apply or cannot be tested; what it asks where it was judged."""
    body, ruleset = result.body, result.ruleset
    if result.verdict == "not_testable" and body is not None and body.not_testable is not None:
        return body.not_testable
    if result.verdict != "not_applicable":
        return ruleset.asks
    if body is None:
        kinds = ", ".join(ruleset.subjects)
        return Text(f"It judges documents of another kind: {kinds}.", f"适用于其他类型的文件：{kinds}。")
    if body.applies is not None and body.applies.title is not None:
        return body.applies.title
    if body.each is not None:
        return Text(f"No entry of {body.each} is of its kind.", f"{body.each} 中没有此类条目。")
    return ruleset.asks
