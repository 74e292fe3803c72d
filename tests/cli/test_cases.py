"""Small inputs that stand for a kind of fault each, as they were found: with what is told of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from running import Command

SHARED_DECIMAL = """\
kind: product
name: X
material: steel
stage: crude_steel
footprint:
  value: {}
  unit: tCO2e/t
"""
CASES: dict[str, tuple[str, str, str, str]] = {
    "a decimal comma": (
        SHARED_DECIMAL.format("0,325"),
        "read in two ways",
        "有两种读法",
        r"[Ww]rite (?:0\.)?325|写作 (?:0\.)?325",
    ),
    "a fraction": (SHARED_DECIMAL.format("½"), "digits only", "只写数字", r"[Ww]rite 1|写作 1"),
    "a ratio": (
        "kind: product\nname: Aluminium profile\nmaterial: aluminium\nstage: semi_fabricated\n"
        "footprint: {value: 1.9315, unit: kgCO2e/kg, boundary: cradle_to_gate}\nscrap: {share: 1.2338}\n",
        "secondary material",
        "二次原料",
        r"0\.012338",
    ),
    "a no-break space in a name": (
        SHARED_DECIMAL.format("0.3").replace("value:", "value\u00a0:"),
        "U+00A0",
        "不换行空格",
        "Did you mean",
    ),
    "another YAML": (
        "%YAML 1.3\n---\n" + SHARED_DECIMAL.format("0.3"),
        "another version of YAML",
        "其他版本",
        "incompatible",
    ),
    "a footprint of PACT": (
        '{"specVersion":"3.0.0","id":"x","pcf":{"declaredUnitOfMeasurement":"kilogram","pcfExcludingBiogenicUptake":"2.1"}}',
        "PACT",
        "PACT",
        "kind:",
    ),
    "an EPD in XML": (
        '<?xml version="1.0"?>\n<processDataSet version="1.1">\n  <a b="c">x: y</a>\n</processDataSet>\n',
        "ILCD",
        "ILCD",
        "colon|冒号",
    ),
    "a scope in words": (
        "kind: disclosure\ncompany: {name: A}\nreporting_year: 2025\n"
        "emissions: [{scope: 范围三, category: total, year: 2025, value: 1, unit: tCO2e}]\n",
        "Did you mean “scope_3”",
        "是否想写“scope_3”",
        "remove this field|删去此字段",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_case_is_told_once_and_rightly(command: Command, tmp_path: Path, name: str) -> None:
    text, english, chinese, wrong = CASES[name]
    path = tmp_path / "a.txt"
    path.write_text(text, encoding="utf-8")
    for language, words in (("en", english), ("zh", chinese)):
        ran = command("check", path, "--lang", language)
        assert ran.code == 3
        assert ran.out.count("✗") == 1
        assert words in ran.out
        assert re.search(wrong, ran.out) is None


@pytest.mark.parametrize("detail", [[], ["--quiet"], ["--verbose"]])
def test_a_name_that_is_a_command_of_a_workflow_is_no_line_of_its_own(
    command: Command, tmp_path: Path, detail: list[str]
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(
        'kind: product\nname: "::stop-commands::pwn"\nproducer: "P\\n::error file=README.md,line=1::injected"\n'
        "material: steel\nstage: hot_rolled\nfootprint: {value: 410, unit: kgCO2e/t, boundary: cradle_to_gate}\n",
        encoding="utf-8",
    )
    ran = command("check", path, "--lang", "en", *detail)
    assert ran.code == 0
    assert r"\x3a:stop-commands\x3a:pwn" in ran.out
    assert re.search(r"^\s*::", ran.out, re.MULTILINE) is None
