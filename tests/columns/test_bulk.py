"""Tables in files: every form, rows that are rejected, and runs that are interrupted."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from running import ROOT, Command
from table_rows import rows

from cati_rules.columns import bulk, reading
from cati_rules.columns.computed import plan_of
from cati_rules.columns.reading import open_table
from cati_rules.columns.rows import value_of_row
from cati_rules.errors import UsageError

AS_OF = ("--as-of", "2026-06-30")
ONE = ("--ruleset", "responsiblesteel-2.1")
HEAD = "sku,material,stage,footprint.value,footprint.unit,footprint.boundary,scrap.share,scrap.weighed_by"
HEAD += ",steel.alloy_share,footprint.chain_of_custody\n"
COIL = "{},steel,crude_steel,{},tCO2e/t,cradle_to_crude_steel,0.30,as_asked,0,segregated\n"
# Level 4 goes up to 0.40 - 0.35 * 0.30 = 0.295.
CSV = (
    HEAD + COIL.format("a", "0.295") + COIL.format("b", "0.29500000000000000001") + COIL.format("c", "0.2949")
)
LEVELS = ["4", "3", "4"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def levels_in(path: Path) -> list[str | None]:
    name = "responsiblesteel-2.1.level"
    if path.suffix == ".jsonl":
        return [json.loads(line)[name] for line in path.read_text(encoding="utf-8").splitlines()]
    read: Any = {".csv": pl.read_csv, ".parquet": pl.read_parquet, ".arrow": pl.read_ipc}[path.suffix]
    return [None if each is None else str(each) for each in read(path)[name].to_list()]


@pytest.mark.parametrize("written", ["v.csv", "v.parquet", "v.arrow", "v.jsonl"])
@pytest.mark.parametrize("read", ["p.csv", "p.parquet", "p.arrow", "p.jsonl"])
def test_every_form_is_read_and_written(command: Command, folder: Path, read: str, written: str) -> None:
    texts = pl.read_csv(io.StringIO(CSV), infer_schema=False)
    if read == "p.csv":
        Path(read).write_text(CSV, encoding="utf-8")
    elif read == "p.jsonl":
        lines = [value_of_row(row) for row in texts.drop("sku").iter_rows(named=True)]
        text = "".join(json.dumps(each, default=float) + "\n" for each in lines)
        Path(read).write_text(text, encoding="utf-8")
    elif read == "p.parquet":
        texts.write_parquet(read)
    else:
        texts.write_ipc(read)
    result = command("check", read, "--output", written, *ONE, *AS_OF)
    assert result.code == 0, result.err
    # JSON of floats cannot tell the second figure from the limit.
    assert levels_in(Path(written)) == (["4", "4", "4"] if read == "p.jsonl" else LEVELS)
    assert not Path(f"{written}.rejected.jsonl").exists()


def test_rows_that_are_no_products_are_rejected_with_reasons(command: Command, folder: Path) -> None:
    Path("p.csv").write_text(CSV + 'd,wood,,,,,,,,\ne,steel,,"1,2",tCO2e/t,,,,,\n', encoding="utf-8")
    result = command("check", "p.csv", "--output", "v.csv", *ONE, *AS_OF)
    assert result.code == 3
    assert levels_in(Path("v.csv")) == [*LEVELS, None, None]
    rejected = [json.loads(line) for line in Path("v.csv.rejected.jsonl").read_text("utf-8").splitlines()]
    assert [(each["row"], [one["path"] for one in each["problems"]]) for each in rejected] == [
        (4, ["material"]),
        (5, ["footprint.value"]),
    ]


def test_a_line_of_json_keeps_its_text(command: Command, folder: Path) -> None:
    line = '{"material": "steel",  "scrap": {"share": 0.30}}'
    Path("p.jsonl").write_text(f"{line}\nnonsense\n", encoding="utf-8")
    assert command("check", "p.jsonl", "--output", "v.jsonl", *ONE, *AS_OF).code == 3
    first, second = Path("v.jsonl").read_text(encoding="utf-8").splitlines()
    assert first.startswith(line[:-1])
    assert json.loads(first)["responsiblesteel-2.1.verdict"] == "indeterminate"
    assert json.loads(second) == {"responsiblesteel-2.1.verdict": None, "responsiblesteel-2.1.level": None}


def test_a_column_that_is_no_field_is_told(command: Command, folder: Path) -> None:
    Path("p.csv").write_text("material,footprint.valeu\nsteel,1\n", encoding="utf-8")
    result = command("check", "p.csv", "--output", "v.csv", *ONE, *AS_OF)
    assert "Did you mean footprint.value?" in result.err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a;b\n1;2\n", "commas"),
        ("material,material\nsteel,steel\n", "twice"),
        ("material,stage\nsteel\n", "cannot be read"),
    ],
)
def test_a_file_that_is_no_table_is_refused(command: Command, folder: Path, text: str, told: str) -> None:
    Path("p.csv").write_text(text, encoding="utf-8")
    result = command("check", "p.csv", "--output", "v.csv", *ONE)
    assert result.code == 3
    assert told in result.err
    assert not Path("v.csv").exists()


def test_a_table_needs_an_output(command: Command, folder: Path) -> None:
    pl.DataFrame({"material": ["steel"]}).write_parquet("p.parquet")
    result = command("check", "p.parquet")
    assert result.code == 2
    assert "--output verdicts.parquet" in result.err


def test_figures_of_a_company_in_csv_are_a_document(command: Command, folder: Path) -> None:
    Path("p.csv").write_text(CSV, encoding="utf-8")
    assert "--output verdicts.parquet" not in command("check", "p.csv").err


def test_demands_do_not_go_with_tables(command: Command, folder: Path) -> None:
    Path("p.csv").write_text(CSV, encoding="utf-8")
    assert command("check", "p.csv", "--output", "v.csv", "--require", "fmc-steel").code == 2


def test_a_folder_of_tables_is_one_table(command: Command, folder: Path) -> None:
    Path("in").mkdir()
    for name in ("1.csv", "2.csv"):
        Path("in", name).write_text(CSV, encoding="utf-8")
    assert command("check", "in", "--output", "v.csv", *ONE, *AS_OF).code == 0
    assert levels_in(Path("v.csv")) == LEVELS * 2


def test_an_interrupted_run_goes_on_to_the_same_bytes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ROWS", 7)
    drawn = list(rows(40, 9, ["responsiblesteel-2.1"]))
    texts = [{name: str(value) for name, value in row.items()} for row in drawn]
    pl.DataFrame(texts, infer_schema_length=None).write_parquet("p.parquet")
    plan = plan_of(["responsiblesteel-2.1"], "2026-06-30")

    def run(output: str, **options: Any) -> bulk.Summary:
        tables = (open_table(Path("p.parquet")),)
        return bulk.Bulk(tables, plan, Path(output), "en").run(**options)

    whole = run("whole.parquet", resume=False, told=lambda _: None)

    def stop(done: int) -> None:
        if done > 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run("v.parquet", resume=False, told=stop)
    assert not Path("v.parquet").exists()
    half = sorted(Path("v.parquet.parts").glob("*.json"))[-2]
    half.unlink()  # as if the run had been killed while it wrote this part
    summary = run("v.parquet", resume=True, told=lambda _: None)
    assert summary.kept == 14
    assert Path("v.parquet").read_bytes() == Path("whole.parquet").read_bytes()
    rejected = [Path(f"{each}.rejected.jsonl") for each in ("v.parquet", "whole.parquet")]
    assert [each.exists() for each in rejected] == [whole.rejected > 0] * 2
    if whole.rejected:
        assert rejected[0].read_bytes() == rejected[1].read_bytes()
    assert not Path("v.parquet.parts").exists()


KILLED = """
import os, signal, sys
from pathlib import Path
from cati_rules.columns import bulk, reading
from cati_rules.columns.computed import plan_of

