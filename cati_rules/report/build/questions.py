"""Gathers from what keeps verdicts open the questions to a supplier, the one that settles most first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from cati_rules.documents.paths import FieldPath
from cati_rules.report.definition import DefinitionReport, Figure, Judgement
from cati_rules.report.questions import Question, figure_asked, unit_said
from cati_rules.report.wording.amounts import amount_text
from cati_rules.report.wording.phrasing import Phrasing, choice_head
from cati_rules.text import NOTHING, Text
from cati_rules.units import UNITS

CUSTODY: FieldPath = ("footprint", "chain_of_custody")
_BY_CERTIFICATE = ("book_and_claim", "group_mass_balance")
_PHYSICAL = Text(
    "Can the metal be delivered with physical custody (site mass balance, segregated or identity preserved), "
    "and not by certificate?",
    "能否按实物的产销监管链模式（厂内质量平衡、隔离或身份保持）交付，而不是通过证书认领？",
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
_OF_FIGURE: tuple[FieldPath, ...] = (("footprint", "year"), ("footprint", "verification"))
_VALUE: FieldPath = ("footprint", "value")
_BOUNDARY: FieldPath = ("footprint", "boundary")
_OF_LAPSE: Mapping[str, tuple[FieldPath, ...]] = {
    "expired": (("validity", "until"), *_OF_FIGURE),
    "not_yet_valid": (("validity", "from"), *_OF_FIGURE),
    "generic": (("data_type",), *_OF_FIGURE),
}
_OF_MODULES: tuple[FieldPath, ...] = tuple(("footprint", "modules", each) for each in ("a1", "a2", "a3"))


def questions(
    verdicts: Sequence[DefinitionReport], words: Phrasing, custody: str | None
) -> tuple[Question, ...]:
    """Return what to ask, by how many definitions wait for the answer; ``custody`` is what the document gives of it.

    Only editions in force are looked at, and only what is open, whole or for a higher level. Figures that differ by
    the size of their unit alone are asked for once.
    """
    asked: dict[Any, tuple[Question, dict[str, None]]] = {}
    for result in verdicts:
        if not (result.judged and result.ruleset.in_force):
            continue
        for found in _of(result, words, custody):
            settles = asked.setdefault(_meant(found), (found, {}))[1]
            settles[result.ruleset.id] = None
    every = [replace(found, settles=tuple(settles)) for found, settles in asked.values()]
    return tuple(sorted(every, key=lambda each: (-len(each.settles), each.path != CUSTODY)))


def _meant(asked: Question) -> tuple[Any, ...]:
    """Return what is alike for questions that one answer settles."""
    if not asked.asked_as or asked.unit not in UNITS:
        return (asked.path, asked.asked)
    return (asked.path, tuple(sorted(asked.asked_as.items())), UNITS[asked.unit].gases)


def _of(result: DefinitionReport, words: Phrasing, custody: str | None) -> Iterator[Question]:
    is_open = result.verdict == "indeterminate" or result.possible_level is not None
    for entry in result.entries:
        hangs = custody in _BY_CERTIFICATE and _hangs_on_custody(entry)
        if hangs:
            yield Question(CUSTODY, _PHYSICAL, choice_head(words.value(custody, CUSTODY)), (), (CUSTODY,))
        if not (is_open or (hangs and _fails_by_custody_alone(entry))):
            continue
        for figure in entry.figures:
            if figure.wanted is not None:
                yield _of_figure(figure)
        for path in entry.to_give:
            text = Text("Please state: {}", "请提供：{}").format(words.title(path))
            fields = (path, _BOUNDARY, *_OF_FIGURE) if path == _VALUE else (path,)
            yield Question(path, text, None, (), fields)


def _of_figure(figure: Figure) -> Question:
    path, given = figure.at.path, _given(figure)
    if figure.lapses:
        lapse = figure.lapses[0]
        fields = (path, *_OF_LAPSE[lapse]) if lapse in _OF_LAPSE else _OF_MODULES
        return Question(fields[0], _LAPSES[lapse], given, (), fields, figure.unit)
    ways = figure.asked_as()
    fields = (path, *_OF_FIGURE) if ways else ()
    if len(ways) > 1:
        fields = (path, _BOUNDARY, ("stage",), *_OF_FIGURE)
    asked_as = ways[0] if len(ways) == 1 else {}
    boundary = figure.asked or NOTHING
    return Question(path, _figure(figure), given, (), fields, figure.compared_in, asked_as, boundary)


def _hangs_on_custody(entry: Judgement) -> bool:
    """Return whether custody keeps a verdict from being met, by the standard or since that says nothing of it."""
    return any(
        "chain_of_custody" in each.when and (each.verdict == "not_met" or each.asked_open)
        for each in entry.judged()
    )


def _fails_by_custody_alone(entry: Judgement) -> bool:
    """Return whether nothing but custody certainly keeps a verdict from being met: then the rest is still to ask."""
    failing = [each for each in entry.conditions if each.verdict == "not_met"]
    beaten = bool(entry.levels) and all(each.verdict == "not_met" for each in entry.levels)
    return bool(failing) and not beaten and all("chain_of_custody" in each.when for each in failing)


def _figure(figure: Figure) -> Text:
    if figure.asked is None:
        return Text("Emissions: {}?", "排放强度：{}？").format(figure.wanted or figure.compared_in)
    return figure_asked(figure.asked, unit_said(figure.compared_in))


def _given(figure: Figure) -> Text:
    return Text("today: {} {}", "目前：{} {}").format(amount_text(figure.given), figure.unit)
