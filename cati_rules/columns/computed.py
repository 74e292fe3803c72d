"""What is computed for a table: the rulesets, the fields that it has, and the columns that say what each says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from msgspec import Struct

from cati_rules.brand_names import is_company
from cati_rules.columns.amounts import NotColumns
from cati_rules.columns.contradictions import Contradicting, contradicting
from cati_rules.columns.definitions import VERDICTS, Judged, Told, in_words, judged
from cati_rules.columns.fields import MADE, PRODUCT, Fields
from cati_rules.columns.stages import Stages
from cati_rules.columns.truths import Flag
from cati_rules.columns.validity import uneven
from cati_rules.errors import Place, Problem, UsageError
from cati_rules.kinds.consistency.refusal import CONSISTENCY
from cati_rules.kinds.consistency.rules import Consistency
from cati_rules.kinds.definition.rules import Brand, Definition
from cati_rules.parameters import NO_PARAMETERS, Parameters
from cati_rules.pipeline import applying, refuse_unfit_parameters, ruleset
from cati_rules.text import Text

VERDICT, LEVEL, DOUBT = ".verdict", ".level", ".doubt"
UNEVEN = "cati.uneven"
"""The column that says which rows are judged as documents by every ruleset."""


def definitions(rulesets: Sequence[str] | None = None) -> tuple[Definition, ...]:
    """Return the definitions that judge products, or those asked for by id or path.

    Raises:
        UsageError: there is no ruleset of such an id, or it is no definition.
    """
    if rulesets is None:
        found = [ruleset(each) for each in applying(PRODUCT)]
        return tuple(
            each for each in found if isinstance(each, Definition) and each.body(PRODUCT) is not None
        )
    asked = [ruleset(each) for each in dict.fromkeys(rulesets)]
    for each in asked:
        if not isinstance(each, Definition):
            raise UsageError(
                Problem(
                    place=Place(each.id),
                    code="usage/ruleset",
                    message=Text(
                        "is no definition: a table holds products.", "不是定义类规则集：表格中为产品。"
                    ),
                    advice=Text(
                        "Check other documents one by one, without a table.",
                        "其他文件请逐个检查，不要使用表格。",
                    ),
                )
            )
    return tuple(each for each in asked if isinstance(each, Definition))


class Plan(Struct, frozen=True):
    """What is asked of a table: definitions, by id or path as they are loaded, on an ISO date."""

    rulesets: tuple[str, ...]
    definitions: tuple[Definition, ...]
    as_of: str
    parameters: Parameters

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns that are added."""
        return tuple(self.words)

    @property
    def words(self) -> Mapping[str, tuple[str, ...]]:
        """All that can stand in each of the columns that are added, beside nothing."""
        found: dict[str, tuple[str, ...]] = {}
        for each in self.definitions:
            body = each.body(PRODUCT)
            found[each.id + VERDICT] = VERDICTS
            found[each.id + LEVEL] = () if body is None else tuple(level.id for level in body.levels)
        return found


def plan_of(rulesets: Sequence[str] | None, as_of: str, parameters: Parameters = NO_PARAMETERS) -> Plan:
    """Return what is asked of a table.

    Raises:
        UsageError: there is no ruleset of such an id, it is no definition, or it asks for no such parameter.
    """
    refuse_unfit_parameters(parameters, rulesets or ())
    found = definitions(rulesets)
    names = tuple(dict.fromkeys(rulesets)) if rulesets is not None else tuple(each.id for each in found)
    return Plan(names, found, as_of, parameters)


class Computed(Struct, frozen=True):
    """A plan over the columns of one table.

    ``by_row`` are the rulesets that cannot be computed over columns, with the reason: every row is judged for them.
    """

    stages: Stages
    uneven: Flag
    judged: tuple[Judged, ...]
    by_row: Mapping[str, str]

    def add_to(self, frame: Any, told: Told = in_words) -> Any:
        """Return a narwhals frame with verdict, level and doubt of every ruleset, and with which rows are uneven."""
        for level in self.levels(told):
            frame = frame.with_columns(**level)
        return frame

    def levels(self, told: Told = in_words) -> list[Mapping[str, Any]]:
        """Return the columns that are computed, level by level; those of verdicts are the last."""
        columns: dict[str, Any] = {UNEVEN: as_column(self.uneven)}
        for each in self.judged:
            columns[each.ruleset + VERDICT] = each.verdict(told)
            columns[each.ruleset + LEVEL] = each.level(told)
            columns[each.ruleset + DOUBT] = as_column(each.doubt)
        for name in self.by_row:
            columns[name + VERDICT] = told(())(None)
            columns[name + LEVEL] = told(())(None)
            columns[name + DOUBT] = as_column(True)
        return [*self.stages.levels(), columns]


def as_column(flag: Flag) -> Any:
    """Return a flag as a column, also where it is the same in all rows."""
    if not isinstance(flag, bool):
        return flag
    import narwhals as nw  # noqa: PLC0415 - an extra

    return nw.lit(flag)


def computed(plan: Plan, present: frozenset[str]) -> Computed:
    """Return a plan over a table that has columns of the fields ``present``, and of the makers of the plan's brands."""
    fields, stages = Fields(present), Stages()
    by_row: dict[str, str] = {}
    against: tuple[Contradicting, ...] = ()
    reason = ""
    try:
        against = contradicting(consistency(), fields, stages)
    except NotColumns as error:
        reason = str(error)
    known = brands(plan)
    found: list[Judged] = []
    for each in plan.definitions:
        try:
            if reason:
                raise NotColumns(reason)
            parameters = plan.parameters.get(each.id, {})
            found.append(
                judged(each, fields, stages, against, brands=known, as_of=plan.as_of, parameters=parameters)
            )
        except NotColumns as error:
            by_row[each.id] = str(error)
    return Computed(stages, uneven(fields), tuple(found), by_row)


def not_columns(definition: Definition) -> str | None:
    """Return why a definition is judged row by row, None where it is computed over columns."""
    plan = Plan((definition.id,), (definition,), definition.period.first_certain, NO_PARAMETERS)
    return computed(plan, frozenset()).by_row.get(definition.id)


def consistency() -> Consistency:
    """Return the rules that say what contradicts itself."""
    found = ruleset(CONSISTENCY)
    if not isinstance(found, Consistency):
        raise TypeError(found.id)
    return found


def brands(plan: Plan) -> tuple[Brand, ...]:
    """Return the brands that definitions are about, each once."""
    bodies = (each.body(PRODUCT) for each in plan.definitions)
    return tuple(dict.fromkeys(body.brand for body in bodies if body is not None and body.brand is not None))


def maker_names(plan: Plan) -> list[str]:
    """Return the names that makers of the plan's brands go by."""
    return sorted({name for brand in brands(plan) for each in brand.makers for name in (each.en, each.zh)})


def makers(plan: Plan, producers: Sequence[str]) -> dict[str, list[str]]:
    """Return which of the producers are the maker of each brand, by the name of the column that says so."""
    found: dict[str, list[str]] = {}
    for number, brand in enumerate(brands(plan)):
        names = [name for maker in brand.makers for name in (maker.en, maker.zh)]
        found[f"{MADE}{number}"] = [each for each in producers if _is_one_of(each, tuple(names))]
    return found


@lru_cache(100_000)
def _is_one_of(producer: str, names: tuple[str, ...]) -> bool:
    return is_company(producer, names)
