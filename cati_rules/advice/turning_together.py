"""Everything that would turn one verdict: single inputs, and the fewest together where no single one can.

Those are searched breadth first: whatever turns the verdict has to mend the first thing that fails, so each step tries
the inputs that this depends on, and goes on from the documents in which less of it fails. Each document is judged anew;
the first that comes to the wanted verdict needs the fewest changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, islice

from msgspec import Struct
from msgspec.structs import replace

from cati_rules.advice.trials import Trials
from cati_rules.advice.turning import Turn, turn_at, turns, turns_in
from cati_rules.documents import with_value
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.definition.assessment import PRODUCT, BodyAssessor
from cati_rules.kinds.definition.result import Judgement
from cati_rules.kinds.distance import lacks
from cati_rules.language import Trace

MOST_TOGETHER = 4
"""More changes than this are no answer to what would turn a verdict."""
MOST_TRIED = 400
"""More documents than this are not judged."""

Changes = tuple[Turn, ...]


class Turning(Struct, frozen=True):
    """What would turn a verdict: ``single`` inputs to *met* (or up to the next level), each by itself; where none can,
    the fewest ``together``; and for a verdict that is open, inputs not given that alone would make it ``not_met``.

    Where nothing can, ``given`` are the places that say what the thing is, or was, and decide; ``otherwise`` is what
    another would have to be. ``cut_short`` says that not all was tried.
    """

    single: Changes = ()
    together: Changes = ()
    not_met: Changes = ()
    given: tuple[FieldPath, ...] = ()
    otherwise: Changes = ()
    cut_short: bool = False


def turning_of(
    assessor: BodyAssessor,
    judgement: Judgement,
    trials: Trials | None = None,
    found: Callable[[], Changes] | None = None,
) -> Turning:
    """Return what would turn a verdict; nothing where it is met at the highest level, does not apply or has no test.

    Where the document contradicts itself in what the verdict rests on, nothing turns it before that is mended.
    ``trials`` are those of the judgement, and ``found`` gives the single inputs that they were used to find before.
    """
    if judgement.doubts:
        return Turning()
    trials = trials or Trials(assessor, judgement)
    if judgement.verdict == "not_met":
        single = turns_in(trials) if found is None else found()
        together = () if single else turns_together(assessor, judgement, trials)
        if single or together:
            return Turning(single, together)
        another = Trials(assessor, judgement, of_another=True)
        otherwise = turns_in(another)[:1] or turns_together(assessor, judgement, another)
        return Turning(
            given=trials.given(), otherwise=otherwise, cut_short=trials.cut_short or another.cut_short
        )
    if judgement.verdict == "indeterminate":
        single = turns_in(trials) if found is None else found()
        together = () if single else turns_together(assessor, judgement, trials)
        settling = (each for each in turns_in(trials, "not_met") if trials.value(each.path) is None)
        return Turning(single, together, tuple(settling))
    ids = [each.condition.id for each in judgement.levels]
    if judgement.verdict != "met" or judgement.level not in ids[:-1]:
        return Turning()
    return Turning(turns_in(trials, "met", ids[ids.index(judgement.level) + 1]))


def turns_together(assessor: BodyAssessor, judgement: Judgement, trials: Trials | None = None) -> Changes:
    """Return the fewest inputs that make a verdict *met* together, each with the value that does so beside the others.

    Of purchases, the products of the fewest lots, with what each needs. Empty where four inputs, or four lots, do not
    suffice, or none can: a figure on another boundary is no other figure by a change of value.
    """
    trials = trials or Trials(assessor, judgement)
    return _of_inputs(assessor, judgement, trials) or _of_lots(assessor, judgement, trials)


def _of_lots(assessor: BodyAssessor, judgement: Judgement, trials: Trials) -> Changes:
    """Return what the products of the fewest lots need, so that enough of what was bought qualifies."""
    needs = [
        (mark, need)
        for mark in trials.marks()
        if trials.value(mark) is not True and (need := _of_product(assessor, judgement, mark))
    ]
    if len(needs) > MOST_TOGETHER:
        trials.cut()
    for count in range(1, min(MOST_TOGETHER, len(needs)) + 1):
        for chosen in islice(combinations(needs, count), MOST_TRIED):
            document = judgement.given
            for mark, _ in chosen:
                document = with_value(document, mark, True)
            outcome = assessor.judge_at(document, judgement.path, judgement.as_of)
            if outcome.verdict == "met":
                changes = (each for _, need in chosen for each in need)
                return tuple(replace(each, verdict="met", level=outcome.level) for each in changes)
    return ()


def _of_product(assessor: BodyAssessor, judgement: Judgement, mark: FieldPath) -> Changes:
    """Return what the product in one lot needs to qualify: one input, else the fewest together."""
    bought = (*mark[:-1], PRODUCT)
    product = assessor.judge_product(judgement.given, bought, judgement.as_of)
    if assessor.products is None or product.doubts:
        return ()
    need = turns(assessor.products, product)[:1] or turns_together(assessor.products, product)
    return tuple(replace(each, path=(*bought, *each.path)) for each in need)


def _of_inputs(assessor: BodyAssessor, judgement: Judgement, trials: Trials) -> Changes:
    states: list[tuple[Judgement, Changes]] = [(judgement, ())]
    tried = 0
    for _ in range(MOST_TOGETHER):
        following: list[tuple[Judgement, Changes]] = []
        for state, changes in states:
            places = tuple(each.path for each in changes)
            on = trials if state is judgement else Trials(assessor, state, trials, places)
            for turn, changed in _steps(on, changes):
                if changed.verdict == "met":
                    all_of_them = (*changes, turn)
                    level = changed.level
                    return tuple(replace(each, verdict="met", level=level) for each in all_of_them)
                following.append((changed, (*changes, turn)))
                tried += 1
        if tried > MOST_TRIED:
            trials.cut()
            break
        states = following
    return ()


def _steps(trials: Trials, changes: Changes) -> Iterator[tuple[Turn, Judgement]]:
    """Yield single changes with which less fails of the first thing that does, each with the judgement then."""
    judgement = trials.judgement
    for at, trace in enumerate(demands(judgement)):
        fails = lacks(trace)
        if not fails:
            continue
        for place in _inputs(trials, trace, changes):
            for wanted in range(fails):

                def enough(found: Judgement, at: int = at, wanted: int = wanted) -> bool:
                    asked = demands(found)
                    return at < len(asked) and lacks(asked[at]) <= wanted

                turn = turn_at(trials, place, enough)
                changed = None if turn is None else trials.confirmed(place, turn.tried)
                if turn is not None and changed is not None:
                    yield turn, changed
                    break
        return


def demands(judgement: Judgement) -> list[Trace]:
    """Return the traces of all that has to hold for *met*: that it applies, can be tested, its conditions, a level.

    Of levels that is the lowest: whoever meets a higher one meets it too.
    """
    asked = [judgement.applies, judgement.testable, *(each.trace for each in judgement.conditions)]
    asked.extend(each.trace for each in judgement.levels[:1])
    return [each for each in asked if each is not None]


def _inputs(trials: Trials, trace: Trace, changes: Changes) -> Iterator[FieldPath]:
    """Yield the inputs that a condition depends on and that were not changed yet."""
    changed = {each.path for each in changes}
    for place in trials.inputs_of([trace.node]):
        if place not in changed:
            yield place
