"""A batch of documents, judged: the lines that are told of it, and what is said beside them."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from msgspec import Struct
from msgspec.structs import replace

from cati_rules.documents import Document, parse_document
from cati_rules.errors import DocumentError, Problem
from cati_rules.formats.opening import parse_documents, read_documents
from cati_rules.formats.reading import ReadDocument
from cati_rules.many.gate import AtGate, Gatekeeping, at_gate, not_in_force
from cati_rules.many.sources import Item
from cati_rules.output.jsonl import head_of, problem_line, verdict_lines
from cati_rules.pipeline import Basis, Checked
from cati_rules.text import Language


class Asked(Struct, frozen=True):
    """What documents are judged by, the language of what is wrong with them, and the gate, None where it is open."""

    basis: Basis
    language: Language
    gate: Gatekeeping | None = None


class Told(Struct, frozen=True):
    """What a batch came to: its ``lines``, how many documents it held and how many of them were invalid.

    ``problems`` are what is wrong with them, in a line each; ``judged`` are the rulesets that said something.
    ``gate`` is what they did there, ``told`` in lines, and ``warnings`` are what is said once of all documents.
    """

    lines: str
    documents: int
    invalid: int
    problems: tuple[str, ...]
    judged: frozenset[str]
    gate: AtGate = AtGate()
    told: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()


def judge_batch(batch: Sequence[Item], asked: Asked) -> Told:
    """Judge documents, one after the other; one that cannot be read is told of as the others are.

    Raises:
        UsageError: there is no ruleset of such an id, or no such peers or parameters.
        RulesetError: a ruleset's files are wrong.
    """
    with _collected_at_the_end():
        return _judged(batch, asked)


@contextmanager
def _collected_at_the_end() -> Iterator[None]:
    """Look for cycles of garbage once, when a batch is done, and not again and again while much is alive."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.collect(0)
        if enabled:
            gc.enable()


def _judged(batch: Sequence[Item], asked: Asked) -> Told:
    lines: list[str] = []
    problems: list[str] = []
    judged: set[str] = set()
    count = invalid = 0
    gate = AtGate()
    told: list[str] = []
    warnings: dict[Problem, None] = {}
    for item in batch:
        for file, record, checked in _checked(item, asked):
            count += 1
            if asked.gate is not None:
                did, lines_told = at_gate(checked, _called(item, checked), asked.gate, asked.language)
                gate = gate.with_another(did)
                told.extend(lines_told)
                warnings.update(dict.fromkeys(not_in_force(checked, asked.gate)))
            head = head_of(file, record, checked.kind)
            if checked.failed:
                invalid += 1
                lines.append(problem_line(head, checked.problems, asked.language))
                wrong = [each for each in checked.problems if each.severity == "error"]
                problems.extend(each.line(asked.language) for each in wrong)
            else:
                scores = [result for result, _ in checked.scores()]
                verdicts = [result for result, _ in checked.verdicts()]
                lines.append(verdict_lines(head, scores, verdicts))
                judged.update(each.ruleset.id for each in checked.results)
    return Told(
        "".join(lines),
        count,
        invalid,
        tuple(problems),
        frozenset(judged),
        gate,
        tuple(told),
        tuple(warnings),
    )


def _called(item: Item, checked: Checked) -> str:
    """Return what a document is called: of JSON Lines, the file and the line."""
    return checked.name if item.line is None else f"{item.name}:{item.line}"


def _checked(item: Item, asked: Asked) -> Iterator[tuple[str, int | None, Checked]]:
    """Yield the documents of an item: the file of each, which of its records it is, and what it comes to."""
    try:
        if item.record is not None and item.data is not None:
            document = parse_document(item.data, name=item.name)
            checked = _check(document, item.name, asked)
            yield item.name, item.record, replace(checked, problems=_in_line(checked.problems, item))
            return
        documents = (
            read_documents(item.name) if item.data is None else parse_documents(item.data, name=item.name)
        )
    except DocumentError as error:
        problems = _in_line(error.problems, item)
        yield item.name, item.record, Checked(item.name, None, problems, ())
        return
    for number, each in enumerate(documents, start=1):
        several = isinstance(each, ReadDocument) and each.reading.several
        file = each.file if isinstance(each, ReadDocument) else each.name
        yield file, number if several else None, _check(each, file, asked)


def _check(document: Document, file: str, asked: Asked) -> Checked:
    required = () if asked.gate is None else asked.gate.demanded.on(file).required
    return asked.basis.check(document, required)


def _in_line(problems: Sequence[Problem], item: Item) -> tuple[Problem, ...]:
    """Return problems with the line of the file that the document stands in."""
    if item.line is None:
        return tuple(problems)
    return tuple(replace(each, place=replace(each.place, line=item.line)) for each in problems)
