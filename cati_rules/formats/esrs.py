"""ESRS E1 as inline XBRL: totals of a year are facts without further dimensions; all others are parts or targets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from cati_rules.formats.company import CATEGORIES, Company, Figure
from cati_rules.formats.figures import decimal_of, held, told
from cati_rules.formats.reading import Origin, Reading
from cati_rules.formats.source import Source
from cati_rules.formats.xml_tree import Element, read_xml
from cati_rules.text import Text

TITLE: Final = Text("ESRS report in iXBRL", "ESRS 报告（iXBRL）")
_SCOPES: Final = {
    "GrossScope1GreenhouseGasEmissions": ("scope_1", ""),
    "GrossLocationBasedScope2GreenhouseGasEmissions": ("scope_2", "location_based"),
    "GrossMarketBasedScope2GreenhouseGasEmissions": ("scope_2", "market_based"),
    "GrossScope3GreenhouseGasEmissions": ("scope_3", ""),
}
_ENERGY: Final = {
    "EnergyConsumptionRelatedToOwnOperations": "total",
    "ConsumptionOfSelfgeneratedNonfuelRenewableEnergy": "self_generated_renewable",
    "FuelConsumptionFromNaturalGas": "natural_gas",
    "FuelConsumptionFromCrudeOilAndPetroleumProducts": "oil_products",
    "FuelConsumptionFromCoalAndCoalProducts": "coal",
}
_CATEGORY_AXIS: Final = "Scope3GHGEmissionsCategoryGHGProtocolAxis"
_YEAR_AXIS: Final = "CurrentlyStatedBaselineMilestonesOrTargetYearsAxis"
_CATEGORY: Final = re.compile(r"Category([0-9]{1,2})[A-Z].*Member")
_NOT_OF_THE_PROTOCOL: Final = "CloudComputing"
_BASE: Final = "BaselineYearMember"
_MILESTONE: Final = re.compile(r"Milestone([0-9]{4})YearMember|MilestonesAndTargetYearsMember")
_PERIOD: Final = re.compile(r"([0-9]{4})-01-01\s*/\s*([0-9]{4})-12-31")
_UNITS: Final = {"tCO2e": "tCO2e", "MWh": "MWh"}
_DOT: Final = frozenset({"num-dot-decimal", "numdotdecimal", ""})
_COMMA: Final = frozenset({"num-comma-decimal", "numcommadecimal"})
_ZERO: Final = frozenset({"fixed-zero", "zerodash", "numdash"})


class _Fact:
    """A number: its concept, year, dimensions and unit."""

    __slots__ = ("concept", "dimensions", "figure", "unit", "year")

    def __init__(
        self, concept: str, year: int, dimensions: Mapping[str, str], unit: str, figure: Figure
    ) -> None:
        self.concept, self.year, self.dimensions, self.unit, self.figure = (
            concept,
            year,
            dimensions,
            unit,
            figure,
        )


def is_esrs(source: Source) -> bool:
    """Return whether a file is a report in inline XBRL."""
    return source.is_markup and source.says(r"inlineXBRL|<ix:header")


def read_esrs(source: Source) -> Sequence[Reading]:
    """Return the disclosure that a report comes to.

    Raises:
        DocumentError: it is no right XML, or states no emissions as ESRS E1 has them.
    """
    root = read_xml(source)
    facts = list(_facts(root))
    wanted = [each for each in facts if each.concept in _SCOPES and each.unit == "tCO2e"]
    years = [each.year for each in wanted if not each.dimensions]
    if not years:
        raise source.refusal(
            "no-emissions",
            Text(
                "The report states no gross emissions of ESRS E1.",
                "该报告没有 ESRS E1 的温室气体总排放数据。",
            ),
            Text(
                "Other taxonomies are not read: `cati new disclosure` prints a template.",
                "不读取其他分类标准：`cati new disclosure` 可输出模板。",
            ),
        )
    company = Company(TITLE, source, "sustainability_report")
    name, origin, how = _entity(root)
    company.about(name, max(years), origin, how)
    _emissions(wanted, company)
    for each in _sole(
        [f for f in facts if f.concept in _ENERGY and f.unit == "MWh" and not f.dimensions], company
    ):
        company.energy(_ENERGY[each.concept], each.year, each.figure)
    _targets(wanted, company, max(years))
    return (company.reading(),)


def _emissions(facts: Sequence[_Fact], company: Company) -> None:
    for each in _sole([fact for fact in facts if not fact.dimensions], company):
        scope, accounting = _SCOPES[each.concept]
        category = "total" if scope == "scope_3" else ""
        company.emission(scope, each.year, each.figure, accounting=accounting, category=category)
    parts = [fact for fact in facts if set(fact.dimensions) == {_CATEGORY_AXIS}]
    for each in _sole(parts, company):
        member = each.dimensions[_CATEGORY_AXIS]
        found = _CATEGORY.fullmatch(member)
        if found is None or _NOT_OF_THE_PROTOCOL in member or not 1 <= int(found[1]) <= len(CATEGORIES):
            company.draft.leave(
                "emissions",
                f"{member} is no category of the GHG Protocol.",
                f"{member} 不是 GHG 核算体系的类别。",
                each.figure.origin,
            )
        elif each.concept == "GrossScope3GreenhouseGasEmissions":
            company.emission("scope_3", each.year, each.figure, category=CATEGORIES[int(found[1]) - 1])


def _targets(facts: Sequence[_Fact], company: Company, reported: int) -> None:
    """Note levels of later years; where milestones and target years state two for one year, neither is taken."""
    levels = [fact for fact in facts if set(fact.dimensions) == {_YEAR_AXIS}]
    bases: dict[str, Figure] = {}
    for each in levels:
        if each.dimensions[_YEAR_AXIS] == _BASE and each.year < reported:
            bases[each.concept] = each.figure
            scope, accounting = _SCOPES[each.concept]
            category = "total" if scope == "scope_3" else ""
            company.emission(scope, each.year, each.figure, accounting=accounting, category=category)
        elif each.dimensions[_YEAR_AXIS] == _BASE:
            company.draft.leave(
                "targets",
                f"The base year of {each.concept} ({told(each.figure.value)} t) is unknown: its period is {each.year}.",
                f"{each.concept}（{told(each.figure.value)} t）的基准年无法确定：其期间为 {each.year} 年。",
                each.figure.origin,
            )
    stated = [fact for fact in levels if _MILESTONE.fullmatch(fact.dimensions[_YEAR_AXIS])]
    merged = [_Fact(each.concept, each.year, {}, each.unit, each.figure) for each in stated]
    for each in _sole(merged, company, "targets"):
        scope, accounting = _SCOPES[each.concept]
        title = f"{scope.replace('_', ' ')}{', ' + accounting.replace('_', '-') if accounting else ''}"
        company.target(title, [scope], each.year, each.figure)


def _sole(facts: Sequence[_Fact], company: Company, path: str = "emissions") -> Iterator[_Fact]:
    """Yield facts once; where two of one concept, year and dimensions differ, neither is taken."""
    groups: dict[tuple[str, int, tuple[tuple[str, str], ...]], list[_Fact]] = {}
    for each in facts:
        groups.setdefault((each.concept, each.year, tuple(sorted(each.dimensions.items()))), []).append(each)
    for group in groups.values():
        values = {each.figure.value for each in group}
        if len(values) == 1:
            yield group[0]
        else:
            listed = ", ".join(told(each) for each in sorted(values))
            company.draft.leave(
                path,
                f"{group[0].concept} is stated as {listed} for {group[0].year}: none is taken.",
                f"{group[0].concept} 在 {group[0].year} 年有不同数值（{listed}），均未采用。",
                group[1].figure.origin,
            )


def _facts(root: Element) -> Iterator[_Fact]:
    contexts: dict[str, tuple[int, dict[str, str]]] = {}
    units: dict[str, str] = {}
    numbers: list[Element] = []
    for each in root.walk():
        if each.name == "context":
            if (found := _context(each)) is not None:
                contexts[each.attributes.get("id", "")] = found
        elif each.name == "unit":
            measures = [inner.text.strip() for inner in each.walk() if inner.name == "measure"]
            if len(measures) == 1:
                units[each.attributes.get("id", "")] = measures[0].rpartition(":")[2]
        elif each.name == "nonFraction":
            numbers.append(each)
    for each in numbers:
        concept = each.attributes.get("name", "").rpartition(":")[2]
        context = contexts.get(each.attributes.get("contextRef", ""))
        if (concept not in _SCOPES and concept not in _ENERGY) or context is None:
            continue
        value = _number(each)
        unit = _UNITS.get(units.get(each.attributes.get("unitRef", ""), ""), "")
        if value is not None and value >= 0 and unit:
            origin = Origin(f"#{_short(each)}", each.line, each.column)
            yield _Fact(concept, context[0], context[1], unit, Figure(value, origin))


def _short(element: Element) -> str:
    """Return what a fact is called in its file: its id, else its path."""
    identifier = element.attributes.get("id", "")
    return identifier if re.fullmatch(r"[\w.-]{1,60}", identifier) else element.path


def _context(element: Element) -> tuple[int, dict[str, str]] | None:
    """Return the calendar year of a context and its dimensions; None where it is of another period."""
    period = element.at("period")
    start, end = (None, None) if period is None else (period.at("startDate"), period.at("endDate"))
    if start is None or end is None:
        return None
    found = _PERIOD.fullmatch(f"{start.text.strip()}/{end.text.strip()}")
    if found is None or found[1] != found[2]:
        return None
    dimensions = {
        each.attributes.get("dimension", "").rpartition(":")[2]: each.text.strip().rpartition(":")[2]
        for each in element.walk()
        if each.name in {"explicitMember", "typedMember"}
    }
    return int(found[1]), dimensions


def _number(fact: Element) -> Decimal | None:
    """Return the value of a fact: its text in its format, times its scale, with its sign."""
    if fact.attributes.get("nil") in {"true", "1"}:
        return None
    form = fact.attributes.get("format", "").rpartition(":")[2]
    text = re.sub(r"[\s\u00a0\u202f']", "", fact.text)
    if form in _ZERO:
        number: Decimal | None = Decimal(0)
    elif form in _COMMA:
        number = decimal_of(text.replace(".", "").replace(",", "."))
    elif form in _DOT:
        number = decimal_of(text.replace(",", ""))
    else:
        return None
    scale = fact.attributes.get("scale", "0")
    if number is None or not re.fullmatch(r"[+-]?[0-9]{1,2}", scale):
        return None
    scaled = held(number.scaleb(int(scale)))
    return None if scaled is None else -scaled if fact.attributes.get("sign") == "-" else scaled


def _entity(root: Element) -> tuple[str, Origin, Text | None]:
    """Return what the reporting company is called: by name where that is tagged, else by its identifier."""
    identifier: Element | None = None
    for each in root.walk():
        name = each.attributes.get("name", "").rpartition(":")[2] if each.name == "nonNumeric" else ""
        if name.startswith(("NameOfReportingEntity", "NameOfReportingUndertaking", "NameOfUndertaking")):
            return " ".join(each.text.split()), Origin(f"#{_short(each)}", each.line, each.column), None
        if each.name == "identifier" and identifier is None:
            identifier = each
    if identifier is None or not identifier.text.strip():
        return "", Origin(), None
    how = Text("The identifier of the entity: no name is tagged.", "企业标识：未标记企业名称。")
    return identifier.text.strip(), identifier.origin, how
