"""Documents that nobody should write, through the command: refused with a place, no traceback, no half output."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from running import Command, run

from cati_rules.documents import parse_document
from cati_rules.errors import DocumentError
from cati_rules.pipeline import check_document

VALID = """\
kind: disclosure
company: {name: Example Motors}
reporting_year: 2025
"""

LAUGHS = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 12)
)

REFUSED: dict[str, tuple[str, bytes]] = {
    "an empty file": ("a.yaml", b""),
    "an empty JSON file": ("a.json", b""),
    "blanks": ("a.yaml", b" \n\n"),
    "a comment": ("a.yaml", b"# nothing\n"),
    "a list": ("a.yaml", b"- kind: disclosure\n"),
    "a JSON list": ("a.json", b"[]"),
    "a text": ("a.yaml", b"disclosure"),
    "a number": ("a.json", b"1"),
    "null": ("a.json", b"null"),
    "two documents": ("a.yaml", VALID.encode() + b"---\n" + VALID.encode()),
    "no kind": ("a.yaml", b"company: {name: X}\n"),
    "an unknown kind": ("a.yaml", b"kind: disclosur\n"),
    "a kind that is a list": ("a.yaml", b"kind: [disclosure]\n"),
    "a kind that is a mapping": ("a.yaml", b"kind: {disclosure: 1}\n"),
    "a kind that is null": ("a.yaml", b"kind: null\n"),
    "deep YAML": ("a.yaml", b"kind: disclosure\na: " + b"[" * 100_000),
    "deep closed YAML": ("a.yaml", b"kind: disclosure\na: " + b"[" * 5_000 + b"]" * 5_000),
    "deep block YAML": ("a.yaml", b"\n".join(b" " * i + b"a:" for i in range(2_000))),
    "deep JSON": ("a.json", b'{"a":' * 100_000),
    "deep closed JSON": ("a.json", b'{"kind":' + b"[" * 5_000 + b"]" * 5_000 + b"}"),
    "aliases that explode": ("a.yaml", LAUGHS.encode()),
    "an alias of itself": ("a.yaml", b"kind: &a [*a]\n"),
    "invalid UTF-8": ("a.yaml", b"kind: disclosure\ncompany: {name: \xff\xfe}\n"),
    "GBK": ("a.yaml", "kind: disclosure\ncompany: {name: 示例汽车}\n".encode("gbk")),
    "UTF-16": ("a.yaml", VALID.encode("utf-16")),
    "a null byte": ("a.yaml", b"kind: disclosure\ncompany: {name: \x00}\n"),
    "control characters": ("a.yaml", b"kind: disclosure\ncompany: {name: \x1b[31m}\n"),
    "not a number": ("a.yaml", VALID.replace("2025", ".nan").encode()),
    "NaN in JSON": ("a.json", b'{"kind": "disclosure", "company": {"name": "X"}, "reporting_year": NaN}'),
    "infinity": ("a.yaml", VALID.replace("2025", "-.inf").encode()),
    "a huge exponent": ("a.yaml", VALID.replace("2025", "1e999999999").encode()),
    "a tiny exponent": (
        "a.json",
        b'{"kind": "disclosure", "company": {"name": "X"}, "reporting_year": 1e-999999999}',
    ),
    "a million digits": ("a.yaml", VALID.replace("2025", "9" * 1_000_000).encode()),
    "a number in base 60": ("a.yaml", VALID.replace("2025", "33:45").encode()),
    "an unknown field": ("a.yaml", VALID.encode() + b"emision: []\n"),
    "a key given twice": ("a.yaml", VALID.encode() + b"kind: disclosure\n"),
    "a key given twice in JSON": ("a.json", b'{"kind": "disclosure", "kind": "disclosure"}'),
    "a list where a mapping belongs": ("a.yaml", VALID.replace("{name: Example Motors}", "[a, b]").encode()),
    "a mapping where a list belongs": ("a.yaml", VALID.encode() + b"emissions: {scope: scope_1}\n"),
    "a text where a number belongs": ("a.yaml", VALID.replace("2025", "last year").encode()),
    "keys that are numbers": ("a.yaml", VALID.encode() + b"1: 2\n"),
    "keys that are lists": ("a.yaml", VALID.encode() + b"? [a, b]\n: 2\n"),
    "keys that are null": ("a.yaml", VALID.encode() + b"~: 2\n"),
    "null in the place of what is required": (
        "a.yaml",
        b"kind: disclosure\ncompany: null\nreporting_year: null\n",
    ),
    "a tag that makes an object": ("a.yaml", VALID.encode() + b"x: !!python/object/apply:os.system [ls]\n"),
    "a share typed as percent": (
        "a.yaml",
        VALID.encode() + b"emissions: [{scope: scope_1, year: 2025, value: 1, unit: tCO2e, coverage: 35}]\n",
    ),
    "JSON called YAML, cut off": ("a.yaml", b'{"kind": "disclosure",'),
    "YAML called JSON": ("a.json", VALID.encode()),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_hostile_document_is_refused_with_its_place(
    command: Command, tmp_path: Path, name: str, language: str
) -> None:
    file, content = REFUSED[name]
    path = tmp_path / file
    path.write_bytes(content)
    ran = command("check", path, "--format", "json", "--lang", language)
    assert ran.code == 3
    (document,) = ran.json["documents"]
    assert document["results"] == []
    errors = [each for each in document["problems"] if each["severity"] == "error"]
    assert errors
    for each in errors:
        assert each["file"] == str(path)
        assert each["message"]
        assert each["line"] is None or each["line"] >= 1
        assert len(each["message"]) < 1_000
    if language == "zh":
        assert all(any("\u4e00" <= letter <= "\u9fff" for letter in each["message"]) for each in errors)
    page = command("check", path, "--lang", language)
    assert page.code == 3
    assert file in page.text.replace("\n", "")


@pytest.mark.parametrize("name", ["a list", "deep JSON", "GBK", "an unknown field"])
def test_results_in_a_file_are_whole_and_the_problem_is_told_besides(
    command: Command, tmp_path: Path, name: str
) -> None:
    file, content = REFUSED[name]
    (tmp_path / file).write_bytes(content)
    output = tmp_path / "result.json"
    ran = command("check", tmp_path / file, "--format", "json", "--output", output)
    assert (ran.code, ran.out) == (3, "")
    assert f"{tmp_path / file}" in ran.err
    assert json.loads(output.read_text(encoding="utf-8"))["documents"][0]["results"] == []
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted([file, "result.json"])


def test_a_file_of_100_megabytes_is_refused_unread(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    ran = command("check", path, "--lang", "en")
    assert ran.code == 3
    assert "large" in ran.out


def test_standard_input_without_an_end_is_refused_after_what_is_allowed() -> None:
    ran = run("check", "-", "--lang", "en", stdin=b"#" * (17 * 1024 * 1024))
    assert ran.returncode == 3
    assert b"<stdin>" in ran.stdout
    assert b"Traceback" not in ran.stdout + ran.stderr


def test_null_everywhere_that_is_optional_counts_as_not_given(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "nulls.yaml"
    path.write_text(VALID + "governance: null\nemissions: null\ntargets: null\n", encoding="utf-8")
    ran = command("check", path, "--format", "json")
    assert ran.code == 0
    assert Decimal(ran.json["documents"][0]["results"][0]["score"]) == 0


def test_markup_in_a_name_is_shown_as_it_is(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "[red]a.yaml"
    path.write_text(VALID.replace("Example Motors", '"[bold]x[/nonsense] :car:"'), encoding="utf-8")
    ran = command("check", path, "--quiet", "--lang", "en")
    assert ran.code == 0
    assert "[bold]x[/nonsense] :car: 0.0 / 100" in ran.out
    assert "[bold]x[/nonsense] :car:" in command("check", path, "--lang", "en").out


def test_a_name_beyond_what_fits_on_a_line_does_not_break_the_page(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "long.yaml"
    path.write_text(VALID.replace("Example Motors", "汽车" * 100), encoding="utf-8")
    for detail in ([], ["--quiet"], ["--verbose"]):
        assert command("check", path, *detail).code in {0, 3}


@given(content=st.binary(max_size=300), ending=st.sampled_from(["yaml", "json", "txt"]))
def test_random_bytes_are_read_or_refused(content: bytes, ending: str) -> None:
    try:
        document = parse_document(content, name=f"random.{ending}")
    except DocumentError as error:
        problems = error.problems
    else:
        problems = check_document(document).problems
    assert any(each.severity == "error" for each in problems)
    assert all(each.place.file == f"random.{ending}" for each in problems)


FIELDS = st.sampled_from(
    ["kind", "company", "name", "reporting_year", "emissions", "scope", "year", "value", "unit", "evidence", "public",
     "targets", "governance", "climate_commitment", "statement", "actions", "footprints", "affiliates", "", "1", "é"]
)  # fmt: skip
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(["disclosure", "scope_1", "tCO2e", "2025", "2025-01-01", "Example Motors"]),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FIELDS, inner, max_size=5),
    max_leaves=20,
)


@given(data=st.dictionaries(FIELDS, JSON, max_size=6), begin=st.booleans())
def test_random_json_is_evaluated_or_refused_with_places(data: dict[str, Any], begin: bool) -> None:
    if begin:
        data |= {"kind": "disclosure", "company": {"name": "X"}, "reporting_year": 2025}
    text = json.dumps(data, ensure_ascii=False)
    try:
        document = parse_document(text.encode(), name="random.json")
    except DocumentError:
        return
    checked = check_document(document, as_of="2026-01-01")
    if checked.failed:
        assert not checked.results
        assert all(each.place.line is not None for each in checked.problems)
        assert all(each.line("zh") and each.line("en") for each in checked.problems)
    else:
        if document.value["kind"] != "disclosure":
            assert checked.results
            return
        ((result, _),) = checked.scores()
        assert 0 <= result.score <= result.score_if_published <= 100
