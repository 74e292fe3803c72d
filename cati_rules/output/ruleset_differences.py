"""Two rulesets side by side on some documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import RenderableType

from cati_rules.numbers import number_text, plain
from cati_rules.output.layout import escape, indented
from cati_rules.report.definition import Comparison
from cati_rules.report.ruleset_differences import Flip, Threshold
from cati_rules.report.titles import VERDICT_TITLES
from cati_rules.report.wording.amounts import OPERATORS, amount_text
from cati_rules.text import Language, Text, counted


def editions_page(a: str, b: str, found: Sequence[Flip], language: Language) -> Iterator[RenderableType]:
    """Yield which documents come out otherwise under ``b`` than under ``a``, and because of which threshold."""
    flipped = [each for each in found if each.flipped]
    for each in flipped:
        yield f"[bold]{escape(each.name)}[/]"
        before, after = (one.to(language) for one in each.said)
        yield indented(2, f"{escape(a)}: {escape(before)} → {escape(b)}: [bold]{escape(after)}[/]")
        for threshold in each.thresholds:
            yield indented(4, escape(_threshold(threshold, language)))
    done = Text(
        f"{counted(len(found), 'document')} compared; {len(flipped)} with a different result.",
        f"已比较 {len(found)} 个文件，其中 {len(flipped)} 个结果不同。",
    )
    yield escape(done.to(language))


def _threshold(threshold: Threshold, language: Language) -> str:
    title = threshold.title.to(language)
    before, after = threshold.limits
    if before is not None and after is not None:
        change = f"{_limit(before, language)} → {_limit(after, language)}"
    elif any(threshold.points):
        change = " → ".join(
            "–" if each is None else f"{number_text(each[0])} / {number_text(each[1])}"
            for each in threshold.points
        )
    else:
        change = " → ".join(
            "–" if each is None else VERDICT_TITLES[each].to(language) for each in threshold.verdicts
        )
    return f"{threshold.id} {title}: {change}"


def _limit(comparison: Comparison, language: Language) -> str:
    return f"{OPERATORS[comparison.operator]} {amount_text(comparison.limit).to(language)}"


def editions_data(a: str, b: str, found: Sequence[Flip], language: Language) -> dict[str, Any]:
    """Return the comparison as JSON data."""
    return {
        "schema": "cati-rules-diff/1",
        "before": a,
        "after": b,
        "documents": [
            {
                "path": each.name,
                "flipped": each.flipped,
                "before": list(each.before),
                "after": list(each.after),
                "thresholds": [
                    {
                        "id": threshold.id,
                        "title": threshold.title.to(language),
                        "verdicts": list(threshold.verdicts),
                        "limits": [None if one is None else amount_data(one) for one in threshold.limits],
                        "points": [
                            None if one is None else [plain(one[0]), plain(one[1])]
                            for one in threshold.points
                        ],
                    }
                    for threshold in each.thresholds
                ],
            }
            for each in found
        ],
    }


def amount_data(comparison: Comparison) -> dict[str, str]:
    """Return the limit of a comparison with its operator."""
    return {"operator": comparison.operator, "limit": amount_text(comparison.limit).en}
