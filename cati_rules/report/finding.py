"""What every machine format is made of: findings, what stands behind their rules, and what each rule came to."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from cati_rules.catalog.basis import Basis
from cati_rules.errors import Place
from cati_rules.kinds.index.result import Verdict
from cati_rules.report.values import Source
from cati_rules.text import Text
from cati_rules.visible import visible

Level = Literal["error", "warning", "note"]


class Help(Struct, frozen=True):
    """What a rule asks and what it rests on; ``ruleset`` and what follows are None for problems of a document.

    ``command`` prints the rule as a page, ``why`` is the reason for a rule that is our interpretation.
    """

    title: Text
    asks: Text
    ruleset: str | None = None
    edition: str | None = None
    source: Source | None = None
    basis: Basis | None = None
    why: Text | None = None
    command: str | None = None


class Waived(Struct, frozen=True):
    """That a failure is accepted: why, by whom, and until which day (ISO, UTC); ``said`` is all of it in words."""

    reason: str
    approver: str
    expires: str
    said: Text


class Finding(Struct, frozen=True):
    """One thing to tell of a document: a problem of it, or a rule that it does not meet.

    ``ruleset`` is None for problems, whose ``rule`` is their code; ``verdict`` for what gets none: problems
    and contradictions. ``document`` is the file's name with forward slashes from the folder of the repository,
    ``reached`` that from the working folder; ``path`` the place in its data as text, ``place`` that in the file. The
    ``fingerprint`` stays the same while lines move and lists are reordered. ``waived`` is what accepts it, empty where
    nothing does. Nothing in its texts steers a terminal.
    """

    ruleset: str | None
    rule: str
    level: Level
    verdict: Verdict | None
    title: Text
    message: Text
    advice: Text
    document: str
    reached: str
    path: str
    place: Place
    fingerprint: str
    help: Help
    waived: tuple[Waived, ...] = ()

    @property
    def line(self) -> int:
        """The line from 1; the first where the whole file is meant."""
        return self.place.line or 1

    @property
    def column(self) -> int:
        """The column from 1; the first where the whole file is meant."""
        return self.place.column or 1

    @property
    def said(self) -> Text:
        """Title and message in one line, and behind them in brackets that it is waived."""
        title, message = self.title, self.message
        return bracketed(Text(_joined(title.en, message.en), _joined(title.zh, message.zh)), self.waived)


class Outcome(Struct, frozen=True):
    """What one rule came to: a criterion of an index, a definition, a rule of consistency, or a problem of a document.

    ``verdict`` is None for problems. ``reason`` says why something was not judged; ``findings`` tell what is wrong.
    """

    document: str
    ruleset: str | None
    rule: str
    verdict: Verdict | None
    title: Text
    reason: Text
    findings: tuple[Finding, ...]


def bracketed(text: Text, waived: tuple[Waived, ...]) -> Text:
    """Return ``text`` and behind it that it is waived, where it is."""
    if not waived:
        return text
    return Text("{} [{}]", "{} [{}]").format(text, Text("; ", "; ").join(each.said for each in waived))


def shown(text: Text) -> Text:
    """Return ``text`` in one line, with nothing in it that a terminal or a log would obey."""
    return Text(visible(text.en), visible(text.zh))


def _joined(title: str, message: str) -> str:
    """Return title and message in one line, with the colon of their language."""
    if not (title and message):
        return title or message
    # A title that ends in Chinese is followed by a Chinese colon, which brings its own blank.
    return f"{title}：{message}" if "\u2e80" <= title[-1] <= "\uffef" else f"{title}: {message}"
