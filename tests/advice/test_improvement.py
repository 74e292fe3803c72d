"""Advice is tried before it is given: each step adds what it promises, and no cheaper set of steps reaches a goal."""

from __future__ import annotations

import itertools
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from running import EXAMPLES, ROOT, Command
from strategies import AS_OF, CATI, Object, disclosures

from cati_rules.advice.plan import Improver, Step, cheapest_set
from cati_rules.cli.improve import EVIDENCE
from cati_rules.documents import parse_document, parse_path, read_document, with_value
from cati_rules.kinds.index.points import met_in, score_of
from cati_rules.kinds.index.rules import Index
from cati_rules.pipeline import check_document, index, index_assessor
from cati_rules.report.changes import edits
from cati_rules.schema import is_valid, load_schema, spelled_out
from cati_rules.schema.plausibility import errors_in

DOCUMENTS = [
    EXAMPLES / "draft.yaml",
    EXAMPLES / "draft.zh.yaml",
    EXAMPLES / "report/geely.yaml",
]
DISCLOSURES = sorted(
    path
    for path in EXAMPLES.rglob("*.yaml")
    if path.read_text(encoding="utf-8").lstrip("# ").find("kind: disclosure") >= 0
    and "makers" not in str(path)
)
LABELS = {"scope", "scopes", "category", "categories", "material", "materials", "coverage"}
ON = ["--as-of", "2026-11-22"]
INDEX: Index = index(CATI)
slow = settings(
    max_examples=4,  # each takes some ten seconds
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


def improver(as_of: str) -> Improver:
    assert INDEX.efforts is not None
    costs = {name: each.cost for name, each in INDEX.efforts.classes.items()}
    return Improver(index_assessor(CATI), load_schema("disclosure"), EVIDENCE, as_of, costs)


def score(document: Object, as_of: str) -> Decimal:
    return index_assessor(CATI).assess(document, as_of=as_of).score


def stated(before: Object, after: Object) -> list[Any]:
    """Return what a step changed that the document stated: evidence, single values outside of lists, and shares may grow."""
    return [
        edit
        for edit in edits(before, after)
        if edit.before is not None
        and "evidence" not in edit.path
        and any(isinstance(step, int) for step in edit.path)
        and not (str(edit.path[-1]).startswith("share") and edit.before < edit.after <= 1)
    ]


def check_steps(document: Object, as_of: str) -> None:
    result = index_assessor(CATI).assess(document, as_of=as_of)
    for step in improver(as_of).steps(document, result):
        assert is_valid("disclosure", step.document), step.key
        assert set(errors_in(step.document)) <= set(errors_in(document)), step.key
        assert score(step.document, as_of) - result.score == step.gain, step.key
        assert step.gain >= 0
        assert step.key in met_in(index_assessor(CATI).assess(step.document, as_of=as_of)), step.key
        assert stated(document, step.document) == [], step.key
        changed = [each.path for each in edits(document, step.document) if each.before is not None]
        assert not [path for path in changed if LABELS & {step for step in path if isinstance(step, str)}]
        aims = [each.get("target_year") for each in step.document.get("targets", ())]
        before = [each.get("target_year") for each in document.get("targets", ())]
        assert all(year is None or year > int(as_of[:4]) for year in aims[len(before) :]), step.key


@pytest.mark.parametrize("path", DISCLOSURES, ids=lambda each: str(each.relative_to(ROOT)))
def test_every_step_on_an_example_adds_what_it_promises_and_changes_no_statement(path: Path) -> None:
    check_steps(spelled_out(read_document(path).value), "2026-11-22")


@slow
@given(document=disclosures())
def test_every_step_on_a_drawn_disclosure_adds_what_it_promises(document: Object) -> None:
    check_steps(spelled_out(document), AS_OF)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda each: each.name)
@pytest.mark.parametrize("goal", ["30", "50", "65"])
def test_a_plan_comes_to_its_goal_when_its_documents_are_checked_anew(path: Path, goal: str) -> None:
    document = spelled_out(read_document(path).value)
    result = index_assessor(CATI).assess(document, as_of="2026-11-22")
    plan = improver("2026-11-22").cheapest(document, result, Decimal(goal), above=True)
    assert plan.reached
    assert plan.minimal
    running = result.score
    for stage in plan.stages:
        running += stage.gain
        assert score(stage.after, "2026-11-22") == running == stage.score
    assert running > Decimal(goal)
    if plan.stages:
        without_last = list(plan.stages[:-1])
        assert not without_last or score(without_last[-1].after, "2026-11-22") <= Decimal(goal)


def test_points_of_criteria_are_those_of_the_assessment() -> None:
    for path in DOCUMENTS:
        document = spelled_out(read_document(path).value)
        result = index_assessor(CATI).assess(document, as_of="2026-11-22")
        plan = improver("2026-11-22").best_first(document, result)
        gained = [each.gain for each in plan.stages]
        assert all(gain >= 0 for gain in gained)
        assert result.score + sum(gained, Decimal(0)) == plan.stages[-1].score


ALL = [(indicator, criterion) for indicator in INDEX.indicators() for criterion in indicator.criteria]


