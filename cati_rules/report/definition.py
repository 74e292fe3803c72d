"""What is told of a definition on one document: verdict, conditions with values and limits, what would turn it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from cati_rules.catalog.basis import Basis
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.definition.disagreement import Cause
from cati_rules.kinds.index.result import Verdict
from cati_rules.later import Later
from cati_rules.report.values import (
    Amount,
    Evaluation,
    Location,
    Number,
    Parameters,
    Plain,
    Range,
    Ruleset,
    Source,
)
from cati_rules.report.wording.levels import level_text
from cati_rules.text import Text, same


class Comparison(Struct, frozen=True):
    """``value operator limit``, as it has to hold, with the margin on the good side and its share of the limit.

    ``unit`` is empty for a bare number. ``holds`` is the verdict on it alone. ``said`` is all of it in words,
    ``margin_said`` the margin without its unit.
    """

    holds: Verdict
    value: Amount
    operator: str
    limit: Amount
    unit: str
    margin: Number | None
    relative_margin: Number | None
    said: Later[Text]
    margin_said: Text


class Condition(Struct, frozen=True):
    """A condition or level of a definition on a document.

    ``verdict`` is that on the condition alone. ``values`` are what it read and is known, by place or name;
    ``possible``, what is not. ``refused`` says what the document states that it does not take, where that is no
    number. ``asked`` is the condition in words, ``seen`` what was seen where no numbers are
    compared. ``opened`` says why the source leaves it open, None where it does not; ``certainly_open``, that it does
    so whatever is still told, and ``asked_open``, that what it says of such a case is certainly so here. Of what is
    not ``concerned`` it asks nothing. ``waits_for_figure`` says that it is open, as the verdict is, only for want of
    a figure.
    """

    id: str
    is_level: bool
    title: Text
    verdict: Verdict
    claim: str | None
    when: str
    basis: Basis
    why: Text | None
    source: Source
    own_advice: Text | None
    concerned: bool
    certainly_open: bool
    asked_open: bool
    opened: Later[Text | None]
    refused: Later[Text]
    values: Later[tuple[Mapping[str, Plain], Mapping[str, Range]]]
    comparisons: Later[tuple[Comparison, ...]]
    asked: Later[Text]
    seen: Later[Text]
    absent: Later[tuple[FieldPath, ...]]
    not_given: Later[tuple[Text, ...]]
    cause: Later[Location]
    identified_by: Later[FieldPath]
    waits_for_figure: Later[bool]
    evaluation: Later[Evaluation]
    evaluation_asked: Later[Evaluation]


class Figure(Struct, frozen=True):
    """A figure of the document as the definition sees it; ``because`` says why it cannot be compared as it is.

    ``standing`` says whether it is ``comparable``, or what is asked for is ``at_least`` or ``at_most`` as much, or
    ``unknown``. ``wanted`` is in few words what would be comparable, None where it is; ``asked`` names the
    boundary that is asked for, None where the definition gives it no name. ``asked_as`` are the values of boundary and
    stage that a comparable figure has, in each way that changes least.
    """

    at: Location
    given: Amount
    unit: str
    standing: Literal["comparable", "at_least", "at_most", "unknown"]
    compared_in: str
    lapses: tuple[str, ...]
    other_gases: bool
    wanted: Text | None
    asked: Text | None
    because: Later[tuple[Text, ...]]
    asked_as: Later[tuple[Mapping[FieldPath, str], ...]]


class Turn(Struct, frozen=True):
    """An input and what it would have to be for another outcome; ``exact`` is the bound before it was rounded.

    ``choices`` are all that would do where it is a choice. ``said`` is ``path operator value`` in words.
    """

    path: FieldPath
    operator: str
    value: Plain
    exact: Plain
    choices: tuple[str | bool, ...]
    unit: str | None
    verdict: Verdict
    level: str | None
    said: Later[Text]


class Turning(Struct, frozen=True):
    """What would turn a verdict: ``single`` inputs, each by itself, or the fewest ``together`` where none can.

    ``not_met`` are the inputs that would settle an open verdict as not met. Where nothing was found, ``given`` are the
    places that decide and were not changed, since they say what the thing is; ``otherwise`` is what another would have
    to be, for instance a figure on another boundary; ``cut_short`` says that not all was tried.
    """

    single: tuple[Turn, ...]
    together: tuple[Turn, ...]
    not_met: tuple[Turn, ...]
    given: tuple[FieldPath, ...] = ()
    otherwise: tuple[Turn, ...] = ()
    cut_short: bool = False


class Rounding(Struct, frozen=True):
    """A figure whose rounding decides: at ``value``, half a unit of its last digit away, the outcome is another one."""

    path: FieldPath
    half_unit: Number
    value: Number
    unit: str
    verdict: Verdict
    level: str | None
    said: Text


class Contradiction(Struct, frozen=True):
    """Fields of the document of which at least one is wrong, and the consistency rule that says so."""

    rule: str
    places: tuple[FieldPath, ...]
    advice: Text
    said: Text


class Untold(Struct, frozen=True):
    """The verdict on one of very many entries, of which reasons are not told: what conditions came to is left out."""

    at: Later[Location]
    verdict: Verdict
    level: str | None
    possible_level: str | None
    missing: tuple[FieldPath, ...]
    contradicted_by: tuple[Contradiction, ...]


class Judgement(Struct, frozen=True):
    """The verdict on the document, on an entry of it, or on a product in an entry; ``at`` is where that stands.

    ``level`` is the highest met for certain, ``possible_level`` the highest that is not excluded. ``missing`` are
    the places that keep the verdict, or a higher level, open, ``to_give`` those of them that are fields,
    ``not_given`` lines that say so. ``doubts`` are contradictions in what it rests on, ``contradicted_by`` those
    that keep it from being met. ``may_not_apply`` says that it is open whether the definition applies: then no
    condition decides. ``deciding`` is the comparison to show first, ``open_level`` that of the highest level that
    is still open, None where that is the same or there is none. ``label`` says what an entry is about, ``single``
    the inputs that by themselves would turn the verdict to met; it was ``tried`` what would, unless there are very
    many entries.
    """

    at: Location
    label: Later[Text]
    verdict: Verdict
    level: str | None
    possible_level: str | None
    missing: tuple[FieldPath, ...]
    to_give: tuple[FieldPath, ...]
    not_given: Later[tuple[Text, ...]]
    doubts: tuple[Contradiction, ...]
    contradicted_by: tuple[Contradiction, ...]
    may_not_apply: bool
    figures: tuple[Figure, ...]
    conditions: Sequence[Condition]
    levels: Sequence[Condition]
    tried: bool
    turning: Later[Turning]
    single: Later[tuple[Turn, ...]]
    rounding: Later[tuple[Rounding, ...]]
    deciding: Later[Comparison | None]
    open_level: Later[Comparison | None]

    def judged(self) -> Iterator[Condition]:
        """Yield the conditions, then the levels."""
        yield from self.conditions
        yield from self.levels

    def called(self, level: str) -> Text:
        """Return what a level is called."""
        return level_text(level, next((each.title for each in self.levels if each.id == level), same(level)))

    def decisive(self) -> tuple[Condition, ...]:
        """Return the conditions that make the verdict what it is; of levels, the lowest that does."""
        if self.may_not_apply:
            return ()
        wanted = "not_met" if self.verdict == "not_met" else "indeterminate"
        found = tuple(each for each in self.conditions if each.verdict == wanted)
        if found or any(each.verdict == "met" for each in self.levels):
            return found
        return tuple(each for each in self.levels if each.verdict == wanted)[:1]


class Lot(Struct, frozen=True):
    """A product bought, by its name and tonnes as far as they are given, and the verdict on it.

    ``turning`` is what would turn that; of the first entries only.
    """

    judgement: Judgement
    name: str | None
    tonnes: Number | None
    turning: Later[Turning]


class Quoted(Struct, frozen=True):
    """A condition, level or value that is known only as another text quotes it."""

    id: str
    title: Text
    source: Source


class Brand(Struct, frozen=True):
    """The brand that a definition is about, and what the figures alone come to where the product is of another one."""

    labels: tuple[str, ...]
    makers: tuple[str, ...]
    figures_alone: Verdict | None
    level_alone: str | None


class DefinitionReport(Struct, frozen=True):
    """A definition on one document; ``subject`` is None where it judges other kinds of document.

    ``why`` says why it does not apply or cannot be tested, None where it was judged. ``missing_said`` are the
    titles of the fields that are ``missing``. ``entries`` are the judgements: one on the whole, or one for each entry
    where ``by_entry``. ``claims`` are the verdicts on common claims, such as near zero. ``edition`` says that this
    edition is not certainly in force.
    """

    ruleset: Ruleset
    as_of: str
    asks: Text
    subject: str | None
    verdict: Verdict
    level: str | None
    missing: tuple[FieldPath, ...]
    missing_said: Later[tuple[Text, ...]]
    not_given: Later[tuple[Text, ...]]
    contradicted_by: tuple[Contradiction, ...]
    quoted: tuple[Quoted, ...]
    quoted_said: Text
    brand: Brand | None
    claims: Mapping[str, Verdict]
    parameters: Parameters
    why: Text | None
    by_entry: bool
    entries: tuple[Judgement, ...]
    untold: tuple[Untold, ...]
    lots: tuple[Lot, ...]
    edition: Text | None

    def untold_said(self) -> Iterator[tuple[Verdict, Text]]:
        """Yield the verdicts on entries of which no reasons are told, each with how many there are, in words."""
        for verdict in dict.fromkeys(each.verdict for each in self.untold):
            count = sum(each.verdict == verdict for each in self.untold)
            yield verdict, Text(f"{count} more entries, not told one by one", f"另有 {count} 条，未逐条列出")

    @property
    def judged(self) -> bool:
        """Whether it came to a verdict on something."""
        return self.verdict not in ("not_applicable", "not_testable")

    @property
    def telling(self) -> Judgement | None:
        """The judgement that the verdict rests on; None where nothing was judged."""
        return next((each for each in self.entries if each.verdict == self.verdict), None)

    @property
    def possible_level(self) -> str | None:
        """The level that is possible besides the one that is certain; None where that is the same."""
        told = [each.possible_level for each in self.entries]
        found = [each for each in (*told, *(one.possible_level for one in self.untold)) if each is not None]
        return found[-1] if found and found[-1] != self.level else None

    @property
    def level_said(self) -> Text | None:
        """The level that is certain, as it is called; None where there is none."""
        return self._called(self.level)

    @property
    def possible_level_said(self) -> Text | None:
        """The level that is possible besides, as it is called."""
        return self._called(self.possible_level)

    def _called(self, level: str | None) -> Text | None:
        if level is None:
            return None
        judged = (*self.entries, *(each.judgement for each in self.lots))
        return next((each.called(level) for each in judged if each.levels), same(level))


class Disagreement(Struct, frozen=True):
    """Two definitions that make the same claim, of which one takes the product and the ``other`` does not.

    ``because`` is why, ``said`` all of it in one sentence.
    """

    claim: str
    met: str
    other: str
    verdict: Verdict
    cause: Cause
    because: Text
    said: Text


class Limit(Struct, frozen=True):
    """A limit as a straight line over the scrap share (0 to 1): ``start + slope * share``, in t per t."""

    name: str
    start: Number
    slope: Number


class Chart(Struct, frozen=True):
    """Limits that slide with the scrap share, the highest at no scrap first, and the product among them.

    ``share`` is None where the product's is not given.
    """

    limits: tuple[Limit, ...]
    share: Number | None
    value: Number
