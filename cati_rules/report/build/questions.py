"""Gathers from what keeps verdicts open the questions to a supplier, the one that settles most first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cati_rules.report.definition import DefinitionReport, Figure, Judgement
from cati_rules.report.questions import Question
from cati_rules.report.values import Path
from cati_rules.report.wording.amounts import amount_text
from cati_rules.report.wording.phrasing import Phrasing
from cati_rules.text import Text

CUSTODY: Path = ("footprint", "chain_of_custody")
_BY_CERTIFICATE = ("book_and_claim", "group_mass_balance")
_PHYSICAL = Text(
    "Can the metal be delivered with physical custody (site mass balance, segregated or identity preserved), "
    "and not by certificate?",
    "能否以实物监管链（厂内质量平衡、隔离或身份保持）交付，而不是通过证书认领？",
)
_LAPSES: Mapping[str, Text] = {
    "expired": Text(
        "Is there a newer declaration? This one has expired.", "是否有更新的声明？现有声明已过期。"
    ),
    "not_yet_valid": Text(
        "Is there a declaration that is valid today? This one is not yet.",
        "是否有目前有效的声明？该声明尚未生效。",
    ),
    "generic": Text(
        "Is there a figure of your own production? This one is of a generic dataset.",
        "是否有贵企业自身生产的数值？目前为通用数据。",
    ),
    "module_a3": Text(
        "What are modules A1 and A2? A3 alone is given.", "模块 A1 与 A2 是多少？目前仅有 A3。"
    ),
    "modules_partly": Text("What are the other modules of A1 to A3?", "A1–A3 的其余模块是多少？"),
}
_Found = tuple[Path, Text, Text | None]


def questions(
    verdicts: Sequence[DefinitionReport], words: Phrasing, custody: str | None
) -> tuple[Question, ...]:
    """Return what to ask, by how many definitions wait for the answer; ``custody`` is what the document gives of it.

    Only editions in force are looked at, and only what is open, whole or for a higher level.
    """
    asked: dict[tuple[Path, Text], tuple[Text | None, dict[str, None]]] = {}
    for result in verdicts:
        if not (result.judged and result.ruleset.in_force):
            continue
        for path, text, today in _of(result, words, custody):
            _, settles = asked.setdefault((path, text), (today, {}))
            settles[result.ruleset.id] = None
    found = [Question(path, text, today, tuple(settles)) for (path, text), (today, settles) in asked.items()]
    return tuple(sorted(found, key=lambda each: -len(each.settles)))


def _of(result: DefinitionReport, words: Phrasing, custody: str | None) -> Iterator[_Found]:
    is_open = result.verdict == "indeterminate" or result.possible_level is not None
    for entry in result.entries:
        if custody in _BY_CERTIFICATE and _hangs_on_custody(entry):
            yield CUSTODY, _PHYSICAL, words.value(custody, CUSTODY)
        if not is_open:
            continue
        for figure in entry.figures:
            if figure.wanted is not None:
                yield figure.at.path, _figure(figure), _given(figure)
        for path in entry.to_give:
            yield path, Text("Please state: {}", "请提供：{}").format(words.title(path)), None


def _hangs_on_custody(entry: Judgement) -> bool:
    """Return whether custody keeps a verdict from being met, by the standard or since that says nothing of it."""
    return any(
        "chain_of_custody" in each.when and (each.verdict == "not_met" or each.asked_open)
        for each in entry.judged()
    )


def _figure(figure: Figure) -> Text:
    if figure.lapses:
        return _LAPSES[figure.lapses[0]]
    if figure.asked is None:
        return Text("Emissions: {}?", "排放强度：{}？").format(figure.wanted or figure.compared_in)
    return Text(
        "Emissions {}, in {}, before credits and offsets?", "{}的排放强度（{}，扣减与抵消之前）是多少？"
    ).format(figure.asked, figure.compared_in)


def _given(figure: Figure) -> Text:
    return Text("today: {} {}", "目前：{} {}").format(amount_text(figure.given), figure.unit)
