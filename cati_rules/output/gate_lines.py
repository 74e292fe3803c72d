"""What the gate of a run came to, in lines for people: demands that were not reached, and what is waived."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cati_rules.report.parts import Gate, Unreached
from cati_rules.report.wording.gate import accept_with
from cati_rules.text import Language, Text
from cati_rules.visible import visible

_UNREACHED = Text("Demanded and not reached:", "未达到的要求：")
_WAIVED = Text("Waived:", "已豁免：")
_PROBLEMS = Text("Waivers that need attention:", "需要处理的豁免：")


def gate_lines(gate: Gate, language: Language) -> tuple[str, ...]:
    """Return what was demanded and not reached, with the reason, what is waived, and what is wrong with waivers."""
    unreached = [each for each in gate.demands if not each.waived]
    return (
        *_block(_UNREACHED, [_demand("✗", each, language) for each in unreached], language),
        *(visible(each) for each in _accepting(unreached, language)),
        *_block(_WAIVED, list(_waived(gate, language)), language),
        *_block(_PROBLEMS, [f"! {each.problem.line(language)}" for each in gate.problems], language),
    )


def document_lines(gate: Gate, language: Language) -> tuple[str, ...]:
    """Return what is told of one document of many: what it does not reach, and what is waived, without titles."""
    unreached = [each for each in gate.demands if not each.waived]
    told = (*(_demand("✗", each, language) for each in unreached), *_accepting(unreached, language))
    return tuple(visible(each) for each in (*told, *_waived(gate, language)))


def _accepting(unreached: Sequence[Unreached], language: Language) -> Iterator[str]:
    """Yield for each document the command that accepts what fails there: often one cause is behind it all."""
    documents = dict.fromkeys(each.document for each in unreached if each.accept)
    for document in documents:
        rules = dict.fromkeys(rule for each in unreached if each.document == document for rule in each.accept)
        yield f"  {accept_with(document, list(rules)).to(language)}"


def _block(title: Text, lines: list[str], language: Language) -> tuple[str, ...]:
    # What waivers and documents say is not to steer a terminal.
    return (title.to(language), *(visible(each) for each in lines)) if lines else ()


def _waived(gate: Gate, language: Language) -> Iterator[str]:
    """Yield the demands that are waived, then every waiver that accepts something, demanded or not."""
    yield from (_demand("~", each, language) for each in gate.demands if each.waived)
    for document, waivers in gate.applied.items():
        for each in waivers:
            yield f"~ {document}: {each.ruleset}/{each.rule} {each.said.to(language)}"


def _demand(mark: str, unreached: Unreached, language: Language) -> str:
    where = f"{unreached.document}: " if unreached.document else ""
    return f"{mark} {unreached.demand}: {where}{unreached.reason.to(language)}"
