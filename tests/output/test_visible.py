"""Text from outside writes nothing on a terminal or into a log: in no output, whatever it is and wherever it comes from."""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from running import RULESETS, TEXT_FORMATS, Command, Ran

from cati_rules.documents import parse_document, with_value
from cati_rules.schema import is_valid
from cati_rules.visible import json_text, visible, without_control

AS_OF = "2026-01-01"
DISCLOSURE = """\
kind: disclosure
company: {name: A, country: CN}
reporting_year: 2025
emissions:
  - {scope: scope_1, year: 2025, value: 210000, unit: tCO2e, note: n, evidence: [{title: R, kind: cdp, public: false}]}
  - {scope: scope_1, year: 2024, value: 210000, unit: tCO2e, evidence: [{title: R, kind: cdp, public: true, document: d, page: "3"}]}
targets:
  - {subject: emission_reduction, scopes: [scope_1], base_year: 2020, target_year: 2030, reduction: 0.4, note: n}
actions:
  - {area: steel, name: t, path: p, place: q, partners: [r]}
"""
PRODUCT = """\
kind: product
name: a
producer: p
material: steel
stage: crude_steel
label: beyondeco-30
footprint: {value: 0.3, unit: tCO2e/t, boundary: cradle_to_crude_steel, year: 2025}
scrap: {share: 0.3}
steel: {grade: quality}
note: n
"""
HOSTILE = (
    "x\r\n::error file=README.md,line=1::injected\n##[error]y\u2028::add-mask::met\x1b[2J\x1b]0;t\x07\x9b1m\x00\x7f"
    "\u202eevil\u2066 \u200b\ufeff\U000e0041 :smile: [bold red]m[/] [/nonsense] @all <b> | `c` ##vso[task.x]z \\"
)
COMMANDS = re.compile(r"\s*(?:::|##\[|##\w+\[)|.*##\w*\[")
GITHUB = re.compile(r"::(?:error|warning|notice) file=")
MACHINE = ("json", "sarif", "gitlab")


def steering(text: str) -> set[str]:
    """Return what a terminal would obey or a reader not see."""
    return {
        mark
        for mark in text
        if unicodedata.category(mark) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and mark not in "\n\u200c\u200d"
    }


def hold(ran: Ran, form: str = "rich") -> None:
    """Hold what a run wrote to be harmless."""
    assert "Traceback" not in ran.text
    for text in (ran.out, ran.err):
        assert not steering(text), (form, steering(text))
        assert "😄" not in text
        for line in text.splitlines():
            assert not COMMANDS.match(line) or (form == "github" and GITHUB.match(line)), (form, line)


def strings(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, str):
        yield path
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield from strings(inner, (*path, step))


def poisoned(text: str, poison: str) -> dict[str, Any]:
    """Return a document with ``poison`` in every text that is free."""
    value: Any = parse_document(text.encode(), name="a.yaml").value
    for path in strings(value):
        other = with_value(value, path, poison)
        value = other if is_valid(value["kind"], other) else value
    return dict(value)


def written(value: Any, path: Path) -> Path:
    path.write_text(json.dumps(value, default=float), encoding="utf-8")
    return path


