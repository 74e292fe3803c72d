"""The steps in their order, for the command line and for Python: read → validate → load rules → evaluate."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from cati_rules.catalog.ruleset import Kind, Ruleset
from cati_rules.catalog.store import load_ruleset, ruleset_ids
from cati_rules.documents import Document, format_path
from cati_rules.documents.python_values import document_of
from cati_rules.errors import DocumentError, Place, Problem, UsageError
from cati_rules.formats.opening import read_documents, single
from cati_rules.kinds.consistency.assessment import ConsistencyAssessor, ConsistencyResult
from cati_rules.kinds.consistency.contradiction import Contradiction, contradictions
from cati_rules.kinds.consistency.refusal import CONSISTENCY, our_assessor, refusals, stopping
from cati_rules.kinds.consistency.rules import Consistency, ConsistencyRule, Severity
from cati_rules.kinds.definition.assessment import BodyAssessor, DefinitionAssessor
from cati_rules.kinds.definition.result import DefinitionResult
from cati_rules.kinds.definition.rules import Definition
from cati_rules.kinds.index.assessment import IndexAssessor
from cati_rules.kinds.index.evidence import Path
from cati_rules.kinds.index.published import Published, published_results
from cati_rules.kinds.index.rank import Standing, standing
from cati_rules.kinds.index.result import IndexResult
from cati_rules.kinds.index.rules import Index
from cati_rules.parameters import NO_PARAMETERS, Parameters, refuse_unfit
from cati_rules.schema import in_order, load_schema, spelled_out, validate, without_nulls
from cati_rules.schema.types import RecordType, types_from_schema
from cati_rules.text import Text

Result = IndexResult | DefinitionResult | ConsistencyResult
Assessor = BodyAssessor | IndexAssessor | ConsistencyAssessor
_ORDER: tuple[Kind, ...] = ("index", "definition", "consistency")
NOT_IN_FORCE = "rules/not-in-force"
"""The code of the warning that an edition asked for does not apply on the date."""
_ERRORS: tuple[Severity, ...] = ("error",)
METALS = ("product", "facility", "purchases")
"""Kinds of document that every definition has something to say of, if only that it judges another kind."""


class Checked(Struct, frozen=True):
    """One document after all steps: as far as they went.

    ``document`` is None where it could not be read, and holds no null where it is valid; ``results`` is empty where
    it is invalid; ``standings`` has the place of each result among published companies, where there are any, and
    ``assessors`` what scored or judged it. ``problems`` holds errors, which stop the evaluation, and warnings, which
    do not.
    """

    name: str
    document: Document | None
    problems: tuple[Problem, ...]
    results: tuple[Result, ...]
    standings: tuple[Standing | None, ...] = ()
    assessors: tuple[Assessor | None, ...] = ()

    def scores(self) -> tuple[tuple[IndexResult, Standing | None], ...]:
        """Return the results of indices, each with its place among published companies."""
        pairs = zip(self.results, self.standings, strict=True)
        return tuple((result, place) for result, place in pairs if isinstance(result, IndexResult))

    def verdicts(self) -> tuple[tuple[DefinitionResult, BodyAssessor | None], ...]:
        """Return the results of definitions, each with what judged it, to judge again with other values."""
        pairs = zip(self.results, self.assessors, strict=True)
        return tuple(
            (result, assessor if isinstance(assessor, BodyAssessor) else None)
            for result, assessor in pairs
            if isinstance(result, DefinitionResult)
        )

    def scorer(self, result: IndexResult) -> IndexAssessor:
        """Return what scored this document as ``result``, to score it again with other values.

        Raises:
            KeyError: the result is not one of this document.
        """
        for each, assessor in zip(self.results, self.assessors, strict=True):
            if each is result and isinstance(assessor, IndexAssessor):
                return assessor
        raise KeyError(result.ruleset.id)

    def consistency(self) -> tuple[ConsistencyResult, ...]:
        """Return what was found in the document that contradicts itself or misleads."""
        return tuple(result for result in self.results if isinstance(result, ConsistencyResult))

    @property
    def failed(self) -> bool:
        """Whether the document could not be read or is invalid."""
        return any(problem.severity == "error" for problem in self.problems)

    @property
    def kind(self) -> str | None:
        """The document's kind, where it has one."""
        kind = None if self.document is None else self.document.value.get("kind")
        return kind if isinstance(kind, str) else None


