"""Judges polars frames: columns first, then the rows that they leave in doubt, one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from cati_rules.columns.definitions import in_numbers
from cati_rules.columns.plan import DOUBT, LEVEL, UNEVEN, VERDICT, Plan, computed
from cati_rules.columns.preparation import ODD, prepared, spelled
from cati_rules.columns.reading import INVALID
from cati_rules.columns.rows import Outcome, RowJudge

if TYPE_CHECKING:
    import polars as pl


class Rejected(Struct, frozen=True):
    """A row that is no valid product: ``row`` counts from 0."""

    row: int
    outcome: Outcome


class Verdicts(Struct, frozen=True):
    """Verdicts and levels of the rows of a frame; rows that are rejected have neither.

    ``one_by_one`` is how many judgements were made of single rows, ``counts`` how often each verdict came out.
    """

    columns: pl.DataFrame
    rejected: tuple[Rejected, ...]
    one_by_one: int
    counts: Mapping[str, Mapping[str, int]]


class TableJudge:
    """Judges frames by one plan, as many as there are; what is computed is made ready once for frames of one kind."""

    def __init__(self, plan: Plan) -> None:
        """Judge by ``plan``."""
        self.plan = plan
        self._ready: dict[object, tuple[list[pl.DataFrame], pl.LazyFrame]] = {}

    def verdicts(self, frame: pl.DataFrame, name: str = "row", first: int = 0) -> Verdicts:
        """Return what the rulesets say of each row; rows are called ``name`` and their number, from ``first``."""
        ready = prepared(frame)
        fields = spelled(ready.frame.collect(), self.plan)
        found = self._found(fields, ready.present)
        patches = _Patches(self.plan)
        rejected = tuple(patches.uneven(frame, found, ready.source, name, first))
        patches.doubtful(frame, found, ready.source)
        numbers = patches.applied(found)
        return Verdicts(_in_words(numbers, self.plan), rejected, patches.count, _counts(numbers, self.plan))

    def _found(self, fields: pl.DataFrame, present: frozenset[str]) -> pl.DataFrame:
        key = tuple(fields.schema.items())
        if key not in self._ready:
            self._ready[key] = _compiled(self.plan, fields, present)
        given, lazy = self._ready[key]
        given[:] = [fields]
        return lazy.collect()


def _compiled(
    plan: Plan, fields: pl.DataFrame, present: frozenset[str]
) -> tuple[list[pl.DataFrame], pl.LazyFrame]:
    """Return what is computed for frames like ``fields``, and where to put the frame that it is computed for."""
    import narwhals as nw  # noqa: PLC0415 - an extra
    import polars as pl  # noqa: PLC0415 - an extra
    from polars.io.plugins import register_io_source  # noqa: PLC0415

    given: list[pl.DataFrame] = []

    def source(
        with_columns: list[str] | None,
        predicate: pl.Expr | None,
        n_rows: int | None,
        batch_size: int | None,  # noqa: ARG001 - a frame is one batch
    ) -> Iterator[pl.DataFrame]:
        (frame,) = given
        frame = frame if with_columns is None else frame.select(with_columns)
        frame = frame if predicate is None else frame.filter(predicate)
        yield frame if n_rows is None else frame.head(n_rows)

    lazy = register_io_source(source, schema=fields.schema)
    compute = computed(plan, present)
    names = [each.id + part for each in plan.definitions for part in (VERDICT, LEVEL, DOUBT)]
    said = compute.add_to(nw.from_native(lazy), in_numbers).to_native()
    return given, said.select((pl.col(UNEVEN) | pl.col(ODD)).alias(UNEVEN), *names)


def verdicts(frame: pl.DataFrame, plan: Plan, name: str = "row", first: int = 0) -> Verdicts:
    """Return what the rulesets of a plan say of each row of one frame, as :meth:`TableJudge.verdicts` does."""
    return TableJudge(plan).verdicts(frame, name, first)


class _Patches:
    """What single rows come to, to be put in the place of what columns say."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.judge = RowJudge(plan.rulesets, plan.as_of, plan.parameters)
        self.at: dict[str, tuple[list[int], list[Any]]] = {each: ([], []) for each in plan.columns}
        self.count = 0
        self.words = plan.words

    def uneven(
        self, frame: pl.DataFrame, found: pl.DataFrame, source: Any, name: str, first: int
    ) -> list[Rejected]:
        import polars as pl  # noqa: PLC0415 - an extra

        rejected: list[Rejected] = []
        rows = found[UNEVEN].arg_true()
        odd = frame[rows]
        lines = odd[INVALID].to_list() if INVALID in odd.columns else [None] * odd.height
        fields = odd.select(**source) if source else pl.DataFrame({INVALID: lines})
        for index, row, line in zip(rows.to_list(), fields.iter_rows(named=True), lines, strict=True):
            called = f"{name} {first + index + 1}"
            outcome = self.judge.judge(row, called) if line is None else self.judge.judge_line(line, called)
            self.count += len(self.plan.definitions)
            if outcome.problems:
                rejected.append(Rejected(first + index, outcome))
            for each in self.plan.definitions:
                self._put(each.id, index, outcome.said.get(each.id, (None, None)))
        return rejected

    def doubtful(self, frame: pl.DataFrame, found: pl.DataFrame, source: Any) -> None:
        even = ~found[UNEVEN]
        by_row: dict[int, list[str]] = {}
        for each, asked in zip(self.plan.definitions, self.plan.rulesets, strict=True):
            column = found[each.id + DOUBT]
            if column.any():
                for index in (column & even).arg_true().to_list():
                    by_row.setdefault(index, []).append(asked)
        rows = sorted(by_row)
        for index, row in zip(rows, frame[rows].select(**source).iter_rows(named=True), strict=True):
            asked_here = by_row[index]
            self.count += len(asked_here)
            for identifier, said in self.judge.judge_valid(row, asked_here).items():
                self._put(identifier, index, said)

    def _put(self, identifier: str, index: int, said: Sequence[str | None]) -> None:
        for part, one in zip((VERDICT, LEVEL), said, strict=True):
            name = identifier + part
            indices, values = self.at[name]
            indices.append(index)
            values.append(None if one is None else self.words[name].index(one))

    def applied(self, found: pl.DataFrame) -> pl.DataFrame:
        import polars as pl  # noqa: PLC0415 - an extra

        columns = []
        for name, (indices, values) in self.at.items():
            column = found[name]
            columns.append(column.scatter(indices, pl.Series(values, dtype=pl.UInt8)) if indices else column)
        return pl.DataFrame(columns)


def _in_words(numbers: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Return verdicts and levels as texts."""
    import polars as pl  # noqa: PLC0415 - an extra

    words = plan.words
    return numbers.select(
        pl.lit(pl.Series(words[name], dtype=pl.String)).gather(pl.col(name).cast(pl.UInt32)).alias(name)
        if words[name]
        else pl.col(name).cast(pl.String)
        for name in numbers.columns
    )


def _counts(numbers: pl.DataFrame, plan: Plan) -> dict[str, dict[str, int]]:
    """Return how often each verdict came out, by ruleset."""
    found: dict[str, dict[str, int]] = {}
    for each in plan.definitions:
        column = numbers[each.id + VERDICT].drop_nulls().value_counts(name="rows")
        pairs = zip(column[each.id + VERDICT].to_list(), column["rows"].to_list(), strict=True)
        found[each.id] = {plan.words[each.id + VERDICT][place]: rows for place, rows in sorted(pairs)}
    return found
