"""The cheapest way up: single steps, each verified on the document, and the cheapest set of them that reaches a goal.

A step meets one criterion. What it brings is found by carrying it out on the document
(:mod:`cati_rules.advice.repair`) and scoring again: the criteria that are met then, its own and those that come with
it. Sets of steps are judged by all the criteria that they bring together. Indicators whose steps or points touch form
a part; the cheapest sets of each part are found by going through them all, and then put together, so that the result
is the cheapest there is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct

from cati_rules.advice.filler import Limits
from cati_rules.advice.repair import publish, repair, walk_criteria
from cati_rules.kinds.index.assessment import IndexAssessor
from cati_rules.kinds.index.points import linked, score_of
from cati_rules.kinds.index.result import CriterionResult, IndexResult
from cati_rules.kinds.index.rules import Criterion, Index, Indicator

Object = dict[str, Any]
Key = tuple[str, str]
Brought = frozenset[Key]

Done = tuple[Object, Limits]

PUBLISH = "publish"
"""The class of effort of what is known already and only not public."""
_BESIDE_SCOPES_1_2 = ("product_footprints", "footprint_shares", "intensities", "actions")
"""What is told of once a company has measured its scope 1 and 2."""
MOST_STATES = 200_000
"""More sets than this in one part are not gone through; no index that comes with cati has a hundredth of it."""


class Step(Struct, frozen=True):
    """One criterion to meet: what it costs (efforts of the ruleset), what it brings, and the document with it done.

    ``gain`` is the weighted points that it adds to the document as it is, by itself. ``limits`` are what is asked of
    the numbers in it, by place: the numbers themselves are examples.
    """

    indicator: Indicator
    criterion: Criterion
    effort: str | None
    cost: Decimal
    brings: Brought
    gain: Decimal
    document: Object
    limits: Limits = {}

    @property
    def key(self) -> Key:
        """The criterion, by indicator and id."""
        return self.indicator.id, self.criterion.id


class Stage(Struct, frozen=True):
    """A step at its place in a plan: the document before and after it, what it adds there, the score then.

    ``ties`` are other steps that would have added as much for the same effort at this place.
    """

    step: Step
    before: Object
    after: Object
    gain: Decimal
    score: Decimal
    limits: Limits = {}
    ties: tuple[Step, ...] = ()


class Plan(Struct, frozen=True):
    """Steps in the order in which to take them.

    ``reached`` is None without a goal; ``minimal`` says that no set of steps is cheaper.
    """

    start: Decimal
    goal: Decimal | None
    stages: tuple[Stage, ...]
    reached: bool | None
    minimal: bool

    @property
    def cost(self) -> Decimal:
        """The effort of all steps."""
        return sum((each.step.cost for each in self.stages), Decimal(0))


class Improver:
    """Finds steps for documents on one index."""

    def __init__(
        self,
        assessor: IndexAssessor,
        schema: Mapping[str, Any],
        evidence: Mapping[str, Any],
        as_of: str,
        efforts: Mapping[str, Decimal],
        *,
        found_in: Callable[[Object], Collection[Hashable]] = lambda _: (),
    ) -> None:
        """Take the index, the schema of its documents, evidence for what is added, and what each effort costs.

        ``found_in`` tells what contradicts itself in a document: a step that adds to that is none.
        """
        self._assessor = assessor
        self._schema = schema
        self._evidence = evidence
        self._as_of = as_of
        self._efforts = efforts
        self._found_in = found_in
        self._last: tuple[Object, set[Hashable]] | None = None
        self.index = assessor.ruleset

    def steps(self, document: Object, result: IndexResult) -> tuple[Step, ...]:
        """Return a step for each criterion that is not met and can be, whatever it gains."""
        before = self._assessor.met(document, self._as_of)
        unmet = {
            (each.indicator.id, one.criterion.id): one
            for each in result.indicators()
            for one in each.criteria
            if not one.met
        }
        found = []
        for indicator, criterion in walk_criteria(self._assessor):
            if (indicator.id, criterion.id) in unmet:
                step = self._step(document, unmet[indicator.id, criterion.id], indicator, before)
                if step is not None:
                    found.append(step)
        return tuple(found)

    def _step(
        self, document: Object, unmet: CriterionResult, indicator: Indicator, before: Brought
    ) -> Step | None:
        criterion = unmet.criterion
        found = self._done(document, unmet, indicator)
        if found is None:
            return None
        done, limits = found
        met = self._assessor.met(done, self._as_of)
        if before - met:
            return None  # what takes points away elsewhere is no improvement
        effort = PUBLISH if unmet.withheld and PUBLISH in self._efforts else criterion.effort
        cost = self._efforts.get(effort or "", Decimal(1))
        gain = score_of(self.index, met) - score_of(self.index, before)
        return Step(indicator, criterion, effort, cost, met - before, gain, done, limits)

    def _done(self, document: Object, unmet: CriterionResult, indicator: Indicator) -> Done | None:
        """Return the document with a criterion met, if it contradicts itself no more than before."""
        done = self._met_by(document, unmet, indicator)
        if done is None or set(self._found_in(done[0])) - self._found_before(document):
            return None
        return done

    def _found_before(self, document: Object) -> set[Hashable]:
        if self._last is None or self._last[0] is not document:
            self._last = (document, set(self._found_in(document)))
        return self._last[1]

    def _met_by(self, document: Object, unmet: CriterionResult, indicator: Indicator) -> Done | None:
        """Return the document with a criterion met: by publishing what it holds, else by what is added."""
        published = publish(
            self._assessor, document, unmet, indicator, as_of=self._as_of, evidence=self._evidence
        )
        if published is not None:
            return published, {}
        return repair(
            self._assessor,
            self._schema,
            document,
            indicator,
            unmet.criterion,
            as_of=self._as_of,
            evidence=self._evidence,
        )

    def best_first(self, document: Object, result: IndexResult, most: int | None = None) -> Plan:
        """Return the steps by points gained per effort, each at what it adds to those before it."""
        steps = list(self.steps(document, result))
        met = self._assessor.met(document, self._as_of)
        score = score_of(self.index, met)
        chosen: list[Step] = []
        ties: dict[Key, tuple[Step, ...]] = {}
        current = document
        while steps and (most is None or len(chosen) < most):
            ranked = [(score_of(self.index, met | each.brings) - score, each) for each in steps]
            ranked = [each for each in ranked if each[0] > 0]
            if not ranked:
                break
            gain, step = max(in_turn(ranked, document, current), key=_worth)
            same = [each for more, each in ranked if (more, each.cost) == (gain, step.cost)]
            ties[step.key] = tuple(
                each
                for each in same
                if each.indicator.id != step.indicator.id and not each.brings & step.brings
            )
            met, score, current = met | step.brings, score + gain, _with(current, step)
            steps = [each for each in steps if each.key not in met]
            chosen.append(step)
        stages = self._stages(document, result, chosen, ties)
        return Plan(result.score, None, tuple(stages), None, False)

    def cheapest(self, document: Object, result: IndexResult, goal: Decimal, *, above: bool) -> Plan:
        """Return the cheapest steps that lift the score to ``goal``, or above it; of equal cost, the fewest.

        Where the goal is out of reach, the cheapest steps to the best score that there is.
        """
        met = self._assessor.met(document, self._as_of)
        chosen, complete = cheapest_set(self.index, met, self.steps(document, result), goal, above=above)
        in_order = ordered(
            sorted(chosen.steps, key=lambda each: (-each.gain / each.cost, each.key)), document
        )
        stages = tuple(self._stages(document, result, in_order))
        final = stages[-1].score if stages else result.score
        reached = final > goal if above else final >= goal
        return Plan(result.score, goal, stages, reached, complete and reached)

    def _stages(
        self,
        document: Object,
        result: IndexResult,
        steps: Sequence[Step],
        ties: Mapping[Key, tuple[Step, ...]] = {},
    ) -> Iterator[Stage]:
        """Carry steps out one after the other; one that came about with another is left out."""
        current, before = document, result
        for step in steps:
            unmet = _criterion(before, step)
            if unmet.met:
                continue
            done = self._done(current, unmet, step.indicator)
            if done is None:
                continue
            after, limits = done
            scored = self._assessor.assess(after, as_of=self._as_of)
            gain = scored.score - before.score
            yield Stage(step, current, after, gain, scored.score, limits, ties.get(step.key, ()))
            current, before = after, scored


def _worth(each: tuple[Decimal, Step]) -> tuple[Decimal, Decimal, Decimal]:
    """Rank a step with what it gains: by points for the effort, then points, then the lesser effort."""
    gain, step = each
    return gain / step.cost, gain, -step.cost


def _with(document: Object, step: Step) -> Object:
    """Return a document in which the emissions stand that a step adds, to see which steps come next."""
    emissions = [*document.get("emissions", ()), *step.document.get("emissions", ())]
    return {**document, "emissions": emissions}


def rung(step: Step, before: Object) -> int:
    """Return how late a step comes: what is measured goes before targets, scope 1 and 2 before scope 3.

    0 is for what has no such order, as is everything that only publishes what is there; 1 asks for scope 1 and 2, 3
    for scope 3 as well.
    """
    if step.effort == PUBLISH:
        return 0
    after = step.document
    if after.get("targets") != before.get("targets"):
        added = after.get("targets", ())[len(before.get("targets", ())) :]
        return 3 if any("scope_3" in each.get("scopes", ()) for each in added) else 1
    measured = after.get("emissions", ())[len(before.get("emissions", ())) :]
    value_chain = any(each.get("scope") == "scope_3" for each in measured)
    return 1 if value_chain or any(after.get(name) != before.get(name) for name in _BESIDE_SCOPES_1_2) else 0


def _reached(document: Object) -> int:
    """Return the latest rung whose ground is there: 0 without an inventory, 2 with scope 1 and 2, 3 with scope 3."""
    scopes = {each.get("scope") for each in document.get("emissions", ())}
    own = "scope_1_2" in scopes or {"scope_1", "scope_2"} <= scopes
    return (3 if "scope_3" in scopes else 2) if own else 0


def in_turn(
    ranked: Sequence[tuple[Decimal, Step]], document: Object, current: Object
) -> Sequence[tuple[Decimal, Step]]:
    """Return the steps for ``document`` whose turn it is once it is ``current``; all, where it is the turn of none."""
    ready = [each for each in ranked if rung(each[1], document) <= _reached(current)]
    return ready or ranked


def ordered(steps: Sequence[Step], document: Object) -> list[Step]:
    """Return steps in their order, but for those whose turn comes with a later one."""
    waiting, found, current = list(steps), list[Step](), document
    while waiting:
        ready = (each for each in waiting if rung(each, document) <= _reached(current))
        step = next(ready, waiting[0])
        waiting.remove(step)
        found.append(step)
        current = _with(current, step)
    return found


def _criterion(result: IndexResult, step: Step) -> CriterionResult:
    criteria = result.indicator(step.indicator.id).criteria
    return next(each for each in criteria if each.criterion.id == step.criterion.id)


def cheapest_set(
    index: Index, met: Brought, steps: Sequence[Step], goal: Decimal, *, above: bool
) -> tuple[Option, bool]:
    """Return the cheapest set of steps whose criteria, with those met, come to ``goal`` (or above it).

    Of equal cost, the one with the fewest steps. Where none comes to it, the cheapest of those that come closest. Also
    return whether all sets were gone through, which makes the result the cheapest there is.
    """
    start = score_of(index, met)
    frontier, complete = [Option(Decimal(0), Decimal(0), ())], True
    for part in _parts(index, steps):
        options, all_of_them = _options(index, met, start, part)
        frontier = _pareto(one.beside(other) for one in frontier for other in options)
        complete = complete and all_of_them

    def enough(option: Option) -> bool:
        return start + option.gain > goal if above else start + option.gain >= goal

    reaching = [each for each in frontier if enough(each)]
    best = min(reaching, key=lambda each: (each.cost, len(each.steps), -each.gain), default=None)
    return best or max(frontier, key=lambda each: (each.gain, -each.cost)), complete


class Option(Struct, frozen=True):
    """A set of steps: what it costs and gains."""

    cost: Decimal
    gain: Decimal
    steps: tuple[Step, ...]

    def beside(self, other: Option) -> Option:
        """Return both sets together; they are of different parts, so that gains add up."""
        return Option(self.cost + other.cost, self.gain + other.gain, self.steps + other.steps)


def _parts(index: Index, steps: Sequence[Step]) -> Iterator[list[Step]]:
    """Yield steps in groups that do not touch: no indicator is moved by steps of two of them."""
    leader: dict[str, str] = {}

    def find(name: str) -> str:
        while leader.setdefault(name, name) != name:
            name = leader[name]
        return name

    for one, other in linked(index):
        leader[find(one)] = find(other)
    for step in steps:
        for name, _ in step.brings:
            leader[find(name)] = find(step.indicator.id)
    groups: dict[str, list[Step]] = {}
    for step in steps:
        groups.setdefault(find(step.indicator.id), []).append(step)
    yield from groups.values()


def _options(index: Index, met: Brought, start: Decimal, part: Sequence[Step]) -> tuple[list[Option], bool]:
    """Return the sets of a part's steps that no other set beats, and whether all were gone through."""
    states: dict[Brought, tuple[Decimal, tuple[Step, ...]]] = {frozenset(): (Decimal(0), ())}
    for step in part:
        for brought, (cost, steps) in tuple(states.items()):
            if step.key in brought:
                continue
            more = brought | step.brings
            known = states.get(more)
            found = (cost + step.cost, (*steps, step))
            if known is None or (found[0], len(found[1])) < (known[0], len(known[1])):
                states[more] = found
            if len(states) > MOST_STATES:
                return _of_states(index, met, start, states), False
    return _of_states(index, met, start, states), True


def _of_states(
    index: Index, met: Brought, start: Decimal, states: Mapping[Brought, tuple[Decimal, tuple[Step, ...]]]
) -> list[Option]:
    return _pareto(
        Option(cost, score_of(index, met | brought) - start, steps)
        for brought, (cost, steps) in states.items()
    )


def _pareto(options: Iterator[Option] | Sequence[Option]) -> list[Option]:
    """Return the options that none beats: none as cheap, with as few steps, gains as much."""
    found: list[Option] = []
    best: dict[int, Decimal] = {}
    for option in sorted(options, key=lambda each: (each.cost, len(each.steps), -each.gain)):
        count = len(option.steps)
        if all(option.gain > gain for steps, gain in best.items() if steps <= count):
            found.append(option)
            best[count] = option.gain
    return found