@cache
def record_of(kind: str) -> RecordType:
    """Return the types of documents of a kind."""
    return types_from_schema(load_schema(kind))


@cache
def ruleset(identifier: str) -> Ruleset:
    """Return a ruleset by id or path, loaded once."""
    return our_assessor().ruleset if identifier == CONSISTENCY else load_ruleset(identifier)


@cache
def index_assessor(identifier: str, parameters: tuple[tuple[str, Decimal], ...] = ()) -> IndexAssessor:
    """Return an index ready to score documents, compiled once.

    Raises:
        UsageError: the ruleset is not an index.
    """
    rules = index(identifier)
    return IndexAssessor(rules, record_of(rules.subject), dict(parameters), _not_counted_in)


@cache
def definition_assessor(
    identifier: str, parameters: tuple[tuple[str, Decimal], ...] = ()
) -> DefinitionAssessor:
    """Return a definition ready to judge documents, compiled once."""
    rules = ruleset(identifier)
    if not isinstance(rules, Definition):
        raise _wrong_kind(identifier, Text("not a definition", "不是定义类规则集"))
    return DefinitionAssessor(rules, record_of, dict(parameters), _contradictions_in)


@cache
def consistency_assessor(identifier: str) -> ConsistencyAssessor:
    """Return a consistency ruleset ready to look at documents, compiled once.

    Raises:
        UsageError: the ruleset is of another kind.
    """
    if identifier == CONSISTENCY:
        return our_assessor()
    rules = ruleset(identifier)
    if not isinstance(rules, Consistency):
        raise _wrong_kind(identifier, Text("not a consistency ruleset", "不是一致性类规则集"))
    return ConsistencyAssessor(rules, record_of)


@cache
def index(identifier: str) -> Index:
    """Return an index by id or path, loaded once.

    Raises:
        UsageError: the ruleset is not an index.
    """
    rules = ruleset(identifier)
    if not isinstance(rules, Index):
        raise _wrong_kind(identifier, Text("not an index", "不是指数类规则集"))
    return rules


def _wrong_kind(identifier: str, what: Text) -> UsageError:
    message = Text(f"is {what.en}.", f"{what.zh}。")
    return UsageError(Problem(place=Place(identifier), code="usage/ruleset", message=message))


@cache
def published(identifier: str) -> Published | None:
    """Return the results printed for a shipped index, None for any other."""
    return published_results(index(identifier)) if identifier in ruleset_ids() else None


def today() -> str:
    """Return today's date (UTC) as ISO text."""
    return datetime.datetime.now(tz=datetime.UTC).date().isoformat()


def _editions_not_in_force(
    results: Sequence[Result], rulesets: Sequence[str], required: Sequence[str], date: str
) -> Iterator[Problem]:
    """Yield a warning for each edition that does not apply on the date: of indices, and of what was asked for by name.

    A definition that nobody named is only shown beside the edition in force, and its page says so.
    """
    named = {ruleset(each).id for each in rulesets} | {each.partition(":")[0] for each in required}
    for result in results:
        rules = result.ruleset
        judged = not isinstance(result, DefinitionResult) or result.body is not None
        if not rules.in_force(date) and (isinstance(rules, Index) or (judged and rules.id in named)):
            yield _not_in_force(rules, date)


def _not_in_force(rules: Ruleset, date: str) -> Problem:
    """Return the warning that an edition does not apply on the date of the assessment, with the one that does."""
    others = (ruleset(each) for each in ruleset_ids())
    instead = next(
        (each.id for each in others if each.standard == rules.standard and each.in_force(date)), None
    )
    since, until = rules.period.start, rules.period.until
    span = Text(f"is in force from {since}", f"自 {since} 起有效")
    if since is None:
        proposed = rules.period.proposed
        span = Text(f"was proposed ({proposed}) and never in force", f"仅为提案（{proposed}），从未生效")
    elif until is not None:
        span = Text(f"is in force from {since} to {until}", f"的有效期为 {since} 至 {until}")
    return Problem(
        place=Place("--as-of"),
        code=NOT_IN_FORCE,
        message=Text(
            f"{rules.id} {span.en}; the assessment is as of {date}.",
            f"{rules.id} {span.zh}，而评价日为 {date}。",
        ),
        advice=None
        if instead is None
        else Text(f"In force then: {instead}.", f"当日有效的版本：{instead}。"),
        severity="warning",
    )


