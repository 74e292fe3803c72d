"""Builds what is told of targets: the verdicts come from the rulesets, what they ask from the arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, cast

from msgspec import Struct

from cati_rules.documents import Document, format_path
from cati_rules.kinds.definition.rules import Definition
from cati_rules.pipeline import Checked, check_document, ruleset
from cati_rules.report.build.run import report_of
from cati_rules.report.build.target_course import courses_of, standing_of
from cati_rules.report.definition import Condition, DefinitionReport, Judgement
from cati_rules.report.targets import Ambition, Edition, Line, TargetReport, TargetsReport
from cati_rules.report.titles import STANDING_TITLES, Verdict
from cati_rules.report.wording.amounts import amount_text, bound_text
from cati_rules.report.wording.targets import (
    AMBITIONS,
    NOTE,
    lacking,
    percent,
    points,
    scopes_said,
    tonnes_said,
)
from cati_rules.targets.contraction import Span
from cati_rules.targets.editions import (
    EDITIONS,
    METHODS,
    SINCE_2026,
    UNTIL_2026,
    Asked,
    asked_by,
    numbers_of,
    pathways_of,
)
from cati_rules.targets.inventory import OWN, Inventory, inventory_of
from cati_rules.text import Text, same

REDUCTION = "emission_reduction"


class Entered(Struct, frozen=True):
    """How targets were entered: as options, or in a file; whether a reduction was stated; what is told besides."""

    as_options: bool = False
    stated: bool = True
    remarks: tuple[Text, ...] = ()
    sector: tuple[Text, ...] = ()


class _Target(Struct, frozen=True):
    """A target of the document with what its arithmetic needs."""

    value: Mapping[str, Any]
    scopes: tuple[str, ...]
    span: Span | None
    inventory: Inventory
    entered: Entered

    @property
    def reduction(self) -> Fraction | None:
        given = self.value.get("reduction")
        return None if given is None or not self.entered.stated else Fraction(given)

    @property
    def base(self) -> Fraction | None:
        return None if self.span is None else self.inventory.total(self.scopes, self.span.base_year)


def definition(identifier: str) -> Definition:
    """Return one of the rulesets about targets."""
    return cast("Definition", ruleset(identifier))


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
    verdicts = [
        report_of([each], judged_on(each.results[0].ruleset.id, as_of)).documents[0].verdicts[0]
        for each in checked
    ]
    targets = tuple(
        _target(_read(each, inventory, entered or Entered()), i, verdicts, as_of, placed=entered is None)
        for i, each in enumerate(value.get("targets", ()))
    )
    return TargetsReport(name, as_of, targets, NOTE)


def _read(value: Mapping[str, Any], inventory: Inventory, entered: Entered) -> _Target:
    base, target = value.get("base_year"), value.get("target_year")
    span = None
    if base is not None and target is not None:
        recent, own = value.get("recent_inventory_year"), value.get("net_zero_year")
        span = Span(
            int(base), int(target), None if recent is None else int(recent), None if own is None else int(own)
        )
    return _Target(value, tuple(sorted(value.get("scopes", ()))), span, inventory, entered)


def _target(
    target: _Target, index: int, verdicts: Sequence[DefinitionReport], as_of: str, *, placed: bool
) -> TargetReport:
    told = [(each, _entry(each, index)) for each in verdicts]
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
        title=_title(value),
        place=None if not placed or at is None else at.at.text,
        facts=tuple(_facts(target)),
        answer=_answer(target, editions, as_of),
        editions=editions,
        aside=aside,
        change=tuple(_change(target)),
        standing=standing_of(target.scopes, span, target.inventory, target.reduction),
        remarks=(*target.entered.remarks, *_remarks(target, as_of)),
        base=target.base,
        base_year=None if span is None else span.base_year,
        target_year=None if span is None else span.target_year,
        courses=courses_of(editions, target.scopes, span, target.inventory, target.reduction),
        sector=target.entered.sector,
    )


def _answer(target: _Target, editions: Sequence[Edition], as_of: str) -> Text | None:
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


def _entry(verdict: DefinitionReport, index: int) -> Judgement | None:
    return next((each for each in verdict.entries if each.at.path[1:2] == (index,)), None)


def _title(value: Mapping[str, Any]) -> Text:
    if value.get("name"):
        return same(str(value["name"]))
    year = value.get("target_year")
    if value["subject"] != REDUCTION:
        what = {
            "carbon_neutrality": Text("carbon neutrality", "碳中和"),
            "renewable_energy": Text("renewable energy", "可再生能源"),
            "supplier_targets": Text("suppliers with targets", "供应商设定目标"),
        }.get(value["subject"], same(str(value["subject"])))
    else:
        scopes = value.get("scopes", ())
        said = scopes_said(scopes) if scopes else Text("scopes not told", "未说明范围")
        what = Text(f"reduction, {said.en}", f"{said.zh} 减排")
    by = Text("no year", "未说明年份") if year is None else Text(f"by {year}", f"{year} 年")
    return Text(f"{what.en}, {by.en}", f"{by.zh}，{what.zh}")


def _facts(target: _Target) -> Iterator[Text]:
    value, span = target.value, target.span
    if value.get("base_year") is not None:
        told = "" if target.base is None else f" ({tonnes_said(target.base).en})"
        told_zh = "" if target.base is None else f"（{tonnes_said(target.base).zh}）"
        yield Text(f"base year {value['base_year']}{told}", f"基准年 {value['base_year']}{told_zh}")
    if span is not None and span.recent_year not in (None, span.base_year):
        recent = target.inventory.total(target.scopes, span.recent_year)
        told, told_zh = (
            ("", "") if recent is None else (f" ({tonnes_said(recent).en})", f"（{tonnes_said(recent).zh}）")
        )
        yield Text(
            f"most recent inventory {span.recent_year}{told}", f"最近核算年度 {span.recent_year}{told_zh}"
        )
    if span is not None and span.own_net_zero_year is not None:
        yield Text(f"own net-zero year {span.own_net_zero_year}", f"企业净零年 {span.own_net_zero_year}")
    if value.get("measure") is not None:
        yield {
            "absolute": Text("absolute", "绝对量"),
            "intensity": Text("an intensity", "强度"),
            "share": Text("a share", "占比"),
        }[value["measure"]]
    if target.reduction is not None:
        cut = percent(target.reduction, up=False)
        yield Text(f"cuts {cut.en}", f"减排 {cut.zh}")


def _edition(target: _Target, verdict: DefinitionReport, entry: Judgement, as_of: str) -> Edition:
    rules = definition(verdict.ruleset.id)
    asked = _asked(target, rules)
    ambitions = tuple(_ambition(target, each, entry) for each in asked)
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


def _asked(target: _Target, rules: Definition) -> tuple[Asked, ...]:
    measurable = target.value.get("measure") in (None, "absolute")
    if rules.id not in METHODS or target.span is None or not measurable:
        return ()
    return asked_by(rules.id, numbers_of(rules), target.scopes, target.span, target.inventory)


def _ambition(target: _Target, asked: Asked, entry: Judgement) -> Ambition:
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
        left=None if base is None else base * (1 - least),
        why=tuple(_why(asked)),
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


def _open(target: _Target, asked: Sequence[Asked], entry: Judgement) -> Iterator[Text]:
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
    target: _Target, rules: Definition, entry: Judgement, ambitions: Sequence[Ambition], lines: Sequence[Line]
) -> Text:
    """Return what an edition comes to, in one sentence."""
    failing = [each for each in lines if each.verdict == "not_met"]
    if rules.id not in METHODS:
        return _counted(entry.verdict, lines)
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
        return _counted(entry.verdict, lines)
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


def _counted(verdict: Verdict, lines: Sequence[Line]) -> Text:
    failing = sum(1 for each in lines if each.verdict == "not_met")
    opened = sum(1 for each in lines if each.verdict == "indeterminate")
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


def _change(target: _Target) -> Iterator[Text]:
    """Yield why what is asked changed in April 2026, with the numbers of both editions."""
    span = target.span
    if span is None or not target.scopes:
        return
    before_rules, after_rules = definition(UNTIL_2026), definition(SINCE_2026)
    before = {each.level: each.needed for each in _asked(target, before_rules)}
    after = {each.level: each.needed for each in _asked(target, after_rules)}
    if "1_5c" not in before or "1_5c" not in after:
        return
    rate = percent(numbers_of(before_rules)["rate_1_5"], up=False)
    old, new = before["1_5c"].reduction.low, after["1_5c"]
    yield Text(
        f"Until April 2026 the line started at the base year: {rate.en} × {span.years} years = {percent(old).en}.",
        f"2026 年 4 月前，减排直线始于基准年：{rate.zh} × {span.years} 年 = {percent(old).zh}。",
    )
    pathways = pathways_of(numbers_of(after_rules))
    ends = []
    for each in target.scopes:
        pathway = pathways[each]
        year = min(pathway.net_zero_year, span.own_net_zero_year or pathway.net_zero_year)
        cut, said = percent(pathway.ambition, up=False), scopes_said((each,))
        ends.append(
            Text(f"{said.en} has to cut {cut.en} by {year}", f"{said.zh} 到 {year} 年须减排 {cut.zh}")
        )
    listed = Text(" and ", "，").join(ends)
    asked = (
        Text(f"that makes {percent(new.least).en}", f"合计需 {percent(new.least).zh}")
        if new.least is not None
        else Text(
            f"that makes {percent(new.reduction.low).en} to {percent(min(new.reduction.high, Fraction(1))).en}",
            f"合计需 {percent(new.reduction.low).zh} 至 {percent(min(new.reduction.high, Fraction(1))).zh}",
        )
    )
    start = "" if span.recent_year is None else f" ({span.recent_year})"
    start_zh = "" if span.recent_year is None else f"（{span.recent_year}）"
    yield Text(
        f"Since then it starts at the most recent inventory{start} and ends at net zero: {listed.en}; {asked.en}. "
        f"{rate.en} a year stays as a floor.",
        f"此后，直线始于最近核算年度{start_zh}、止于净零：{listed.zh}；{asked.zh}。每年 {rate.zh} 仍为下限。",
    )
    if tuple(target.scopes) == OWN and new.least is not None and new.least > old:
        yield Text(
            "The more of the emissions is scope 2, the more is asked: its line ends ten years earlier, at nothing."
            if span.own_net_zero_year is None
            else "The more of the emissions is scope 2, the more is asked.",
            "范围 2 占比越高，要求越高：其净零年更早，且须全部减除。",
        )


def _remarks(target: _Target, as_of: str) -> Iterator[Text]:
    value, span = target.value, target.span
    if span is not None and span.target_year < int(as_of[:4]):
        yield Text(
            f"The target year {span.target_year} has passed: this can no longer be set as a target.",
            f"目标年 {span.target_year} 已过，不能再作为目标提出。",
        )
    amounts = ("reduction", "reduction_amount", "level", "intensity")
    if (
        value.get("subject") == REDUCTION
        and target.entered.stated
        and not any(each in value for each in amounts)
    ):
        yield Text(
            "No reduction is stated: what a company is able to do is no target, and a peak needs a year and a value. "
            "There is nothing to test.",
            "未给出降幅：具备某种能力不等于目标，达峰目标须同时给出年份与数值，因此无从检验。",
        )
    if (value.get("validation") or {}).get("status") == "validated":
        yield Text(
            "Validated: it keeps that under the edition that it was validated by. What falls short under a later "
            "edition would fall short at renewal.",
            "该目标已通过验证，在其验证所依据的版本下继续有效；不符合后续版本的，更新时将不达标。",
        )
    if value.get("subject") == REDUCTION and value.get("measure") == "intensity":
        yield Text(
            "An intensity: absolute contraction does not measure it. Steelmakers' intensities are held against "
            "sbti-steel.",
            "强度目标不适用绝对减排法；钢铁企业的强度目标以 sbti-steel 衡量。",
        )
