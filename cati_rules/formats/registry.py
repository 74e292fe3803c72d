"""The formats that are read, each with how it is recognised; what reads one is imported when it is needed."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from msgspec import Struct

from cati_rules.errors import Place, Problem, UsageError
from cati_rules.formats.reading import Reading
from cati_rules.formats.source import Source
from cati_rules.text import Text

GROUP: Final = "cati.formats"
"""The group of entry points by which an installed package brings a :class:`Format`."""


def _whole(_: Source) -> bool:
    return False


class Format(Struct, frozen=True):
    """A format of files: its name, editions, and the kinds of document that come of it.

    ``knows`` recognises it by content, and looks at no more than the file's beginning or the names of what is in an
    archive; ``reader`` names the function that reads it, ``package.module:function``, which takes a
    :class:`~cati_rules.formats.source.Source` and returns readings, or raises a ``DocumentError``. ``is_part`` says of
    a file of this format that it says nothing by itself: in a folder it is passed over.
    """

    name: str
    title: Text
    versions: str
    kinds: tuple[str, ...]
    knows: Callable[[Source], bool]
    reader: str
    is_part: Callable[[Source], bool] = _whole

    def read(self, source: Source) -> Sequence[Reading]:
        """Return what a file of this format says.

        Raises:
            DocumentError: it cannot be read, or is of nothing that a definition or index is for.
        """
        module, _, function = self.reader.partition(":")
        read: Callable[[Source], Sequence[Reading]] = getattr(importlib.import_module(module), function)
        return read(source)


def _json(*patterns: str) -> Callable[[Source], bool]:
    return lambda source: source.is_json and source.says(*patterns)


def _is_ilcd(source: Source) -> bool:
    from cati_rules.formats.ilcd import is_ilcd  # noqa: PLC0415 - imported when a file may be one

    return (source.is_markup or source.is_json or bool(source.members)) and is_ilcd(source)


def _is_ilcd_part(source: Source) -> bool:
    from cati_rules.formats.ilcd import is_part  # noqa: PLC0415

    return is_part(source)


def _is_cbam(source: Source) -> bool:
    from cati_rules.formats.cbam import is_cbam  # noqa: PLC0415

    return source.is_workbook and is_cbam(source)


def _is_workbook(source: Source) -> bool:
    if not source.is_workbook:
        return False
    from cati_rules.formats.workbook_reader import is_ours  # noqa: PLC0415

    return is_ours(source)


def _is_questions(source: Source) -> bool:
    if not source.is_workbook:
        return False
    from cati_rules.formats.answers import is_questions  # noqa: PLC0415

    return is_questions(source)


def _is_vsme(source: Source) -> bool:
    if not source.is_workbook:
        return False
    from cati_rules.formats.vsme import is_vsme  # noqa: PLC0415

    return is_vsme(source)


def _is_company_table(source: Source) -> bool:
    from cati_rules.formats.mapping import is_company_table  # noqa: PLC0415

    return is_company_table(source)


FORMATS: Final[tuple[Format, ...]] = (
    Format(
        "workbook",
        Text("Workbook of `cati new KIND --format xlsx` (Excel)", "`cati new 类型 --format xlsx` 工作簿（Excel）"),
        "1",
        ("disclosure", "product", "facility", "purchases"),
        _is_workbook,
        "cati_rules.formats.workbook_reader:read_workbook",
    ),
    Format(
        "answers",
        Text("Questions' workbook, filled in, with `cati check FILE --answers` (Excel)",
             "已填写的问题工作簿，用 `cati check 文件 --answers` 读取（Excel）"),
        "1",
        ("product", "purchases"),
        _is_questions,
        "cati_rules.formats.answers:refuse_alone",
        lambda _: True,
    ),
    Format(
        "ilcd-epd",
        Text("EPD in ILCD+EPD format (XML, ZIP, JSON)", "ILCD+EPD 格式的环境产品声明（XML、ZIP、JSON）"),
        "1.1–1.3; EN 15804+A1, +A2",
        ("product",),
        _is_ilcd,
        "cati_rules.formats.ilcd:read_ilcd",
        _is_ilcd_part,
    ),
    Format(
        "openepd",
        Text("EPD in openEPD format (JSON)", "openEPD 格式的环境产品声明（JSON）"),
        "0.1 and later",
        ("product",),
        _json(r'"doctype"\s*:\s*"open(?:EPD|IndustryEpd|GenericEstimate)"|"openepd_version"|"declared_unit"\s*:\s*\{'),
        "cati_rules.formats.openepd:read_openepd",
    ),
    Format(
        "catena-x-material",
        Text("Statement of secondary material of Catena-X (JSON)", "Catena-X 再生材料含量声明（JSON）"),
        "1",
        ("product",),
        _json(r'"secondaryMaterialContent"\s*:'),
        "cati_rules.formats.catenax_material:read_material",
    ),
    Format(
        "pcf",
        Text(
            "Product carbon footprint: PACT, with RMI's steel extension, and Catena-X (JSON)",
            "产品碳足迹：PACT（含 RMI 钢铁扩展）、Catena-X（JSON）",
        ),
        "PACT 2, 3; Catena-X 7–9",
        ("product",),
        _json(
            r'"pcf"\s*:|"productLifeCycleStagesAndEmissions"\s*:',
            r'(?i)"(?:pcfexcludingbiogenic\w*|declaredunit\w*|pcfincludingbiogenic\w*)"\s*:',
        ),
        "cati_rules.formats.pcf:read_pcf",
    ),
    Format(
        "cbam",
        Text("CBAM communication template (Excel)", "CBAM 信息沟通模板（Excel）"),
        "2024-12-13",
        ("product",),
        _is_cbam,
        "cati_rules.formats.cbam:read_cbam",
    ),
    Format(
        "esrs-e1",
        Text("ESRS E1 report (iXBRL)", "ESRS E1 报告（iXBRL）"),
        "ESRS 2023-12-22",
        ("disclosure",),
        lambda source: source.is_markup and source.says(r"inlineXBRL|<ix:header"),
        "cati_rules.formats.esrs:read_esrs",
    ),
    Format(
        "vsme",
        Text("VSME workbook of EFRAG (Excel)", "EFRAG 的 VSME 工作簿（Excel）"),
        "1.3.0",
        ("disclosure",),
        _is_vsme,
        "cati_rules.formats.vsme:read_vsme",
    ),
    Format(
        "company-table",
        Text("Table of company figures, a row each (CSV, Excel, JSON)", "企业数据表，每行一家企业（CSV、Excel、JSON）"),
        "–",
        ("disclosure",),
        _is_company_table,
        "cati_rules.formats.mapping:read_companies",
    ),
)  # fmt: skip


@cache
def formats() -> tuple[Format, ...]:
    """Return all formats: ours, then those of installed packages.

    Raises:
        UsageError: a package brings a format that cannot be loaded.
    """
    from importlib.metadata import entry_points  # noqa: PLC0415 - takes long, and most files are documents of ours

    others = []
    for each in entry_points(group=GROUP):
        try:
            found = each.load()
        except Exception as error:  # whatever a package of somebody else's does wrong
            raise _not_loaded(each.value, str(error) or type(error).__name__) from None
        if not isinstance(found, Format):
            raise _not_loaded(each.value, "not a Format")
        others.append(found)
    return (*FORMATS, *others)


def _not_loaded(name: str, reason: str) -> UsageError:
    message = Text(f"The format {name} cannot be loaded: {reason}.", f"格式 {name} 无法加载（{reason}）。")
    advice = Text("Mend or uninstall the package that brings it.", "请修复或卸载提供该格式的软件包。")
    return UsageError(Problem(Place(GROUP), "import/entry-point", message, advice=advice))


def format_of(source: Source) -> Format | None:
    """Return the format that a file has, None where it is not known."""
    ours = next((each for each in FORMATS if each.knows(source)), None)
    return ours or next((each for each in formats()[len(FORMATS) :] if each.knows(source)), None)
