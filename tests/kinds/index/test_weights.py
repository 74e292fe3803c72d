"""Weights that an index leaves to those who run it: what they change, what a result says of them, what is refused."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from running import EXAMPLES, Command
from tiny_ruleset import DOCUMENT, write

from cati_rules import check
from cati_rules.catalog.authoring import author
from cati_rules.errors import RulesetError, UsageError
from cati_rules.kinds.index.result import IndexResult

ON = ("--as-of", "2026-11-22")
ENTERPRISE = "cati-enterprise-2023"
DRAFT = EXAMPLES / "draft.yaml"
LEFT_OPEN = ("ruleset.yaml", "double: {is: 2,", "double: {is: 2, parameter: true,")


@pytest.fixture
def tiny(tmp_path: Path) -> tuple[Path, Path]:
    """Return the tiny index with one weight left open, and a document for it."""
    document = tmp_path / "d.yaml"
    document.write_text(DOCUMENT, encoding="utf-8")
    return write(tmp_path / "tiny", LEFT_OPEN), document


def scored(rules: Path | str, document: Path, **weights: str) -> IndexResult:
    identifier = "tiny" if isinstance(rules, Path) else rules
    given = {identifier: {name.replace("_", "-"): Decimal(value) for name, value in weights.items()}}
    checked = check(document, [str(rules)], as_of="2026-11-22", parameters=given if weights else {})
    ((result, _),) = checked.scores()
    return result


# By hand: the statement 0.5, the board 0.5 of its 1 point below the ceiling of 1, and the amount 1 times the weight.
@pytest.mark.parametrize(
    ("weight", "score", "band", "most"),
    [
        (None, "3", None, "6"),
        ("0.25", "1.25", None, "2.5"),
        ("3", "4", None, "8"),
        ("1", "2", "mid", "4"),
    ],
)
def test_a_weight_given_with_the_run_takes_the_place_of_that_of_the_ruleset(
    tiny: tuple[Path, Path], weight: str | None, score: str, band: str | None, most: str
) -> None:
    rules, document = tiny
    result = scored(rules, document, **({} if weight is None else {"double": weight}))
    found = None if result.band is None else result.band.id
    assert (result.score, found, result.weighted_points) == (Decimal(score), band, Decimal(most))
    assert result.parameters == ({} if weight is None else {"double": Decimal(weight)})


def test_the_weights_of_one_run_are_forgotten_in_the_next(tiny: tuple[Path, Path]) -> None:
    rules, document = tiny
    assert [scored(rules, document, double=each).score for each in ("3", "1")] == [4, 2]
    assert scored(rules, document).score == 3


# 16 points are unweighted, 42 of scope 1 and 2, 42 of scope 3: 16 + 42 x 0.6 + 42 x 1.4 = 100; 16 + 42 + 58.8 = 116.8.
@pytest.mark.parametrize(
    ("weights", "most"),
    [
        ({}, "100"),
        ({"scope_1_2": "0.6", "scope_3": "1.4"}, "100"),
        ({"scope_3": "1.4"}, "116.8"),
        ({"scope_1_2": "0.5", "scope_3": "0.5"}, "58"),
    ],
)
def test_the_maximum_of_the_enterprise_edition_is_what_its_weights_allow(
    weights: dict[str, str], most: str
) -> None:
    result = scored(ENTERPRISE, DRAFT, **weights)
    assert result.weighted_points == Decimal(most)
    assert sum(each.weighted_points for each in result.dimensions) == Decimal(most)


def test_the_score_is_the_points_of_each_kind_times_their_weight() -> None:
    points = dict.fromkeys(("unweighted", "scope-1-2", "scope-3"), Decimal(0))
    for each in scored(ENTERPRISE, DRAFT).indicators():
        points[each.indicator.weight] += each.awarded
    result = scored(ENTERPRISE, DRAFT, scope_1_2="0.6", scope_3="1.4")
    expected = (
        points["unweighted"] + Decimal("0.6") * points["scope-1-2"] + Decimal("1.4") * points["scope-3"]
    )
    assert result.score == expected


class TestRefused:
    @pytest.mark.parametrize("value", ["0", "-1", "100.5"])
    def test_a_weight_is_over_0_and_at_most_100(self, command: Command, value: str) -> None:
        ran = command("check", DRAFT, "--parameter", f"{ENTERPRISE}.scope-3={value}", "--lang", "en")
        assert (ran.code, ran.err) == (
            2,
            f"--parameter: {ENTERPRISE}.scope-3 is a weight: a number over 0, 100 at most.\n",
        )

    @pytest.mark.parametrize(
        "line",
        [
            ("check", DRAFT),
            ("what-if", DRAFT, "reporting_year=2025"),
            ("diff", DRAFT, DRAFT),
            ("improve", DRAFT),
        ],
        ids=lambda each: each[0],
    )
    def test_unknown_names_are_refused_with_the_known_ones(
        self, command: Command, line: tuple[str | Path, ...]
    ) -> None:
        named = ("--ruleset", ENTERPRISE, "--parameter", f"{ENTERPRISE}.scope-2=1", "--lang", "en")
        ran = command(*line, *named)
        assert ran.code == 2
        assert ran.err == f"--parameter: {ENTERPRISE} has no parameter scope-2; known: scope-1-2, scope-3.\n"

    def test_weights_of_an_index_that_was_not_asked_for_are_told_to_be_idle(self, command: Command) -> None:
        ran = command("check", DRAFT, "--quiet", "--parameter", f"{ENTERPRISE}.scope-3=1.4", "--lang", "en")
        assert ran.code == 0
        assert ran.err == (
            f"! --parameter: {ENTERPRISE} judged no document, so that its parameters changed nothing. "
            f"Ask for it with --ruleset {ENTERPRISE}.\n"
        )
        named = ("--ruleset", ENTERPRISE, "--parameter", f"{ENTERPRISE}.scope-3=1.4")
        assert command("check", DRAFT, "--quiet", *named).err == ""

    def test_a_weight_that_the_source_gives_is_no_parameter(self) -> None:
        with pytest.raises(UsageError):
            scored("cati-auto-2024", DRAFT, scope_3="1")

    def test_a_weight_left_open_is_used_by_an_indicator(self, tmp_path: Path) -> None:
        folder = write(tmp_path / "tiny", LEFT_OPEN, ("a.yaml", "weight: double", "weight: plain"))
        with pytest.raises(RulesetError) as caught:
            author(folder)
        (problem,) = caught.value.problems
        assert (problem.code, problem.message.en) == ("rules/parameter", "no indicator has this weight.")


class TestTold:
    WEIGHTS = ("--parameter", f"{ENTERPRISE}.scope-3=1.4", "--ruleset", ENTERPRISE)

    def test_the_data_has_weights_maximum_and_remark(self, command: Command) -> None:
        ran = command("check", DRAFT, *self.WEIGHTS, *ON, "--format", "json", "--lang", "en")
        (result,) = ran.json["documents"][0]["results"]
        assert result["parameters"] == {"scope-3": "1.4"}
        assert (result["points"], result["weighted_points"]) == ("100", "116.8")
        assert result["remark"] == (
            "The maximum is 116.8, not 100; bands are defined for 100, so there is none."
        )
        assert (result["band"], result["band_title"], result["band_if_published"]) == (None, "no band", None)
        assert Decimal(result["rate"]) == (Decimal(result["score"]) / Decimal("116.8")).quantize(
            Decimal("0.0001")
        )

    def test_there_is_no_remark_where_the_maximum_is_that_of_the_index(self, command: Command) -> None:
        pair = ("--parameter", f"{ENTERPRISE}.scope-1-2=0.6", *self.WEIGHTS)
        ran = command("check", DRAFT, *pair, *ON, "--format", "json", "--lang", "en")
        (result,) = ran.json["documents"][0]["results"]
        assert result["parameters"] == {"scope-1-2": "0.6", "scope-3": "1.4"}
        assert (result["weighted_points"], result["remark"]) == ("100", None)

    @pytest.mark.parametrize(
        ("language", "given", "most"),
        [
            (
                "en",
                "Weights given with this run: scope-3 × 1.4",
                "The maximum is 116.8, not 100",
            ),
            ("zh", "本次运行指定的权重：scope-3 × 1.4", "满分为 116.8 而非 100"),
        ],
    )
    def test_the_page_says_so(self, command: Command, language: str, given: str, most: str) -> None:
        page = command("check", DRAFT, *self.WEIGHTS, *ON, "--lang", language, "--verbose").out
        assert given in page
        assert most in page
        assert "/ 116.8" in page

    def test_a_result_is_verified_with_its_weights(self, command: Command, tmp_path: Path) -> None:
        ran = command("check", DRAFT, *self.WEIGHTS, *ON, "--format", "json")
        path = tmp_path / "result.json"
        path.write_text(ran.out, encoding="utf-8")
        assert command("verify", path, DRAFT).code == 0
        path.write_text(ran.out.replace('"scope-3": "1.4"', '"scope-3": "1.5"'), encoding="utf-8")
        assert command("verify", path, DRAFT).code == 1

    def test_the_ruleset_says_what_can_be_given(self, command: Command) -> None:
        page = " ".join(command("rules", "show", ENTERPRISE, "--lang", "en").out.split())
        assert f"--parameter {ENTERPRISE}.scope-1-2=…" in page
        data = command("rules", "show", ENTERPRISE, "--format", "json").json
        assert [each["id"] for each in data["weights"] if each["parameter"]] == ["scope-1-2", "scope-3"]

    def test_what_if_and_diff_take_weights(
        self, command: Command, tiny: tuple[Path, Path], tmp_path: Path
    ) -> None:
        """Without emissions the one point of scope 1 times 3 is gone: 4 - 3 = 1."""
        rules, document = tiny
        named = ("--ruleset", rules, "--parameter", "tiny.double=3", *ON, "--format", "json")
        changed = command("what-if", document, "emissions=", *named).json["changed"]
        score = next(each for each in changed if each["what"] == "score")
        assert (score["before"], score["after"]) == ("4", "1")
        other = tmp_path / "other.yaml"
        other.write_text(DOCUMENT[: DOCUMENT.index("emissions:")], encoding="utf-8")
        changed = command("diff", document, other, *named).json["changed"]
        score = next(each for each in changed if each["what"] == "score")
        assert (score["before"], score["after"]) == ("4", "1")

    def test_improve_weighs_its_steps(self, command: Command, tiny: tuple[Path, Path]) -> None:
        """Verified emissions are 2 points instead of 1: one more, times 3."""
        rules, document = tiny
        named = ("--ruleset", rules, "--parameter", "tiny.double=3", *ON, "--format", "json", "--lang", "en")
        data = command("improve", document, *named).json
        assert data["score"] == "4"
        gains = {(each["indicator"], each["criterion"]): each["gain"] for each in data["steps"]}
        assert gains["A.1.2", "verified"] == "3"
        assert command("improve", document, *named, "--to", "8.1").code == 2