def kill(done):
    if done > 20:
        os.kill(os.getpid(), signal.SIGKILL)

reading.ROWS = 7
tables = (reading.open_table(Path("p.csv")),)
bulk.Bulk(tables, plan_of(["responsiblesteel-2.1"], "2026-06-30"), Path("v.csv"), "en").run(resume=False, told=kill)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")
def test_a_killed_run_goes_on_to_the_same_bytes(
    command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    coils = [COIL.format(each, f"0.{each}" if each % 5 else '"1,2"') for each in range(2700, 2740)]
    Path("p.csv").write_text(HEAD + "".join(coils), encoding="utf-8")
    killed = subprocess.run(
        [sys.executable, "-c", KILLED], env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False, timeout=120
    )
    assert killed.returncode == -signal.SIGKILL
    assert not Path("v.csv").exists()
    assert len(list(Path("v.csv.parts").glob("*.json"))) > 2  # the mark of the run, and parts that are done
    monkeypatch.setattr(reading, "ROWS", 7)
    options = ("--lang", "en", *ONE, *AS_OF)
    for output, resume in (("v.csv", ("--resume",)), ("whole.csv", ())):
        assert command("check", "p.csv", "--output", output, *options, *resume).code == 3
    for ending in ("", ".rejected.jsonl"):
        assert Path(f"v.csv{ending}").read_bytes() == Path(f"whole.csv{ending}").read_bytes()
    assert not Path("v.csv.parts").exists()


def test_a_run_does_not_go_on_with_parts_of_another(folder: Path) -> None:
    Path("p.csv").write_text(CSV, encoding="utf-8")
    table = open_table(Path("p.csv"))

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    first = bulk.Bulk((table,), plan_of(["responsiblesteel-2.1"], "2026-06-30"), Path("v.csv"), "en")
    with pytest.raises(KeyboardInterrupt):
        first.run(resume=False, told=stop)
    other = bulk.Bulk((table,), plan_of(["responsiblesteel-2.1"], "2026-07-01"), Path("v.csv"), "en")
    with pytest.raises(UsageError, match="interrupted run was of other"):
        other.run(resume=True, told=lambda _: None)


def test_without_the_extra_one_line_says_what_to_install(
    command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    Path("p.csv").write_text(CSV, encoding="utf-8")
    result = command("check", "p.csv", "--output", "v.csv")
    assert result.code == 2
    assert len(result.err.splitlines()) == 1
    assert "pip install 'cati[tables]'" in result.err


def test_a_folder_with_a_format_is_one_of_documents(command: Command, folder: Path) -> None:
    Path("in").mkdir()
    Path("in", "coil.yaml").write_text("kind: product\nmaterial: steel\n", encoding="utf-8")
    result = command("check", "in", "--format", "csv", "--output", "v.csv", "--lang", "en", *ONE, *AS_OF)
    assert result.code == 0, result.err
    assert Path("v.csv").read_text(encoding="utf-8-sig").startswith("document,ruleset,")


@pytest.mark.parametrize("written", ["v.csv", "v.parquet", "v.arrow", "v.jsonl"])
def test_a_table_without_rows_has_the_columns_of_its_verdicts(
    command: Command, folder: Path, written: str
) -> None:
    Path("p.csv").write_text(HEAD, encoding="utf-8")
    result = command("check", "p.csv", "--output", written, *ONE, *AS_OF)
    assert result.code == 0, result.err
    assert levels_in(Path(written)) == []


def test_verdicts_that_are_there_already_are_replaced_and_told(command: Command, folder: Path) -> None:
    Path("p.csv").write_text(CSV, encoding="utf-8")
    assert command("check", "p.csv", "--output", "v.csv", *ONE, *AS_OF).code == 0
    again = command("check", "v.csv", "--output", "w.csv", *ONE, *AS_OF)
    assert again.code == 0, again.err
    assert "responsiblesteel-2.1.level: this column is there already" in again.err
    assert Path("w.csv").read_bytes() == Path("v.csv").read_bytes()


@pytest.mark.parametrize(
    "option",
    [
        ("--require", "responsiblesteel-2.1"),
        ("--fail-under", "50"),
        ("--fail-on", "warning"),
        ("--waivers", "w.yaml"),
        ("--baseline", "b.json"),
        ("--skip-others",),
        ("--strict",),
    ],
)
def test_what_would_not_be_looked_at_is_refused(
    command: Command, folder: Path, option: tuple[str, ...]
) -> None:
    Path("p.csv").write_text(CSV, encoding="utf-8")
    result = command("check", "p.csv", "--output", "v.csv", *ONE, *option)
    assert result.code == 2
    assert not Path("v.csv").exists()


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ('require = ["responsiblesteel-2.1"]\n', 2),
        ("fail_under = 50\n", 2),
        ('baseline = "b.json"\n', 2),
        ('[[paths]]\npattern = "p.*"\nrequire = ["responsiblesteel-2.1"]\n', 2),
        ('[[paths]]\npattern = "q.*"\nrequire = ["responsiblesteel-2.1"]\n', 0),
        ('ruleset = ["cati-auto-2024", "fmc-steel"]\n', 0),
        ('ruleset = ["cati-auto-2024"]\n', 2),
    ],
)
def test_settings_are_followed_or_refused_and_never_passed_over(
    command: Command, folder: Path, settings: str, code: int
) -> None:
    Path("p.csv").write_text(CSV, encoding="utf-8")
    Path("q.yaml").write_text("kind: product\nmaterial: steel\n", encoding="utf-8")
    Path("cati.toml").write_text(settings, encoding="utf-8")
    result = command("check", "p.csv", "--output", "v.csv", *AS_OF)
    assert result.code == code, result.err
    if code:
        assert not Path("v.csv").exists()
    elif settings.startswith("ruleset"):
        added = pl.read_csv("v.csv").columns[len(HEAD.split(",")) :]
        assert added == ["fmc-steel.verdict", "fmc-steel.level"]


@pytest.mark.parametrize("written", ["v.csv", "v.parquet", "v.arrow", "v.jsonl"])
def test_texts_come_out_as_they_went_in_where_parts_hold_them_differently(
    command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.setattr(reading, "ROWS", 2)
    stages = ["crude_steel", "hot_rolled", "crude_steel ", None, None, "melted"]
    frame = pl.DataFrame({"material": "steel", "stage": stages, "sku": list("abcdef")})
    frame.write_parquet("p.parquet")
    assert command("check", "p.parquet", "--output", written, *ONE, *AS_OF).code == 3
    if written == "v.jsonl":
        lines = Path(written).read_text(encoding="utf-8").splitlines()
        found = pl.DataFrame([json.loads(line) for line in lines])
    else:
        read: Any = {"v.csv": pl.read_csv, "v.parquet": pl.read_parquet, "v.arrow": pl.read_ipc}[written]
        found = read(written)
    assert found["stage"].dtype == pl.String
    assert found["stage"].to_list() == stages
    assert found["sku"].to_list() == list("abcdef")
    said = found["responsiblesteel-2.1.verdict"]
    assert said.dtype == pl.String
    assert said.to_list() == ["indeterminate"] * 5 + [None]
