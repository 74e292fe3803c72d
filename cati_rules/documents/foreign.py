"""Files that are not ours, recognised by what they hold and not by their name: what each is, and what to do with it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from functools import cached_property
from typing import Final

from msgspec import Struct

from cati_rules.errors import Place, Problem
from cati_rules.text import Text

CODE: Final = "read/foreign"
_BEGINNING: Final = 64 * 1024
_LARGEST_WORKBOOK: Final = 1024 * 1024
_DELIMITERS: Final = "\t;,|"
_CSV_LINES: Final = 5
_MARKUP: Final = re.compile(
    r"<\?xml\s|<!doctype\s|<!--.*?-->|<[a-z][\w:.-]*(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*/?>(?!\s*:)",
    re.IGNORECASE | re.DOTALL,
)
_MARKS: Final = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


class Form(Struct, frozen=True):
    """A form of file that is not ours.

    ``certain`` is one that no document of ours begins like; any other is only told of where the file is refused.
    ``whole`` is one that only a whole file shows.
    """

    what: Text
    advice: Text
    knows: Callable[[_Seen], bool]
    certain: bool = False
    whole: bool = False

    def problem(self, name: str) -> Problem:
        """Return what to tell of the file called ``name``."""
        message = Text(
            f"This is {self.what.en}, not a document of cati.", f"这是{self.what.zh}，不是 cati 文件。"
        )
        return Problem(Place(name), CODE, message, advice=self.advice)


class _Seen:
    """The bytes of a file, or their beginning, as far as they were looked at."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    @cached_property
    def text(self) -> str:
        """The beginning as text, whatever cannot be read left out."""
        encoding = _MARKS.get(self.data[:2], "utf-8-sig")
        return self.data[:_BEGINNING].decode(encoding, "ignore").lstrip("\ufeff \t\r\n")

    @cached_property
    def markup(self) -> bool:
        """Whether the text begins as XML and HTML do; ``<?: 1`` and ``<a>: 1`` are keys of a YAML document."""
        return _MARKUP.match(self.text) is not None

    @cached_property
    def workbook(self) -> str:
        """What an Excel file says of its sheets, empty where it does not say."""
        try:
            with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
                entry = archive.getinfo("xl/workbook.xml")
                if entry.file_size > _LARGEST_WORKBOOK:
                    return ""
                return archive.read(entry).decode("utf-8", "ignore")
        except Exception:  # a broken archive says nothing, in whatever way it is broken
            return ""


def recognised(data: bytes, *, certain: bool = False, whole: bool = True) -> Form | None:
    """Return the form of a file that is not ours; None where it is not known.

    ``certain`` asks only for what no document of ours begins like. Where ``data`` is not the ``whole`` file but its
    beginning, forms that only a whole file shows are not asked for.
    """
    seen = _Seen(data)
    asked = (each for each in FORMS if (each.certain or not certain) and (whole or not each.whole))
    return next((form for form in asked if form.knows(seen)), None)


def _begins(*signatures: bytes) -> Callable[[_Seen], bool]:
    return lambda seen: seen.data.startswith(signatures)


def _archive(*names: bytes) -> Callable[[_Seen], bool]:
    # Names of entries are not compressed.
    return lambda seen: seen.data.startswith(b"PK") and any(name in seen.data for name in names)


def _sheets(pattern: str) -> Callable[[_Seen], bool]:
    return lambda seen: _EXCEL(seen) and re.search(pattern, seen.workbook) is not None


def _markup(pattern: str) -> Callable[[_Seen], bool]:
    return lambda seen: seen.markup and re.search(pattern, seen.text) is not None


def _json(*patterns: str) -> Callable[[_Seen], bool]:
    return lambda seen: seen.text[:1] in {"{", "["} and all(re.search(each, seen.text) for each in patterns)


def _text(*patterns: str) -> Callable[[_Seen], bool]:
    return lambda seen: all(re.search(each, seen.text, re.MULTILINE) for each in patterns)


def _is_table(seen: _Seen) -> bool:
    """Tell whether the first lines have the same number of cells, more than one."""
    lines = seen.text.splitlines()[: -1 if len(seen.data) > _BEGINNING else None]
    lines = [line for line in lines if line.strip() and line[0] != "#"]
    bare = [re.sub(r'"[^"]*"', "", line) for line in lines[:_CSV_LINES]]
    if len(bare) < 2 or any(re.search(r":(?:\s|$)", line) for line in bare):
        return False
    counts = ({line.count(mark) for line in bare} for mark in _DELIMITERS)
    return any(len(each) == 1 and 0 not in each for each in counts)


