"""The steps in their order, for the command line and for Python: read → validate → load rules → evaluate."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from msgspec import Struct
from msgspec.structs import replace

from cati_rules.catalog.ruleset import Kind, Ruleset
from cati_rules.catalog.store import label, load_ruleset, ruleset_ids
from cati_rules.documents import Document
from cati_rules.documents.paths import FieldPath
from cati_rules.documents.python_values import document_of
from cati_rules.errors import DocumentError, Place, Problem, UsageError
from cati_rules.formats.opening import read_documents, single
from cati_rules.kinds.consistency.assessment import ConsistencyAssessor, ConsistencyResult
from cati_rules.kinds.consistency.contradiction import Contradiction, ContradictionsAfter, contradictions
from cati_rules.kinds.consistency.refusal import CONSISTENCY, our_assessor, refusals, stopping
from cati_rules.kinds.consistency.rules import ConsistencyRule, Severity
from cati_rules.kinds.definition.assessment import BodyAssessor, DefinitionAssessor
from cati_rules.kinds.definition.result import DefinitionResult
from cati_rules.kinds.index.result import IndexResult
from cati_rules.kinds.registry import ORDER, Outcome, Run, Services, judges_others, judging
from cati_rules.parameters import NO_PARAMETERS, Parameters, refuse_unfit
from cati_rules.schema import in_order, load_schema
from cati_rules.schema.sources import with_sources
from cati_rules.schema.types import RecordType, types_from_schema
from cati_rules.schema.validation import examined
from cati_rules.text import Text

if TYPE_CHECKING:
    from cati_rules.kinds.index.assessment import IndexAssessor
    from cati_rules.kinds.index.rank import Standing
    from cati_rules.kinds.index.rules import Index

Result = IndexResult | DefinitionResult | ConsistencyResult
Assessor: TypeAlias = "BodyAssessor | IndexAssessor | ConsistencyAssessor"
NOT_IN_FORCE = "rules/not-in-force"
"""The code of the warning that an edition asked for does not apply on the date."""
_WARNED_OF: tuple[Severity, ...] = ("error", "warning")


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
            if each is result and result.ruleset.kind == "index":
                return cast("IndexAssessor", assessor)
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
def assessor(identifier: str, parameters: tuple[tuple[str, Decimal], ...] = ()) -> Any:
    """Return a ruleset ready to judge documents, once for its id or path and the numbers that it leaves to others."""
    if identifier == CONSISTENCY:
        return our_assessor()
    rules = ruleset(identifier)
    services = Services(record_of, _not_counted_in, _contradictions_after)
    return judging(rules.kind).assessor(rules, services, dict(parameters))


def _assessor_of(kind: Kind, identifier: str, parameters: tuple[tuple[str, Decimal], ...] = ()) -> Any:
    """Return a ruleset of a kind ready to judge documents.

    Raises:
        UsageError: the ruleset is of another kind.
    """
    if ruleset(identifier).kind != kind:
        what = judging(kind).NO_SUCH
        message = Text(f"is {what.en}.", f"{what.zh}。")
        raise UsageError(Problem(place=Place(identifier), code="usage/ruleset", message=message))
    return assessor(identifier, parameters)


def index_assessor(identifier: str, parameters: tuple[tuple[str, Decimal], ...] = ()) -> IndexAssessor:
    """Return an index ready to score documents.

    Raises:
        UsageError: the ruleset is not an index.
    """
    return cast("IndexAssessor", _assessor_of("index", identifier, parameters))


def definition_assessor(
    identifier: str, parameters: tuple[tuple[str, Decimal], ...] = ()
) -> DefinitionAssessor:
    """Return a definition ready to judge documents.

    Raises:
        UsageError: the ruleset is not a definition.
    """
    return cast("DefinitionAssessor", _assessor_of("definition", identifier, parameters))


def consistency_assessor(identifier: str) -> ConsistencyAssessor:
    """Return a consistency ruleset ready to look at documents.

    Raises:
        UsageError: the ruleset is of another kind.
    """
    return cast("ConsistencyAssessor", _assessor_of("consistency", identifier))


def index(identifier: str) -> Index:
    """Return an index by id or path, loaded once.

    Raises:
        UsageError: the ruleset is not an index.
    """
    return index_assessor(identifier).ruleset


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
        if not rules.in_force(date) and (rules.always_dated or (result.judged and rules.id in named)):
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
    problems, told = examined(document)
    if any(problem.severity == "error" for problem in problems):
        return Checked(document.name, document, problems, ())
    # From here on nobody meets a null: a field left empty is a field that is not there.
    document = replace(document, value=told)
    value = with_sources(document.value)
    date = as_of or today()
    refuse_unfit_parameters(parameters, rulesets)
    kind = str(value["kind"])
    applied = applying(kind, rulesets)
    looked = _looked_over(value, date, applied)
    found = looked if CONSISTENCY in looked else {CONSISTENCY: stopping(value, date), **looked}
    if stopped := tuple(refusals(found.values(), document)):
        return Checked(document.name, document, in_order((*problems, *stopped)), ())
    contradicting = [each for found in looked.values() for each in contradictions(found)]
    run = Run(document, value, date, bool(rulesets), peers, looked, contradicting)
    outcomes: list[Outcome] = []
    for identifier in applied:
        rules = ruleset(identifier)
        given = tuple(sorted(parameters.get(rules.id, {}).items()))
        outcome = judging(rules.kind).judged(assessor(identifier, given), identifier, run)
        outcomes.extend(() if outcome is None else (outcome,))
    results = tuple(each.result for each in outcomes)
    problems += tuple(problem for each in outcomes for problem in each.problems)
    problems += tuple(_cut_short(document.name, looked.values()))
    problems += tuple(_editions_not_in_force(results, rulesets, required, date))
    return Checked(
        document.name,
        document,
        problems,
        results,
        tuple(each.standing for each in outcomes),
        tuple(each.assessor for each in outcomes),
    )


class Basis(Struct, frozen=True):
    """What the documents of a run are judged by; the fields are as in :func:`check_document`."""

    rulesets: tuple[str, ...]
    as_of: str
    peers: str | None
    parameters: Parameters

    def check(self, document: Document, required: Sequence[str] = ()) -> Checked:
        """Validate a document that was read, and evaluate it; as :func:`check_document`."""
        return check_document(
            document,
            self.rulesets,
            as_of=self.as_of,
            peers=self.peers,
            parameters=self.parameters,
            required=required,
        )


def _cut_short(name: str, looked: Iterable[ConsistencyResult]) -> Iterator[Problem]:
    """Yield a warning for each consistency rule that did not look at the whole of a long list."""
    for result in looked:
        for rule in result.cut_short:
            yield Problem(
                place=Place(name),
                code="rules/cut-short",
                message=Text(
                    f"{rule.id} compared the first entries of {'.'.join(rule.lists)} only: "
                    f"the list is too long to compare every entry with every other.",
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


def _not_counted_in(document: Mapping[str, Any]) -> Mapping[FieldPath, ConsistencyRule]:
    """Return the entries of a document whose figures cannot be right: an index does not count them."""
    return consistency_assessor(CONSISTENCY).not_counted(document)


def _contradictions_after(
    given: Mapping[str, Any], changed: Mapping[str, Any], places: Sequence[FieldPath], as_of: str
) -> tuple[Contradiction, ...]:
    """Return what contradicts itself in a document that differs from ``given`` at some places."""
    return _compared_with_given()(given, changed, places, as_of)


@cache
def _compared_with_given() -> ContradictionsAfter:
    return ContradictionsAfter(consistency_assessor(CONSISTENCY))


def contradicted_in(document: Mapping[str, Any], *, as_of: str) -> frozenset[tuple[str, FieldPath]]:
    """Return what is found in a valid document, without nulls, that a reader would be warned of: rules and places."""
    assessor = consistency_assessor(CONSISTENCY)
    found = assessor.assess(document, as_of=as_of, severities=_WARNED_OF).findings
    return frozenset((each.rule.id, each.path) for each in found)


def _looked_over(
    value: Mapping[str, Any], date: str, applied: Sequence[str]
) -> Mapping[str, ConsistencyResult]:
    """Return what is found in a document by the consistency rulesets asked for, and by ours if definitions judge it."""
    asked = [each for each in applied if ruleset(each).kind == CONSISTENCY]
    if CONSISTENCY not in asked and any(ruleset(each).held_against_consistency for each in applied):
        asked.append(CONSISTENCY)
    return {each: consistency_assessor(each).assess(value, as_of=date) for each in asked}


@cache
def _may_judge(identifier: str, kind: str) -> bool:
    """Return whether a shipped ruleset may judge documents of a kind: one whose label says no need not be read."""
    about = label(identifier)
    if about is None:
        return True
    return not about.when_asked and (kind in about.subjects or judges_others(about.kind, kind))


def applying(kind: str, rulesets: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the ids of rulesets that have something to say of documents of a kind: indices, then definitions,
    then what looks for contradictions.

    Definitions that judge another kind say so of what is made of metal, and of any document if they are asked for.
    """

    fitting = rulesets or [each for each in ruleset_ids() if _may_judge(each, kind)]
    chosen = [each for each in fitting if ruleset(each).judges(kind, asked=bool(rulesets))]
    return tuple(sorted(chosen, key=lambda each: ORDER.index(ruleset(each).kind)))


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