def check_document(
    document: Document,
    rulesets: Sequence[str] = (),
    *,
    as_of: str | None = None,
    peers: str | None = None,
    parameters: Parameters = NO_PARAMETERS,
    required: Sequence[str] = (),
) -> Checked:
    """Validate a document that was read, and evaluate it on the rulesets for its kind.

    ``rulesets`` narrows them by id, or names a ruleset file; ``as_of`` is an ISO date, today if left out.
    ``peers`` narrows the published companies to compare with: ``region``, ``product-type``, or names. ``parameters``
    are numbers that a ruleset leaves to others, by ruleset and name. ``required`` names what is demanded to be met
    (``ID`` or ``ID:LEVEL``): as with ``rulesets``, an edition named there that is not in force is warned of.

    Raises:
        UsageError: there is no ruleset of such an id, or no such peers or parameters.
        RulesetError: a ruleset's files are wrong.
    """
    problems = validate(document)
    if any(problem.severity == "error" for problem in problems):
        return Checked(document.name, document, problems, ())
    # From here on nobody meets a null: a field left empty is a field that is not there.
    document = replace(document, value=without_nulls(document.value))
    value = spelled_out(document.value)
    date = as_of or today()
    refuse_unfit_parameters(parameters, rulesets)
    results: list[Result] = []
    standings: list[Standing | None] = []
    assessors: list[Assessor | None] = []
    applied = applying(str(value["kind"]), rulesets)
    looked = _looked_over(value, date, applied)
    found = looked if CONSISTENCY in looked else {CONSISTENCY: stopping(value, date), **looked}
    if stopped := tuple(refusals(found.values(), document)):
        return Checked(document.name, document, in_order((*problems, *stopped)), ())
    contradicting = [each for found in looked.values() for each in contradictions(found)]
    for identifier in applied:
        rules = ruleset(identifier)
        given = tuple(sorted(parameters.get(rules.id, {}).items()))
        if isinstance(rules, Definition):
            judge = definition_assessor(identifier, given)
            results.append(judge.assess(value, as_of=date, contradictions=contradicting))
            standings.append(None)
            assessors.append(judge.body(str(value["kind"])))
            continue
        if isinstance(rules, Consistency):
            results.append(looked[identifier])
            standings.append(None)
            assessors.append(consistency_assessor(identifier))
            continue
        scorer = index_assessor(identifier, given)
        if not rulesets and not scorer.applies(value):
            continue
        problems += tuple(_unheeded(document, scorer, value))
        scorer = scorer.narrowed(value)
        score = scorer.assess(value, as_of=date)
        printed = published(identifier)
        results.append(score)
        assessors.append(scorer)
        standings.append(None if printed is None else standing(score, value, printed, peers))
    problems += tuple(_cut_short(document.name, looked.values()))
    problems += tuple(_editions_not_in_force(results, rulesets, required, date))
    return Checked(document.name, document, problems, tuple(results), tuple(standings), tuple(assessors))


