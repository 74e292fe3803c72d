"""Why a definition does not apply, or cannot be tested."""

from __future__ import annotations

from collections.abc import Mapping

from cati_rules.kinds.definition.result import DefinitionResult, Judgement
from cati_rules.kinds.definition.rules import Brand
from cati_rules.kinds.index.result import VERDICT_TITLES
from cati_rules.language import FALSE
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
    if result.standing == "not_yet":
        since = ruleset.period.start
        if ruleset.period.basis in ("interpreted", "unverified"):
            return Text(
                f"It is known here from {since} on, not for {result.as_of}: nothing meets it before.",
                f"此处仅知其自 {since} 起存在，不知 {result.as_of} 是否已有，因此不作判定。",
            )
        return Text(
            f"The text did not exist yet on {result.as_of}: it is from {since}. Nothing meets it before.",
            f"该文本自 {since} 起有，在 {result.as_of} 尚不存在，因此不作判定。",
        )
    if result.standing == "proposed" and body is not None:
        return _with_alone(_proposal(result), result)
    if result.verdict == "not_testable" and body is not None and body.not_testable is not None:
        return body.not_testable
    if result.verdict != "not_applicable":
        return ruleset.asks
    if body is None:
        kinds = [KINDS.get(each, Text(each, each)) for each in ruleset.subjects]
        english, chinese = ", ".join(each.en for each in kinds), "、".join(each.zh for each in kinds)
        return Text(f"It judges something else: {english}.", f"适用对象不同：{chinese}。")
    if body.brand is not None and any(_applies(each) for each in result.judgements):
        return _with_alone(_other_brand(body.brand), result)
    if body.applies is not None and body.applies.title is not None:
        return body.applies.title
    if body.each is not None:
        return Text(f"No entry of {body.each} is of its kind.", f"{body.each} 中没有此类条目。")
    return ruleset.asks


def _applies(judgement: Judgement) -> bool:
    return judgement.applies is None or judgement.applies.truth != FALSE


def _other_brand(brand: Brand) -> Text:
    labels, first = ", ".join(brand.labels), brand.makers[0]
    maker = first.zh if first.en == first.zh else f"{first.en}（{first.zh}）"
    return Text(
        f"A brand of {first.en}: the product carries no label {labels}, and no producer is named that is {first.en}.",
        f"{maker}的自有品牌：产品未使用标签 {'、'.join(brand.labels)}，所填生产企业也不是该企业。",
    )


def _proposal(result: DefinitionResult) -> Text:
    asks, proposed = result.ruleset.asks, result.ruleset.period.proposed
    reason = None if result.body is None else result.body.not_testable
    if reason is not None:
        return Text(
            f"A proposal of {proposed}, never in force. {reason.en}",
            f"{proposed} 的提案，从未生效。{reason.zh}",
        )
    return Text(
        f"A proposal of {proposed}, never in force. {asks.en}", f"{proposed} 的提案，从未生效。{asks.zh}"
    )


def _with_alone(text: Text, result: DefinitionResult) -> Text:
    """Return ``text`` with what the figures alone come to, where that is decided."""
    for judgement in result.judgements:
        if judgement.alone in ("met", "not_met") and not judgement.doubts:
            verdict, level = VERDICT_TITLES[judgement.alone], judgement.alone_level
            at = Text("", "") if level is None else Text(f", level {level}", f"（{level} 级）")
            return Text(
                f"{text.en} By its figures alone it would be: {verdict.en}{at.en}. That is no verdict.",
                f"{text.zh}仅看数值应为：{verdict.zh}{at.zh}；此非结论。",
            )
    return text
