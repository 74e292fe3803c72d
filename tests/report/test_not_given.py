"""What is not given is told with “and” where it is needed together, and with “or” where one of it is enough."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cati_rules.documents import read_document
from cati_rules.kinds.definition.absent import told_apart
from cati_rules.language.missing_inputs import AnyOf
from cati_rules.pipeline import check_document
from cati_rules.report.build.run import report_of
from cati_rules.report.wording.not_given import MOST_CHOICES, not_given

ON = "2026-11-22"
A, B, C, D = (("a",), ("b",), ("c",), ("d",))


@pytest.mark.parametrize(
    ("needs", "together", "choices"),
    [
        ((A, B, A), (A, B), ()),
        ((AnyOf(((A,), (B,))),), (), (((A,), (B,)),)),
        ((A, AnyOf(((A,), (B,)))), (A,), ()),  # what is needed anyway is enough
        ((A, AnyOf(((A, C), (B,)))), (A,), (((C,), (B,)),)),
        ((AnyOf(((A,), (A, B))),), (A,), ()),  # one way asks for less than the other
        ((AnyOf(((A, AnyOf(((B,), (C,)))), (D,))),), (), (((A, B), (A, C), (D,)),)),
        ((AnyOf(((A,), (B,))), AnyOf(((A,), (B,)))), (), (((A,), (B,)),)),
        ((AnyOf(tuple(((f"x{i}",),) for i in range(7))),), tuple((f"x{i}",) for i in range(7)), ()),
    ],
)
def test_what_is_needed_together_and_what_is_a_choice(needs: Any, together: Any, choices: Any) -> None:
    assert told_apart(needs) == (together, choices)


def test_lines_join_by_and_and_by_or_in_both_languages() -> None:
    both, alone, mixed = not_given(
        (A, B, C, AnyOf((((D,)), (("e", 0, "f"),))), AnyOf(((("g",), ("h",)), (("i",),))))
    )
    assert (both.en, both.zh) == ("not given: a, b and c", "未填写：a、b和c")
    assert (alone.en, alone.zh) == ("and either: not given: d or e[0].f", "且须满足其一：未填写：d或e[0].f")
    assert (mixed.en, mixed.zh) == ("and either: not given: g and h, or i", "且须满足其一：未填写：g和h，或i")
    assert not_given(()) == ()
    assert [each.en for each in not_given((A,))] == ["not given: a"]


def test_of_many_choices_few_are_told() -> None:
    lines = not_given(tuple(AnyOf(((("l", i, "a"),), (("l", i, "b"),))) for i in range(MOST_CHOICES + 3)))
    assert len(lines) == MOST_CHOICES + 1
    assert lines[-1].en == "… and 3 more such choices"


def lines_of(text: str, identifier: str, tmp_path: Path) -> tuple[str, list[str]]:
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    (verdict,) = (
        report_of([check_document(read_document(path), (identifier,), as_of=ON)], ON).documents[0].verdicts
    )
    (judgement,) = verdict.entries
    return verdict.verdict, [each.en for each in judgement.not_given()]


PURCHASES = """kind: purchases
material: steel
buyer: Buyer
lots:
  - {name: one, t: 100}
  - {name: two, t: 50}
"""


@pytest.mark.parametrize("field", ["responsiblesteel_level: 2", "maker_science_based_target: true"])
def test_either_way_that_a_line_names_meets_the_definition(field: str, tmp_path: Path) -> None:
    verdict, lines = lines_of(PURCHASES, "steelzero", tmp_path)
    assert verdict == "indeterminate"
    assert lines == [
        "not given: lots[0].responsiblesteel_level or lots[0].maker_science_based_target",
        "and either: not given: lots[1].responsiblesteel_level or lots[1].maker_science_based_target",
    ]
    filled = PURCHASES.replace("t: 100", f"t: 100, {field}").replace("t: 50", f"t: 50, {field}")
    assert lines_of(filled, "steelzero", tmp_path) == ("met", [])


def test_the_fields_of_a_product_that_are_needed_together_are_joined_by_and(tmp_path: Path) -> None:
    text = "kind: product\nmaterial: steel\nfootprint: {value: 0.05, unit: tCO2e/t, boundary: cradle_to_crude_steel}\n"
    verdict, lines = lines_of(text, "iea-near-zero", tmp_path)
    assert verdict == "indeterminate"
    (line,) = lines
    assert " and " in line
    assert " or " not in line
