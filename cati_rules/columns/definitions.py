"""A definition over columns: verdict, level, and where floats do not decide them.

This is the order of decision of :mod:`cati_rules.kinds.definition.assessment`, over columns.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from cati_rules.columns import truths
from cati_rules.columns.amounts import Amount, NotColumns
from cati_rules.columns.contradictions import Contradicting
from cati_rules.columns.fields import MADE, PRODUCT, Fields
from cati_rules.columns.figures import AsSeen, measured
from cati_rules.columns.stages import ATOMS, FIGURES, LAST, Stages
from cati_rules.columns.translation import Translator
from cati_rules.columns.truths import FAILS, HOLDS, Flag, Truth, both, either, every, negation, some
from cati_rules.documents.paths import FieldNames
from cati_rules.kinds.consistency.contradiction import fields_read
from cati_rules.kinds.definition.brands import LABEL, PRODUCER
from cati_rules.kinds.definition.rules import Body, Brand, Condition, Definition
from cati_rules.language import nodes

if TYPE_CHECKING:
    import narwhals as nw


class Judged(Struct, frozen=True):
    """What a definition says of each row; where no flag is set, its verdict is *indeterminate*.

    ``levels`` are those of the definition, from the lowest to the highest, with where each is met. ``doubt`` says where
    floats do not decide: the judgement of one document does.
    """

    ruleset: str
    not_applicable: Flag
    not_testable: Flag
    met: Flag
    not_met: Flag
    levels: tuple[tuple[str, Flag], ...]
    doubt: Flag

    def verdict(self, told: Told) -> nw.Expr:
        """Return the verdict as a column."""
        return _first(
            (
                (self.not_applicable, "not_applicable"),
                (self.not_testable, "not_testable"),
                (self.met, "met"),
                (self.not_met, "not_met"),
            ),
            "indeterminate",
            told(VERDICTS),
        )

    def level(self, told: Told) -> nw.Expr:
        """Return the highest level met as a column, null where none is."""
        literal = told([name for name, _ in self.levels])
        highest = _first([(flag, name) for name, flag in reversed(self.levels)], None, literal)
        found: nw.Expr = _if(self.met, highest, literal(None)) if self.levels else highest
        return found


VERDICTS = ("not_applicable", "not_testable", "met", "not_met", "indeterminate")
"""What a definition can say of a product."""
Literal = Callable[[str | None], Any]
Told = Callable[[Sequence[str]], Literal]
"""How words are told in a column, given all that there are."""


def in_words(words: Sequence[str]) -> Literal:  # noqa: ARG001 - as in_numbers
    """Return what tells a word as itself."""
    import narwhals as nw  # noqa: PLC0415 - an extra

    return lambda word: nw.lit(word, nw.String)


def in_numbers(words: Sequence[str]) -> Literal:
    """Return what tells a word by its place among all: a tenth of the work of texts, which are made at the end."""
    import narwhals as nw  # noqa: PLC0415 - an extra

    places = {word: place for place, word in enumerate(words)}
    return lambda word: nw.lit(None if word is None else places[word], nw.UInt8)


def _first(flags: Iterable[tuple[Flag, str]], otherwise: str | None, literal: Literal) -> nw.Expr:
    """Return the word of the first flag that is set."""
    listed: list[tuple[Any, str]] = []
    rest: Any = literal(otherwise)
    for flag, text in flags:
        if flag is True:
            rest = literal(text)
            break
        if flag is not False:
            listed.append((flag, text))
    for flag, text in reversed(listed):
        rest = _if(flag, literal(text), rest)
    found: nw.Expr = rest
    return found


def _if(flag: Flag, then: Any, otherwise: Any) -> Any:
    if isinstance(flag, bool):
        return then if flag else otherwise
    import narwhals as nw  # noqa: PLC0415 - an extra

    return nw.when(flag).then(then).otherwise(otherwise)


def judged(
    definition: Definition,
    fields: Fields,
    stages: Stages,
    contradicting: Sequence[Contradicting],
    *,
    brands: Sequence[Brand],
    as_of: str,
    parameters: Mapping[str, Decimal],
) -> Judged:
    """Return a definition over the columns of a table, as of an ISO date.

    ``brands`` are those whose makers the table knows, each by its number.

    Raises:
        NotColumns: it asks for something that cannot be computed over columns.
    """
    body = definition.body(PRODUCT)
    standing = definition.standing(as_of)
    if body is None or standing == "not_yet":
        return Judged(definition.id, True, False, False, False, (), False)
    if body.each is not None or body.qualifies is not None:
        raise NotColumns("entries of a list")
    judge = _Body(body, fields, stages, as_of, parameters)
    owned = True if body.brand is None else _carries(body.brand, fields, stages, brands)
    not_applicable = either(negation(judge.applies.may), negation(owned))
    doubt = both(owned, judge.doubt)
    if standing == "proposed":
        return Judged(definition.id, not_applicable, negation(not_applicable), False, False, (), doubt)
    applies = both(owned, judge.applies.must)
    not_testable = both(applies, negation(judge.testable.may))
    decided = both(applies, judge.testable.must)
    against = some(each.where for each in contradicting if each.concerns(judge.read))
    met = every((decided, judge.holds.must, negation(against)))
    if judge.levels:
        met = stages.kept(LAST, definition.id, met)
    not_met = both(decided, negation(judge.holds.may))
    return Judged(definition.id, not_applicable, not_testable, met, not_met, judge.levels, doubt)


class _Body:
    """What a body asks, over columns."""

    def __init__(
        self, body: Body, fields: Fields, stages: Stages, as_of: str, parameters: Mapping[str, Decimal]
    ) -> None:
        given = {name: nodes.Literal(value) for name, value in parameters.items()}
        self.named = {**body.named_nodes(), **given}
        lacks_parameter = any(each.name not in parameters for each in body.parameters)
        testable = bool(body.conditions or body.levels) and not lacks_parameter
        amounts: dict[FieldNames, Amount] = {}
        figures: Flag = False
        key: tuple[Hashable, ...] = ()
        self.read = fields_read(body, self.named)
        concerned = (each.concerns.node for each in body.judged() if each.concerns is not None)
        read = self.read.union(*(nodes.depends_on(each, self.named) for each in concerned))
        for measure in body.measures if testable else ():
            found = measured(measure, AsSeen(fields, stages, amounts, key), self.named, as_of, read)
            amounts.update(found.amounts)
            figures = either(figures, found.doubt)
            key = (*key, found.key)
        sight = AsSeen(fields, stages, amounts, key)
        asking = Translator(sight, self.named, stages, above=FIGURES)
        self.applies = HOLDS if body.applies is None else asking.truth(body.applies.node)
        translator = Translator(sight, self.named, stages, above=FIGURES)
        self.testable = FAILS
        self.holds = FAILS
        self.levels: tuple[tuple[str, Flag], ...] = ()
        if testable:
            self.testable = HOLDS if body.testable is None else translator.truth(body.testable.node)
            all_hold = truths.all_hold([_condition(each, translator) for each in body.conditions])
            levels = [(each.id, _condition(each, translator)) for each in body.levels]
            self.levels = tuple((name, truth.must) for name, truth in levels)
            self.holds = all_hold
            if levels:
                self.holds = truths.all_hold((all_hold, truths.one_holds([each for _, each in levels])))
        rest = both(self.applies.may, either(figures, translator.doubt))
        self.doubt = either(asking.doubt, rest)


def _condition(condition: Condition, translator: Translator) -> Truth:
    truth = translator.truth(condition.node)
    asked = FAILS if condition.opened is None else translator.truth(condition.opened.node)
    opens = True if condition.basis == "unverified" else asked.may
    concerned = True if condition.concerns is None else translator.truth(condition.concerns.node).may
    return truths.opened(truth, both(opens, concerned))


def _carries(brand: Brand, fields: Fields, stages: Stages, brands: Sequence[Brand]) -> Flag:
    """Return where a product carries a label of the brand, or is from its maker."""
    found: Flag = False
    label = fields.column((LABEL,))
    if label is not None:
        carried = label.is_in(list(brand.labels)).fill_null(False)
        found = stages.kept(ATOMS, (LABEL, brand.labels, False), carried)
    if fields.column((PRODUCER,)) is not None:
        import narwhals as nw  # noqa: PLC0415 - an extra

        found = either(found, nw.col(f"{MADE}{brands.index(brand)}"))
    return found
