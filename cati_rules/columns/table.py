"""Judges polars frames: columns first, then the rows that they leave in doubt, one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct

from cati_rules.columns.computed import DOUBT, LEVEL, UNEVEN, VERDICT, Plan, computed
from cati_rules.columns.definitions import in_numbers
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

    ``numbers`` are columns of places in ``words``, which is all that can stand in each column; ``encoded`` are columns
    of the frame that are such places, too. ``one_by_one`` is how many judgements were made of single rows.
    """

    numbers: pl.DataFrame
    words: Mapping[str, tuple[str, ...]]
    rejected: tuple[Rejected, ...]
    one_by_one: int
    encoded: Mapping[str, pl.Series]

    def in_words(self) -> pl.DataFrame:
        """Return verdicts and levels as texts."""
        import polars as pl  # noqa: PLC0415 - an extra

        return self.numbers.select(
            pl.lit(pl.Series(words, dtype=pl.String)).gather(pl.col(name).cast(pl.UInt32)).alias(name)
            if words
            else pl.col(name).cast(pl.String)
            for name, words in self.words.items()
        )

    def in_arrow(self) -> dict[str, Any]:
        """Return columns that are encoded, verdicts and levels as dictionaries of Arrow, which costs nothing."""
        import polars as pl  # noqa: PLC0415 - an extra
        import pyarrow as pa  # noqa: PLC0415 - an extra

        places = {
            name: (each.to_physical().cast(pl.UInt8), list(cast("pl.Enum", each.dtype).categories))
            for name, each in self.encoded.items()
        }
        places |= {name: (self.numbers[name], list(words)) for name, words in self.words.items()}
        return {
            name: pa.DictionaryArray.from_arrays(column.to_arrow(), pa.array(words, pa.string()))
            for name, (column, words) in places.items()
        }

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how often each verdict came out, by ruleset."""
        import polars as pl  # noqa: PLC0415 - an extra

        words = {name: each for name, each in self.words.items() if name.endswith(VERDICT)}
        asked = [
            (pl.col(name) == place).sum().alias(f"{name} {word}")
            for name, each in words.items()
            for place, word in enumerate(each)
        ]
        found = self.numbers.select(asked).row(0, named=True)
        return {
            name.removesuffix(VERDICT): {
                word: found[f"{name} {word}"] for word in each if found[f"{name} {word}"]
            }
            for name, each in words.items()
        }


class TableJudge:
    """Judges frames by one plan, as many as there are; what is computed is made ready once for frames of one kind."""

    def __init__(self, plan: Plan) -> None:
        """Judge by ``plan``."""
        self.plan = plan
        self._ready: dict[object, tuple[list[pl.DataFrame], pl.LazyFrame]] = {}

    def verdicts(self, frame: pl.DataFrame, name: str = "row", first: int = 0) -> Verdicts:
        """Return what the rulesets say of each row; rows are called ``name`` and their number, from ``first``."""
        ready = prepared(frame)
        fields = spelled(ready.frame, self.plan)
        found = self._found(fields, ready.present)
        patches = _Patches(self.plan)
        rejected = tuple(patches.uneven(frame, found, ready.source, name, first))
        patches.doubtful(frame, found, ready.source)
        return Verdicts(patches.applied(found), self.plan.words, rejected, patches.count, ready.encoded)

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
