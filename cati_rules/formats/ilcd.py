"""EPDs in ILCD format with the EPD extensions: XML, the JSON of soda4LCA, and ZIP archives of data sets.

Indicators are found by their identifiers; names differ by language and edition.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from cati_rules.errors import DocumentError
from cati_rules.formats.declarations import Declaration, Figure, Indicator, Said, product_of, weight
from cati_rules.formats.figures import decimal_of, told
from cati_rules.formats.ilcd_files import FLOW, Flows, flows_beside, identifier_of, unpacked
from cati_rules.formats.json_tree import Node, read_json_tree
from cati_rules.formats.reading import Origin, Reading
from cati_rules.formats.source import Source
from cati_rules.formats.xml_tree import Element, read_xml
from cati_rules.text import Text

TITLE: Final = Text("EPD in ILCD+EPD format", "ILCD+EPD 格式的环境产品声明（EPD）")
WARMING: Final = {
    "6a37f984-a4b3-458a-a20a-64418c145fa2": "EN 15804+A2 (EF 3.0), GWP-total",
    "a7ea142a-9749-11ed-a8fc-0242ac120002": "EN 15804+A2 (EF 3.1), GWP-total",
    "77e416eb-a363-4258-a04e-171d843a6460": "EN 15804+A1, GWP",
}
"""The identifiers of the global warming potential; the first that is there is taken."""
SECONDARY: Final = "c6a1f35f-2d09-4f54-8dfb-97e502e1ce92"
MASS: Final = "93a60a56-a3c8-11da-a746-0800200b9a66"
PIECES: Final = "01846770-4cfe-4a25-8ad9-919d8d378345"
_CARBON_UNIT: Final = "1ebf3012-d0db-4de2-aefd-ef30cedb0be1"
_MASS_UNITS: Final = ("ad38d542-3fe9-439d-9b95-2f5f7752acaf", "93a60a57-a4c8-11da-a746-0800200c9a66")
_MODULES: Final = ("A1", "A2", "A3", "A1-A3", "D")
_THIRD_PARTY: Final = re.compile(r"third party|independent external|external review", re.IGNORECASE)
_INTERNAL: Final = re.compile(r"internal|not reviewed", re.IGNORECASE)
_UNITS: Final = {
    "kg": "kg", "t": "t", "m": "m", "m2": "m2", "m^2": "m2", "qm": "m2", "m3": "m3", "m^3": "m3",
    "pcs.": "piece", "piece": "piece", "item(s)": "piece", "items": "piece", "stk": "piece", "stk.": "piece",
}  # fmt: skip
_MILLISECONDS: Final = re.compile(r"[0-9]{10,13}")
_LANGUAGES: Final = ("en", "zh")
_PROCESS: Final = re.compile(rb"<(?:\w+:)?processDataSet[\s>]")

Tree = Element | Node


def is_ilcd(source: Source) -> bool:
    """Return whether a file is a data set in ILCD format, or an archive of such."""
    if source.members:
        return any(re.search(r"(?:^|/)processes/[^/]+\.xml$", each) for each in source.members)
    if source.is_json:
        return source.says(r'"(?:process|flow)Information"\s*:', r'"dataSetInformation"\s*:')
    kinds = r"<(?:\w+:)?(?:process|flow|flowProperty|unitGroup|source|contact|LCIAMethod)DataSet[\s>]"
    return source.is_markup and source.says(kinds)


def is_part(source: Source) -> bool:
    """Return whether a file is a data set that a declaration refers to: a flow, a source, a contact."""
    if source.members:
        return False
    process = r'"processInformation"\s*:' if source.is_json else r"<(?:\w+:)?processDataSet[\s>]"
    return not source.says(process)


def read_ilcd(source: Source) -> Sequence[Reading]:
    """Return the products that a file declares: one, or those of an archive.

    Raises:
        DocumentError: it cannot be read, is no declaration, or is of no metal.
    """
    if source.members:
        return _of_archive(source)
    tree: Tree = read_json_tree(source) if source.is_json else read_xml(source)
    if isinstance(tree, Element) and tree.name != "processDataSet":
        raise _no_process(source, tree.name)
    if isinstance(tree, Node) and tree.at("processInformation") is None:
        raise _no_process(source, "flow")
    return (product_of(_declaration(tree, flows_beside(source), _bare), source),)


def _no_process(source: Source, kind: str) -> DocumentError:
    return source.refusal(
        "no-declaration",
        Text(
            f"This ILCD file ({kind}) is a part of a declaration, and holds no results.",
            f"该 ILCD 文件（{kind}）只是声明的一部分，不含结果。",
        ),
        Text(
            "Name the process file of the declaration, with this one in the same folder, or the whole ZIP archive.",
            "请指定声明的 process 文件，并把本文件放在同一文件夹；或指定完整的 ZIP 压缩包。",
        ),
    )


def _bare(origin: Origin) -> Origin:
    return origin


def _of_archive(source: Source) -> Sequence[Reading]:
    files = unpacked(source)
    flows = {name: data for name, data in files.items() if FLOW.search(data[:4096])}
    processes = {name: data for name, data in files.items() if _PROCESS.search(data[:4096])}

    def flow(identifier: str) -> tuple[Element, str] | None:
        for name, data in flows.items():
            if identifier.encode() in data:
                tree = read_xml(source, data)
                if identifier_of(tree) == identifier:
                    return tree, name
        return None

    readings: list[Reading] = []
    for name, data in sorted(processes.items()):

        def inside(origin: Origin, name: str = name) -> Origin:
            return Origin(f"!{name}{origin.within}", origin.line, origin.column)

        said = _declaration(read_xml(source, data), flow, inside)
        if len(processes) > 1:
            said.record = Origin(f"!{name}")
        found = product_of(said, source)
        readings.append(
            Reading(found.format, found.kind, found.taken, found.open, said.record, len(processes) > 1)
        )
    if not readings:
        raise _no_process(source, "zip")
    return tuple(readings)


def _declaration(tree: Tree, flows: Flows, place: Callable[[Origin], Origin]) -> Declaration:
    said = Declaration(TITLE)
    about = tree.at("processInformation", "dataSetInformation")
    if about is not None:
        names = [each for name in about.children("name") for each in name.children("baseName")]
        names.sort(key=lambda each: _LANGUAGES.index(_language(each)) if _language(each) in _LANGUAGES else 9)
        said.names = [
            Said(" ".join(each.text.split()), place(each.origin)) for each in names if each.text.strip()
        ]
        for information in about.children("classificationInformation"):
            for classification in information.children("classification"):
                said.classes += [
                    Said(each.text.strip(), place(each.origin)) for each in classification.children("class")
                ]
    said.owner = _named(tree, place, "publicationAndOwnership", "referenceToOwnershipOfDataSet")
    said.operator = _publisher(tree, place) or _named(
        tree, place, "publicationAndOwnership", "referenceToRegistrationAuthority"
    )
    said.number = _plain(
        tree, place, "administrativeInformation", "publicationAndOwnership", "registrationNumber"
    )
    said.year = _plain(tree, place, "processInformation", "time", "referenceYear")
    said.valid_until = _plain(tree, place, "processInformation", "time", "dataSetValidUntil")
    time = tree.at("processInformation", "time")
    said.published = next(
        (
            Said(_day(each.text.strip()), place(each.origin))
            for each in (() if time is None else _others(time, "publicationDateOfEPD"))
        ),
        None,
    )
    method = tree.at("modellingAndValidation", "LCIMethodAndAllocation")
    if method is not None:
        rules = _description(method.at("referenceToLCAMethodDetails"))
        if rules is not None and not rules[0].lower().endswith(".pdf"):
            said.rules = Said(rules[0], place(rules[1]))
        said.sub_type = next(
            (Said(each.text.strip(), place(each.origin)) for each in _others(method, "subType")), None
        )
    _reviews(tree, said, place)
    said.warming = _warming(tree, place)
    said.secondary = next(
        (
            _indicator(each, place, _MASS_UNITS, re.compile(r"\s*kg\s*"), "SM")
            for each in _entries(tree, "exchanges", "exchange", "referenceToFlowDataSet", SECONDARY)
        ),
        None,
    )
    _weigh(tree, said, flows, place)
    return said


def _day(text: str) -> str:
    """Return a date as ISO text; soda4LCA writes it as milliseconds since 1970."""
    if not _MILLISECONDS.fullmatch(text):
        return text
    start = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    return (start + datetime.timedelta(milliseconds=int(text))).date().isoformat()


def _warming(tree: Tree, place: Callable[[Origin], Origin]) -> Indicator | None:
    carbon = re.compile(r"\s*kg\s*CO.{0,4}2.*", re.IGNORECASE)
    for identifier, method in WARMING.items():
        for each in _entries(tree, "LCIAResults", "LCIAResult", "referenceToLCIAMethodDataSet", identifier):
            return _indicator(each, place, (_CARBON_UNIT,), carbon, method)
    return None


def _entries(tree: Tree, group: str, entry: str, reference: str, identifier: str) -> Iterator[Tree]:
    for all_of in tree.children(group):
        for each in all_of.children(entry):
            named = each.at(reference)
            if named is not None and named.attributes.get("refObjectId") == identifier:
                yield each


def _indicator(
    entry: Tree, place: Callable[[Origin], Origin], units: Sequence[str], words: re.Pattern[str], method: str
) -> Indicator:
    modules: dict[str, Figure] = {}
    unread: list[str] = []
    scenarios: set[str] = set()
    for each in (*_all(entry, "amount"), *_all(entry, "anies")):
        module = each.attributes.get("module", "").replace("–", "-").strip().upper()
        text = each.text.strip()
        if module not in _MODULES or not text:
            continue
        number = decimal_of(text)
        if number is None or (number < 0 and module != "D") or (module in modules and module != "D"):
            unread.append(module)
            modules.pop(module, None)
        elif module == "D" and ("D" in modules or "D" in scenarios):
            # Scenarios of what follows the end of life: none of them is the one.
            scenarios.add("D")
            modules.pop("D", None)
        else:
            modules[module] = Figure(number, place(each.origin))
    unit, text = _unit(entry)
    fits = unit in units or (not unit and words.fullmatch(text) is not None)
    return Indicator(modules, text, fits, method, place(entry.origin), tuple(unread))


def _unit(entry: Tree) -> tuple[str, str]:
    for each in _others(entry, "referenceToUnitGroupDataSet"):
        found = _description(each)
        return each.attributes.get("refObjectId", ""), "" if found is None else found[0]
    return "", ""


def _all(entry: Tree, name: str) -> Iterator[Tree]:
    for other in entry.children("other"):
        yield from other.children(name)


def _others(entry: Tree, name: str) -> Iterator[Tree]:
    """Yield what the extensions of an element say under a name: an element of it, or in JSON, an entry of ``anies``."""
    yield from _all(entry, name)
    for each in _all(entry, "anies"):
        if each.attributes.get("name") == name:
            inside = each.at("value")
            if inside is not None:
                yield inside


def _reviews(tree: Tree, said: Declaration, place: Callable[[Origin], Origin]) -> None:
    validation = tree.at("modellingAndValidation", "validation")
    for each in () if validation is None else validation.children("review"):
        kind = each.attributes.get("type", "")
        outside = _THIRD_PARTY.search(kind) is not None
        if outside or (said.third_party is None and _INTERNAL.search(kind)):
            said.third_party = outside
            said.reviewed = Said(kind, place(each.origin))


def _weigh(tree: Tree, said: Declaration, flows: Flows, place: Callable[[Origin], Origin]) -> None:
    """Note the declared unit and what it weighs, from the reference flow or its data set."""
    reference = tree.at("processInformation", "quantitativeReference", "referenceToReferenceFlow")
    if reference is None:
        return
    entry = next(
        (
            each
            for group in tree.children("exchanges")
            for each in group.children("exchange")
            if each.attributes.get("dataSetInternalID") == reference.text.strip()
        ),
        None,
    )
    if entry is None:
        return
    mean = entry.at("meanAmount") or entry.at("resultingAmount") or entry.at("resultingflowAmount")
    number = None if mean is None else decimal_of(mean.text)
    if mean is None or number is None or number <= 0:
        return
    amount = Figure(number, place(mean.origin))
    properties = [each for each in entry.children("flowProperties") if each.at("meanValue") is not None]
    if properties:
        _of_properties(said, amount, [(_Property(each), place(each.origin)) for each in properties])
        return
    named = entry.at("referenceToFlowDataSet")
    identifier = "" if named is None else named.attributes.get("refObjectId", "")
    found = flows(identifier)
    if found is None:
        return
    flow, where = found
    main = flow.at("flowInformation", "quantitativeReference", "referenceToReferenceFlowProperty")
    listed = [each for group in flow.children("flowProperties") for each in group.children("flowProperty")]
    stated = [
        (_Property(each, main is not None and each.attributes.get("dataSetInternalID") == main.text.strip()),
         Origin(f"!{where}#{each.path}"))
        for each in listed
    ]  # fmt: skip
    _of_properties(said, amount, stated, where)


class _Property:
    """A property of the reference flow: its identifier, how much the flow has, and whether it is counted in it."""

    def __init__(self, entry: Tree, is_main: bool | None = None) -> None:
        named = entry.at("referenceToFlowPropertyDataSet")
        given = entry.attributes
        mean = entry.at("meanValue")
        self.uuid = given.get("uuid", "") if named is None else named.attributes.get("refObjectId", "")
        self.mean: Decimal | None = None if mean is None else decimal_of(mean.text)
        self.unit = given.get("referenceUnit", "")
        self.is_main = given.get("referenceFlowProperty") == "true" if is_main is None else is_main


def _of_properties(
    said: Declaration, amount: Figure, properties: Sequence[tuple[_Property, Origin]], where: str = ""
) -> None:
    for each, origin in properties:
        if each.uuid == MASS and each.mean is not None and each.mean > 0 and each.unit in {"", "kg"}:
            said.kilograms = weight(amount, Figure(each.mean, origin))
            of_file = Text(f" in {where}", f"（{where}）") if where else Text("", "")
            said.how_kilograms = Text(
                f"{told(amount.value)} of the reference flow, {told(each.mean)} kg each{of_file.en}.",
                f"基准流{of_file.zh} {told(amount.value)} × {told(each.mean)} kg。",
            )
    for each, origin in properties:
        if not each.is_main:
            continue
        unit = _UNITS.get(each.unit.strip().lower())
        if each.uuid == MASS and said.kilograms is not None:
            unit = "t" if said.kilograms.value == 1000 else "kg"
        elif each.uuid == PIECES:
            unit = "piece"
        if unit is not None:
            said.unit = Said(unit, origin)


def _named(tree: Tree, place: Callable[[Origin], Origin], *names: str) -> Said | None:
    found = _description(tree.at("administrativeInformation", *names))
    return None if found is None else Said(found[0], place(found[1]))


def _publisher(tree: Tree, place: Callable[[Origin], Origin]) -> Said | None:
    about = tree.at("administrativeInformation", "publicationAndOwnership")
    for each in () if about is None else _others(about, "referenceToPublisher"):
        found = _description(each)
        if found is not None:
            return Said(found[0], place(found[1]))
    return None


def _description(reference: Tree | None) -> tuple[str, Origin] | None:
    """Return what a reference calls what it refers to, in English where it does."""
    if reference is None:
        return None
    texts = [each for each in reference.children("shortDescription") if each.text.strip()]
    texts.sort(key=lambda each: _language(each) not in _LANGUAGES)
    return (" ".join(texts[0].text.split()), texts[0].origin) if texts else None


def _language(entry: Tree) -> str:
    return entry.attributes.get("lang", "")


def _plain(tree: Tree, place: Callable[[Origin], Origin], *names: str) -> Said | None:
    found = tree.at(*names)
    text = "" if found is None else found.text.strip()
    return None if found is None or not text else Said(text, place(found.origin))
