"""Verdicts for any data frame that narwhals knows: the frame goes in, and comes out of its own kind."""

from __future__ import annotations

import datetime
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

from cati_rules.columns.computed import Plan, plan_of
from cati_rules.columns.lazy import judged_lazily
from cati_rules.columns.names import unknown_columns
from cati_rules.columns.table import verdicts
from cati_rules.errors import Place, Problem, UsageError
from cati_rules.parameters import NO_PARAMETERS, Parameters
from cati_rules.text import Text

if TYPE_CHECKING:
    import polars as pl

Frame = TypeVar("Frame")
NEEDED = Text(
    "Install what tables need: pip install 'cati[tables]'.",
    "请安装表格所需组件：pip install 'cati[tables]'。",
)


def needs(*modules: str) -> None:
    """Import what tables need.

    Raises:
        UsageError: it is not installed; the message says how to.
    """
    from importlib import import_module  # noqa: PLC0415

    for name in modules:
        try:
            import_module(name)
        except ImportError:
            message = Text(f"{name} is not installed.", f"未安装 {name}。")
            raise UsageError(Problem(Place(name), "usage/extra", message, advice=NEEDED)) from None


def judge(
    frame: Frame,
    rulesets: Sequence[str] | None = None,
    as_of: str | datetime.date | None = None,
    *,
    parameters: Parameters = NO_PARAMETERS,
) -> Frame:
    """Return a frame of products with the columns ``<ruleset>.verdict`` and ``<ruleset>.level`` added.

    A column of ``frame`` is a field's path (``footprint.value``, ``scrap.share``); other columns are kept as they are,
    and one that looks like a misspelt field is warned of. ``frame`` is of any kind that narwhals knows. What is lazy
    stays lazy, except that of DuckDB and Spark, the rows which columns do not decide are fetched and judged when this
    is called. ``rulesets`` are definitions by id or path, all that judge products if
    left out; ``as_of`` is an ISO date, today if left out. A row that is no valid product has neither verdict nor level.

    Raises:
        UsageError: there is no ruleset of such an id, it is no definition, a column is of no type that its field can
            be read from, or what tables need is not installed.
    """
    needs("narwhals", "polars")
    import narwhals as nw  # noqa: PLC0415 - an extra
    import polars as pl  # noqa: PLC0415 - an extra

    plan = plan_of(rulesets, _date(as_of), parameters)
    if isinstance(frame, pl.LazyFrame):
        schema = frame.collect_schema()
        _tell_unknown(schema)
        added = {name: pl.String() for name in plan.columns}
        judged = frame.map_batches(
            lambda batch: _with_verdicts(batch, plan), schema={**schema, **added}, streamable=False
        )
        return cast("Frame", judged)
    table: Any = nw.from_native(cast("Any", frame))
    _tell_unknown(table.collect_schema())
    if isinstance(table, nw.LazyFrame):
        return cast("Frame", judged_lazily(table, plan))
    found = verdicts(table.to_polars(), plan).in_words()
    series = [
        nw.new_series(name, found[name].to_list(), nw.String, backend=table.implementation)
        for name in plan.columns
    ]
    return cast("Frame", table.with_columns(*series).to_native())


def _with_verdicts(frame: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    return frame.with_columns(verdicts(frame, plan).in_words().get_columns())


def _date(as_of: str | datetime.date | None) -> str:
    from cati_rules.pipeline import today  # noqa: PLC0415

    if as_of is None:
        return today()
    text = as_of.isoformat()[:10] if isinstance(as_of, datetime.date) else as_of
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        message = Text(f"{text} is not a date.", f"{text} 不是有效日期。")
        raise UsageError(Problem(Place("as_of"), "usage/option", message)) from None


def _tell_unknown(schema: Mapping[str, Any]) -> None:
    for each in unknown_columns(schema):
        if each.advice is not None:
            warnings.warn(each.line("en"), stacklevel=3)