@pytest.mark.parametrize("text", [DISCLOSURE, PRODUCT], ids=["disclosure", "product"])
@pytest.mark.parametrize("form", TEXT_FORMATS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_names_in_a_document_write_nothing(
    command: Command, tmp_path: Path, text: str, form: str, language: str
) -> None:
    path = written(poisoned(text, HOSTILE), tmp_path / "a.json")
    details = [[], ["--verbose"], ["--quiet"]] if form == "rich" else [[]]
    for detail in details:
        ran = command(
            "check",
            path,
            "--format",
            form,
            "--lang",
            language,
            "--as-of",
            AS_OF,
            "--require",
            "fmc-steel",
            *detail,
        )
        assert ran.code in {0, 1}
        hold(ran, form)
    if form in MACHINE:
        assert json.loads(ran.out) is not None
    if form == "junit":
        assert ET.fromstring(ran.out) is not None  # noqa: S314 - our own


@pytest.mark.parametrize("form", TEXT_FORMATS)
def test_names_of_files_write_nothing(command: Command, tmp_path: Path, form: str) -> None:
    path = tmp_path / (HOSTILE.replace("/", "").replace("\0", "")[:80] + ".yaml")
    path.write_text(PRODUCT, encoding="utf-8")
    hold(command("check", path, "--format", form, "--as-of", AS_OF, "--lang", "en"), form)
    path.write_text(PRODUCT + HOSTILE.replace("\0", "") + ": x\n", encoding="utf-8")
    hold(command("check", path, "--format", form, "--as-of", AS_OF, "--lang", "en"), form)
    hold(command("check", path.with_name("no" + path.name), "--format", form, "--lang", "en"), form)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_unknown_fields_and_values_write_nothing(command: Command, tmp_path: Path, language: str) -> None:
    value = {
        **poisoned(PRODUCT, HOSTILE),
        HOSTILE: 1,
        "stage": HOSTILE,
        "scrap": HOSTILE,
        "footprint": {"value": HOSTILE, HOSTILE: None},
    }
    for form in TEXT_FORMATS:
        ran = command("check", written(value, tmp_path / "a.json"), "--format", form, "--lang", language)
        assert ran.code == 3
        hold(ran, form)
    for kind in (HOSTILE, [HOSTILE], {HOSTILE: 1}):
        hold(command("check", written({"kind": kind}, tmp_path / "a.json"), "--lang", language))
    hold(command("check", written({HOSTILE: 1}, tmp_path / "a.json"), "--lang", language))
    for text in (
        f"kind: product\n{HOSTILE}\n",
        f"kind: product\na: *{HOSTILE}",
        f"kind: product\na: !{HOSTILE} x",
        "kind: product\n\u202ea: [\n",
    ):
        path = tmp_path / "a.yaml"
        path.write_text(text.replace("\0", ""), encoding="utf-8")
        hold(command("check", path, "--lang", language))


@pytest.mark.parametrize("form", ["rich", "json"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_other_commands_write_nothing(command: Command, tmp_path: Path, form: str, language: str) -> None:
    folder = tmp_path / "a\n::error::injected\x1b[2J\u202e"
    folder.mkdir()
    one = written(poisoned(DISCLOSURE, HOSTILE), folder / "a.json")
    other = written(poisoned(DISCLOSURE, HOSTILE + "2"), folder / "b.json")
    coil = written(poisoned(PRODUCT, HOSTILE), folder / "c.json")
    result = folder / "result.json"
    command("check", coil, "--format", "json", "--output", result, "--as-of", AS_OF)
    told = json.loads(result.read_text(encoding="utf-8"))
    told["documents"][0]["results"][0] |= {"verdict": HOSTILE, HOSTILE: HOSTILE}
    changed = written(told, folder / "changed.json")
    waiving = ("--reason", HOSTILE, "--approver", HOSTILE, "--expires", "2099-01-01")
    for arguments in (
        ("diff", one, other),
        ("what-if", coil, f"name='{visible(HOSTILE)}'"),
        ("what-if", coil, f"{HOSTILE}=1"),
        ("explain", "2.1.1", one),
        ("explain", "fmc-steel", coil),
        ("explain", "consistency", one),
        ("improve", one, "--to", "catching-up"),
        ("verify", result, coil),
        ("verify", changed, coil),
        ("verify", coil, coil),
        ("waive", coil, "fmc-steel/technology", "--at", "/steel/grade", *waiving),
        ("waive", coil, f"fmc-steel/{HOSTILE}", *waiving),
        ("check", coil, "--baseline", changed),
    ):
        given = [str(each).replace("\0", "") for each in arguments]
        form_of = () if arguments[0] == "check" else ("--format", form)
        hold(command(*given, *form_of, "--lang", language))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "arguments",
    [
        (HOSTILE,),
        ("check", HOSTILE),
        ("check", f"*{HOSTILE}"),
        ("check", "a", f"--{HOSTILE}"),
        ("check", "a", "--format", HOSTILE),
        ("check", "a", "--ruleset", HOSTILE),
        ("check", "a", "--as-of", HOSTILE),
        ("check", "a", "--peers", HOSTILE),
        ("check", "a", "--fail-under", HOSTILE),
        ("check", "a", "--require", HOSTILE),
        ("check", "a", "--fail-on", HOSTILE),
        ("check", "a", "--waivers", HOSTILE),
        ("check", "a", "--baseline", HOSTILE),
        ("check", "a", "--config", HOSTILE),
        ("check", "a", "--parameter", HOSTILE),
        ("check", "a", "--output", f"/no/{HOSTILE}"),
        ("explain", HOSTILE),
        ("improve", "a", "--to", HOSTILE),
        ("new", HOSTILE),
        ("rules", HOSTILE),
        ("rules", "show", HOSTILE),
        ("rules", "lint", HOSTILE),
        ("rules", "test", HOSTILE),
        ("rules", "store", HOSTILE),
        ("rules", "diff", HOSTILE, HOSTILE),
        ("verify", HOSTILE, HOSTILE),
        ("diff", HOSTILE, HOSTILE),
        ("waive", HOSTILE, HOSTILE),
    ],
)
def test_options_write_nothing(command: Command, arguments: tuple[str, ...], language: str) -> None:
    ran = command(*(each.replace("\0", "") for each in arguments), "--lang", language)
    assert ran.code in {2, 3}
    hold(ran)


@pytest.mark.parametrize("ruleset", ["fmc-steel", "cati-auto-2024", "consistency"])
def test_texts_of_a_ruleset_write_nothing(command: Command, tmp_path: Path, ruleset: str) -> None:
    folder = tmp_path / ruleset
    shutil.copytree(RULESETS / ruleset, folder)
    shutil.copy(RULESETS / "documents.yaml", tmp_path)
    (folder / "stored.json").unlink()
    for path in folder.glob("**/*.yaml"):
        if "tests" not in path.parts:
            path.write_text(
                yaml.safe_dump(
                    _poisoned_texts(yaml.safe_load(path.read_text(encoding="utf-8"))), sort_keys=False
                ),
                encoding="utf-8",
            )
    coil, draft = (
        written(poisoned(PRODUCT, "x"), tmp_path / "c.json"),
        written(poisoned(DISCLOSURE, "x"), tmp_path / "d.json"),
    )
    for form in TEXT_FORMATS:
        for document in (coil, draft):
            ran = command("check", document, "--ruleset", folder, "--format", form, "--as-of", AS_OF)
            assert ran.code == 0
            hold(ran, form)
    for arguments in (
        ("rules", "show", folder),
        ("rules", "lint", folder),
        ("rules", "diff", folder, RULESETS / ruleset),
        ("check", draft, coil, "--ruleset", folder, "--verbose"),
    ):
        for language in ("en", "zh"):
            hold(command(*arguments, "--lang", language))


def _poisoned_texts(value: Any) -> Any:
    """Return rules with poison in every text in two languages."""
    if isinstance(value, dict):
        if set(value) == {"en", "zh"}:
            return {language: f"{each} {HOSTILE}" for language, each in value.items()}
        return {name: _poisoned_texts(each) for name, each in value.items()}
    return [_poisoned_texts(each) for each in value] if isinstance(value, list) else value


MARKS = st.sampled_from([*"ab\\\n\r\t\0\x1b\x07\x7f\x85\x9b\u2028\u2029\u200e\u202e\u2066\u2069\u200b\u200d\ufeff\ud800\U000e0041:::###[[]]", "::", "##[", ":car:", "[red]", "[/]"])  # fmt: skip
TEXTS = st.lists(MARKS, max_size=20).map("".join) | st.text(max_size=20)


@given(TEXTS)
@example("::")
@example("::::a")
@example("##[[##vso[")
def test_what_is_made_visible_is_one_line_and_steers_nothing(text: str) -> None:
    shown = visible(text)
    assert not steering(shown)
    assert "\n" not in shown
    assert "::" not in shown
    assert not re.search(r"##\w*\[", shown)
    assert visible(shown) == shown
    assert not steering(without_control(text))
    if not steering(text) and not re.search(r"::|##\w*\[|\n", text):
        assert shown == text


@given(st.dictionaries(TEXTS, TEXTS | st.lists(TEXTS, max_size=3), max_size=4), st.sampled_from([None, 2]))
def test_json_reads_back_the_same_and_steers_nothing(data: dict[str, Any], indent: int | None) -> None:
    text = json_text(data, indent=indent)
    assert json.loads(text) == data
    assert not steering(text)
    assert "::" not in text
    assert not re.search(r"##\w*\[", text)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    poison=TEXTS.filter(str.strip),
    form=st.sampled_from(TEXT_FORMATS),
    detail=st.sampled_from(["--quiet", "--verbose"]),
)
def test_no_name_writes_in_any_output(
    command: Command, tmp_path: Path, poison: str, form: str, detail: str
) -> None:
    name = re.sub(r"[/\0]", "", poison)[:40].encode("utf-8", "ignore").decode() + ".json"
    path = written(poisoned(PRODUCT, poison), tmp_path / name)
    hold(command("check", path, "--format", form, detail, "--as-of", AS_OF), form)
    path.unlink()
