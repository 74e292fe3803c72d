"""What a plain check does not import: the time to start is most of what one document takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from running import EXAMPLES, ROOT

RUN = """
import sys
from cati_rules.cli.main import main
try:
    main(sys.argv[1:])
finally:
    print(*sys.modules, sep="\\n", file=sys.stderr)
"""
NOT_FOR_ONE_DOCUMENT = (
    # The standard library's heavy ones, and those of processes, tables and archives
    *("asyncio", "concurrent.futures", "csv", "http", "logging", "multiprocessing", "shutil", "sqlite3"),
    *("statistics", "subprocess", "tempfile", "unittest", "xml", "zipfile"),
    # What authors, writers of pages and workbooks, and tables need
    *("duckdb", "jinja2", "jsonschema", "narwhals", "pandas", "polars", "pyarrow", "pydantic", "pyspark"),
    *("python_calamine", "rule_engine", "sqlglot", "xlsxwriter"),
    # Rooms of ours that speak only of what is wrong, of rules as they are written, or of many documents
    *("cati_rules.catalog.authoring", "cati_rules.columns", "cati_rules.documents.foreign"),
    *("cati_rules.documents.recovery", "cati_rules.formats.registry", "cati_rules.language.generated"),
    *(
        "cati_rules.language.parser",
        "cati_rules.many.pool",
        "cati_rules.schema.messages",
        "cati_rules.targets",
    ),
)
OF_AN_INDEX = (
    "cati_rules.kinds.index.assessment",
    "cati_rules.kinds.index.rank",
    "cati_rules.report.build.index",
)


def imported(*arguments: object) -> list[str]:
    """Return the names of the modules that a run of the command has imported at its end."""
    ran = subprocess.run(
        [sys.executable, "-c", RUN, *map(str, arguments)],
        capture_output=True,
        cwd=ROOT,
        env={
            "PYTHONPATH": str(ROOT),
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
        },  # COLUMNS would be asked for
        check=True,
        text=True,
        timeout=60,
    )
    return ran.stderr.splitlines()


def among(forbidden: tuple[str, ...], modules: list[str]) -> list[str]:
    """Return the modules that are forbidden, or lie in a package that is."""
    return [each for each in modules if any(f"{each}.".startswith(f"{one}.") for one in forbidden)]


@pytest.mark.parametrize("name", ["coil.yaml", "product.yaml"])
def test_a_product_as_json_needs_neither_an_index_nor_pages(name: str) -> None:
    modules = imported("check", EXAMPLES / name, "--format", "json")
    assert "cati_rules.pipeline" in modules
    assert among((*NOT_FOR_ONE_DOCUMENT, *OF_AN_INDEX, "rich"), modules) == []


def test_a_disclosure_on_a_terminal_needs_no_more_than_its_page() -> None:
    modules = imported("check", EXAMPLES / "draft.yaml")
    assert "rich.console" in modules
    # Published companies are a table, and their medians are taken.
    told = tuple(each for each in NOT_FOR_ONE_DOCUMENT if each not in {"csv", "statistics", "subprocess"})
    assert among((*told, "rich._emoji_codes", "rich.markdown", "rich.progress"), modules) == []


def test_json_needs_no_parser_of_yaml(tmp_path: Path) -> None:
    path = tmp_path / "coil.json"
    path.write_text(json.dumps({"kind": "product", "material": "steel"}), encoding="utf-8")
    assert among(("yaml",), imported("check", path, "--format", "json")) == []


def test_the_version_needs_no_rules() -> None:
    forbidden = (
        "cati_rules.catalog",
        "cati_rules.language",
        "cati_rules.pipeline",
        "cati_rules.schema",
        "yaml",
    )
    assert among((*forbidden, "jsonschema_rs"), imported("--version")) == []
