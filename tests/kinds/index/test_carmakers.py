"""No document of what carmakers state comes out above what was published of them, in any block, without a reason.

The blocks are the columns of table 3-3-1, and what follows from the report without being a column: 5.2 and 5.4, which
the totals give; 1.1.2, which table 3-4-1 answers with yes or no; and what is left of "guiding suppliers" for 3.2.3 and
4.2.3.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from loaded import load_index
from running import EXAMPLES, ROOT

from cati_rules.catalog.store import ruleset_folder
from cati_rules.kinds.index.published_companies import Published, published_results
from cati_rules.kinds.index.recomputation import column_points, recompute
from cati_rules.pipeline import check

ID = "cati-auto-2024"
REPORT = EXAMPLES / "report"
DOCUMENTS = {language: ROOT / "docs" / f"calibration{language}.md" for language in ("", ".zh")}
AS_OF = "2024-12-31"

# Document, block: why its points may be above the published ones.
REASONS: dict[tuple[str, str], str] = {
    (
        "steel-aluminium/stellantis",
        "steel_aluminium_action_pct",
    ): "names a path, as others do that have a point",
    ("steel-aluminium/seres", "steel_aluminium_action_pct"): "names a path, as others do that have a point",
}

JOINT_VENTURES = ("beijing-hyundai", "faw-toyota", "saic-gm-wuling", "yueda-kia")
# A parent's statements come to at most this: governance as a whole, then by indicator (table 3-3-1).
PARENTS_GOVERNANCE = Decimal(2)
PARENTS = {"3.1.1": Decimal(1), "3.1.2": Decimal("0.5"), "3.2.1": Decimal("0.5"), "3.2.2": Decimal("0.5")}


@cache
def published() -> Published:
    found = published_results(load_index(ID))
    assert found is not None
    return found


def table(name: str) -> list[dict[str, str]]:
    with (ruleset_folder(ID) / "published" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def committed() -> Mapping[str, bool]:
    """Return which makers have committed to end sales of combustion cars, by company, without joint ventures.

    Table 3-4-1 lists all 17 that have, and not every maker that has not.
    """
    makers = [row["company"] for row in table("table-3-2-1") if row["basis_of_selection"] != "合资车企"]
    yes = {row["brand"] for row in table("table-3-4-1") if row["committed_to_end_ice_sales"] == "是"}
    return {each: each in yes for each in makers}


def company_of(path: Path) -> str:
    """Return the company in table 3-3-1, which a document names in its first line: the longest name found."""
    first = path.read_text(encoding="utf-8").splitlines()[0]
    return max((each.name for each in published().companies if each.name in first), key=len)


def name_of(path: Path) -> str:
    return str(path.relative_to(REPORT).with_suffix(""))


def carmakers() -> list[Path]:
    """Return the documents of the companies in table 3-3-1."""
    names = [each.name for each in published().companies]
    folders = (REPORT, REPORT / "carmakers", REPORT / "steel-aluminium")
    found = [path for folder in folders for path in sorted(folder.glob("*.yaml"))]
    return [
        path
        for path in found
        if any(name in path.read_text(encoding="utf-8").splitlines()[0] for name in names)
    ]


def ceilings(company: str) -> dict[str, Decimal]:
    """Return the most points that the published results leave a company, by block."""
    row = next(each for each in recompute(published(), load_index(ID)) if each.company.name == company)
    most = dict(row.points)
    # The column of guiding suppliers holds 1.2.3, which gives its 2 points whole: no company has less than 2 in the
    # column but those with 0. What it leaves is of 5.4, and then of 3.2.3 and 4.2.3.
    guiding = row.points["guiding_suppliers_pct"]
    most["1.2.3"] = min(guiding, Decimal(2))
    left = guiding - most["1.2.3"]
    solutions = [each for each in row.solutions if each["5.4"] <= left]
    for name in published().hidden_names:
        most[name] = max(each[name] for each in solutions)
    most["3.2.3 + 4.2.3"] = left - min(each["5.4"] for each in solutions)
    if company in committed():
        most["1.1.2"] = Decimal(committed()[company])
    return most


def points(path: Path) -> tuple[Decimal, dict[str, Decimal]]:
    """Return score, and points by indicator and by block, of a document."""
    checked = check(path, as_of=AS_OF)
    assert [each for each in checked.problems if each.severity == "error"] == []
    result = checked.results[0]
    awarded = {each.indicator.id: each.awarded for each in result.indicators()}
    blocks = {column.id: column_points(column, awarded) for column in published().columns}
    for name, indicators in zip(published().hidden_names, published().hidden, strict=True):
        blocks[name] = sum((awarded[each.id] for each in indicators), Decimal(0))
    blocks["3.2.3 + 4.2.3"] = awarded["3.2.3"] + awarded["4.2.3"]
    return result.score, awarded | blocks


@pytest.mark.parametrize("path", carmakers(), ids=name_of)
def test_no_block_is_above_the_published_one_without_a_reason(path: Path) -> None:
    company = company_of(path)
    score, computed = points(path)
    most = ceilings(company)
    above = {
        block: f"{computed[block]} > {value}"
        for block, value in most.items()
        if computed[block] > value and (name_of(path), block) not in REASONS
    }
    assert above == {}
    assert score <= next(each.total for each in published().companies if each.name == company)


@pytest.mark.parametrize(("name", "block"), REASONS)
def test_every_reason_is_needed(name: str, block: str) -> None:
    path = REPORT / f"{name}.yaml"
    assert points(path)[1][block] > ceilings(company_of(path))[block]


@pytest.mark.parametrize("name", JOINT_VENTURES)
def test_parents_statements_earn_what_the_table_leaves_them(name: str) -> None:
    _, computed = points(REPORT / "carmakers" / f"{name}.yaml")
    governance = sum((value for key, value in computed.items() if key.startswith("1.")), Decimal(0))
    assert governance <= PARENTS_GOVERNANCE
    beyond = {
        each.id: computed[each.id]
        for each in load_index(ID).indicators()
        if not each.id.startswith("1.") and computed[each.id] > PARENTS.get(each.id, Decimal(0))
    }
    assert beyond == {}


def plain(value: Decimal) -> str:
    return f"{value.normalize():f}" if value else "0"


@pytest.mark.parametrize("language", DOCUMENTS)
@pytest.mark.parametrize("path", sorted((REPORT / "carmakers").glob("*.yaml")), ids=name_of)
def test_the_page_prints_what_the_rules_give_and_what_was_published(path: Path, language: str) -> None:
    company = company_of(path)
    score, computed = points(path)
    most = ceilings(company)
    total = next(each.total for each in published().companies if each.name == company)
    columns = (*(each.id for each in published().columns), "5.2", "5.4")
    cells = [
        f"{plain(score)} / {plain(total)}",
        *(f"{plain(computed[each])} / {plain(most[each])}" for each in columns),
    ]
    assert f"| {' | '.join(cells)} |" in DOCUMENTS[language].read_text(encoding="utf-8")
