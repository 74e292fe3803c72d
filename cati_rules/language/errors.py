"""What is wrong with an expression."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from cati_rules.text import Text


class ExpressionError(Exception):
    """An expression is refused: ``message`` why, ``column`` (from 1) where, ``advice`` what instead."""

    def __init__(self, message: Text, *, column: int | None = None, advice: Text | None = None) -> None:
        """Take the message in both languages."""
        self.message = message
        self.column = column
        self.advice = advice
        where = "" if column is None else f"column {column}: "
        super().__init__(f"{where}{message.en}" + ("" if advice is None else f" {advice.en}"))


def refusal(en: str, zh: str, *, column: int | None = None, advice: Text | None = None) -> ExpressionError:
    """Return an error with the message in both languages."""
    return ExpressionError(Text(en, zh), column=column, advice=advice)


def did_you_mean(word: str, candidates: Iterable[str]) -> Text | None:
    """Return a question naming the candidates closest to ``word``, or all when they are few; else None."""
    known = sorted(set(candidates))
    close = get_close_matches(word, known, n=3, cutoff=0.6)
    if close:
        return Text(
            f"Did you mean {' or '.join(repr(one) for one in close)}?",
            f"是否应为{'或'.join(f'“{one}”' for one in close)}？",
        )
    if 0 < len(known) <= 12:
        return Text(f"Known here: {', '.join(known)}.", f"此处可用：{'、'.join(known)}。")
    return None
