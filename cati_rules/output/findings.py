"""The findings on checked documents: the one model that every machine format is rendered from.

A problem that stops the evaluation is an error, another one a warning. A definition that is not met is a warning, one
that cannot be decided a note, and so is what an index gives no points for. What contradicts itself is as grave as its
rule says. What is met, does not apply or cannot be tested yields no finding; :func:`outcomes` tells of that too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from cati_rules.documents import Document, parse_path
from cati_rules.documents.names import document_name
from cati_rules.errors import Place, Problem
from cati_rules.gate.outcome import OPEN, Gate
from cati_rules.output.finding import Finding, Help, Level, Outcome
from cati_rules.output.fingerprint import Fingerprints, is_alone
from cati_rules.output.telling import Shared, Telling
from cati_rules.pipeline import Checked
from cati_rules.text import Language, Text
from cati_rules.visible import visible

if TYPE_CHECKING:
    from cati_rules.output.gate_findings import GateFindings

__all__ = ["Finding", "Help", "Level", "Outcome", "Report", "findings", "outcomes"]

HERE = Path()
_FAMILIES: Mapping[str, Text] = {
    "read": Text("The file cannot be read as a document", "文件无法读取"),
    "schema": Text("The document does not follow its schema", "文件不符合其模式"),
    "slip": Text("The document says something that is probably a slip", "文件内容疑似有误"),
    "rules": Text("The edition of the ruleset does not fit the date", "规则集版本与评价日不符"),
}
_CODES: Mapping[str, Text] = {
    "rules/not-applicable": Text(
        "An indicator is counted though the document says that it does not apply",
        "文件注明不适用的指标仍计入",
    ),
}
_OTHER = Text("The document has a problem", "文件存在问题")


def findings(
    checked: Sequence[Checked], language: Language, base: Path = HERE, gate: Gate = OPEN
) -> Iterator[Finding]:
    """Yield the findings on documents, in their order; names of files become relative to ``base``."""
    shared = Shared(language)
    for each in checked:
        yield from _Findings(each, language, base, shared, gate).findings()


def outcomes(
    checked: Sequence[Checked], language: Language, base: Path = HERE, gate: Gate = OPEN
) -> Iterator[Outcome]:
    """Yield what every rule came to on documents, met or not, and before that the problems of each."""
    shared = Shared(language)
    for each in checked:
        yield from _Findings(each, language, base, shared, gate).outcomes()


class Report(Struct, frozen=True, dict=True):
    """What a format is rendered from: the documents of a run and, made once when asked for, what was found on them.

    Names of documents are relative to ``base``, for services; ``here`` is the working folder, for people.
    """

    checked: tuple[Checked, ...]
    as_of: str
    language: Language
    base: Path = HERE
    gate: Gate = OPEN
    here: Path = HERE

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All findings on documents, one document after the other."""
        return tuple(findings(self.checked, self.language, self.base, self.gate))

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """All outcomes, document by document."""
        return tuple(outcomes(self.checked, self.language, self.base, self.gate))

    @cached_property
    def demands(self) -> tuple[Finding, ...]:
        """What was demanded and not reached, waived or not."""
        return () if self.gate is OPEN else self._gate_findings().demands()

    @cached_property
    def waivers(self) -> tuple[Finding, ...]:
        """What is wrong with waivers, at their places in the file of waivers."""
        return () if self.gate is OPEN else self._gate_findings().waivers()

    @property
    def told(self) -> tuple[Finding, ...]:
        """Everything to tell, what fails the run first: services show the first only where there are many."""
        return (*self.demands, *self.findings, *self.waivers)

    def _gate_findings(self) -> GateFindings:
        from cati_rules.output.gate_findings import GateFindings  # noqa: PLC0415 - most runs demand nothing

        return GateFindings(self.gate, self.language, self.base, self.checked)

    def name(self, checked: Checked) -> str:
        """Return a document's name as findings give it."""
        return document_name(checked.name, self.base)

    def say(self, text: Text) -> str:
        """Return ``text`` in the language of the run."""
        return text.to(self.language)


