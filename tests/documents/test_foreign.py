"""Files that are not ours: recognised by what they hold, and told what they are and what to do."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sqlite3
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from running import EXAMPLES, ROOT, Command

from cati_rules.documents import limits, parse_document, read_document
from cati_rules.documents.foreign import CODE, FORMS, recognised
from cati_rules.errors import DocumentError, Problem
from cati_rules.schema import validate

SAMPLES = ROOT.parent / "shared" / "samples"
NAMES = ("a.yaml", "a.json", "a.xlsx", "<stdin>")


def archive(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return file.getvalue()


def workbook(*sheets: str) -> bytes:
    named = "".join(f'<sheet name="{name}" sheetId="1"/>' for name in sheets)
    return archive(
        **{"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": f"<workbook>{named}</workbook>".encode()}
    )


def tar() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as packed:
        packed.add(__file__, "a.csv")
    return file.getvalue()


def database() -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute("create table a (b)")
    return connection.serialize()


CSV = "company,year,scope1\nA,2024,1200\nB,2024,3400\n"
FOREIGN: dict[str, tuple[bytes, str, str]] = {
    "xlsx": (workbook("Sheet1"), "an Excel workbook", "Excel"),
    "vsme": (workbook("Cover Page", "Environmental Disclosures"), "a VSME workbook", "VSME"),
    "cbam": (workbook("D_Processes", "Summary_Communication"), "CBAM", "碳边境"),
    "docx": (archive(**{"word/document.xml": b"<w/>"}), "Word", "Word"),
    "pptx": (archive(**{"ppt/presentation.xml": b"<p/>"}), "PowerPoint", "PowerPoint"),
    "ods": (archive(**{"content.xml": b""}).replace(b"content.xml", b"mimetypeapplication/vnd.oasis.opendocument"), "OpenDocument", "OpenDocument"),
    "cut off": (workbook("Sheet1")[:60], "whose end is missing", "末尾缺失"),
    "zip": (archive(**{"a.txt": b"a"}), "a ZIP archive", "ZIP"),
    "gzip": (gzip.compress(b"kind: product"), "compressed", "压缩"),
    "bzip2": (bz2.compress(b"kind: product"), "compressed", "压缩"),
    "xz": (lzma.compress(b"kind: product"), "compressed", "压缩"),
    "tar": (tar(), "compressed", "压缩"),
    "7z": (b"7z\xbc\xaf\x27\x1c\0\4" + bytes(30), "compressed", "压缩"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "older Office file", "旧版 Office"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< >>\nendobj\n", "a PDF", "PDF"),
    "pdf of ASCII": (b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", "a PDF", "PDF"),
    "rtf": (rb"{\rtf1\ansi Scope 1: 1200}", "RTF", "RTF"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(20), "an image", "图片"),
    "jpeg": (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "an image", "图片"),
    "svg": (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "image (SVG)", "SVG"),
    "parquet": (b"PAR1" + bytes(20) + b"PAR1", "Parquet", "Parquet"),
    "sqlite": (database(), "SQLite", "SQLite"),
    "elf": (b"\x7fELF\2\1\1" + bytes(20), "a program", "程序"),
    "xml": (b'<?xml version="1.0"?>\n<report>\n  <a b="c">x: y</a>\n</report>\n', "This is XML", "XML"),
    "xml without a prolog": (b"<report><a/></report>", "This is XML", "XML"),
    "xml after a byte order mark": (b"\xef\xbb\xbf<?xml version='1.0'?><a/>", "This is XML", "XML"),
    "xml in UTF-16": ('<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16"), "This is XML", "XML"),
    "ilcd": (b'<?xml version="1.0"?>\n<processDataSet version="1.1">\n  <a b="c">x: y</a>\n</processDataSet>', "ILCD format (XML)", "ILCD"),
    "ilcd flow": (b'<f:flowDataSet xmlns:f="http://lca.jrc.it/ILCD/Flow"/>', "ILCD format (XML)", "ILCD"),
    "html": (b"<!DOCTYPE html>\n<html><body><p>Sign in</p></body></html>", "a web page", "网页"),
    "xhtml": (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "a web page", "网页"),
    "ixbrl": (b'<html xmlns:ix="http://www.xbrl.org/2013/inlineXBRL"><ix:header/></html>', "iXBRL", "iXBRL"),
    "xbrl": (b'<?xml version="1.0"?><xbrli:xbrl xmlns:xbrli="http://www.xbrl.org/2003/instance"/>', "in XBRL", "XBRL"),
    "ilcd json": (b'{"processInformation": {"dataSetInformation": {"UUID": "x"}}, "exchanges": {}}', "ILCD format (JSON)", "ILCD"),
    "pact 3": (b'{"specVersion":"3.0.0","id":"x","pcf":{"declaredUnitOfMeasurement":"kilogram","pcfExcludingBiogenicUptake":"2.1"}}', "PACT", "PACT"),
    "pact 2": (b'{"specVersion":"2.0.0","pcf":{"declaredUnit":"kilogram","pCfExcludingBiogenic":"2.1"}}', "PACT", "PACT"),
    "a list of pact": (b'{"data": [{"pcf": {"declaredUnit": "kilogram"}}]}', "PACT", "PACT"),
    "pact that is no JSON": (b'{"pcf": {"declaredUnit": "kilogram",}', "PACT", "PACT"),
    "catena-x 7": (b'{"specVersion" : "urn:io.catenax.pcf:datamodel:version:7.0.0", "pcf" : {"declaredUnit": "kg"}}', "Catena-X", "Catena-X"),
    "catena-x material": (b'{"secondaryMaterialContent" : [], "orderNumber": 1}', "Catena-X", "Catena-X"),
    "openepd": (b'{"doctype": "openEPD", "product_name": "x", "declared_unit": {"qty": 1, "unit": "t"}}', "openEPD", "openEPD"),
    "xbrl json": (b'{"documentInfo": {"documentType": "https://xbrl.org/2021/xbrl-json"}, "facts": {"a": {"dimensions": {"concept": "x"}}}}', "XBRL (JSON)", "XBRL"),
    "a result of ours": (b'{"schema": "cati-result/1", "documents": []}', "a result of cati", "评价结果"),
    "sarif": (b'{"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "runs": []}', "SARIF", "SARIF"),
    "json schema": (b'{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"}', "JSON Schema", "JSON Schema"),
    "json of another tool": (b'{"Company": "AAK", "WikiId": "Q1", "Scope1n2": 3}', "none of its fields", "均无法识别"),
    "ruleset": (b"id: x\nkind: index\ntitle: y\n", "a ruleset", "规则集"),
    "tests": (b"base: {}\ntests:\n  - name: x\n", "tests of a ruleset", "测试"),
    "toml": (b"# settings\n[cati]\nfail_under = 50\n", "settings", "设置"),
    "csv": (CSV.encode(), "CSV", "CSV"),
    "csv with semicolons": (CSV.replace(",", ";").encode(), "CSV", "CSV"),
    "csv with tabs": (CSV.replace(",", "\t").encode(), "CSV", "CSV"),
    "csv in latin-1": (CSV.replace("A", "Å").encode("latin-1"), "CSV", "CSV"),
    "csv in GBK": (CSV.replace("A", "示例汽车").encode("gbk"), "CSV", "CSV"),
    "csv in UTF-16": (CSV.encode("utf-16"), "CSV", "CSV"),
    "csv with quotes": (b'"company","scope, 1"\n"A, B: C",1\n', "CSV", "CSV"),
    "markdown": (b"# Title\n\nSee [this](https://example.com): a text\n- and: more: here\n", "Markdown", "Markdown"),
    "lfs": (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n", "Git LFS", "Git LFS"),
    "a conflict": (b"kind: product\n<<<<<<< HEAD\nname: a\n=======\nname: b\n>>>>>>> other\n", "merge conflict", "合并冲突"),
    "bytes": (bytes([200, 0, 201, 7]) * 100, "bytes and not of text", "二进制"),
}  # fmt: skip


def told(data: bytes, name: str = "a.yaml") -> tuple[Problem, ...]:
    try:
        return validate(parse_document(data, name=name))
    except DocumentError as error:
        return error.problems


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("file", NAMES)
def test_a_foreign_file_is_told_what_it_is_and_what_to_do(name: str, file: str) -> None:
    data, english, chinese = FOREIGN[name]
    (problem,) = told(data, file)
    assert problem.code in {CODE, "schema/kind"}
    assert english in problem.line("en")
    assert chinese in problem.line("zh")
    assert problem.advice is not None
    for wrong in ("UTF-8", "ndent", "a single value", "one text"):
        assert wrong not in problem.line("en")
    assert "缩进" not in problem.line("zh")


@pytest.mark.parametrize(
    ("sample", "english"),
    [
        ("01_ilcd_epd_steel_wire_rod_EPDITALY0091.process.xml", "ILCD format (XML)"),
        ("02_ilcd_epd_steel_wire_rod_EPDITALY0091.flow.xml", "ILCD format (XML)"),
        ("03_ilcd_epd_aluminium_profile_mill_finish.json", "ILCD format (JSON)"),
        ("04_ilcd_epd_aluminium_profile_anodised_A1.json", "ILCD format (JSON)"),
        ("05_ilcd_epd_window_fitting_per_piece_generic.json", "ILCD format (JSON)"),
        ("06_ilcd_epd_radiator_sample_v1.1.xml", "ILCD format (XML)"),
        ("09_rmi_steel_pact_extension_sample.json", "PACT"),
        ("10_catenax_pcf_9.0.0_nested.json", "Catena-X"),
        ("11_catenax_pcf_7.0.0_flat.json", "Catena-X"),
        ("12_catenax_secondary_material_content.json", "secondary material of Catena-X"),
        ("13_cbam_communication_template_20241213.xlsx", "CBAM"),
        ("14_esrs_e1_illustrative_efrag_2026.xhtml", "iXBRL"),
        ("15_klimatkollen_company_scope123.json", "one document"),
        ("16_vsme_sample_1.3.0.xlsx", "VSME"),
        ("17_vsme_sample_1.3.0_facts.json", "XBRL (JSON)"),
    ],
)
def test_a_real_file_is_recognised(sample: str, english: str) -> None:
    path = SAMPLES / sample
    if not path.exists():
        pytest.skip("the samples are not here")
    (problem,) = told(path.read_bytes(), "a.txt")
    assert english in problem.line("en")


@pytest.mark.parametrize(
    ("beginning", "told"), [(b"%PDF-1.7\n", "a PDF"), (archive(**{"a.txt": b"a"})[:40], "a ZIP archive")]
)
def test_a_foreign_file_that_is_too_large_is_recognised_by_its_beginning(
    tmp_path: Path, beginning: bytes, told: str
) -> None:
    path = tmp_path / "report"
    with path.open("wb") as file:
        file.write(beginning)
        file.truncate(limits.FILE_BYTES + 1)
    with pytest.raises(DocumentError) as caught:
        read_document(path)
    assert told in caught.value.problems[0].message.en


def test_the_command_tells_of_it(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(archive(**{"word/document.xml": b"<w/>"}))
    ran = command("check", path, "--lang", "zh")
    assert ran.code == 3
    assert "这是 Word 文档，不是 cati 文件。" in ran.out.replace("\n", "")


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.name)
def test_no_example_is_taken_for_another(path: Path) -> None:
    assert recognised(path.read_bytes()) is None


@pytest.mark.parametrize(
    "text",
    [
        "kind: product\nmaterial: steel\nname: [a\n",
        "kind: product\nmaterial: steel\n name: a\n",
        '{"kind": "product", "material": "steel",}',
        '[{"kind": "product"}]',
        "material: steel\nname: a, b\nproducer: c, d\n",
        "kind：product\nmaterial：steel\n",
        "- kind: product\n- kind: product\n",
        "BMW: x\n",
        "PK: 1\nname: x\n",
        "kind: product\nnote: '%PDF- <html> \"pcf\": inlineXBRL'\nx: [\n",
    ],
)
def test_a_document_of_ours_that_is_wrong_is_told_what_is_wrong(text: str) -> None:
    assert recognised(text.encode()) is None
    assert all(
        problem.code != CODE for problem in told(text.encode()) if "BMW" not in text and "PK" not in text
    )


def test_every_form_is_told_in_both_languages() -> None:
    for form in FORMS:
        problem = form.problem("a")
        assert problem.line("en").isascii()
        assert any("\u4e00" <= mark <= "\u9fff" for mark in problem.line("zh"))


@given(
    st.binary(max_size=200), st.sampled_from([data for data, _, _ in FOREIGN.values()]), st.integers(0, 400)
)
def test_whatever_is_cut_off_or_follows_is_told_without_an_error(tail: bytes, data: bytes, end: int) -> None:
    for each in (data[:end] + tail, tail + data):
        assert all(problem.line("zh") for problem in told(each))
