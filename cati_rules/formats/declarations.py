"""What an environmental product declaration says, whatever its format, and the product that it comes to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct, field

from cati_rules.errors import DocumentError
from cati_rules.formats.figures import product, quotient, told, total
from cati_rules.formats.metals import STAGES, metal_of
from cati_rules.formats.reading import WHOLE, Draft, Origin, Reading
from cati_rules.formats.source import Source
from cati_rules.text import Text

_PARTS: Final = ("A1", "A2", "A3")
_WHOLE_STAGE: Final = "A1-A3"
_MODULES: Final = {"A1": "a1", "A2": "a2", "A3": "a3", _WHOLE_STAGE: "a1_a3", "D": "d"}
_DATA_TYPES: Final = {
    "specific dataset": "specific",
    "average dataset": "average",
    "generic dataset": "generic",
    "representative dataset": "generic",
    "template dataset": "generic",
}
_YEAR: Final = re.compile(r"[0-9]{4}")
_DATE: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T.*)?")


class Said(Struct, frozen=True):
    """A text or number and where it stands."""

    value: str
    origin: Origin


class Figure(Struct, frozen=True):
    """A number and where it stands."""

    value: Decimal
    origin: Origin


class Indicator(Struct, frozen=True):
    """An indicator by modules, in kg per declared unit; ``method`` is how it was calculated."""

    modules: Mapping[str, Figure]
    unit: str
    fits: bool
    method: str
    origin: Origin
    unread: tuple[str, ...] = ()


class Declaration(Struct):
    """What a declaration says. What it leaves out is None or empty."""

    format: Text
    names: list[Said] = field(default_factory=list)
    classes: list[Said] = field(default_factory=list)
    owner: Said | None = None
    operator: Said | None = None
    number: Said | None = None
    rules: Said | None = None
    sub_type: Said | None = None
    year: Said | None = None
    valid_from: Said | None = None
    valid_until: Said | None = None
    published: Said | None = None
    reviewed: Said | None = None
    third_party: bool | None = None
    warming: Indicator | None = None
    secondary: Indicator | None = None
    kilograms: Figure | None = None
    how_kilograms: Text | None = None
    weights: tuple[Decimal, Decimal] | None = None
    """What the declared unit weighs by its unit and by its stated weight, where these differ."""
    unit: Said | None = None
    record: Origin = WHOLE


def product_of(said: Declaration, source: Source) -> Reading:
    """Return the product that a declaration is of.

    Raises:
        DocumentError: it is of no metal, or says nothing of climate.
    """
    draft = Draft(said.format, "product", record=said.record)
    _identity(said, draft, source)
    _footprint(said, draft)
    _declaration(said, draft)
    return draft.reading()


def _identity(said: Declaration, draft: Draft, source: Source) -> None:
    if said.names:
        draft.take(("name",), said.names[0].value, said.names[0].origin)
    specific = (
        said.sub_type is not None and _DATA_TYPES.get(said.sub_type.value.strip().lower()) == "specific"
    )
    if said.owner is not None and not specific:
        draft.leave(
            "producer",
            f"Owner of the declaration is {said.owner.value}; who makes the product is not stated.",
            f"声明所有者为 {said.owner.value}，未说明生产企业。",
            said.owner.origin,
        )
    elif said.owner is not None:
        draft.take(
            ("producer",),
            said.owner.value,
            said.owner.origin,
            Text("The owner of the declaration is taken for the producer.", "以声明所有者作为生产企业。"),
        )
    take_material(draft, [*said.names, *said.classes], source)


def take_material(draft: Draft, said: Sequence[Said], source: Source) -> None:
    """Note the metal that a product's names speak of, or that it is to be asked.

    Raises:
        DocumentError: they speak of no metal.
    """
    if source.material is not None:
        how = Text("As given with --material.", "由 --material 指定。")
        draft.take(("material",), source.material, WHOLE, how)
        return
    texts = [each.value for each in said]
    metal = metal_of(texts)
    origin = next((each.origin for each in said if metal.word and metal.word in each.value), WHOLE)
    if metal.name is not None:
        how = Text(f"The name or class says “{metal.word}”.", f"名称或分类中有“{metal.word}”字样。")
        draft.take(("material",), metal.name, origin, how)
    elif metal.known or not texts:
        draft.leave(
            "material",
            "Which metal it is cannot be told for certain from name and class: steel or aluminium (--material).",
            "无法根据名称和分类确定是钢还是铝，请指定（--material）。",
            origin,
        )
    else:
        raise no_metal(source, texts, said[0].origin)


def no_metal(source: Source, texts: list[str], origin: Origin) -> DocumentError:
    """Return the refusal of a product for which there is no definition."""
    shown = " · ".join(dict.fromkeys(each.strip()[:60] for each in texts[:3] if each.strip()))
    return source.refusal(
        "not-metal",
        Text(
            f"This is about “{shown}”, for which there is no definition: definitions are of steel and aluminium.",
            f"该文件的产品为“{shown}”，没有适用的定义：现有定义仅针对钢和铝。",
        ),
        Text(
            "If it is of steel or aluminium all the same: `cati import FILE --material steel`.",
            "如确为钢或铝制品，请运行 `cati import 文件 --material steel`。",
        ),
        within=origin.within,
    )


def _footprint(said: Declaration, draft: Draft) -> None:
    warming = said.warming
    if warming is None:
        draft.leave("footprint", "No global warming potential is stated.", "未提供全球变暖潜势（GWP）。")
        return
    if not warming.fits:
        draft.leave(
            "footprint",
            f"The global warming potential has the unit “{warming.unit}”, not kg CO2e.",
            f"全球变暖潜势的单位为“{warming.unit}”，不是 kg CO2e。",
            warming.origin,
        )
        return
    for each in warming.unread:
        draft.leave(
            "footprint.modules",
            f"Module {each} is not a number, or is negative: it is not taken.",
            f"模块 {each} 的数值无法识别或为负数，未采用。",
            warming.origin,
        )
    if said.weights is not None:
        one, other = map(told, said.weights)
        draft.leave(
            "declaration.declared_unit_kg",
            f"The declared unit is {one} kg by its unit, {other} kg by its weight: no figure is taken.",
            f"声明单位按计量单位为 {one} kg，按质量为 {other} kg，两者不一致，未采用任何数值。",
        )
        return
    if said.kilograms is None:
        draft.leave(
            "declaration.declared_unit_kg",
            "How many kilograms the declared unit weighs is not in this file: it is in the flow data set. "
            "Put that file beside this one, or hand in the whole ZIP. Without it no figure is taken.",
            "文件未说明声明单位的质量（千克），该数据在流（flow）数据集中：请把该文件放在同一文件夹，"
            "或直接提供完整的 ZIP 压缩包。在此之前不采用任何数值。",
        )
        return
    unit, scale = _scale(said.kilograms.value)
    origin = warming.origin
    draft.take(("footprint", "unit"), unit, said.kilograms.origin, _how_scaled(said.kilograms.value))
    modules = {name: figure for name, figure in warming.modules.items() if name in _MODULES}
    method = Text(f"Global warming potential, {warming.method}.", f"全球变暖潜势，{warming.method}。")
    whole = _WHOLE_STAGE in modules
    if whole or all(each in modules for each in _PARTS):
        parts = [modules[_WHOLE_STAGE]] if whole else [modules[each] for each in _PARTS]
        value = _scaled(total(*(each.value for each in parts)), scale)
        how = method
        if not whole:
            listed = " + ".join(told(each.value) for each in parts)
            how = Text(f"{method.en} A1 + A2 + A3 = {listed}.", f"{method.zh}A1 + A2 + A3 = {listed}。")
        draft.take(("footprint", "value"), value, parts[0].origin, how)
        draft.take(
            ("footprint", "boundary"),
            "cradle_to_gate",
            origin,
            Text("A1 to A3 of EN 15804 are from cradle to gate.", "EN 15804 的 A1–A3 即“摇篮到大门”。"),
        )
    else:
        draft.leave(
            "footprint.value",
            "Modules A1, A2 and A3 are not all stated: there is no figure from cradle to gate.",
            "A1、A2、A3 模块不完整，无法得出“摇篮到大门”的数值。",
            origin,
        )
    for name, figure in modules.items():
        draft.take(
            ("footprint", "modules", _MODULES[name]),
            _scaled(figure.value, scale),
            figure.origin,
            Text("Stands apart from the footprint.", "不计入碳足迹。") if name == "D" else None,
        )
    if said.year is not None and _YEAR.fullmatch(said.year.value):
        draft.take(
            ("footprint", "year"),
            Decimal(said.year.value),
            said.year.origin,
            Text("The reference year of the data.", "数据的参考年份。"),
        )
    if said.third_party is not None and said.reviewed is not None:
        draft.take(
            ("footprint", "verification"),
            "third_party" if said.third_party else "self_declared",
            said.reviewed.origin,
            Text(f"Review: {said.reviewed.value}.", f"审核类型：{said.reviewed.value}。"),
        )
    else:
        draft.leave("footprint.verification", "Who has checked it is not stated.", "未说明由谁核查。")
    _secondary(said, draft, scale)


def _secondary(said: Declaration, draft: Draft, scale: Decimal) -> None:
    used = said.secondary
    if used is None or not used.fits:
        draft.leave("scrap", "Secondary material is not stated in kg.", "未以千克说明二次材料用量。")
        return
    parts = (
        [used.modules[_WHOLE_STAGE]]
        if _WHOLE_STAGE in used.modules
        else [used.modules[each] for each in _PARTS if each in used.modules]
    )
    if not parts or (_WHOLE_STAGE not in used.modules and len(parts) < len(_PARTS)):
        draft.leave(
            "scrap.secondary_per_tonne",
            "Secondary material is not stated for all of A1 to A3.",
            "未完整说明 A1–A3 的二次材料用量。",
            used.origin,
        )
        return
    kilograms = said.kilograms.value if said.kilograms is not None else scale
    draft.take(
        ("scrap", "secondary_per_tonne"),
        quotient(total(*(each.value for each in parts)), kilograms),
        parts[0].origin,
        Text(
            "Secondary material of A1 to A3 by the weight of the declared unit; it is not the share of scrap.",
            "A1–A3 的二次材料用量除以声明单位质量；它不等同于废料比例。",
        ),
    )
    draft.leave(
        "scrap.share",
        "The share of scrap in the metallic input is not stated: secondary material per tonne is something else.",
        "未说明金属投入中的废料比例；每吨产品的二次材料用量并非该比例。",
        used.origin,
    )


def _declaration(said: Declaration, draft: Draft) -> None:
    metal = next((each.value for each in draft.taken if each.path == ("material",)), "")
    stages = STAGES.get(str(metal), STAGES["steel"])
    draft.leave(
        "stage",
        f"The stage is not stated in a form that can be read: {stages.en}.",
        f"未以可识别的形式说明产品阶段：{stages.zh}。",
    )
    draft.leave("footprint.chain_of_custody", "The chain of custody is not stated.", "未说明产销监管链。")
    if said.valid_from is not None and (found := _DATE.fullmatch(said.valid_from.value)):
        draft.take(("validity", "from"), found[1], said.valid_from.origin)
    _valid_until(said, draft)
    _data_type(said, draft)
    for name, text in (("operator", said.operator), ("number", said.number), ("rules", said.rules)):
        if text is not None:
            draft.take(("declaration", name), text.value, text.origin)
    if said.unit is not None:
        draft.take(("declaration", "declared_unit"), said.unit.value, said.unit.origin)
    if said.kilograms is not None:
        draft.take(
            ("declaration", "declared_unit_kg"),
            said.kilograms.value,
            said.kilograms.origin,
            said.how_kilograms,
        )


def _valid_until(said: Declaration, draft: Draft) -> None:
    until = said.valid_until
    if until is None:
        draft.leave("validity", "Until when it is valid is not stated.", "未说明有效期。")
    elif _YEAR.fullmatch(until.value):
        day, told_of = _day_in(int(until.value), said.published)
        draft.take(("validity", "until"), day, until.origin, told_of)
    elif found := _DATE.fullmatch(until.value):
        draft.take(("validity", "until"), found[1], until.origin)
    else:
        draft.leave(
            "validity.until",
            f"“{until.value}” is no date that can be read.",
            f"“{until.value}”不是可识别的日期。",
            until.origin,
        )


def _day_in(year: int, published: Said | None) -> tuple[str, Text]:
    """Return the day on which a declaration ends of which only the year is stated, on the safe side, and why."""
    found = None if published is None else _DATE.fullmatch(published.value)
    if found is not None and int(found[1][:4]) <= year:
        month_and_day = found[1][5:] if found[1][5:] != "02-29" else "02-28"
        return f"{year}-{month_and_day}", Text(
            f"The year {year} is stated; the declaration was published on {found[1]} and ends on that day of it.",
            f"仅注明年份 {year}；声明发布于 {found[1]}，按该年同月同日到期。",
        )
    return f"{year}-01-01", Text(
        f"The year {year} is stated, no day: its first day is taken, as it may end on any; the printed declaration "
        "names it.",
        f"仅注明年份 {year}，到期日不详，按该年第一天计；确切日期见声明原件。",
    )


def _data_type(said: Declaration, draft: Draft) -> None:
    stated = said.sub_type
    kind = None if stated is None else _DATA_TYPES.get(stated.value.strip().lower())
    if stated is None or kind is None:
        draft.leave("data_type", "The kind of data is not stated.", "未说明数据类型。")
        return
    how = None
    if not stated.value.lower().startswith(kind):
        how = Text(
            f"A “{stated.value}” speaks of no particular product.", f"“{stated.value}”不针对特定产品。"
        )
    draft.take(("data_type",), kind, stated.origin, how)


def _scale(kilograms: Decimal) -> tuple[str, Decimal]:
    """Return the unit that figures for so many kilograms have, and what to divide them by."""
    if kilograms == 1000:
        return "kgCO2e/t", Decimal(1)
    return "kgCO2e/kg", kilograms


def _scaled(value: Decimal, by: Decimal) -> Decimal:
    return value if by == 1 else quotient(value, by)


def _how_scaled(kilograms: Decimal) -> Text:
    weight = told(kilograms)
    if kilograms in {1, 1000}:
        return Text(f"kg CO2e per declared unit of {weight} kg.", f"kg CO2e，声明单位为 {weight} kg。")
    return Text(
        f"kg CO2e per declared unit, divided by its {weight} kg.",
        f"每声明单位的 kg CO2e 除以其质量 {weight} kg。",
    )


def weight(amount: Figure, per_unit: Figure) -> Figure:
    """Return how much the declared amount weighs, in kg."""
    return Figure(product(amount.value, per_unit.value), per_unit.origin)
