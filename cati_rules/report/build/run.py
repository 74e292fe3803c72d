"""The report of a run from what was checked: one builder a kind of ruleset, behind one table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec import Struct

from cati_rules.documents import Document, format_path, parse_path
from cati_rules.documents.names import document_name
from cati_rules.documents.paths import FieldPath
from cati_rules.errors import Place
from cati_rules.formats.reading import AnsweredDocument, ReadDocument
from cati_rules.gate.outcome import OPEN, Gate
from cati_rules.later import Later, known
from cati_rules.pipeline import Checked
from cati_rules.provisional import Check
from cati_rules.report.attestation import attestation
from cati_rules.report.build.findings import Findings, Helps, Named
from cati_rules.report.build.fingerprint import Fingerprints, is_alone
from cati_rules.report.build.subject import Subject, cause_in
from cati_rules.report.consistency import ConsistencyReport
from cati_rules.report.definition import DefinitionReport, Disagreement
from cati_rules.report.finding import Finding
from cati_rules.report.index import IndexReport
from cati_rules.report.questions import Question
from cati_rules.report.run import DocumentReport, LotReport, ProvisionalReport, Report
from cati_rules.report.values import Kind, Location
from cati_rules.report.wording.facts import facts, lot_text
from cati_rules.report.wording.phrasing import Phrasing, Phrasings
from cati_rules.schema import load_schema, spelled_out
from cati_rules.text import Text

HERE = Path()


def _index(result: Any, assessor: Any, place: Any, subject: Subject) -> IndexReport:
    from cati_rules.report.build.index import index_report  # noqa: PLC0415 - a run pays for the kinds that it has

    return index_report(result, assessor, place, subject)


def _definition(result: Any, assessor: Any, _: Any, subject: Subject) -> DefinitionReport:
    from cati_rules.report.build.definition import definition_report  # noqa: PLC0415 - as above

    return definition_report(result, assessor, subject)


def _consistency(result: Any, assessor: Any, _: Any, subject: Subject) -> ConsistencyReport:
    from cati_rules.report.build.consistency import consistency_report  # noqa: PLC0415 - as above

    return consistency_report(result, assessor, subject)


_BUILDERS: Mapping[Kind, Callable[[Any, Any, Any, Subject], Any]] = {
    "index": _index,
    "definition": _definition,
    "consistency": _consistency,
}


class Folders(Struct, frozen=True):
    """What names of documents are relative to: those of the repository, of the project, and where one works."""

    repository: Path = HERE
    project: Path | None = None
    here: Path = HERE

    def named(self, given: str) -> Named:
        """Return what to call a file."""
        reached = document_name(given, self.here) if Path(given).is_absolute() else Path(given).as_posix()
        return Named(given, document_name(given, self.repository), reached)


OF_HERE = Folders()


def report_of(
    checked: Sequence[Checked],
    as_of: str,
    gate: Gate = OPEN,
    folders: Folders = OF_HERE,
    again: Check | None = None,
) -> Report:
    """Return all that is told of documents that were checked as of an ISO date; nothing of it is found twice.

    ``again`` checks a document as these were; with it, what is wrong in part has a provisional result.
    """
    shared = _Shared(Phrasings(), Helps(), gate, folders, again)
    return Report(
        as_of=as_of,
        documents=tuple(_document(each, shared, record) for each, record in _records(checked)),
        gate=gate,
        attestation=Later(
            lambda: attestation(
                [result.ruleset.id for each in checked for result in each.results],
                [each.kind for each in checked if each.kind is not None and each.results],
            )
        ),
        demands=_of_gate(gate, checked, folders, demands=True),
        waivers=_of_gate(gate, checked, folders, demands=False),
    )


def _of_gate(
    gate: Gate, checked: Sequence[Checked], folders: Folders, *, demands: bool
) -> Later[tuple[Finding, ...]]:
    if gate is OPEN:
        return known(())

    def found() -> tuple[Finding, ...]:
        from cati_rules.report.build.gate_findings import GateFindings  # noqa: PLC0415 - most runs demand nothing

        told = GateFindings(gate, checked, folders.named)
        return told.demands() if demands else told.waivers()

    return Later(found)


class _Shared(Struct, frozen=True):
    """What the documents of a run share."""

    phrasings: Phrasings
    helps: Helps
    gate: Gate
    folders: Folders
    again: Check | None


def _records(checked: Sequence[Checked]) -> Iterator[tuple[Checked, int | None]]:
    """Yield documents, each with its number in its file, from 1; None where the file holds no other."""
    counted: Counter[str] = Counter()
    for each in checked:
        document = each.document
        if isinstance(document, ReadDocument) and document.reading.several:
            counted[document.file] += 1
            yield each, counted[document.file]
        else:
            yield each, None


def _titles(document: Document | None) -> Mapping[str, Text]:
    """Return what the fields are called that were read from a foreign file, and those that it leaves open."""
    if not isinstance(document, ReadDocument):
        return {}
    reading = document.reading
    words = Phrasing(load_schema(reading.kind), ())
    titles = {format_path(each.path): words.title(each.path) for each in reading.taken}
    for each in reading.open:
        with suppress(ValueError):  # some concern no field
            titles[each.path] = words.title(parse_path(each.path))
    return titles


def _document(checked: Checked, shared: _Shared, record: int | None) -> DocumentReport:
    document = None if checked.failed else checked.document
    told: dict[str, list[Any]] = {kind: [] for kind in _BUILDERS}
    if document is not None:
        subject = Subject(document, spelled_out(document.value), shared.phrasings)
        parts = zip(checked.results, checked.assessors, checked.standings, strict=True)
        for result, assessor, place in parts:
            kind = result.ruleset.kind
            told[kind].append(_BUILDERS[kind](result, assessor, place, subject))
    scores, verdicts, consistency = (tuple(told[kind]) for kind in _BUILDERS)
    named, project = shared.folders.named(checked.name), shared.folders.project
    value = None if checked.document is None else checked.document.value

    def located(path: FieldPath) -> Location:
        if document is None:
            return Location(path, Place(checked.name))
        return cause_in(document, path)

    def findings() -> Findings:
        return Findings(
            named,
            checked.problems,
            scores,
            verdicts,
            consistency,
            shared.gate.holding_on(checked.name),
            shared.helps,
            Fingerprints(named.name, value, is_alone(checked.name)),
            located,
        )

    def disagreeing() -> tuple[Disagreement, ...]:
        from cati_rules.kinds.definition.disagreement import disagreements  # noqa: PLC0415 - as above
        from cati_rules.report.wording.disagreements import reason, sentence  # noqa: PLC0415 - as above

        found = disagreements([each for each, _ in checked.verdicts()])
        return tuple(
            Disagreement(
                claim=each.claim,
                met=each.met.ruleset.id,
                other=each.other.ruleset.id,
                verdict=each.verdict,
                cause=each.cause,
                because=reason(each, subject),
                said=sentence(each, subject),
            )
            for each in found
        )

    def asking() -> tuple[Question, ...]:
        from cati_rules.report.build.questions import questions  # noqa: PLC0415 - as above

        words = Phrasing(load_schema(str(checked.kind)), ())
        footprint = (value or {}).get("footprint")
        custody = footprint.get("chain_of_custody") if isinstance(footprint, Mapping) else None
        return questions(verdicts, words, custody if isinstance(custody, str) else None)

    def drawn() -> Any:
        from cati_rules.report.build.chart import chart  # noqa: PLC0415 - as above

        return chart([each for each, _ in checked.verdicts()])

    def bought() -> tuple[LotReport, ...]:
        from cati_rules.lots import lots_of  # noqa: PLC0415 - as above

        again = shared.again
        if document is None or again is None:
            return ()
        return tuple(
            LotReport(
                lot_text(each),
                None if each.product is None else _document(again(each.product), shared, None),
            )
            for each in lots_of(document)
        )

    def going_on() -> ProvisionalReport | None:
        from cati_rules.provisional import provisional  # noqa: PLC0415 - as above

        found = None if shared.again is None else provisional(checked, shared.again)
        if found is None:
            return None
        left_out = tuple(Location(path, place) for path, place in found.left_out)
        return ProvisionalReport(_document(found.checked, shared, record), left_out)

    return DocumentReport(
        path=checked.name,
        file=checked.document.file if isinstance(checked.document, ReadDocument) else checked.name,
        record=record,
        name=named.name,
        project_name=None if project is None else document_name(checked.name, project),
        kind=checked.kind,
        sha256=None if checked.document is None else checked.document.sha256,
        failed=checked.failed,
        problems=checked.problems,
        reading=checked.document.reading if isinstance(checked.document, ReadDocument) else None,
        reading_titles=Later(lambda: _titles(checked.document)),
        facts=facts(checked.name, value or {}),
        scores=scores,
        verdicts=verdicts,
        consistency=consistency,
        disagreements=Later(disagreeing) if verdicts else known(()),
        questions=Later(asking) if verdicts else known(()),
        chart=Later(drawn) if verdicts else known(None),
        findings=Later(lambda: tuple(findings().findings())),
        outcomes=Later(lambda: tuple(findings().outcomes())),
        provisional=Later(going_on) if checked.failed else known(None),
        lots=Later(bought) if document is not None and checked.kind == "purchases" else known(()),
        answers=checked.document.answers if isinstance(checked.document, AnsweredDocument) else None,
    )
