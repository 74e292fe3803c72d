"""What is demanded of an index: a least score, and indicators with all their points."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from cati_rules.gate.unreached import Demands, Unreached
from cati_rules.gate.waiver import Holding, Waiver, distinct
from cati_rules.kinds.cause import cause_of_criterion
from cati_rules.kinds.index.result import IndexResult, IndicatorResult
from cati_rules.numbers import number_text
from cati_rules.text import Text


def score_demands(demands: Demands, document: str, result: IndexResult) -> Iterator[Unreached]:
    """Yield the least score where a document scores less."""
    least = demands.fail_under
    if least is not None and result.score < least:
        score, wanted = _of_maximum(result), number_text(least)
        reason = Text(f"the score is {score}, under {wanted}", f"得分 {score}，低于 {wanted}")
        yield Unreached(f"--fail-under {wanted}", document, result.ruleset.id, result.ruleset.id, reason)


def _of_maximum(result: IndexResult) -> str:
    """Return the score, with the most that can be had where that is not the points of the index."""
    score, most = number_text(result.score), result.weighted_points
    return score if most == result.ruleset.points else f"{score} / {number_text(most)}"


def indicator_demands(
    demands: Demands, document: str, result: IndexResult, holding: Holding
) -> Iterator[Unreached]:
    """Yield each indicator that must have all its points and has not, and the index where it must have all."""
    index = result.ruleset
    for name in demands.required:
        identifier = name.removeprefix(f"{index.id}:")
        if any(each.indicator.id == identifier for each in result.left_out):
            reason = Text(f"the file says that {identifier} does not apply", f"文件注明 {identifier} 不适用")
            whole = holding.of(index.id, identifier)
            accepted: tuple[Waiver, ...] = () if whole is None else (whole,)
            yield Unreached(f"--require {name}", document, index.id, identifier, reason, accepted)
        found = next((each for each in result.indicators() if each.indicator.id == identifier), None)
        if found is not None and found.verdict != "met":
            awarded, points = number_text(found.awarded), number_text(found.indicator.points)
            reason = Text(
                f"{identifier} earns {awarded} of {points}", f"{identifier} 得 {awarded} / {points} 分"
            )
            missed = Unreached(f"--require {name}", document, index.id, identifier, reason)
            yield of_indicator(missed, result, found, holding)
        if name == index.id and result.score < index.weighted_points:
            score = _of_maximum(result)
            reason = Text(f"the score is {score}", f"得分 {score}")
            yield Unreached(f"--require {name}", document, index.id, index.id, reason)


def of_indicator(
    unreached: Unreached, result: IndexResult, indicator: IndicatorResult, holding: Holding
) -> Unreached:
    """Return what an indicator does not reach with its waivers, its cause, and what is to be waived."""
    accepted = _indicator_waived(result, indicator, holding)
    failing = next((each for each in indicator.criteria if not each.met), None)
    return replace(
        unreached,
        waivers=accepted,
        path=() if failing is None else cause_of_criterion(failing),
        accept=() if accepted or failing is None else (f"{result.ruleset.id}/{indicator.indicator.id}",),
    )


def _indicator_waived(
    result: IndexResult, indicator: IndicatorResult, holding: Holding
) -> tuple[Waiver, ...]:
    """Return the waiver of the indicator, else those of all criteria that are not met; none where one is left."""
    ruleset, identifier = result.ruleset.id, indicator.indicator.id
    whole = holding.of(ruleset, identifier)
    if whole is not None:
        return (whole,)
    failing = [each.criterion.id for each in indicator.criteria if not each.met]
    found = [holding.of(ruleset, f"{identifier}/{each}") for each in failing]
    accepted = distinct(each for each in found if each is not None)
    # Points that a ceiling holds back are lost for another reason than these criteria.
    return accepted if None not in found and not indicator.held_back else ()