@st.composite
def made_up_steps(draw: st.DrawFn) -> list[Step]:
    """Draw a few steps that bring their own criterion and some others, at some cost."""
    chosen = draw(st.lists(st.sampled_from(range(len(ALL))), min_size=1, max_size=7, unique=True))
    steps = []
    for at in chosen:
        indicator, criterion = ALL[at]
        others = draw(st.lists(st.sampled_from(chosen), max_size=2))
        brings = {(indicator.id, criterion.id), *((ALL[each][0].id, ALL[each][1].id) for each in others)}
        cost = Decimal(draw(st.integers(1, 8)))
        steps.append(Step(indicator, criterion, None, cost, frozenset(brings), Decimal(0), {}))
    return steps


@settings(max_examples=150, derandomize=True, deadline=None)
@given(steps=made_up_steps(), share=st.sampled_from([0, 1, 2, 3, 4]), above=st.booleans())
def test_no_set_of_steps_is_cheaper_by_exhaustive_search(steps: list[Step], share: int, above: bool) -> None:
    everything = frozenset().union(*(each.brings for each in steps))
    goal = score_of(INDEX, everything) * share / 4
    found, complete = cheapest_set(INDEX, frozenset(), steps, goal, above=above)
    assert complete
    best: tuple[Decimal, int] | None = None
    for count in range(len(steps) + 1):
        for chosen in itertools.combinations(steps, count):
            met = frozenset().union(*(each.brings for each in chosen))
            reached = score_of(INDEX, met)
            if reached > goal if above else reached >= goal:
                cost = (sum((each.cost for each in chosen), Decimal(0)), count)
                best = cost if best is None else min(best, cost)
    brought = frozenset().union(*(each.brings for each in found.steps))
    if best is None:
        assert score_of(INDEX, brought) == score_of(INDEX, everything)
    else:
        assert (found.cost, len(found.steps)) == best
        assert score_of(INDEX, brought) == found.gain


class TestCommand:
    """``cati improve`` through its real entry point."""

    def test_what_lifts_the_draft_to_leading_fits_on_one_screen_in_both_languages(
        self, command: Command
    ) -> None:
        for language, words in (("en", "leading"), ("zh", "领先")):
            ran = command("improve", EXAMPLES / "draft.yaml", "--to", "leading", "--lang", language, *ON)
            assert ran.code == 0
            assert words in ran.out
            assert len(ran.out.splitlines()) <= 40

    def test_json_says_the_same(self, command: Command) -> None:
        data = command("improve", EXAMPLES / "draft.yaml", "--to", "leading", "--format", "json", *ON).json
        assert data["reached"] is True
        assert data["minimal"] is True
        assert Decimal(data["score"]) == Decimal("44.3")
        assert Decimal(data["final"]) > 50
        total = Decimal(data["score"]) + sum(Decimal(each["gain"]) for each in data["steps"])
        assert total == Decimal(data["final"])
        assert all(each["fields"] for each in data["steps"])

    def test_the_fields_of_a_step_filled_in_give_its_points(self, command: Command, tmp_path: Path) -> None:
        draft = EXAMPLES / "draft.yaml"
        written = command("improve", draft, "--format", "json", *ON).out
        step = json.loads(written, parse_float=Decimal, parse_int=Decimal)["steps"][0]
        document = spelled_out(read_document(draft).value)
        changed = document
        for each in step["fields"]:
            changed = with_value(changed, parse_path(each["path"]), each["example"])
        checked = check_document(
            parse_document(read_document(draft).text.encode(), name="draft.yaml"), (CATI,), as_of="2026-11-22"
        )
        assert score(changed, "2026-11-22") - checked.scores()[0][0].score == Decimal(step["gain"])

    def test_a_goal_out_of_reach_ends_with_1(self, command: Command) -> None:
        ran = command("improve", EXAMPLES / "draft.zh.yaml", "--to", "100", "--lang", "en", *ON)
        assert ran.code in (0, 1)
        if ran.code == 1:
            assert "out of reach" in ran.out

    def test_efforts_can_be_adjusted(self, command: Command) -> None:
        cheap = command(
            "improve",
            EXAMPLES / "draft.yaml",
            "--to",
            "60",
            "--effort",
            "publish=100",
            "--format",
            "json",
            *ON,
        ).json
        usual = command("improve", EXAMPLES / "draft.yaml", "--to", "60", "--format", "json", *ON).json
        published = [each for each in cheap["steps"] if each["effort"] == "publish"]
        assert len(published) < len([each for each in usual["steps"] if each["effort"] == "publish"])

    @pytest.mark.parametrize(
        "arguments", [["--to", "best"], ["--to", "101"], ["--effort", "publish"], ["--effort", "magic=1"]]
    )
    def test_a_goal_or_effort_that_is_none_is_wrong_usage(
        self, command: Command, arguments: list[str]
    ) -> None:
        ran = command("improve", EXAMPLES / "draft.yaml", *arguments, "--lang", "en")
        assert (ran.code, ran.out) == (2, "")

    def test_an_invalid_document_ends_with_3(self, command: Command, tmp_path: Path) -> None:
        bad = tmp_path / "bad.yaml"
        bad.write_text("kind: disclosure\ncompany: {name: X}\n", encoding="utf-8")
        assert command("improve", bad).code == 3