class _Findings:
    """Tells of one document."""

    def __init__(self, checked: Checked, language: Language, base: Path, shared: Shared, gate: Gate) -> None:
        self._checked = checked
        self._language = language
        self._shared = shared
        self._holding = gate.holding_on(checked.name)
        self._name = document_name(checked.name, base)
        value = None if checked.document is None else checked.document.value
        self._fingerprints = Fingerprints(self._name, value, is_alone(checked.name))

    def findings(self) -> Iterator[Finding]:
        yield from self._problems()
        document = self._evaluated()
        if document is None:
            return
        # Imported where something was evaluated: what words the results needs the schemas and the rules.
        from cati_rules.output.consistency_findings import ConsistencyFindings  # noqa: PLC0415
        from cati_rules.output.definition_findings import DefinitionFindings  # noqa: PLC0415
        from cati_rules.output.index_findings import IndexFindings  # noqa: PLC0415

        telling = self._telling(document)
        for score, _ in self._checked.scores():
            yield from IndexFindings(score, telling).findings()
        for verdict, assessor in self._checked.verdicts():
            yield from DefinitionFindings(verdict, assessor, telling).findings()
        for contradictions in self._checked.consistency():
            yield from ConsistencyFindings(contradictions, telling).findings()

    def outcomes(self) -> Iterator[Outcome]:
        for each in self._problems():
            yield Outcome(self._name, None, each.rule, None, each.title, "", (each,))
        document = self._evaluated()
        if document is None:
            return
        from cati_rules.output.consistency_findings import ConsistencyFindings  # noqa: PLC0415
        from cati_rules.output.definition_findings import DefinitionFindings  # noqa: PLC0415
        from cati_rules.output.index_findings import IndexFindings  # noqa: PLC0415

        telling = self._telling(document)
        for score, _ in self._checked.scores():
            yield from IndexFindings(score, telling).outcomes()
        for verdict, assessor in self._checked.verdicts():
            yield DefinitionFindings(verdict, assessor, telling).outcome()
        for contradictions in self._checked.consistency():
            yield from ConsistencyFindings(contradictions, telling).outcomes()

    def _evaluated(self) -> Document | None:
        return None if self._checked.failed else self._checked.document

    def _telling(self, document: Document) -> Telling:
        return Telling(document, self._name, self._language, self._fingerprints, self._shared, self._holding)

    def _problems(self) -> Iterator[Finding]:
        for each in self._checked.problems:
            yield self._problem(each)

    def _problem(self, problem: Problem) -> Finding:
        family = _CODES.get(problem.code) or _FAMILIES.get(problem.code.partition("/")[0], _OTHER)
        said = [each.to(self._language) for each in (problem.message, problem.expected) if each is not None]
        advice = "" if problem.advice is None else problem.advice.to(self._language)
        # What is wrong with the run, such as its date, stands in no line of the document.
        place = problem.place if problem.place.file == self._checked.name else Place(self._checked.name)
        return Finding(
            ruleset=None,
            rule=problem.code,
            level=problem.severity,
            verdict=None,
            title=visible(self._title(problem, family)),
            message=visible((" " if self._language == "en" else "").join(said)),
            advice=visible(advice),
            document=self._name,
            path=problem.path,
            place=place,
            fingerprint=self._fingerprints.of(None, problem.code, _steps(problem.path)),
            help=self._shared.of(problem.code, lambda: self._help(problem.code, family)),
        )

    def _title(self, problem: Problem, family: Text) -> str:
        if problem.field is None:
            return problem.path or family.to(self._language)
        title = problem.field
        if not problem.path:
            return title.to(self._language)
        return Text(f"{title.en} ({problem.path})", f"{title.zh}（{problem.path}）").to(self._language)

    def _help(self, code: str, family: Text) -> Help:
        title = family.to(self._language)
        return Help(title=f"{title} ({code})" if self._language == "en" else f"{title}（{code}）", asks=title)


def _steps(path: str) -> tuple[str | int, ...]:
    """Return the steps of a path in text; as one step where it has keys that no path writes plainly."""
    if not path:
        return ()
    try:
        return parse_path(path)
    except ValueError:
        return (path,)
