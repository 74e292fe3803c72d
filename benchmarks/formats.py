"""Prints what each format costs against the evaluation of the same documents, as ratios, on 10,000 findings.

Run it from the root of a checkout: ``python -m benchmarks --only formats``. Evaluation is everything before a format
has a say: reading, validating, evaluating. It and the formats take turns, so that what else the machine does hits all
alike. The last line is what six formats cost together, their findings found once, as in one run of the command.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec.structs import replace

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.measure import medians  # noqa: E402 - the checkout comes before what may be installed
from benchmarks.pages import Figure, publish, quick  # noqa: E402
from cati_rules.output.page_options import Page  # noqa: E402
from cati_rules.pipeline import Checked, check  # noqa: E402
from cati_rules.report.build.run import report_of  # noqa: E402
from cati_rules.report.run import Report  # noqa: E402

FINDINGS = 500 if quick() else 10_000
AS_OF = "2026-11-22"
FORMATS = ("sarif", "junit", "github", "gitlab", "markdown", "lines", "json")
AIMS: Mapping[str, float | None] = {"json": None, "all in one run": None}
"""Formats for which nothing is aimed at; the others are to cost at most what the evaluation does."""
WHY = "Most of it is the words: which values failed, where they stand, what was asked."
PAGE = Page("en", "normal", 100, colour=False)
EXAMPLES = ("draft.yaml", "draft.zh.yaml", "product.yaml", "report/geely.yaml", "report/mercedes-benz.yaml")
REPEATS = 3


def evaluated() -> tuple[Checked, ...]:
    """Return the examples, evaluated again and again until they have enough findings; each under a name of its own."""
    checked = [check(ROOT / "examples" / each, as_of=AS_OF) for each in EXAMPLES]
    once = len(list(report_of(checked, AS_OF).findings()))
    rounds = -(-FINDINGS // once)
    return tuple(
        replace(check(ROOT / "examples" / each, as_of=AS_OF), name=f"{i}/{each}")
        for i in range(rounds)
        for each in EXAMPLES
    )


def rendering(form: str, checked: tuple[Checked, ...]) -> Callable[[], str]:
    """Return what makes a format of documents from nothing: its findings are found anew."""
    render: Callable[[Report, Page], str] = importlib.import_module(f"cati_rules.output.{form}").render
    return lambda: render(report_of(checked, AS_OF), PAGE)


def together(checked: tuple[Checked, ...]) -> Callable[[], list[str]]:
    """Return what makes all formats of documents in one run."""
    modules = [importlib.import_module(f"cati_rules.output.{form}") for form in FORMATS]

    def run() -> list[str]:
        report = report_of(checked, AS_OF)
        return [each.render(report, PAGE) for each in modules]

    return run


def main() -> None:
    """Print the ratios."""
    checked = evaluated()
    runs: dict[str, Callable[[], object]] = {"evaluation": evaluated}
    runs |= {form: rendering(form, checked) for form in FORMATS}
    runs["all in one run"] = together(checked)
    taken = medians(runs, REPEATS, {})
    found = len(list(report_of(checked, AS_OF).findings()))
    figures = [
        Figure(each, taken[each] / taken["evaluation"], AIMS.get(each, 1), WHY)
        for each in (*FORMATS, "all in one run")
    ]
    publish("formats", figures, [f"{found} findings on {len(checked)} documents."])


if __name__ == "__main__":
    main()
