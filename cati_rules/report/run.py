"""The report of a run: its documents, what each ruleset came to on them, and what the gate of the run says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from cati_rules.errors import Problem
from cati_rules.formats.reading import Reading
from cati_rules.gate.outcome import Gate
from cati_rules.later import Later
from cati_rules.report.attestation import Attestation
from cati_rules.report.consistency import ConsistencyReport
from cati_rules.report.definition import Chart, DefinitionReport, Disagreement
from cati_rules.report.finding import Finding, Outcome
from cati_rules.report.index import IndexReport
from cati_rules.report.questions import Question
from cati_rules.report.values import Location, Ruleset
from cati_rules.text import Language, Text


class Facts(Struct, frozen=True):
    """What a document is about: the name of the thing or company, figures of a product, and a ``remark`` on them.

    It is ``untouched`` if it names itself and holds nothing else.
    """

    name: str
    figures: tuple[Text, ...]
    remark: Text | None
    untouched: bool


class ProvisionalReport(Struct, frozen=True):
    """What a document with errors comes to without the smallest parts that cannot be read, and which these are.

    It is for people who go on with a draft: no format of a pipeline tells of it.
    """

    document: DocumentReport
    left_out: tuple[Location, ...]


class LotReport(Struct, frozen=True):
    """A lot of purchases and what its product comes to by every definition; None where it states no product.

    ``said`` is what to call it: its name, or its number, and its weight.
    """

    said: Text
    document: DocumentReport | None


class DocumentReport(Struct, frozen=True):
    """One document and what was found on it: ``scores`` by indices, ``verdicts`` by definitions, contradictions.

    ``path`` is its name as it was given; of a file with several records, which one is ``record`` of ``file``, from 1.
    ``name`` that from the folder of the repository, ``project_name`` that from
    the folder of the project (None outside of one); both with forward slashes. ``failed`` says that it could not be
    read or is invalid: then it has problems and nothing else. ``answers`` is the workbook whose answers were put into
    it. ``reading`` tells how a file of another format was
    read, None of one of ours; ``reading_titles`` are what the fields in it are called, by path. ``sha256`` is
    None where it could not be read.
    """

    path: str
    file: str
    record: int | None
    name: str
    project_name: str | None
    kind: str | None
    sha256: str | None
    failed: bool
    problems: tuple[Problem, ...]
    reading: Reading | None
    reading_titles: Later[Mapping[str, Text]]
    facts: Facts
    scores: tuple[IndexReport, ...]
    verdicts: tuple[DefinitionReport, ...]
    consistency: tuple[ConsistencyReport, ...]
    disagreements: Later[tuple[Disagreement, ...]]
    questions: Later[tuple[Question, ...]]
    chart: Later[Chart | None]
    findings: Later[tuple[Finding, ...]]
    outcomes: Later[tuple[Outcome, ...]]
    provisional: Later[ProvisionalReport | None]
    lots: Later[tuple[LotReport, ...]]
    answers: str | None = None

    @property
    def argument(self) -> str:
        """What names its file on the command line, with what was put into it."""
        file = f'"{self.file}"' if " " in self.file else self.file
        return file if self.answers is None else f"{file} --answers {self.answers}"

    @property
    def rulesets(self) -> tuple[Ruleset, ...]:
        """The rulesets that judged it, in the order of its results."""
        scores, verdicts = ([each.ruleset for each in some] for some in (self.scores, self.verdicts))
        return (*scores, *verdicts, *(each.ruleset for each in self.consistency))


class Report(Struct, frozen=True):
    """All that is told of a run, as of an ISO date; what ``gate`` says of demands and waivers included.

    ``demands`` are the demands that were not reached, waived or not, and ``waivers`` what is wrong with waivers; both
    as findings, at their places.
    """

    as_of: str
    documents: tuple[DocumentReport, ...]
    gate: Gate
    attestation: Later[Attestation]
    demands: Later[tuple[Finding, ...]]
    waivers: Later[tuple[Finding, ...]]

    def findings(self) -> Iterator[Finding]:
        """Yield the findings on documents, one document after the other."""
        for each in self.documents:
            yield from each.findings()

    def outcomes(self) -> Iterator[Outcome]:
        """Yield what every rule came to, met or not, document by document, and before that the problems of each."""
        for each in self.documents:
            yield from each.outcomes()

    def to_dict(self, language: Language = "en") -> dict[str, Any]:
        """Return it as ``cati check --format json`` writes it: ``cati-result/1``, numbers as exact strings."""
        from cati_rules.report.data.run import report_data  # noqa: PLC0415 - it reads this module

        return report_data(self, language)

    def told(self) -> tuple[Finding, ...]:
        """Return everything to tell, what fails the run first: services show the first only where there are many."""
        return (*self.demands(), *self.findings(), *self.waivers())
