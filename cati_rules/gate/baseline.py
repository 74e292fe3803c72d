"""What got worse since an earlier result: lower scores and points, worse verdicts and levels, new errors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from msgspec import Struct

from cati_rules.documents.names import document_name
from cati_rules.errors import Place, Problem
from cati_rules.kinds.definition.result import DefinitionResult
from cati_rules.kinds.index.result import IndexResult, Verdict
from cati_rules.numbers import number_text
from cati_rules.pipeline import Checked
from cati_rules.text import Text

HERE = Path()
RANKS: Mapping[Verdict, int] = {
    "met": 3,
    "not_testable": 2,
    "not_applicable": 2,
    "indeterminate": 1,
    "not_met": 0,
}
"""The verdicts, and which is worse than which."""


class Worse(Struct, frozen=True):
    """One thing that is worse than in the baseline: of a document, a ruleset and one of its rules."""

    document: str
    ruleset: str
    rule: str
    before: str
    after: str


class EarlierScore(Struct, frozen=True):
    """What an index came to: the score, and the points of each indicator."""

    score: Decimal
    awarded: Mapping[str, Decimal]


class EarlierVerdict(Struct, frozen=True):
    """What a definition came to; ``judged`` is false where it judges other kinds of document."""

    verdict: Verdict
    level: str | None
    judged: bool
    in_force: bool


class Earlier(Struct, frozen=True):
    """What the baseline says of one document; ``problems`` (codes) and ``findings`` (ruleset and rule) are counted."""

    valid: bool
    problems: Mapping[str, int]
    scores: Mapping[str, EarlierScore]
    verdicts: Mapping[str, EarlierVerdict]
    findings: Mapping[tuple[str, str], int]
    sha256: str | None = None

    def judged_on(self, ruleset: str) -> bool:
        """Return whether it has a result of a ruleset on the document: nothing else excuses what fails now."""
        verdict = self.verdicts.get(ruleset)
        return ruleset in self.scores or (verdict is not None and verdict.judged)


class Baseline(Struct, frozen=True):
    """An earlier result: what it told of each document, by its name relative to ``base``."""

    documents: Mapping[str, Earlier]
    base: Path = HERE

    def of(self, name: str) -> Earlier | None:
        """Return what it told of a document, however that is named; None where it does not know it."""
        return self.documents.get(document_name(name, self.base))

    def new(self, checked: Sequence[Checked]) -> Iterator[Problem]:
        """Yield a warning for each document that it does not know: all that fails in it counts as new."""
        contents = {each.sha256: name for name, each in self.documents.items() if each.sha256 is not None}
        for one in checked:
            if self.of(one.name) is not None:
                continue
            content = None if one.document is None else one.document.sha256
            before = None if content is None else contents.get(content)
            advice = Text(
                f"It has the content that {before} had there: if it was renamed, write the baseline anew.",
                f"其内容与基线中的 {before} 相同：如已改名，请重新生成基线。",
            )
            yield Problem(
                Place(one.name),
                "baseline/new-document",
                Text(
                    "the baseline does not know this document: what fails in it counts as new.",
                    "基线中没有该文件：其中的不符合项均视为新增。",
                ),
                advice=None if before is None else advice,
                severity="warning",
            )

    def worse(self, checked: Checked, evaluated: Collection[str] = ()) -> Iterator[Worse]:
        """Yield what is worse now; nothing for a document that the baseline does not know.

        ``evaluated`` are the ids of the rulesets that the run was narrowed to, if it was.
        """
        before = self.of(checked.name)
        if before is None:
            return
        if checked.failed:
            if before.valid:
                yield Worse(checked.name, "", "problems", "valid", "invalid")
            return  # nothing was evaluated
        for result, _ in checked.scores():
            yield from _index(checked.name, before.scores.get(result.ruleset.id), result)
        for verdict, _ in checked.verdicts():
            # What a superseded edition says is no reason to stop a run.
            if verdict.in_force:
                yield from _definition(checked.name, before.verdicts.get(verdict.ruleset.id), verdict)
        yield from _gone(checked, before, evaluated)


def _index(name: str, before: EarlierScore | None, now: IndexResult) -> Iterator[Worse]:
    if before is None:
        return
    identifier = now.ruleset.id
    if now.score < before.score:
        yield Worse(name, identifier, identifier, number_text(before.score), number_text(now.score))
    for each in now.indicators():
        earlier = before.awarded.get(each.indicator.id)
        if earlier is not None and each.awarded < earlier:
            yield Worse(name, identifier, each.indicator.id, number_text(earlier), number_text(each.awarded))


def _definition(name: str, before: EarlierVerdict | None, now: DefinitionResult) -> Iterator[Worse]:
    if before is None:
        return
    identifier = now.ruleset.id
    if RANKS[now.verdict] < RANKS[before.verdict]:
        yield Worse(name, identifier, identifier, before.verdict, now.verdict)
    elif (
        now.verdict == before.verdict == "met" and before.level is not None and not now.reaches(before.level)
    ):
        yield Worse(name, identifier, identifier, before.level, now.level or "–")


def _gone(checked: Checked, before: Earlier, evaluated: Collection[str]) -> Iterator[Worse]:
    """Yield the scores, and the definitions met, of which there is no result any more although they were asked for."""
    present = {each.ruleset.id for each in checked.results}
    met = [name for name, each in before.verdicts.items() if each.verdict == "met" and each.in_force]
    for names, was, now in ((before.scores, "scored", "not scored"), (met, "met", "not judged")):
        for name in names:
            if name not in present and (not evaluated or name in evaluated):
                yield Worse(checked.name, name, name, was, now)


class Allowance:
    """What a baseline already had of the problems and findings of one document, each as often as it was there."""

    def __init__(self, before: Earlier) -> None:
        """Take what the baseline told of the document."""
        self._left = Counter(dict(before.findings)) + Counter(
            {("", code): n for code, n in before.problems.items()}
        )

    def takes(self, ruleset: str, rule: str) -> bool:
        """Return whether one more of these was there before; a problem has no ruleset."""
        self._left[ruleset, rule] -= 1
        return self._left[ruleset, rule] >= 0
