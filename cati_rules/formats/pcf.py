"""Product carbon footprints as messages: PACT 2 and 3, with RMI's steel extension, and Catena-X 7 to 9.

Numbers may be texts, and any value may be wrapped in a list. A footprint is per declared unit: in PACT 3 and Catena-X
an amount of a unit of measurement; in PACT 2 it is not clear whether the amount counts, so that it is asked where it
would make a difference and no weight settles it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from cati_rules.formats.declarations import Said, take_material
from cati_rules.formats.figures import quotient, told
from cati_rules.formats.json_tree import Node, read_json_tree
from cati_rules.formats.reading import WHOLE, Draft, Reading
from cati_rules.formats.source import Source
from cati_rules.text import Text

PACT: Final = Text("product carbon footprint in PACT format", "PACT 格式的产品碳足迹")
CATENA_X: Final = Text("product carbon footprint of Catena-X", "Catena-X 产品碳足迹")
_VALUES: Final = (
    "pcfExcludingBiogenicUptake", "pCfExcludingBiogenic", "pcfExcludingBiogenic", "pCfExcludingBiogenicUptake",
)  # fmt: skip
_UNITS: Final = {
    "kilogram": "kg", "kg": "kg", "square meter": "m2", "cubic meter": "m3", "piece": "piece", "meter": "m",
    "ton": "t", "tonne": "t",
}  # fmt: skip
_KILOGRAMS: Final = {"kg": Decimal(1), "t": Decimal(1000)}
_TIME: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9:.]+).*)?")
_YEARS_VALID: Final = 3
_TO_GATE: Final = re.compile(r"cradle[\s_-]*to[\s_-]*gate", re.IGNORECASE)
_MOST_LEFT_OUT: Final = Decimal(5)
"""Per cent of emissions that the formats let a footprint leave out."""
_PRODUCT_LEVEL: Final = ("product level", "product-level", "product")


def read_pcf(source: Source) -> Sequence[Reading]:
    """Return the products that a message holds the footprints of.

    Raises:
        DocumentError: it is no right JSON, holds none, or one is of no metal or withdrawn.
    """
    records = list(_records(read_json_tree(source)))
    if not records:
        raise source.refusal(
            "no-footprint",
            Text("The message holds no product carbon footprint.", "该文件不含产品碳足迹。"),
        )
    several = len(records) > 1
    return tuple(_Message(source, each, several=several).reading() for each in records)


def _records(root: Node) -> Iterator[Node]:
    for each in root.items():
        if not isinstance(each.value, dict):
            continue
        if "pcf" in each.value or "productLifeCycleStagesAndEmissions" in each.value:
            yield each
        else:
            for name in ("data", "pfs", "footprints", "content", "productFootprint"):
                for inner in each.children(name):
                    yield from _records(inner)


class _Message:
    """One footprint; ``find`` looks for a field under its name wherever the format's edition has it."""

    def __init__(self, source: Source, record: Node, *, several: bool) -> None:
        self.source = source
        self.record = record
        self.several = several
        self.found: dict[str, Node] = {}
        for each in _fields(record):
            name = each.pointer.rpartition("/")[2]
            if each.is_stated and name not in self.found:
                self.found[name] = each
        stated = self.find("specVersion")
        catena = any(name.startswith(("extWBCSD_", "extTFS_", "pcfLegalStatement")) for name in self.found)
        catena = catena or (stated is not None and "catenax" in stated.text)
        self.is_pact = not catena
        self.is_pact_2 = self.is_pact and self.find("declaredUnit") is not None
        origin = record.origin if several else WHOLE
        self.draft = Draft(PACT if self.is_pact else CATENA_X, "product", record=origin)

    def find(self, *names: str) -> Node | None:
        return next((self.found[name] for name in names if name in self.found), None)

    def reading(self) -> Reading:
        status = self.find("status", "extWBCSD_pfStatus")
        if status is not None and status.text.strip().lower() == "deprecated":
            raise self.source.refusal(
                "deprecated",
                Text(
                    "The footprint is marked as withdrawn (Deprecated).",
                    "该碳足迹已标注为作废（Deprecated）。",
                ),
                Text("Ask the sender for the one in its stead.", "请向发送方索取替代版本。"),
                within=status.origin.within,
            )
        self._identity()
        self._footprint()
        self._scrap()
        self._period()
        self._rest()
        return self.draft.reading(several=self.several)

    def _identity(self) -> None:
        draft = self.draft
        name = self.find("productNameCompany", "productName", "productDescription")
        if name is not None:
            draft.take(("name",), " ".join(name.text.split()), name.origin)
        company = self.find("companyName")
        if company is not None:
            draft.take(
                ("producer",),
                company.text.strip(),
                company.origin,
                Text("The company that states the footprint.", "提供碳足迹的企业。"),
            )
        extension = _steel_extension(self.record)
        if extension is not None and self.source.material is None:
            draft.take(
                ("material",),
                "steel",
                extension.origin,
                Text("The steel extension of RMI.", "含 RMI 钢铁扩展。"),
            )
            return
        said = [
            each for each in (name, self.find("productDescription"), self.find("productCategoryCpc")) if each
        ]
        texts = [Said(each.text, each.origin) for each in said if not re.fullmatch(r"[\d\s.-]+", each.text)]
        take_material(draft, texts, self.source)

    def _footprint(self) -> None:
        draft, value = self.draft, self.find(*_VALUES)
        if value is None or value.number is None:
            draft.leave(
                "footprint.value",
                "No footprint without biogenic uptake is stated as a number.",
                "未以数值说明（不含生物碳吸收的）碳足迹。",
                None if value is None else value.origin,
            )
        else:
            self._take(value, value.number)
        grave = self.find("partialFullPcf")
        if grave is not None and not _TO_GATE.fullmatch(grave.text.strip()):
            draft.leave(
                "footprint.boundary",
                f"The boundary is “{grave.text}”.",
                f"边界为“{grave.text}”。",
                grave.origin,
            )
        elif draft.has(("footprint", "unit")):
            draft.take(
                ("footprint", "boundary"),
                "cradle_to_gate",
                (grave or value or self.record).origin,
                None
                if grave
                else Text(
                    "Footprints in PACT format are from cradle to gate.", "PACT 碳足迹均为“摇篮到大门”。"
                ),
            )

    def _is_no_measurement(self) -> bool:
        """Tell of a footprint that is a forecast, or leaves out more than the format allows: it is not taken."""
        draft = self.draft
        kind = self.find("retroOrProspectivePcfType")
        if kind is not None and "prospective" in kind.text.lower():
            draft.leave(
                "footprint.value",
                f"The footprint is a forecast ({kind.text}).",
                f"该碳足迹为预测值（{kind.text}）。",
                kind.origin,
            )
            return True
        left_out = self.find("exemptedEmissionsPercent")
        if left_out is not None and left_out.number is not None and left_out.number > _MOST_LEFT_OUT:
            most = told(_MOST_LEFT_OUT)
            draft.leave(
                "footprint.value",
                f"{left_out.text} % of emissions are left out, more than the {most} % that are allowed.",
                f"{left_out.text}% 的排放未计入，超过允许的 {most}%。",
                left_out.origin,
            )
            return True
        return False

    def _take(self, value: Node, number: Decimal) -> None:
        draft = self.draft
        if self._is_no_measurement():
            return
        weight = self._weight()
        if weight is None:
            return
        kilograms, origin, how = weight
        if number < 0:
            draft.leave("footprint.value", "The footprint is negative.", "碳足迹为负数。", value.origin)
            return
        draft.take(("footprint", "unit"), "kgCO2e/kg", origin.origin, how)
        scaled = None
        if kilograms != 1:
            scaled = Text(
                f"{told(number)} kg CO2e per declared unit of {told(kilograms)} kg.",
                f"每声明单位 {told(number)} kg CO2e，质量 {told(kilograms)} kg。",
            )
        if self._credit() is not None:
            # Where credits are taken off already, what is asked for is more than this.
            draft.take(("footprint", "at_least"), quotient(number, kilograms), value.origin, scaled)
        else:
            draft.take(("footprint", "value"), quotient(number, kilograms), value.origin, scaled)
        draft.take(("declaration", "declared_unit_kg"), kilograms, origin.origin)
        share = self.find("primaryDataShare")
        if share is not None and (percent := share.number) is not None and 0 <= percent <= 100:
            draft.take(
                ("primary_data_share",),
                quotient(percent, Decimal(100)),
                share.origin,
                Text("Per cent.", "单位为 %。"),
            )

    def _weight(self) -> tuple[Decimal, Node, Text] | None:
        """Return how many kilograms the declared unit weighs; None where that is to be asked."""
        draft = self.draft
        unit, amount = (
            self.find("declaredUnitOfMeasurement", "declaredUnit"),
            self.find("declaredUnitAmount", "unitaryProductAmount"),
        )
        mass = self.find("productMassPerDeclaredUnit")
        known = None if unit is None else _UNITS.get(unit.text.strip().lower())
        if unit is not None and known is not None:
            draft.take(("declaration", "declared_unit"), known, unit.origin)
        count = Decimal(1) if amount is None else amount.number
        weighed = None if mass is None else mass.number
        by_unit = None
        if known in _KILOGRAMS and count is not None and count > 0:
            by_unit = _KILOGRAMS[known] * count
        if weighed is not None and weighed > 0 and mass is not None:
            # In PACT 2 and Catena-X 7 the figure is per unit of measurement; later it is per amount of that.
            older = amount is not None and amount.pointer.endswith("unitaryProductAmount")
            meant = _KILOGRAMS.get(str(known)) if older else by_unit
            if by_unit is not None and weighed != meant:
                draft.leave(
                    "footprint.value",
                    f"The declared unit is {told(meant or by_unit)} kg by its unit, {told(weighed)} kg by its weight.",
                    f"声明单位按计量单位为 {told(meant or by_unit)} kg，按质量为 {told(weighed)} kg，两者不一致。",
                    mass.origin,
                )
                return None
            return weighed, mass, Text("Weight of the product per declared unit.", "每声明单位的产品质量。")
        if by_unit is None or unit is None:
            draft.leave(
                "footprint.value",
                "How many kilograms the declared unit weighs is not stated.",
                "未说明声明单位的质量（千克）。",
                None if unit is None else unit.origin,
            )
            return None
        older = amount is not None and amount.pointer.endswith("unitaryProductAmount")
        if (self.is_pact_2 or older) and count != 1:
            draft.leave(
                "footprint.value",
                f"The format leaves open whether the figure is per kilogram or for the amount of {told(by_unit)} kg.",
                f"该版本格式未明确该数值是每千克，还是对应 {told(by_unit)} kg 的总量。",
                unit.origin,
            )
            return None
        return (
            by_unit,
            unit,
            Text(f"Per declared unit of {told(by_unit)} kg.", f"声明单位为 {told(by_unit)} kg。"),
        )

    def _scrap(self) -> None:
        draft = self.draft
        extension = _steel_extension(self.record)
        if extension is None:
            draft.leave("scrap", "The format has no field for scrap.", "该格式没有废料字段。")
            return
        fields = {each.pointer.rpartition("/")[2]: each for each in _fields(extension) if each.is_stated}
        shares = (("scrapBasedShare", "share"), ("postConsumerScrapBasedShare", "post_consumer_share"))
        for name, field in shares:
            node = fields.get(name)
            number = None if node is None else node.number
            if node is None or number is None:
                draft.leave(f"scrap.{field}", f"{name} is not stated.", f"未填写 {name}。", extension.origin)
            elif number == 0 or 1 < number <= 100:
                draft.take(
                    ("scrap", field),
                    quotient(number, Decimal(100)),
                    node.origin,
                    Text("Per cent.", "单位为 %。"),
                )
            else:
                draft.leave(
                    f"scrap.{field}",
                    f"{told(number)} may be a share or per cent.",
                    f"{told(number)} 可能是比例，也可能是百分数。",
                    node.origin,
                )
        credit = self._credit()
        if credit is not None:
            draft.leave(
                "footprint",
                f"Credits of {credit.text} are stated apart; whether the footprint is before them is not said: it is "
                "taken as the least that it can be.",
                f"另列抵扣 {credit.text}；未说明碳足迹是否为抵扣前数值，故仅作为下限采用。",
                credit.origin,
            )

    def _credit(self) -> Node | None:
        """Return the credits that the steel extension states, None where there are none."""
        extension = _steel_extension(self.record)
        for each in () if extension is None else _fields(extension):
            if each.pointer.rpartition("/")[2] == "creditGhgEmissions" and each.is_stated:
                return None if each.number == 0 else each
        return None

    def _period(self) -> None:
        draft = self.draft
        start, end = (self.find(f"referencePeriod{each}") for each in ("Start", "End"))
        first, last = _moment(start), _moment(end)
        if first and last and end is not None and draft.has(("footprint", "unit")):
            inside = last - datetime.timedelta(seconds=1)  # an end at midnight is that of the day before
            if first.year == inside.year:
                draft.take(("footprint", "year"), Decimal(first.year), end.origin)
            else:
                draft.leave(
                    "footprint.year",
                    f"The period is from {first.date()} to {last.date()}: more than one year.",
                    f"数据期间为 {first.date()} 至 {last.date()}，跨年。",
                    end.origin,
                )
        for name, field in (("validityPeriodStart", "from"), ("validityPeriodEnd", "until")):
            node, moment = self.find(name), _moment(self.find(name))
            if node is not None and moment is not None:
                draft.take(("validity", field), moment.date().isoformat(), node.origin)
        if self.is_pact and not draft.has(("validity", "until")) and last is not None and end is not None:
            day = 28 if (last.month, last.day) == (2, 29) else last.day
            draft.take(
                ("validity", "until"),
                last.date().replace(year=last.year + _YEARS_VALID, day=day).isoformat(),
                end.origin,
                Text(
                    "None is stated: three years from the end of the period, as the format has it.",
                    "未说明有效期：按该格式规定，为数据期间结束后三年。",
                ),
            )

    def _rest(self) -> None:
        draft = self.draft
        verified = self._verified()
        if verified is not None and draft.has(("footprint", "unit")):
            draft.take(("footprint", "verification"), "third_party", verified.origin)
        else:
            draft.leave(
                "footprint.verification",
                "That this product's footprint was verified by a third party is not stated.",
                "未说明该产品碳足迹经第三方核查。",
            )
        balanced = self.find("massBalancingUsed")
        if balanced is not None and balanced.value is True:
            draft.leave(
                "footprint.chain_of_custody",
                "Mass balance is used; whether of a site or a group is not stated.",
                "采用质量平衡法，未说明是厂区还是集团层面。",
                balanced.origin,
            )
        else:
            draft.leave(
                "footprint.chain_of_custody", "The chain of custody is not stated.", "未说明产销监管链。"
            )
        draft.leave(
            "stage", "The stage is not stated: crude steel, hot-rolled, …", "未说明产品阶段：粗钢、热轧等。"
        )

    def _verified(self) -> Node | None:
        third = self.find("productVerificationShare3rdParty")
        if third is not None and third.number == 100:
            return third
        for name in ("assurance", "verification"):
            for holder in (*self.record.children("pcf"), self.record):
                for each in holder.children(name):
                    if not isinstance(each.value, dict):
                        continue
                    coverage, done = each.at("coverage"), each.at("assurance")
                    if (
                        coverage is not None
                        and coverage.text.strip().lower() in _PRODUCT_LEVEL
                        and (done is None or done.value is True)
                        and each.at("providerName") is not None
                    ):
                        return each
        return None


