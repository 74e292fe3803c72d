"""The conditions of a ruleset, ready to be asked of documents: for their traces, or for their truths alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cati_rules.language.evaluation import World, compile_node
from cati_rules.language.nodes import Node
from cati_rules.language.scope import Entries, with_entries
from cati_rules.language.trace import Trace
from cati_rules.later import Later, known
from cati_rules.schema.types import RecordType

MOST_BY_TRACE = 8_000
"""So many truths are read from traces; whoever asks for more has them from Python written for the conditions, which
takes about as long to make as that many traces."""
USUAL_ENTRIES = 50
"""How many entries the lists of a document have, more or less."""
_TRUTHS = object()
"""Where in what evaluations of a document share their truths are kept apart from their traces."""


class Conditions:
    """What a ruleset asks of documents of one type, in the order given."""

    def __init__(
        self,
        trees: Sequence[Node],
        *,
        world: World,
        record: RecordType,
        named: Mapping[str, Node],
        entries: Sequence[Entries] = (),
        briefly: bool = False,
    ) -> None:
        """Take the conditions, with the ruleset's named values; each is compiled when it is first asked for.

        ``entries`` are, for each condition, further fields, which stand for other entries of the document in each
        evaluation; ``briefly`` is as in :func:`~cati_rules.language.compile_node`.
        """
        self._trees = trees
        self._world: World = world
        self._record = record
        self._named = named
        self._entries = entries
        self._truths: Sequence[Any] = ()
        self._count = 0
        self._records, self._changing = with_entries(record, trees, entries)
        self._briefly = briefly
        self._definitions: dict[str, Any] = {}
        self.evaluators = tuple(ConditionEvaluator(self, i) for i in range(len(trees)))

    def traced(self, number: int) -> Any:
        """Compile what evaluates a condition with a trace."""
        return compile_node(
            self._trees[number],
            world=self._world,
            record=self._records[number],
            named=self._named,
            compiled=self._definitions,
            changing=self._changing,
            briefly=self._briefly,
        )

    def truths(self, value: Mapping[str, Any]) -> Sequence[Any]:
        """Return the truths of all conditions, once so many were asked for that it pays to write them; else none.

        A document with long lists counts for as many as one of usual length that costs as much.
        """
        if self._truths:
            return self._truths
        entries = sum(len(each) for each in value.values() if type(each) is list)
        self._count += 1 + entries // USUAL_ENTRIES
        if self._count > MOST_BY_TRACE:
            from cati_rules.language.generated import compile_truths  # noqa: PLC0415 - seldom needed

            self._truths = compile_truths(
                self._trees,
                world=self._world,
                record=self._record,
                named=self._named,
                entries=self._entries,
            )
        return self._truths


class ConditionEvaluator:
    """One condition; documents and what is shared are as :func:`~cati_rules.language.compile_node` says."""

    __slots__ = ("_conditions", "_number", "_traced")

    def __init__(self, conditions: Conditions, number: int) -> None:
        """Take the condition's number among those of its ruleset."""
        self._conditions = conditions
        self._number = number
        self._traced: Any = None

    def __call__(self, value: Mapping[str, Any], cache: dict[Any, Any] | None = None) -> Trace:
        """Return the trace of the condition.

        Raises:
            ExpressionError: it names a field or value that does not exist.
        """
        if self._traced is None:
            self._traced = self._conditions.traced(self._number)
        trace: Trace = self._traced(value, cache)
        return trace

    def truth(self, value: Mapping[str, Any], cache: dict[Any, Any] | None = None) -> int:
        """Return the truth of the condition."""
        truths = self._conditions.truths(value)
        if not truths:
            return self(value, cache).truth
        return _asked(truths[self._number], value, cache)

    def ask(self, value: Mapping[str, Any], cache: dict[Any, Any]) -> tuple[int, Later[Trace]]:
        """Return the truth of the condition, and its trace for when it is asked for."""
        truths = self._conditions.truths(value)
        if not truths:
            trace = self(value, cache)
            return trace.truth, known(trace)
        return _asked(truths[self._number], value, cache), Later(lambda: self(value, cache))


def _asked(truth: Any, value: Mapping[str, Any], cache: dict[Any, Any] | None) -> int:
    shared: dict[Any, Any] = {} if cache is None else cache.setdefault(_TRUTHS, {})
    found: int = truth(value, shared)
    return found