def _unheeded(document: Document, scorer: IndexAssessor, value: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a warning for each indicator that a document leaves out and the index asks of every company."""
    name = scorer.ruleset.id
    for path, identifier, indicator in scorer.unheeded(value):
        message = Text(f"{name} has no indicator {identifier}.", f"{name} 没有指标 {identifier}。")
        if indicator is not None and indicator.may_not_apply is not None:
            message = Text(
                f"this file itself gives what {identifier} asks for; {name} counts it.",
                f"本文件已有 {identifier} 所要求的内容，{name} 仍计入该项。",
            )
        elif indicator is not None:
            message = Text(
                f"{identifier} applies to every company; {name} counts it.",
                f"{identifier} 适用于所有企业，{name} 仍计入该项。",
            )
        yield Problem(
            place=document.place(path),
            code="rules/not-applicable",
            message=message,
            path=format_path(path),
            severity="warning",
        )


def _cut_short(name: str, looked: Iterable[ConsistencyResult]) -> Iterator[Problem]:
    """Yield a warning for each consistency rule that did not look at the whole of a long list."""
    for result in looked:
        for rule in result.cut_short:
            yield Problem(
                place=Place(name),
                code="rules/cut-short",
                message=Text(
                    f"{rule.id} looked at the first entries of {'.'.join(rule.lists)} only: "
                    f"the list is too long to hold each entry against all others.",
                    f"{rule.id} 仅核对了 {'.'.join(rule.lists)} 靠前的部分：列表过长，无法逐条两两比对。",
                ),
                advice=Text(
                    "Split the document, or leave out entries that nothing rests on.",
                    "请拆分文件，或删去与评价无关的条目。",
                ),
                severity="warning",
            )


def refuse_unfit_parameters(parameters: Parameters, rulesets: Sequence[str] = ()) -> None:
    """Refuse numbers that no ruleset asks for; ``rulesets`` are those asked for, by id or path.

    Raises:
        UsageError: there is one, or no ruleset of such an id.
    """
    asked = {ruleset(each).id: ruleset(each) for each in rulesets} if parameters else {}
    for identifier, given in parameters.items():
        refuse_unfit(asked.get(identifier) or ruleset(identifier), given)


def _not_counted_in(document: Mapping[str, Any]) -> Mapping[Path, ConsistencyRule]:
    """Return the entries of a document whose figures cannot be right: an index does not count them."""
    return consistency_assessor(CONSISTENCY).not_counted(document)


def _contradictions_in(document: Mapping[str, Any]) -> tuple[Contradiction, ...]:
    """Return what contradicts itself in a document, whatever the day: no rule about that looks at the date."""
    assessor = consistency_assessor(CONSISTENCY)
    return contradictions(assessor.assess(document, as_of=today(), severities=_ERRORS))


def contradicted_in(document: Mapping[str, Any], *, as_of: str) -> frozenset[tuple[str, Path]]:
    """Return what contradicts itself in a valid document, without nulls: rules and places."""
    assessor = consistency_assessor(CONSISTENCY)
    found = assessor.assess(document, as_of=as_of, severities=_ERRORS).findings
    return frozenset((each.rule.id, each.path) for each in found)


def _looked_over(
    value: Mapping[str, Any], date: str, applied: Sequence[str]
) -> Mapping[str, ConsistencyResult]:
    """Return what is found in a document by the consistency rulesets asked for, and by ours if definitions judge it."""
    asked = [each for each in applied if isinstance(ruleset(each), Consistency)]
    if CONSISTENCY not in asked and any(isinstance(ruleset(each), Definition) for each in applied):
        asked.append(CONSISTENCY)
    return {each: consistency_assessor(each).assess(value, as_of=date) for each in asked}


def applying(kind: str, rulesets: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the ids of rulesets that have something to say of documents of a kind: indices, then definitions,
    then what looks for contradictions.

    Definitions that judge another kind say so of what is made of metal, and of any document if they are asked for.
    """

    def says(identifier: str) -> bool:
        rules = ruleset(identifier)
        if isinstance(rules, Index) and rules.when_asked and not rulesets:
            return False
        return kind in rules.subjects or (
            isinstance(rules, Definition) and (kind in METALS or bool(rulesets))
        )

    chosen = [each for each in rulesets or ruleset_ids() if says(each)]
    return tuple(sorted(chosen, key=lambda each: _ORDER.index(ruleset(each).kind)))


def check(
    path: str | FilePath,
    rulesets: Sequence[str] = (),
    *,
    as_of: str | None = None,
    peers: str | None = None,
    parameters: Parameters = NO_PARAMETERS,
) -> Checked:
    """Read, validate and evaluate the document at ``path``, which may be a file of another format.

    A document that cannot be read or is invalid gives a result whose ``problems`` say why.

    Raises:
        UsageError: there is no ruleset of such an id.
        RulesetError: a ruleset's files are wrong.
    """
    try:
        document = single(read_documents(FilePath(path)), str(path))
    except DocumentError as error:
        return Checked(str(path), None, error.problems, ())
    return check_document(document, rulesets, as_of=as_of, peers=peers, parameters=parameters)


def check_value(
    value: Mapping[str, Any],
    rulesets: Sequence[str] = (),
    *,
    name: str = "value",
    as_of: str | None = None,
    peers: str | None = None,
    parameters: Parameters = NO_PARAMETERS,
) -> Checked:
    """Validate and evaluate a document given as a dictionary, as a service has it; ``name`` is what to call it.

    Numbers may be whole, decimals or floats; a float is the shortest decimal that stands for it. A value that is no
    document gives a result whose ``problems`` say why. May be called from several threads at once.

    Raises:
        UsageError: there is no ruleset of such an id.
        RulesetError: a ruleset's files are wrong.
    """
    try:
        document = document_of(value, name)
    except DocumentError as error:
        return Checked(name, None, error.problems, ())
    return check_document(document, rulesets, as_of=as_of, peers=peers, parameters=parameters)