def _fields(node: Node) -> Iterator[Node]:
    """Yield all plain values below a node, those nearest to it first; extensions are read by themselves."""
    level: list[Node] = [node]
    while level:
        below: list[Node] = []
        for each in level:
            if isinstance(each.value, dict):
                for name in each.value:
                    if name in {"extensions", "precedingPfIds"}:
                        continue
                    for child in each.children(name):
                        if isinstance(child.value, dict | list):
                            below.append(child)
                        elif not child.pointer.rpartition("/")[2].isdigit():
                            yield child
                        else:
                            yield child.under(child.pointer.rpartition("/")[0])
            else:
                below.extend(inner for inner in each.items() if isinstance(inner.value, dict | list))
        level = below


def _steel_extension(record: Node) -> Node | None:
    for each in record.children("extensions"):
        schema = each.at("dataSchema")
        text = "" if schema is None else schema.text.lower()
        if "steel" in text or each.at("data", "benchmarkingFootprint") is not None:
            return each
    return None


def _moment(node: Node | None) -> datetime.datetime | None:
    found = None if node is None else _TIME.fullmatch(node.text.strip())
    if found is None:
        return None
    try:
        clock = datetime.time.fromisoformat(found[4][:8]) if found[4] else datetime.time(0)
        date = datetime.date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
    if not 1990 <= date.year <= 2090:
        return None
    return datetime.datetime.combine(date, clock)
