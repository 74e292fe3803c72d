"""The page to hand over: it stands alone, escapes what it shows, says the numbers, and prints whole."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest
import yaml
from browser import axe_script, violations
from running import EXAMPLES, ROOT, Command

ON = ("--as-of", "2026-11-26")
DOCUMENTS = (
    "draft.yaml",
    "draft.zh.yaml",
    "coil.yaml",
    "product.yaml",
    "steelmaker.yaml",
    "report/geely.yaml",
)
EMPTY = {"meta", "rect", "circle", "line", "br", "input"}
"""Elements of the page that hold nothing; those of SVG close themselves."""
CHROMIUM, PDFTOTEXT = shutil.which("chromium"), shutil.which("pdftotext")
HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">{{ 7 * 7 }}" \'&'


class Page(HTMLParser):
    """Reads a page strictly: every element is closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data

    def count(self, tag: str) -> int:
        return sum(1 for name, _ in self.found if name == tag)


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(capsys)


def page_of(command: Command, *arguments: object) -> tuple[str, Page]:
    ran = command("check", *arguments, *ON, "--format", "html")
    assert ran.code == 0, ran.err
    return ran.out, Page(ran.out)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_example_is_a_page_that_stands_alone(command: Command, name: str, language: str) -> None:
    text, page = page_of(command, EXAMPLES / name, "--lang", language)
    assert text.startswith("<!DOCTYPE html>")
    tags = {tag for tag, _ in page.found}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
    for tag, attributes in page.found:
        assert not [each for each in attributes if each.startswith("on") or each in {"src", "style"}], tag
        if "href" in attributes:
            assert str(attributes["href"]).startswith("#")
    assert "url(" not in text
    assert "@import" not in text
    ids = [attributes["id"] for _, attributes in page.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {str(each["href"])[1:] for tag, each in page.found if tag == "a"} <= set(ids)
    assert page.found[0] == ("html", {"lang": "zh-CN" if language == "zh" else "en"})


@pytest.mark.parametrize("name", DOCUMENTS)
def test_structure_can_be_heard(command: Command, name: str) -> None:
    _, page = page_of(command, EXAMPLES / name, "--lang", "en")
    assert page.count("h1") == page.count("main") == 1
    assert page.count("table") == page.count("thead")
    levels = [int(tag[1]) for tag, _ in page.found if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for tag, attributes in page.found:
        if tag == "th":
            assert attributes.get("scope") in {"col", "row"}
        if tag == "svg" or "mark" in str(attributes.get("class", "")).split():
            assert attributes["role"] == "img"
            assert attributes.get("aria-label") or attributes.get("aria-labelledby")


def test_a_score_its_place_and_what_publishing_adds(command: Command) -> None:
    _, page = page_of(command, EXAMPLES / "draft.yaml", "--lang", "en")
    result = command("check", EXAMPLES / "draft.yaml", *ON, "--format", "json").json["documents"][0][
        "results"
    ][0]
    told = " ".join(page.text.split())
    for each in (result["score"], result["score_if_published"]):
        assert f"{float(each):.1f}" in told
    assert "place 16 of 52" in told
    assert "not a score by IPE" in told
    assert "cati verify result.json" in told
    for each in result["indicators"]:
        assert each["title"] in told


def test_a_product_on_its_limit(command: Command) -> None:
    """0.295 t at a scrap share of 0.30: 0.4 − 0.35 × 0.3 is 0.295, the limit of fmc-steel itself."""
    text, page = page_of(command, EXAMPLES / "product.yaml", "--lang", "en")
    told = " ".join(page.text.split())
    assert "0.4 − 0.35 s" in told
    assert "< 0.295 tCO2e/t" in told
    assert 'class="chart"' in text
    assert "Ask the supplier" in told
    assert "Where definitions disagree" in told


def test_a_hostile_document_is_text(command: Command, tmp_path: Path) -> None:
    document = yaml.safe_load((EXAMPLES / "product.yaml").read_text(encoding="utf-8"))
    document["name"] = HOSTILE
    path = tmp_path / "a.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    text, page = page_of(command, path, "--lang", "en")
    assert "<script" not in text
    assert "<img" not in text
    assert HOSTILE in page.text


@pytest.mark.parametrize("kind", ["disclosure", "product", "facility", "purchases"])
def test_an_untouched_template_is_a_page_too(command: Command, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "new.yaml"
    assert command("new", kind, "--lang", "en", "--output", path).code == 0
    _, page = page_of(command, path, "--lang", "en")
    if kind == "disclosure":
        assert "Nothing is filled in yet." in page.text


def test_a_document_with_an_error_has_a_provisional_result(command: Command, tmp_path: Path) -> None:
    text = (EXAMPLES / "draft.yaml").read_text(encoding="utf-8")
    path = tmp_path / "a.yaml"
    path.write_text(re.sub(r"value: \d+", "value: abc", text, count=1), encoding="utf-8")
    ran = command("check", path, *ON, "--format", "html", "--lang", "en")
    assert ran.code == 3
    told = " ".join(Page(ran.out).text.split())
    assert told.index("“abc” is text") < told.index("Provisional result") < told.index("emissions[0] a.yaml:")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_cannot_be_evaluated_says_so(command: Command, tmp_path: Path, language: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("kind: disclosure\ncompany: {name: <b>x</b>}\n", encoding="utf-8")
    ran = command("check", path, EXAMPLES / "coil.yaml", *ON, "--format", "html", "--lang", language)
    assert ran.code == 3
    page = Page(ran.out)
    assert "b" not in {tag for tag, _ in page.found}
    assert ("Not evaluated" if language == "en" else "未评价") in page.text
    assert page.count("article") == 2


class TestEndings:
    @pytest.mark.parametrize(
        ("name", "begins"),
        [
            ("page.html", b"<!DOCTYPE html>"),
            ("PAGE.HTM", b"<!DOCTYPE html>"),
            ("a.xlsx", b"PK"),
            ("a.json", b"{"),
            ("a.csv", b"\xef\xbb\xbfdocument"),
            ("a.xml", b"<?xml"),
        ],
    )
    def test_the_ending_chooses(self, command: Command, tmp_path: Path, name: str, begins: bytes) -> None:
        ran = command("check", EXAMPLES / "coil.yaml", *ON, "--lang", "en", "--output", tmp_path / name)
        assert ran.code == 0, ran.err
        assert (tmp_path / name).read_bytes().startswith(begins)

    def test_several_endings_choose(self, command: Command, tmp_path: Path) -> None:
        paths = tmp_path / "a.html", tmp_path / "a.xlsx"
        given = [part for each in paths for part in ("--output", each)]
        assert command("check", EXAMPLES / "coil.yaml", *ON, *given).code == 0
        assert all(each.stat().st_size for each in paths)

    @pytest.mark.parametrize(
        ("form", "name", "right"),
        [
            ("json", "page.html", "--format html"),
            ("html", "page.xlsx", "--format xlsx"),
            ("html", "page.txt", ".html"),
            ("xlsx", "a.csv", "--format csv"),
            ("markdown", "a.json", "--format json"),
            ("html", "a.pdf", "--format html"),
            (None, "a.docx", "--format html"),
            (None, "a.xls", "--format xlsx"),
            (None, "a.yaml", "a.txt"),
            ("json", "a.toml", "a.html"),
        ],
    )
    def test_another_ending_is_refused(
        self, command: Command, tmp_path: Path, form: str | None, name: str, right: str
    ) -> None:
        given = ("--format", form) if form else ()
        ran = command("check", EXAMPLES / "coil.yaml", *ON, "--lang", "en", *given, "-o", tmp_path / name)
        assert ran.code == 2
        assert right in ran.err
        assert not (tmp_path / name).exists()

    @pytest.mark.parametrize("form", ["json", "sarif", "gitlab"])
    def test_several_formats_are_json(self, command: Command, tmp_path: Path, form: str) -> None:
        path = tmp_path / "a.json"
        assert command("check", EXAMPLES / "coil.yaml", *ON, "--format", form, "-o", path).code == 0
        assert path.read_bytes()[:1] in {b"{", b"["}


def test_the_wheel_has_the_templates(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as files:
        inside = set(files.namelist())
    here = ROOT / "cati_rules" / "output" / "templates"
    assert {f"cati_rules/output/templates/{each.name}" for each in here.iterdir()} <= inside


def test_other_formats_need_no_templates() -> None:
    """A run that makes no page does not import what fills it in."""
    code = (
        "import sys; from cati_rules.cli.main import main\n"
        f"try: main(['check', {str(EXAMPLES / 'coil.yaml')!r}, '--format', 'json'])\n"
        "except SystemExit: pass\n"
        "print('loaded', [each for each in ('jinja2', 'xlsxwriter') if each in sys.modules], file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "loaded []" in ran.stderr


PURCHASES = """kind: purchases
buyer: Example Motors
year: 2025
material: steel
lots:
  - {t: 300, primary: true, product: {name: Plain coil, material: steel, stage: hot_rolled, scrap: {share: 0.2, weighed_by: mass},
      footprint: {value: 2.1, unit: tCO2e/t, boundary: cradle_to_gate, verification: third_party, chain_of_custody: segregated}}}
  - {t: 20, primary: true, product: {name: Green slab, material: steel, stage: crude_steel, scrap: {share: 0.3, weighed_by: as_asked},
      footprint: {value: 0.2, unit: tCO2e/t, boundary: cradle_to_crude_steel, verification: third_party, chain_of_custody: segregated}}}
"""


class TestBothLanguagesInOneFile:
    def test_each_is_whole_and_named(self, command: Command) -> None:
        text, page = page_of(command, EXAMPLES / "coil.yaml", "--lang", "both")
        assert "<script" not in text
        blocks = [a["lang"] for tag, a in page.found if tag == "div" and "lang" in a]
        assert sorted(map(str, blocks)) == ["en", "zh-CN"]
        switches = [a for tag, a in page.found if tag == "input"]
        assert [a["type"] for a in switches] == ["radio", "radio"]
        assert sum("checked" in a for a in switches) == 1
        labels = {a["for"] for tag, a in page.found if tag == "label"}
        assert labels == {a["id"] for a in switches}
        ids = [a["id"] for _, a in page.found if "id" in a]
        assert len(ids) == len(set(ids))
        assert {str(a["href"])[1:] for tag, a in page.found if tag == "a"} <= set(ids)
        for each in ("Ask the supplier", "请向供应商确认"):
            assert each in page.text

    def test_only_a_page_of_html_has_both(self, command: Command) -> None:
        ran = command("check", EXAMPLES / "coil.yaml", *ON, "--lang", "both")
        assert ran.code == 2
        assert "--format html" in ran.err


class TestAPlan:
    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_it_is_a_page_with_running_totals(self, command: Command, tmp_path: Path, language: str) -> None:
        given = ("improve", EXAMPLES / "draft.yaml", *ON, "--to", "50", "--lang", language)
        path = tmp_path / "plan.html"
        assert command(*given, "--output", path).code == 0
        page = Page(path.read_text(encoding="utf-8"))
        plan = command(*given, "--format", "json").json
        told = " ".join(page.text.split())
        assert plan["steps"]
        for each in plan["steps"]:
            assert each["title"] in told
            assert f"+{each['gain']}" in told
            assert each["score"] in told

    def test_it_is_a_workbook_with_numbers(self, command: Command, tmp_path: Path) -> None:
        given = ("improve", EXAMPLES / "draft.yaml", *ON, "--to", "50", "--lang", "en")
        path = tmp_path / "plan.xlsx"
        assert command(*given, "--output", path).code == 0
        plan = command(*given, "--format", "json").json
        sheet = openpyxl.load_workbook(path)["Plan"]
        rows = list(sheet.iter_rows(min_row=2, values_only=True))
        assert [row[1] for row in rows] == [each["indicator"] for each in plan["steps"]]
        assert [row[4] for row in rows] == [float(each["score"]) for each in plan["steps"]]

    def test_another_ending_is_refused(self, command: Command, tmp_path: Path) -> None:
        ran = command("improve", EXAMPLES / "draft.yaml", "--output", tmp_path / "plan.docx", "--lang", "en")
        assert ran.code == 2
        assert "--format html" in ran.err


@pytest.mark.skipif(
    CHROMIUM is None or axe_script() is None,
    reason="needs Debian's chromium, and axe-core-python, to audit pages",
)
class TestAccessibility:
    @pytest.mark.parametrize(
        "names", [("draft.yaml",), ("product.yaml",), ("purchases",), ("coil.yaml", "product.yaml")]
    )
    def test_nothing_is_wrong_in_either_language(
        self, command: Command, tmp_path: Path, names: tuple[str, ...]
    ) -> None:
        (tmp_path / "purchases").write_text(PURCHASES, encoding="utf-8")
        files = [tmp_path / each if each == "purchases" else EXAMPLES / each for each in names]
        page = tmp_path / "page.html"
        assert command("check", *files, *ON, "--lang", "both", "--output", page).code == 0
        assert violations(page, tmp_path) == []

    def test_a_plan_has_nothing_wrong_either(self, command: Command, tmp_path: Path) -> None:
        page = tmp_path / "page.html"
        given = ("--to", "50", "--lang", "both", "--output", page)
        assert command("improve", EXAMPLES / "draft.yaml", *ON, *given).code == 0
        assert violations(page, tmp_path) == []

    def test_what_is_wrong_is_found(self, tmp_path: Path) -> None:
        page = tmp_path / "page.html"
        page.write_text(
            "<!DOCTYPE html><html><head><title>a</title></head><body><main><h1>a</h1><img src='x'>"
            "<p style='color: #bbb'>faint</p></main></body></html>",
            encoding="utf-8",
        )
        found = {each.partition(":")[0] for each in violations(page, tmp_path)}
        assert {"html-has-lang", "image-alt", "color-contrast"} <= found


def has_chinese_font() -> bool:
    command = shutil.which("fc-list")
    return command is not None and bool(
        subprocess.run([command, ":lang=zh"], capture_output=True, text=True, check=False).stdout
    )


@pytest.mark.skipif(
    CHROMIUM is None or PDFTOTEXT is None, reason="needs Debian's chromium and poppler-utils to print pages"
)
class TestInABrowser:
    @pytest.mark.parametrize(
        ("name", "language", "told"),
        [
            # what is said inside of details that are closed on a screen is among it
            (
                "draft.yaml",
                "en",
                ("44.3", "Each column of the published table", "Product carbon footprint", "52"),
            ),
            ("product.yaml", "zh", ("请向供应商确认", "不适用", "0.295", "responsiblesteel-2.1")),
        ],
    )
    def test_it_prints_whole_and_without_complaint(
        self, command: Command, tmp_path: Path, name: str, language: str, told: tuple[str, ...]
    ) -> None:
        if language == "zh" and not has_chinese_font():
            pytest.skip("needs a Chinese font, such as Debian's fonts-noto-cjk")
        page, pdf = tmp_path / "page.html", tmp_path / "page.pdf"
        assert command("check", EXAMPLES / name, *ON, "--lang", language, "-o", page).code == 0
        ran = subprocess.run(
            [
                str(CHROMIUM),
                *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
                *("--enable-logging=stderr", f"--user-data-dir={tmp_path / 'profile'}"),
                *("--no-pdf-header-footer", f"--print-to-pdf={pdf}", page.as_uri()),
            ],
            capture_output=True,
            text=True,
            timeout=300,
            check=True,
        )
        assert "CONSOLE" not in ran.stderr
        text = subprocess.run(
            [str(PDFTOTEXT), "-layout", str(pdf), "-"], capture_output=True, text=True, check=True
        ).stdout
        for each in told:
            assert each in text
        assert "SHA-256" in text
        assert re.search(r"\b[0-9a-f]{32,}", text)  # a digest, which is folded on a screen
