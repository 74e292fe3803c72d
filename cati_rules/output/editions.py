"""Two rulesets side by side on some documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct
from rich.console import RenderableType

from cati_rules.kinds.comparisons import Comparison
from cati_rules.kinds.index.result import VERDICT_TITLES
from cati_rules.numbers import number_text, plain
from cati_rules.output.layout import escape, indented
from cati_rules.report.build.subject import amount_of
from cati_rules.report.editions import Flip, Threshold
from cati_rules.report.wording.amounts import OPERATORS, amount_text
from cati_rules.text import Language, Text


class Compared(Struct, frozen=True):
    """A document and what two rulesets make of it."""

    name: str
    flip: Flip


def editions_page(a: str, b: str, found: Sequence[Compared], language: Language) -> Iterator[RenderableType]:
    """Yield which documents come out otherwise under ``b`` than under ``a``, and because of which threshold."""
    flipped = [each for each in found if each.flip.flipped]
    for each in flipped:
        yield f"[bold]{escape(each.name)}[/]"
        before, after = _outcome(each.flip.before, language), _outcome(each.flip.after, language)
        yield indented(2, f"{escape(a)}: {escape(before)} → {escape(b)}: [bold]{escape(after)}[/]")
        for threshold in each.flip.thresholds:
            yield indented(4, escape(_threshold(threshold, language)))
    done = Text(
        f"{len(found)} documents compared, {len(flipped)} come out otherwise.",
        f"已比较 {len(found)} 个文件，其中 {len(flipped)} 个结果不同。",
    )
    yield escape(done.to(language))


def _outcome(outcome: tuple[str, str | None], language: Language) -> str:
    verdict, level = outcome
    told = VERDICT_TITLES[verdict].to(language) if verdict in VERDICT_TITLES else verdict
    return told if level is None else f"{told} ({level})"


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
    return f"{OPERATORS[comparison.operator]} {amount_text(amount_of(comparison.limit)).to(language)}"


def editions_data(a: str, b: str, found: Sequence[Compared], language: Language) -> dict[str, Any]:
    """Return the comparison as JSON data."""
    return {
        "schema": "cati-rules-diff/1",
        "before": a,
        "after": b,
        "documents": [
            {
                "path": each.name,
                "flipped": each.flip.flipped,
                "before": list(each.flip.before),
                "after": list(each.flip.after),
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
                    for threshold in each.flip.thresholds
                ],
            }
            for each in found
        ],
    }


def amount_data(comparison: Comparison) -> dict[str, str]:
    """Return the limit of a comparison with its operator."""
    return {"operator": comparison.operator, "limit": amount_text(amount_of(comparison.limit)).en}
