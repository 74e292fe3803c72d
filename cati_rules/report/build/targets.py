"""Builds what is told of targets: the verdicts come from the rulesets, what they ask from the arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from cati_rules.documents import Document, format_path
from cati_rules.kinds.definition.rules import Definition
from cati_rules.pipeline import Checked, check_document
from cati_rules.report.build.definition import definition_report
from cati_rules.report.build.subject import Subject
from cati_rules.report.build.target_course import courses_of, standing_of
from cati_rules.report.build.target_read import Entered, Target, asked_of, definition, read_target
from cati_rules.report.build.target_words import change_of, facts_of, remarks_of, title_of
from cati_rules.report.definition import Condition, DefinitionReport, Judgement
from cati_rules.report.targets import Ambition, Edition, Line, TargetReport, TargetsReport
from cati_rules.report.titles import STANDING_TITLES, Verdict
from cati_rules.report.wording.amounts import amount_text, bound_text
from cati_rules.report.wording.phrasing import Phrasings
from cati_rules.report.wording.targets import (
    AMBITIONS,
    NOTE,
    lacking,
    percent,
    points,
    scopes_said,
    tonnes_said,
)
from cati_rules.schema import spelled_out
from cati_rules.targets.editions import EDITIONS, METHODS, SINCE_2026, Asked, asked_by, numbers_of
from cati_rules.targets.inventory import OWN, inventory_of
from cati_rules.text import Text, same

_Verdict = tuple[DefinitionReport, Mapping[str | int, Judgement]]
"""What is told of an edition, and of each target by its place in the list."""


def judged_on(identifier: str, as_of: str) -> str:
    """Return the day on which an edition judges: that of the assessment, or its first where that is still to come."""
    rules = definition(identifier)
    return rules.period.first_certain if rules.standing(as_of) == "not_yet" else as_of


def judged(document: Document, as_of: str, editions: Sequence[str] = EDITIONS) -> tuple[Checked, ...]:
    """Return the document judged by each edition, those still to come on their first day."""
    return tuple(check_document(document, (each,), as_of=judged_on(each, as_of)) for each in editions)


def targets_report(
    checked: Sequence[Checked], as_of: str, name: str, entered: Entered | None = None
) -> TargetsReport:
    """Return what is told of the targets of a document that was judged by the editions."""
    document = checked[0].document
    value: Mapping[str, Any] = {} if document is None else document.value
    inventory = inventory_of(value)
    verdicts = _verdicts(checked, document)
    targets = tuple(
        _target(
            read_target(each, inventory, entered or Entered()), i, verdicts, as_of, placed=entered is None
        )
        for i, each in enumerate(value.get("targets", ()))
    )
    return TargetsReport(name, as_of, targets, NOTE)


def _target(
    target: Target, index: int, verdicts: Sequence[_Verdict], as_of: str, *, placed: bool
) -> TargetReport:
    told = [(each, entries.get(index)) for each, entries in verdicts]
    editions = tuple(
        _edition(target, each, entry, as_of)
        for each, entry in told
        if entry is not None and entry.verdict != "not_applicable"
    )
    aside = tuple(
        each.ruleset.id for each, entry in told if entry is None or entry.verdict == "not_applicable"
    )
    value, span = target.value, target.span
    at = told[0][1]
    return TargetReport(
        title=title_of(value),
        place=None if not placed or at is None else at.at.text,
        facts=tuple(facts_of(target)),
        answer=_answer(target, editions, as_of),
        editions=editions,
        aside=aside,
        change=tuple(change_of(target)),
        standing=standing_of(target.scopes, span, target.inventory, target.reduction),
        remarks=(*target.entered.remarks, *remarks_of(target, as_of)),
        base=target.base,
        base_year=None if span is None else span.base_year,
        target_year=None if span is None else span.target_year,
        courses=courses_of(editions, target.scopes, span, target.inventory, target.reduction),
        sector=target.entered.sector,
    )


def _answer(target: Target, editions: Sequence[Edition], as_of: str) -> Text | None:
    """Return what the method in force comes to; where no reduction was stated, the least that it asks for."""
    found = next(
        (each for each in editions if each.id in METHODS and definition(each.id).in_force(as_of)), None
    )
    if found is None:
        return None
    name = Text(f"By the method in force ({found.id}): ", f"按现行方法（{found.id}）：")
    if target.entered.stated:
        return name + found.said
    if not found.ambitions:
        return None
    asked = found.ambitions[-1]
    if asked.least > 1:
        return name + Text(
            f"{asked.title.en} asks for more than everything by then; a nearer target year may do",
            f"{asked.title.zh} 所需降幅超过 100%，请改为更近的目标年",
        )
    least = percent(asked.least)
    if asked.least != asked.most:
        most = percent(min(asked.most, Fraction(1)))
        least = Text(f"{least.en} to {most.en}", f"{least.zh} 至 {most.zh}")
    left = Text("", "")
    if asked.left is not None and asked.least == asked.most and target.span is not None:
        left = Text(
            f", so that {tonnes_said(asked.left).en} may be left in {target.span.target_year}",
            f"，{target.span.target_year} 年排放不高于 {tonnes_said(asked.left).zh}",
        )
    return (
        name
        + Text(f"at least {least.en} for {asked.title.en}", f"{asked.title.zh} 至少需减排 {least.zh}")
        + left
    )


def _verdicts(checked: Sequence[Checked], document: Document | None) -> list[_Verdict]:
    """Return what is told of each edition, all targets with their reasons, by their places in the list."""
    if document is None:
        return []
    subject = Subject(document, spelled_out(document.value), Phrasings())
    results: list[tuple[Any, Any]] = [(each.results[0], each.assessors[0]) for each in checked]
    told = [definition_report(*each, subject, whole=True) for each in results]
    return [(each, {entry.at.path[1]: entry for entry in each.entries}) for each in told]


def _edition(target: Target, verdict: DefinitionReport, entry: Judgement, as_of: str) -> Edition:
    rules = definition(verdict.ruleset.id)
    asked = asked_of(target, rules)
    ambitions = tuple(_ambition(target, each, entry, rules.id) for each in asked)
    lines = tuple(_line(each, target.entered) for each in entry.conditions if each.concerned)
    seen: Verdict = entry.verdict
    opened = (
        tuple(_open(target, asked, entry)) if seen == "indeterminate" or not target.entered.stated else ()
    )
    standing = rules.standing(as_of)
    title = STANDING_TITLES[standing]
    if standing == "not_yet":
        since = str(rules.period.start)
        dated = f"{since} 年" if len(since) == len("2027") else since
        title = Text(f"announced, in force from {since}", f"已公布，自 {dated}起生效")
    elif standing == "superseded" and rules.period.until is not None:
        title = Text(f"superseded since {rules.period.until}", f"{rules.period.until} 起已被取代")
    return Edition(
        rules.id,
        rules.title,
        title,
        seen,
        entry.level,
        _said(target, rules, entry, ambitions, lines),
        ambitions,
        lines if rules.id not in METHODS else tuple(each for each in lines if each.verdict != "met"),
        opened,
    )


def _parts(target: Target, asked: Asked, identifier: str) -> Iterator[Text]:
    """Yield what each scope of a joint target would have to cut by itself, where the edition tells them apart."""
    if identifier != SINCE_2026 or target.scopes != OWN or target.span is None:
        return
    numbers, found = numbers_of(definition(identifier)), []
    for scope in target.scopes:
        alone = asked_by(identifier, numbers, (scope,), target.span, target.inventory)
        least = next((each.needed.least for each in alone if each.level == asked.level), None)
        if least is None:
            return
        name, cut = scopes_said((scope,)), percent(least)
        found.append(Text(f"{name.en} {cut.en}", f"{name.zh} {cut.zh}"))
    yield Text("each by itself: {}", "各自单独：{}").format(Text(", ", "，").join(found))


def _ambition(target: Target, asked: Asked, entry: Judgement, identifier: str) -> Ambition:
    level = next((each for each in entry.levels if each.id == asked.level), None)
    needed = asked.needed
    least = needed.reduction.low if needed.least is None else needed.least
    most = needed.reduction.high if asked.confirmed else Fraction(1)
    reduction, base = target.reduction, target.base
    return Ambition(
        level=asked.level,
        title=AMBITIONS[asked.level],
        least=needed.reduction.low if needed.least is None else least,
        most=most if needed.least is None or not asked.confirmed else max(least, needed.reduction.high),
        yearly=least / needed.years,
        verdict=None if level is None or not target.entered.stated else level.verdict,
        short=max(Fraction(0), least - reduction) if reduction is not None else None,
        left=None if base is None or least > 1 else base * (1 - least),
        why=(*_why(asked), *_parts(target, asked, identifier)),
    )


def _why(asked: Asked) -> Iterator[Text]:
    """Yield how a number comes about, for the editions with a floor and a line."""
    needed = asked.needed
    if not asked.confirmed and not needed.lacks:
        yield Text(
            "for this base year later editions asked for more by 2030; the formula could not be confirmed",
            "对于该基准年，后续版本要求 2030 年前降幅更大，其公式未能核实",
        )
    if needed.path.exact and needed.path.low == needed.floor and needed.reduction.exact:
        return
    floor, path = percent(needed.floor), percent(needed.path.high if needed.path.exact else needed.path.low)
    if needed.path.exact:
        kind = (
            Text("the floor decides", "以最低年降幅为准")
            if needed.floor >= needed.path.low
            else Text("the line to net zero decides", "以净零路径为准")
        )
        yield Text(
            f"floor {floor.en}, line to net zero {path.en}: {kind.en}",
            f"最低年降幅累计 {floor.zh}，净零路径 {path.zh}：{kind.zh}",
        )
    by_recent, by_base = needed.by_recent, needed.by_base
    if by_recent is not None and by_base is not None and by_recent != by_base:
        yield Text(
            f"scopes weighed by the recent inventory {percent(by_recent).en}, by the base year {percent(by_base).en}",
            f"按最近核算年度加权 {percent(by_recent).zh}，按基准年加权 {percent(by_base).zh}",
        )


def _line(condition: Condition, entered: Entered) -> Line:
    remark: Text | None = None
    if condition.verdict == "indeterminate":
        absent = [each for each in condition.absent() if entered.stated or each[-1] != "reduction"]
        remark = condition.opened() if condition.certainly_open or not absent else None
        if condition.certainly_open and condition.why is not None and condition.basis == "unverified":
            remark = condition.why
        if remark is None and absent:
            # What was entered stands in no document: the name of the field says it.
            places = dict.fromkeys(
                str(each[-1]) if entered.as_options else format_path(each) for each in absent[:3]
            )
            remark = Text(f"not told: {', '.join(places)}", f"未给出：{'、'.join(places)}")
    elif condition.verdict == "not_met":
        seen = [
            Text("{}; asked: {}", "{}；要求：{}").format(
                amount_text(each.value), bound_text(each.operator, each.limit)
            )
            for each in condition.comparisons()
            if each.holds == "not_met"
        ]
        remark = Text("; ", "；").join(seen[:2]) if seen else condition.own_advice
    return Line(condition.title, condition.verdict, remark)


def _open(target: Target, asked: Sequence[Asked], entry: Judgement) -> Iterator[Text]:
    told: list[Text] = []
    own = (*entry.at.path, "reduction")
    if target.span is not None:
        for each in asked:
            told.extend(lacking(one, target.span, target.scopes) for one in each.needed.lacks)
    if not told and not any(each.verdict == "indeterminate" for each in entry.conditions):
        places = [each for each in entry.to_give if target.entered.stated or each != own]
        told.extend(same(format_path(each)) for each in places)
    yield from dict.fromkeys(told)


def _said(
    target: Target, rules: Definition, entry: Judgement, ambitions: Sequence[Ambition], lines: Sequence[Line]
) -> Text:
    """Return what an edition comes to, in one sentence."""
    failing = [each for each in lines if each.verdict == "not_met"]
    if rules.id not in METHODS:
        return _counted(entry, lines)
    if failing:
        return Text("not met, as this does not hold: {}", "不符合，未满足：{}").format(
            Text("; ", "；").join(each.title for each in failing)
        )
    if not target.entered.stated:
        return Text("asks for:", "要求：")
    if not ambitions:
        mildest = entry.levels[0].title if entry.levels else None
        if entry.verdict == "not_met" and mildest is not None:
            return Text(
                f"not met whatever is still told: even {mildest.en}",
                f"无论补充何种信息均不符合，即使按：{mildest.zh}",
            )
        return _counted(entry, lines)
    reached = next((each for each in reversed(ambitions) if each.verdict == "met"), None)
    strictest = ambitions[-1]
    if reached is not None and entry.verdict == "met":
        said = Text(f"meets the arithmetic of {reached.title.en}", f"符合 {reached.title.zh} 的计算要求")
        if reached is not strictest and strictest.short:
            said += Text(
                f", not that of {strictest.title.en}: {points(strictest.short).en} short of "
                f"{percent(strictest.least).en}",
                f"，但不符合 {strictest.title.zh}：需 {percent(strictest.least).zh}，差 {points(strictest.short).zh}",
            )
        return said
    if entry.verdict == "not_met":
        nearest = ambitions[0]
        if nearest.least > 1:
            return Text(
                f"{nearest.title.en} asks for more than everything by then: no reduction passes, a nearer year may",
                f"{nearest.title.zh} 所需降幅超过 100%：该目标年无法满足，请改为更近的年份",
            )
        return Text(
            f"falls short of {nearest.title.en} by {points(nearest.short or Fraction(0)).en}: "
            f"the least that passes is {percent(nearest.least).en}",
            f"低于 {nearest.title.zh} 要求 {points(nearest.short or Fraction(0)).zh}："
            f"至少需 {percent(nearest.least).zh}",
        )
    if reached is not None:
        undecided = Text("; ", "；").join(each.title for each in lines if each.verdict == "indeterminate")
        return Text(
            f"open: fast enough for {reached.title.en}; whether this holds is not told: {undecided.en}",
            f"无法判定：降幅已达 {reached.title.zh} 要求，但下列条件是否满足尚不清楚：{undecided.zh}",
        )
    each = next((one for one in reversed(ambitions) if one.verdict == "indeterminate"), strictest)
    if target.reduction is None:
        return Text(
            f"open: no reduction is told; {each.title.en} asks for {percent(each.least).en} or more",
            f"无法判定：未给出降幅；{each.title.zh} 至少需 {percent(each.least).zh}",
        )
    if each.least == each.most or each.most >= 1:
        return Text(
            f"open: at least {percent(each.least).en} is asked for {each.title.en}, perhaps more",
            f"无法判定：{each.title.zh} 至少需 {percent(each.least).zh}，可能更高",
        )
    return Text(
        f"open: {each.title.en} asks for {percent(each.least).en} to {percent(each.most).en}, as the inputs turn out",
        f"无法判定：{each.title.zh} 需 {percent(each.least).zh} 至 {percent(each.most).zh}，取决于尚缺的数据",
    )


def _counted(entry: Judgement, lines: Sequence[Line]) -> Text:
    verdict = entry.verdict
    if verdict == "indeterminate" and entry.may_not_apply:
        return Text(
            "open: whether it is about this target is not told", "无法判定：该版本是否适用于本目标尚不清楚"
        )
    failing = sum(1 for each in lines if each.verdict == "not_met")
    opened = sum(1 for each in lines if each.verdict == "indeterminate")
    if verdict == "indeterminate" and not opened:
        return Text(
            "open: scopes that have lines of their own are taken together, and which part is which is not told",
            "无法判定：目标合并了净零路径不同的范围，且未说明各自的部分",
        )
    if verdict == "met":
        return Text("every condition holds", "各项条件均满足")
    if failing:
        return Text(
            f"not met: {failing} of {len(lines)} conditions",
            f"不符合：{len(lines)} 项条件中 {failing} 项不满足",
        )
    return Text(
        f"open: {opened} of {len(lines)} conditions", f"无法判定：{len(lines)} 项条件中 {opened} 项未定"
    )
