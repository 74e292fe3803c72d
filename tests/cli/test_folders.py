"""Folders, patterns and standard input as arguments."""

from __future__ import annotations

import io
import os
import sys
import time
from pathlib import Path

import pytest
from running import Command

from cati_rules.cli.folders import documents_in, fitting
from cati_rules.cli.run_settings import expand
from cati_rules.errors import UsageError
from cati_rules.formats.template_workbook import workbook

PRODUCT = "kind: product\nmaterial: steel\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    files = {
        "a.yaml": PRODUCT,
        "b/c.yml": PRODUCT,
        "b/d.json": '{"material": "steel", "kind": "product"}',
        "b/broken.yaml": "name: [\nkind: product\n",
        "b/other.yaml": "on: push\njobs: {}\n",
        "b/package.json": '{"name": "x", "version": "1"}',
        "b/notes.md": PRODUCT,
        "b/data.csv": "a,b\n1,2\n",
        "waivers.yaml": "kind: waivers\nwaivers: []\n",
        "result.json": '{"schema": "cati-result/1", "documents": [{"kind": "product"}]}',
        "rules/ruleset.yaml": "kind: definition\nsubject: product\n",
        "rules/tests/product.yaml": "base: {kind: product}\ntests: []\n",
        ".git/e.yaml": PRODUCT,
        "b/.hidden.yaml": PRODUCT,
        "old/f.yaml": PRODUCT,
        "b/old/g.yaml": PRODUCT,
        "b/draft-1.yaml": PRODUCT,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(found: tuple[str, ...]) -> list[str]:
    return [Path(each).as_posix() for each in found]


ALL = ["a.yaml", "b/broken.yaml", "b/c.yml", "b/d.json", "b/draft-1.yaml", "b/old/g.yaml", "old/f.yaml"]


def test_a_folder_stands_for_the_documents_in_it(project: Path) -> None:
    assert names(documents_in(".")[0]) == ALL
    assert names(expand(("b",))) == ["b/broken.yaml", "b/c.yml", "b/d.json", "b/draft-1.yaml", "b/old/g.yaml"]
    assert names(expand(("b", "b/c.yml", "a.yaml"))).count("b/c.yml") == 1


@pytest.mark.parametrize(
    ("ignored", "gone"),
    [
        ("old/", {"b/old/g.yaml", "old/f.yaml"}),
        ("/old/", {"old/f.yaml"}),
        ("b/old", {"b/old/g.yaml"}),
        ("draft-*", {"b/draft-1.yaml"}),
        ("*.json", {"b/d.json"}),
        ("**/c.yml", {"b/c.yml"}),
        ("# b\n\n  a.yaml  \n", {"a.yaml"}),
        ("b/*.yaml", {"b/broken.yaml", "b/draft-1.yaml", "b/old/g.yaml"}),
    ],
)
def test_what_the_list_names_is_passed_over(project: Path, ignored: str, gone: set[str]) -> None:
    (project / ".catiignore").write_text(ignored, encoding="utf-8")
    assert set(ALL) - set(names(documents_in(".")[0])) == gone
    assert expand(("a.yaml",)) == ("a.yaml",)  # what is named by itself is looked at


def test_a_folder_without_documents_is_wrong_usage(project: Path, command: Command) -> None:
    (project / "empty").mkdir()
    with pytest.raises(UsageError, match="no document"):
        expand(("empty",))
    ran = command("check", "empty", "--lang", "zh")
    assert ran.code == 2
    assert "没有 cati 文件" in ran.err


def test_a_folder_is_checked(project: Path, command: Command) -> None:
    ran = command("check", "b", "--quiet", "--lang", "en")
    assert ran.code == 3  # one of them is broken, and not passed over
    assert [line.split(":")[0] for line in ran.out.splitlines() if "not evaluated" in line] == [
        "b/broken.yaml"
    ]
    assert command("check", "old", "--quiet").code == 0


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="links are needed")
def test_loops_of_links_end(project: Path) -> None:
    for i in range(4):
        (project / "b" / f"loop{i}").symlink_to(project, target_is_directory=True)
    (project / "b" / "self").symlink_to("self")
    start = time.monotonic()
    assert names(documents_in(".")[0]) == ALL
    assert names(fitting("**/*.yaml")).count("b/broken.yaml") == 1
    assert names(fitting("b/**")).count("b/c.yml") == 1
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.yaml", ["a.yaml", "waivers.yaml"]),
        ("b/*.y*ml", ["b/broken.yaml", "b/c.yml", "b/draft-1.yaml", "b/other.yaml"]),
        ("**/f.yaml", ["old/f.yaml"]),
        ("**/a.yaml", ["a.yaml"]),
        ("b/**/g.yaml", ["b/old/g.yaml"]),
        ("b/dra**.yaml", ["b/draft-1.yaml"]),
        ("[ab].yaml", ["a.yaml"]),
        ("?.yaml", ["a.yaml"]),
        (".git/*.yaml", [".git/e.yaml"]),
        ("b/.*.yaml", ["b/.hidden.yaml"]),
        ("no*.yaml", []),
        ("no/*.yaml", []),
        ("a.yaml/*", []),
    ],
)
def test_patterns_find_what_a_shell_would(project: Path, pattern: str, found: list[str]) -> None:
    assert names(fitting(pattern)) == found
    assert [Path(each) for each in fitting(str(project / pattern))] == [project / each for each in found]


@pytest.mark.parametrize("form", ["rich", "json", "lines"])
def test_standard_input_can_be_given_a_name(
    command: Command, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    for text, code in ((PRODUCT + "x: 1\n", 3), ('{"kind": "product", "material": "steel"', 3), (PRODUCT, 0)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        ran = command("check", "-", "--stdin-name", "offers/coil.yaml", "--format", form, "--quiet")
        assert ran.code == code
        assert "offers/coil.yaml" in ran.out or (form == "lines" and code == 0)
        assert "<stdin>" not in ran.text


def test_files_of_every_format_that_is_read_are_found_and_others_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    folder = tmp_path / "offers"
    folder.mkdir()
    formats = Path(__file__).parents[1] / "data" / "formats"
    for each in ("steel-section.process.xml", "steel-section.flow.xml", "openepd.json", "companies.csv"):
        (folder / each).write_bytes((formats / each).read_bytes())
    (folder / "coil.xlsx").write_bytes(workbook("product", "en", [{"kind": "product", "material": "steel"}]))
    (folder / "coil.yaml").write_text("kind: product\nmaterial: steel\n")
    (folder / "broken.xlsx").write_bytes(b"PK\x03\x04 not an archive")
    (folder / "list.csv").write_text("a,b\n1,2\n")
    (folder / "page.html").write_text("<html><body>nothing</body></html>")
    (folder / "package.json").write_text('{"name": "x"}')
    (folder / "notes.txt").write_text("kind: product\n")
    found, others = documents_in(str(folder))
    assert [Path(each).name for each in found] == [
        "coil.xlsx", "coil.yaml", "companies.csv", "openepd.json", "steel-section.process.xml",
    ]  # fmt: skip
    # The flow is a part of the declaration, and says nothing by itself.
    assert [Path(each).name for each in others] == [
        "broken.xlsx", "list.csv", "package.json", "page.html", "steel-section.flow.xml",
    ]  # fmt: skip
    monkeypatch.chdir(tmp_path)
    ran = command("check", "offers", "--lang", "en", "--ruleset", "fmc-steel")
    assert ran.code == 0
    assert "! offers: 5 files passed over" in ran.err
    assert "5 files" not in command("check", "offers", "-q", "--ruleset", "fmc-steel").err
