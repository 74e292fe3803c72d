"""The report: found once for all formats of a run, on first use, and kept; values alone, which a pickle holds."""

from __future__ import annotations

import ast
import pickle
from collections import Counter
from pathlib import Path

import pytest
from running import ROOT, Command

from cati_rules.kinds.definition.assessment import BodyAssessor
from cati_rules.kinds.index.assessment import IndexAssessor
from cati_rules.kinds.index.rescoring import Rescoring
from cati_rules.later import Later, known
from cati_rules.output import json, sarif
from cati_rules.output.page_options import Page
from cati_rules.pipeline import check
from cati_rules.report.build.run import report_of

EXAMPLES = ROOT / "examples"
AS_OF = "2026-11-26"
OUTPUT = ROOT / "cati_rules" / "output"
READ_BY_FORMATS = ("report", "output", "text", "visible", "numbers", "errors", "documents")
"""The rooms that formats import from: none that evaluates, and none that knows a kind of ruleset."""


class Judgements:
    """Counts how often something is judged."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.counted: Counter[str] = Counter()
        for owner, name in (
            (BodyAssessor, "_judge"),
            (IndexAssessor, "assess"),
            (IndexAssessor, "criterion_evaluator"),
            (Rescoring, "_judged"),
        ):
            self._count(owner, name, monkeypatch)

    def _count(self, owner: type, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        original = getattr(owner, name)

        def counting(*given: object, **named: object) -> object:
            self.counted[f"{owner.__name__}.{name}"] += 1
            return original(*given, **named)

        monkeypatch.setattr(owner, name, counting)

    def of(self, command: Command, *arguments: object) -> Counter[str]:
        self.counted.clear()
        command("check", *arguments, "--as-of", AS_OF)
        return Counter(self.counted)


@pytest.mark.parametrize("name", ["coil.yaml", "draft.yaml", "steelmaker.yaml"])
def test_three_formats_cost_what_the_dearest_costs(
    command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    judgements = Judgements(monkeypatch)
    document = EXAMPLES / name
    command("check", document, "--format", "json", "--as-of", AS_OF)  # what is made once a process is made
    alone = [judgements.of(command, document, "--format", form) for form in ("json", "rich", "sarif")]
    several = []
    for form in ("json", "rich", "sarif"):
        several += ["--format", form, "--output", tmp_path / form]
    together = judgements.of(command, document, *several)
    assert together == max(alone, key=Counter.total)


def test_a_quiet_page_judges_once(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    judgements = Judgements(monkeypatch)
    quiet = judgements.of(command, EXAMPLES / "coil.yaml", "--quiet")
    lines = judgements.of(command, EXAMPLES / "coil.yaml", "--format", "jsonl")
    assert quiet == lines
    assert quiet.total() * 4 < judgements.of(command, EXAMPLES / "coil.yaml", "--format", "json").total()


@pytest.mark.parametrize("name", ["coil.yaml", "product.yaml", "steelmaker.yaml"])
def test_a_pickle_holds_all_of_it(name: str) -> None:
    report = report_of([check(EXAMPLES / name, as_of=AS_OF)], AS_OF)
    again = pickle.loads(pickle.dumps(report))  # noqa: S301 - our own
    for language in ("en", "zh"):
        page = Page("zh" if language == "zh" else "en", "normal", 100, colour=False)
        assert json.render(again, page) == json.render(report, page)
        assert sarif.render(again, page) == sarif.render(report, page)


def test_what_comes_later_is_found_once() -> None:
    found = []

    def find() -> int:
        found.append(1)
        return 7

    later = Later(find)
    assert not found
    assert (later(), later()) == (7, 7)
    assert found == [1]
    assert later == known(7)
    assert pickle.loads(pickle.dumps(later))() == 7  # noqa: S301 - our own


def imports_of(path: Path) -> set[str]:
    """Return the modules that one imports, wherever in it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {each.module or "" for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)}
    return found | {
        name.name for each in ast.walk(tree) if isinstance(each, ast.Import) for name in each.names
    }


@pytest.mark.parametrize("path", sorted(OUTPUT.glob("*.py")), ids=lambda path: path.name)
def test_formats_read_the_report_and_evaluate_nothing(path: Path) -> None:
    for module in imports_of(path):
        parts = module.split(".")
        if parts[0] == "cati_rules" and len(parts) > 1:
            assert parts[1] in READ_BY_FORMATS, module
            assert parts[1:3] != ["report", "build"], module