def _is_binary(seen: _Seen) -> bool:
    if seen.data[:2] in _MARKS or b"\0" not in seen.data[:_BEGINNING]:
        return False
    try:
        seen.data.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _template(kind: str) -> Text:
    return Text(
        f"Copy its values into a document: `cati new {kind}` prints a template to fill in.",
        f"请把其中的数据填入 cati 文件：`cati new {kind}` 可输出模板。",
    )


_ANY_TEMPLATE: Final = Text(
    "Copy its values into a document: `cati new disclosure`, or `cati new product` for a metal, prints a template.",
    "请把其中的数据填入 cati 文件：`cati new disclosure` 或 `cati new product`（金属产品）可输出模板。",
)
_OWN_TABLE: Final = Text(
    "Of a table of your own, `cati import FILE --suggest-map` proposes which column goes where; "
    "`cati new disclosure --format xlsx --output FILE.xlsx` writes a workbook to fill in.",
    "自有表格可用 `cati import 文件 --suggest-map` 生成列与字段的映射建议；"
    "`cati new disclosure --format xlsx --output 文件.xlsx` 可生成供填写的工作簿。",
)
_CITE: Final = Text(
    "Copy its values into a document (`cati new disclosure` or `cati new product` prints a template), and name the "
    "file there as evidence, with the page.",
    "请把其中的数据填入 cati 文件（`cati new disclosure` 或 `cati new product` 可输出模板），"
    "并在依据（evidence）中注明该文件和页码。",
)
_UNPACK: Final = Text("Unpack it, and check the files inside.", "请解压后检查其中的文件。")
_EPD: Final = Text(
    "Copy the global warming potential of modules A1 to A3 into a document: `cati new product` prints a template. Look "
    "up the declared unit: it may be 1 kg, 1 t or a piece, and a flow file of its own may say which.",
    "请把 A1–A3 模块的全球变暖潜势填入 cati 文件：`cati new product` 可输出模板。"
    "请核对声明单位：可能是 1 kg、1 t 或 1 件，也可能写在另一个流（flow）文件中。",
)
_FOOTPRINT: Final = Text(
    "Copy the footprint into a document: `cati new product` prints a template. Divide it by the declared amount, and "
    "write the unit per tonne or kilogram.",
    "请把碳足迹填入 cati 文件：`cati new product` 可输出模板。请除以声明数量，并写明每吨或每千克的单位。",
)
_NOT_READ: Final = Text("Name a document instead.", "请改为指定 cati 文件。")
_MARKDOWN: Final = re.compile(r"^(?:```|~~~)|\]\([^\s)]+\)|^\|[ :|-]+\|\s*$", re.MULTILINE)
_KIND: Final = re.compile(r"^kind\s*:", re.MULTILINE)
_EXCEL: Final = _archive(b"xl/workbook")

BROKEN_ARCHIVE: Final = Form(
    Text("a workbook or another archive whose end is missing", "末尾缺失的工作簿或压缩包"),
    Text(
        "A download or a copy may have stopped halfway: get the file anew.",
        "可能是下载或复制中断所致，请重新获取该文件。",
    ),
    # An archive ends with a list of what it holds, and that list with at most 64 KiB of remarks.
    lambda seen: seen.data.startswith(b"PK\x03\x04") and b"PK\x05\x06" not in seen.data[-66_000:],
    certain=True,
    whole=True,
)

