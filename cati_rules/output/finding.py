"""What every machine format is made of: one frozen finding, and what stands behind its rule; both in one language."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from cati_rules.catalog.basis import Basis
from cati_rules.errors import Place
from cati_rules.kinds.index.result import Verdict

Level = Literal["error", "warning", "note"]


class Help(Struct, frozen=True):
    """What a rule asks and what it rests on; ``ruleset`` and what follows are None for problems of a document.

    ``command`` prints the rule as a page, ``source`` is a document and the place in it, ``why`` the reason for a rule
    that is our interpretation.
    """

    title: str
    asks: str
    ruleset: str | None = None
    edition: str | None = None
    source: str | None = None
    basis: Basis | None = None
    why: str | None = None
    command: str | None = None


class Waived(Struct, frozen=True):
    """That a failure is accepted: why, by whom, and until which day (ISO, UTC); ``said`` is all of it in words."""

    reason: str
    approver: str
    expires: str
    said: str


class Finding(Struct, frozen=True):
    """One thing to tell of a document: a problem of it, or a rule that it does not meet.

    ``ruleset`` is None for problems, whose ``rule`` is their code; ``verdict`` for what gets none: problems
    and contradictions. ``document`` is the file's name with forward slashes, ``path`` the place in its data as text,
    ``place`` that in the file. The ``fingerprint`` stays the same while lines move and lists are reordered.
    ``waived`` is what accepts it, empty where nothing does.
    """

    ruleset: str | None
    rule: str
    level: Level
    verdict: Verdict | None
    title: str
    message: str
    advice: str
    document: str
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
    def said(self) -> str:
        """Title and message in one line, and behind them in brackets that it is waived."""
        return bracketed(joined(self.title, self.message), self.waived)


class Outcome(Struct, frozen=True):
    """What one rule came to: a criterion of an index, a definition, a rule of consistency, or a problem of a document.

    ``verdict`` is None for problems. ``reason`` says why something was not judged; ``findings`` tell what is wrong.
    """

    document: str
    ruleset: str | None
    rule: str
    verdict: Verdict | None
    title: str
    reason: str
    findings: tuple[Finding, ...]


def bracketed(text: str, waived: tuple[Waived, ...]) -> str:
    """Return ``text`` and behind it that it is waived, where it is."""
    return f"{text} [{'; '.join(each.said for each in waived)}]" if waived else text


def joined(title: str, message: str) -> str:
    """Return title and message in one line, with the colon of their language."""
    if not (title and message):
        return title or message
    # A title that ends in Chinese is followed by a Chinese colon, which brings its own blank.
    return f"{title}：{message}" if "\u2e80" <= title[-1] <= "\uffef" else f"{title}: {message}"
