"""A target that was entered by options: what is worked out from it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from cati_rules.cli.delivery import complain
from cati_rules.cli.run_settings import as_of_date, number_of, usage_error
from cati_rules.cli.target_options import Options
from cati_rules.targets.entry import SCOPES, UNITS, Amount, Entry, amount_of, disclosure_of, share_of
from cati_rules.text import Language, Text

if TYPE_CHECKING:
    from cati_rules.report.targets import TargetsReport
    from cati_rules.targets.sector import SectorPathway

_FIGURES: Mapping[str, str] = {"1": "scope_1", "2": "scope_2", "12": "scope_1_2", "3": "scope_3"}
"""Figures of emissions that can be entered, and the scopes that a disclosure names for them."""


def calculated(options: Options, as_of: str, language: Language) -> TargetsReport:
    """Return what the editions ask of the target that was entered; with --write, add it to a disclosure.

    Raises:
        UsageError: an option is missing or cannot be read, or nothing can be written.
    """
    from cati_rules.documents.python_values import document_of
    from cati_rules.pipeline import Checked
    from cati_rules.report.build.target_read import Entered
    from cati_rules.report.build.targets import judged, targets_report

    entry = _entry(options, as_of)
    document = document_of(disclosure_of(entry, options.texts.get("company", "–")), "target")
    checked = judged(document, as_of)
    failed: Checked | None = next((each for each in checked if each.failed), None)
    if failed is not None:
        first = next(each for each in failed.problems if each.severity == "error")
        raise usage_error("cati target", first.message.en, first.message.zh, first.advice)
    entered = Entered(
        as_options=True,
        stated=entry.reduction is not None,
        remarks=tuple(_remarks(options, entry)),
        sector=tuple(_sector(options, entry)),
    )
    report = targets_report(checked, as_of, "target", entered)
    if options.write is not None:
        from cati_rules.cli.target_writing import written

        complain(written(options, entry, report, as_of, options.write).to(language))
    return report


def _entry(options: Options, as_of: str) -> Entry:
    base_year, target_year = (_year(options, name) for name in ("base", "target"))
    base = {scope: _amount(options, f"s{each}") for each, scope in _FIGURES.items()}
    recent = {scope: _amount(options, f"recent-s{each}") for each, scope in _FIGURES.items()}
    told = "+".join(each for each, scope in _FIGURES.items() if base[scope] is not None).replace("12", "1+2")
    scopes = SCOPES.get(options.scope or told)
    if scopes is None:
        raise usage_error(
            "--scope",
            "Say of which scopes the target is.",
            "请说明目标涉及哪些范围。",
            Text("Write --scope 1+2, or give --s1 and --s2.", "请写作 --scope 1+2，或给出 --s1 与 --s2。"),
        )
    recent_year = options.years.get("recent", base_year)
    if not base_year <= recent_year < target_year:
        raise usage_error(
            "--target",
            f"The years have to be in order: base year {base_year} ≤ recent inventory {recent_year} < target year "
            f"{target_year}.",
            f"年份须依次为：基准年 {base_year} ≤ 最近核算年度 {recent_year} < 目标年 {target_year}。",
        )
    if recent_year == base_year and any(each is not None for each in recent.values()):
        raise usage_error(
            "--recent",
            "Emissions of a recent year need that year: --recent 2025.",
            "给出最近年度排放量时，须注明年份：--recent 2025。",
        )
    submitted = (
        as_of_date(options.texts["submitted"], "--submitted") if "submitted" in options.texts else as_of
    )
    return Entry(
        scopes=scopes,
        base_year=base_year,
        target_year=target_year,
        recent_year=recent_year,
        submitted=submitted,
        own_net_zero_year=options.years.get("net-zero"),
        reduction=_share(options, "reduction"),
        base={name: each for name, each in base.items() if each is not None},
        recent={name: each for name, each in recent.items() if each is not None},
        coverage=_share(options, "coverage"),
    )


def _year(options: Options, name: str) -> int:
    if name not in options.years:
        raise usage_error(
            f"--{name}",
            f"A target needs --{name}.",
            f"计算目标须给出 --{name}。",
            Text(
                "For example: cati target --scope 1+2 --base 2025 --target 2030 --s1 4.2Mt --s2 1.1Mt; "
                "or name a disclosure: cati target FILE.",
                "例如：cati target --scope 1+2 --base 2025 --target 2030 --s1 420万吨 --s2 110万吨；"
                "或给出披露文件：cati target 文件。",
            ),
        )
    return options.years[name]


def _amount(options: Options, name: str) -> Amount | None:
    if name not in options.texts:
        return None
    found = amount_of(options.texts[name])
    if found is None:
        listed = ", ".join(UNITS)
        raise usage_error(
            f"--{name}",
            f"{options.texts[name]} is not an amount with its unit ({listed}), of all greenhouse gases.",
            f"{options.texts[name]} 不是带单位的排放量（{'、'.join(UNITS)}；须为全部温室气体）。",
            Text("Write 4.2Mt.", "请写作 420万吨。"),
        )
    return found


def _share(options: Options, name: str) -> Decimal | None:
    if name not in options.texts:
        return None
    found = share_of(options.texts[name])
    if found is None:
        raise usage_error(
            f"--{name}",
            f"{options.texts[name]} is not a share from 0 to 1.",
            f"{options.texts[name]} 不是 0 到 1 之间的比例。",
            Text("Write 25% or 0.25.", "请写作 25% 或 0.25。"),
        )
    return found


def _tonnes(amount: Amount) -> Fraction:
    from cati_rules.schema.tonnes import tonnes

    found = tonnes(amount.value, amount.unit)
    return Fraction(0) if found is None else Fraction(found[0])


def _remarks(options: Options, entry: Entry) -> list[Text]:
    """Return what a reader should doubt of what was entered."""
    from cati_rules.report.build.target_read import definition
    from cati_rules.report.wording.targets import number_said
    from cati_rules.targets.editions import CRITERIA, STEEL, numbers_of

    told = []
    least = numbers_of(definition(CRITERIA))["least_years"]
    years = entry.target_year - datetime.date.fromisoformat(entry.submitted).year
    if 0 <= years < least and entry.target_year != numbers_of(definition(CRITERIA))["exempt_year"]:
        told.append(
            Text(
                f"{years} years from {entry.submitted[:4]} to {entry.target_year}: under the {least} years that are "
                f"asked for.",
                f"{entry.submitted[:4]} 年至 {entry.target_year} 年仅 {years} 年，不足所要求的 {least} 年。",
            )
        )
    output, emitted = (
        _amount(options, "production"),
        [each for name, each in entry.base.items() if name in (*entry.scopes, "scope_1_2")],
    )
    if output is not None and emitted and _tonnes(output) and "intensity" not in options.texts:
        intensity = sum(map(_tonnes, emitted), Fraction(0)) / _tonnes(output)
        sector = numbers_of(definition(STEEL))["ore_2020"]
        times = intensity / sector
        if times >= _DOUBTFUL:
            told.append(
                Text(
                    f"{number_said(intensity)} t per t of output: {number_said(times)} times the "
                    f"{number_said(sector)} of steel from ore in 2020. Check the units of emissions and output.",
                    f"单位产量排放 {number_said(intensity)} t/t，为 2020 年矿石基钢 {number_said(sector)} t/t 的 "
                    f"{number_said(times)} 倍。请核对排放量与产量的单位。",
                )
            )
        else:
            told.append(
                Text(
                    f"{number_said(intensity)} t per t of output",
                    f"单位产量排放 {number_said(intensity)} t/t",
                )
            )
    return told


_DOUBTFUL = 10
"""So many times the intensity of steel from ore is told to be doubtful: units are off by thousands, as a rule."""


def _compounded(entry: Entry) -> Text:
    """Return what the method for intensities of scope 3 asks."""
    from cati_rules.report.build.target_read import definition
    from cati_rules.report.wording.targets import percent
    from cati_rules.targets.compounding import compounded
    from cati_rules.targets.editions import CRITERIA, numbers_of

    rate = numbers_of(definition(CRITERIA))["intensity_rate"]
    needed, a_year = percent(compounded(rate, entry.target_year - entry.base_year)), percent(rate, up=False)
    return Text(
        f"As an intensity of scope 3, by value added or by output: {a_year.en} a year, compounded: {needed.en}",
        f"如采用范围 3 强度目标（以增加值或产量计）：每年 {a_year.zh}，按复利累计 {needed.zh}",
    )


def _sector(options: Options, entry: Entry) -> list[Text]:
    from cati_rules.report.build.target_sector import Sector, sector_lines
    from cati_rules.targets.sector import Activity

    if "intensity" not in options.texts:
        if entry.scopes == ("scope_3",):
            return [_compounded(entry)]
        if options.pathway is not None:
            raise usage_error(
                "--pathway", "A pathway needs --intensity.", "使用 --pathway 须同时给出 --intensity。"
            )
        return []
    intensity = number_of(options.texts["intensity"])
    if intensity is None or intensity <= 0:
        raise usage_error(
            "--intensity",
            f"{options.texts['intensity']} is not a number over 0.",
            f"{options.texts['intensity']} 不是大于 0 的数值。",
        )
    growth = number_of(options.texts.get("sector-growth", "1"))
    if growth is None or growth <= 0:
        raise usage_error(
            "--sector-growth", "is a number over 0, such as 1.05.", "须为大于 0 的数值，例如 1.05。"
        )
    output, planned = _amount(options, "production"), _amount(options, "planned")
    activity = None
    if output is not None and planned is not None and _tonnes(output) and _tonnes(planned):
        activity = Activity(_tonnes(output) / 10**6, _tonnes(planned) / 10**6, Fraction(growth))
    pathway, name = _pathway(options)
    sector = Sector(
        pathway=pathway,
        name=name,
        intensity=intensity,
        base_year=entry.base_year,
        target_year=entry.target_year,
        activity=activity,
        capped=options.cap,
    )
    try:
        return list(sector_lines(sector))
    except ValueError:
        first, last = min(pathway.milestones), max(pathway.milestones)
        raise usage_error(
            "--base",
            f"The pathway is known from {first} to {last}: base year and target year have to lie in it.",
            f"该路径仅知 {first} 至 {last} 年，基准年与目标年须在其内。",
        ) from None


def _pathway(options: Options) -> tuple[SectorPathway, Text]:
    from cati_rules.report.build.target_read import definition
    from cati_rules.targets.editions import STEEL, numbers_of, steel_pathways
    from cati_rules.targets.pathway_file import read_pathway
    from cati_rules.targets.sector import mixed

    if options.pathway is not None:
        name = options.pathway.name
        return read_pathway(options.pathway), Text(f"pathway of {name}", f"{name} 中的路径")
    scrap = Fraction(_share(options, "scrap") or 0)
    ore, recycled = steel_pathways(numbers_of(definition(STEEL)))
    share = f"{float(scrap * 100):g}"
    return (
        mixed([(ore, 1 - scrap), (recycled, scrap)]),
        Text(f"sbti-steel, {share} % scrap", f"sbti-steel（废钢 {share}%）"),
    )