FORMS: Final[tuple[Form, ...]] = (
    BROKEN_ARCHIVE,
    Form(
        Text("the CBAM communication template (Excel)", "欧盟碳边境调节机制（CBAM）信息沟通模板（Excel）"),
        Text(
            "Copy the specific embedded emissions and the share of scrap from the sheet Summary_Communication into a "
            "document: `cati new product` prints a template.",
            "请把工作表 Summary_Communication 中的单位隐含排放和废料比例填入 cati 文件："
            "`cati new product` 可输出模板。",
        ),
        _sheets('name="Summary_Communication"'),
        certain=True,
    ),
    Form(
        Text("a VSME workbook (Excel)", " VSME 中小企业可持续报告工作簿（Excel）"),
        _template("disclosure"),
        _sheets('name="Environmental Disclosures"'),
        certain=True,
    ),
    Form(Text("an Excel workbook", " Excel 工作簿"), _OWN_TABLE, _EXCEL, certain=True),
    Form(Text("a Word document", " Word 文档"), _CITE, _archive(b"word/document"), certain=True),
    Form(Text("a PowerPoint presentation", " PowerPoint 演示文稿"), _CITE, _archive(b"ppt/presentation"), certain=True),
    Form(
        Text("an OpenDocument file", " OpenDocument 文档"),
        _ANY_TEMPLATE,
        _archive(b"mimetypeapplication/vnd.oasis.opendocument"),
        certain=True,
    ),
    Form(
        Text("an Apple Numbers or Pages file", " Apple Numbers 或 Pages 文档"),
        _ANY_TEMPLATE,
        _archive(b"Index/Document.iwa"),
        certain=True,
    ),
    Form(Text("a ZIP archive", " ZIP 压缩包"), _UNPACK, _begins(b"PK\x03\x04", b"PK\x05\x06"), certain=True),
    Form(
        Text("a compressed archive", "压缩文件"),
        _UNPACK,
        lambda seen: (
            seen.data.startswith(
                (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07")
            )
            or seen.data[257:262] == b"ustar"
        ),
        certain=True,
    ),
    Form(
        Text("an Office file with a password", "设有密码的 Office 文件"),
        Text("Save it without a password: File, Info, Protect.", "请取消密码后另存：文件 → 信息 → 保护。"),
        lambda seen: (
            seen.data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
            and "EncryptedPackage".encode("utf-16-le") in seen.data
        ),
        certain=True,
    ),
    Form(
        Text("an older Office file, or one with a password", "旧版 Office 文件，或设有密码的 Office 文件"),
        _ANY_TEMPLATE,
        _begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        certain=True,
    ),
    Form(
        Text("a PDF", " PDF 文件"),
        _CITE,
        lambda seen: seen.data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-"),
        certain=True,
    ),
    Form(Text("an RTF text", " RTF 文档"), _CITE, _begins(b"{\\rtf"), certain=True),
    Form(
        Text("an image", "图片"),
        _CITE,
        lambda seen: (
            seen.data.startswith((b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*"))
            or (seen.data[:4] == b"RIFF" and seen.data[8:12] == b"WEBP")
            or (seen.data[4:8] == b"ftyp" and seen.data[8:12] in {b"heic", b"heif", b"mif1", b"avif"})
            or (seen.data[:2] == b"BM" and seen.data[6:10] == b"\0\0\0\0")
        ),
        certain=True,
    ),
    Form(Text("a Parquet table", " Parquet 数据表"), _ANY_TEMPLATE, _begins(b"PAR1"), certain=True),
    Form(Text("an SQLite database", " SQLite 数据库"), _ANY_TEMPLATE, _begins(b"SQLite format 3\0"), certain=True),
    Form(Text("a program", "程序文件"), _NOT_READ, _begins(b"\x7fELF", b"MZ\x90\0", b"\xca\xfe\xba\xbe"), certain=True),
    Form(
        Text("a report in iXBRL (a web page with tagged figures)", " iXBRL 报告（带标记数据的网页）"),
        _template("disclosure"),
        _markup(r"inlineXBRL|<ix:header"),
        certain=True,
    ),
    Form(
        Text("a report in XBRL", " XBRL 报告"),
        _template("disclosure"),
        _markup(r"<(?:\w+:)?xbrl[\s>]|xbrl\.org/2003/instance"),
        certain=True,
    ),
    Form(
        Text("an EPD in ILCD format (XML)", " ILCD 格式的环境产品声明（EPD，XML）"),
        _EPD,
        _markup(r"<(?:\w+:)?(?:process|flow|flowProperty|unitGroup|source|contact|LCIAMethod)DataSet[\s>]"),
        certain=True,
    ),
    Form(
        Text("a life cycle inventory in EcoSpold format (XML)", " EcoSpold 格式的生命周期清单（XML）"),
        _FOOTPRINT,
        _markup(r"<(?:\w+:)?(?:ecoSpold|childActivityDataset)[\s>]"),
        certain=True,
    ),
    Form(Text("an image (SVG)", " SVG 图片"), _CITE, _markup(r"\A(?:<[?!][^>]*>\s*)*<svg[\s>]"), certain=True),
    Form(
        Text("a web page (HTML)", "网页（HTML）"),
        Text(
            "If it was downloaded, look at it in a browser: it may be a page that asks to sign in, and not the file. "
            "Copy values into a document: `cati new disclosure` or `cati new product` prints a template.",
            "如果是下载的文件，请用浏览器打开查看：可能是登录页面，而不是所需文件。"
            "请把数据填入 cati 文件：`cati new disclosure` 或 `cati new product` 可输出模板。",
        ),
        _markup(r"(?i)\A(?:<[?!][^>]*>\s*)*<(?:!doctype html|html|head|body)[\s>]|\A<!doctype html"),
        certain=True,
    ),
    Form(Text("XML", " XML 文件"), _ANY_TEMPLATE, lambda seen: seen.markup, certain=True),
    Form(
        Text("a Git LFS pointer, which stands for a file that was not fetched", " Git LFS 指针，实际文件尚未取回"),
        Text("Run `git lfs pull`.", "请运行 `git lfs pull`。"),
        _text(r"\Aversion https://git-lfs\.github\.com/"),
        certain=True,
    ),
    Form(
        Text("a file with a merge conflict of Git", "含有 Git 合并冲突的文件"),
        Text(
            "Choose between the two sides, and remove the lines of <<<<<<<, ======= and >>>>>>>.",
            "请在两个版本中选择，并删去 <<<<<<<、=======、>>>>>>> 所在的行。",
        ),
        _text("^<{7} ", "^={7}$", "^>{7} "),
    ),
    Form(
        Text("an EPD in ILCD format (JSON)", " ILCD 格式的环境产品声明（EPD，JSON）"),
        _EPD,
        _json('"(?:process|flow)Information"\\s*:', '"dataSetInformation"\\s*:'),
    ),
    Form(
        Text("an EPD in openEPD format", " openEPD 格式的环境产品声明（EPD）"),
        _EPD,
        _json('"doctype"\\s*:\\s*"openEPD"|"openepd_version"|"program_operator_doc_id"|"declared_unit"\\s*:\\s*\\{'),
    ),
    Form(
        Text("a statement of secondary material of Catena-X", " Catena-X 再生材料含量声明"),
        _template("product"),
        _json('"secondaryMaterialContent"\\s*:'),
    ),
    Form(
        Text("a product carbon footprint of Catena-X", " Catena-X 产品碳足迹（PCF）"),
        _FOOTPRINT,
        _json('io\\.catenax|"pcfLegalStatement"|"extWBCSD_|"pcfAssessmentAndMethodology"'),
    ),
    Form(
        Text("a product carbon footprint in PACT format", " PACT 格式的产品碳足迹（PCF）"),
        _FOOTPRINT,
        _json('"pcf"\\s*:', '(?i)"(?:pcfexcludingbiogenic\\w*|declaredunit\\w*|pcfincludingbiogenic\\w*)"\\s*:'),
    ),
    Form(
        Text("a report in XBRL (JSON)", " XBRL 报告（JSON）"),
        _template("disclosure"),
        _json(r'xbrl\.org/\w+/xbrl-json|"facts"\s*:', r'"concept"\s*:'),
    ),
    Form(
        Text("a result of cati", " cati 的评价结果"),
        Text(
            "Name the document that it is about. Results are read by `cati verify` and by --baseline.",
            "请改为指定其评价的文件。评价结果由 `cati verify` 和 --baseline 读取。",
        ),
        _json(r'"schema"\s*:\s*"cati-'),
    ),
    Form(Text("a report of findings in SARIF", " SARIF 格式的检查结果"), _NOT_READ, _json(r"sarif", r'"runs"\s*:')),
    Form(
        Text("a JSON Schema", " JSON Schema 文件"),
        _NOT_READ,
        _json(r'"\$schema"\s*:\s*"https?://json-schema\.org'),
    ),
    Form(
        Text("a ruleset", "规则集"),
        Text(
            "Check a document with it: `cati check FILE --ruleset PATH`.",
            "请用它检查文件：`cati check 文件 --ruleset 路径`。",
        ),
        _text(r"^[\"']?kind[\"']?\s*:\s*[\"']?(?:index|definition|consistency)\b"),
    ),
    Form(
        Text("a file of settings (TOML or INI)", "设置文件（TOML 或 INI）"),
        Text("Settings are given with --config.", "设置文件请用 --config 指定。"),
        _text(r"\A(?:[#;][^\n]*\n|[ \t]*\r?\n)*(?:\[|[\w.-]+ *=)", r"^[\w.-]+ *= *\S"),
    ),
    Form(
        Text("the tests of a ruleset", "规则集的测试文件"),
        Text("Run them with `cati rules test ID`.", "请用 `cati rules test 编号` 运行。"),
        _text(r"^[\"']?tests[\"']?\s*:"),
    ),
    Form(
        Text("a stored ruleset", "规则集的存储文件"),
        Text("Name the ruleset.yaml beside it with --ruleset.", "请用 --ruleset 指定同目录的 ruleset.yaml。"),
        _json(r'"digest"\s*:', r'"ruleset"\s*:'),
    ),
    Form(
        Text("a table with commas, semicolons or tabs between its cells (CSV)", " CSV 表格"),
        _OWN_TABLE,
        _is_table,
    ),
    Form(
        Text("a text in Markdown", " Markdown 文档"),
        _NOT_READ,
        lambda seen: _MARKDOWN.search(seen.text) is not None and not _KIND.search(seen.text),
    ),
    Form(Text("a file of bytes and not of text", "二进制文件"), _ANY_TEMPLATE, _is_binary),
)  # fmt: skip
