"""Help in the reader's language: click's own words, and those of commands and options."""

from __future__ import annotations

import re
from collections.abc import Iterable

import click

from cati_rules.cli.chinese_help import CHINESE, EXTRAS, HEADINGS
from cati_rules.later import pattern

_ADDED = pattern(r"^(?P<text>.*?)(?:\s+\[(?P<added>[^\]]*)\])?$", flags=re.DOTALL)


class SpokenContext(click.Context):
    """A context whose help is in the language that its object names, ``en`` or ``zh``."""

    def make_formatter(self) -> click.HelpFormatter:
        """Return what help is written with."""
        if self.obj != "zh":
            return super().make_formatter()
        return _ChineseHelp(width=self.terminal_width, max_width=self.max_content_width)


class _ChineseHelp(click.HelpFormatter):
    """Writes help in Chinese; lines are as wide as a terminal shows them, a Chinese character being two columns."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:  # noqa: ARG002 - click's own
        super().write_usage(prog, args, "用法：")

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{HEADINGS.get(heading, heading)}：\n")

    def write_text(self, text: str) -> None:
        blanks = " " * self.current_indent
        self.write("".join(f"{blanks}{each}\n" for each in _lines(chinese(text), self.width - len(blanks))))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        told = [(name, chinese(text)) for name, text in rows]
        first = min(max((len(name) for name, _ in told), default=0), col_max) + col_spacing
        blanks = " " * self.current_indent
        for name, text in told:
            head = name.ljust(first)
            lines = _lines(text, max(self.width - first - len(blanks), 20))
            if len(name) > first - col_spacing:
                self.write(f"{blanks}{name}\n")
                head = " " * first
            for line in lines or [""]:
                self.write(f"{blanks}{head}{line}".rstrip() + "\n")
                head = " " * first


def chinese(text: str) -> str:
    """Return a text of help in Chinese, with what click adds in brackets; one that has no Chinese as it is."""
    plain = " ".join(text.split())
    if plain in CHINESE:
        return CHINESE[plain]
    found = _ADDED().fullmatch(plain)
    if found is None or found["added"] is None:
        return plain
    added = found["added"]
    for english, told in EXTRAS.items():
        added = added.replace(english, told)
    return f"{CHINESE.get(found['text'], found['text'])}［{added}］"


def _lines(text: str, width: int) -> list[str]:
    from cati_rules.output.layout import wrapped

    return wrapped(text, width)
