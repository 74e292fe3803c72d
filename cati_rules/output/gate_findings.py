"""Findings on the run itself: demands that were not reached, and waivers that do not do what they are there for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cati_rules.documents import format_path
from cati_rules.documents.names import document_name
from cati_rules.errors import Place
from cati_rules.gate.demands import Unreached
from cati_rules.gate.outcome import Gate, WaiverProblem
from cati_rules.output.finding import Finding, Help
from cati_rules.output.fingerprint import Fingerprints, is_alone
from cati_rules.output.gate_lines import accept_with
from cati_rules.output.telling import place_of, waived_of
from cati_rules.pipeline import Checked
from cati_rules.text import Language, Text
from cati_rules.visible import visible

_DEMAND = Help(
    title="Demanded and not reached",
    asks="What this project, or this run, demands of its documents: on the command line or in its settings.",
)
_DEMAND_ZH = Help(title="未达到要求", asks="该项目或本次运行对文件提出的要求，见命令行或设置文件。")
_WAIVER = Help(
    title="A waiver that needs a look",
    asks="A waiver accepts one failure for one value until a day. Renew it or take it out of its file.",
)
_WAIVER_ZH = Help(
    title="需要处理的豁免", asks="豁免在到期日之前接受某一取值的一项不符合。请续期，或从豁免清单中删除。"
)


class GateFindings:
    """Tells what the gate of a run came to, as findings: those of demands stand at the value that causes them."""

    def __init__(self, gate: Gate, language: Language, base: Path, checked: Sequence[Checked]) -> None:
        """Tell of ``gate``; ``checked`` are all documents of the run."""
        self._gate = gate
        self._language: Language = language
        self._base = base
        self._documents = {each.name: each for each in checked}

    def demands(self) -> tuple[Finding, ...]:
        """Return what was demanded and not reached, waived or not."""
        prints: dict[str, Fingerprints] = {}
        return tuple(self._demand(each, prints) for each in self._gate.demands)

    def waivers(self) -> tuple[Finding, ...]:
        """Return what is wrong with waivers."""
        prints: dict[str, Fingerprints] = {}
        return tuple(self._waiver(each, prints) for each in self._gate.problems)

    def _demand(self, unreached: Unreached, prints: dict[str, Fingerprints]) -> Finding:
        # A rule that no document was judged on is told of at the first: services refuse what has no place.
        given = unreached.document or next(iter(self._documents))
        name = document_name(given, self._base)
        demand = unreached.demand
        document = self._documents[given].document
        placed = unreached.path and document is not None
        title = Text(f"Demanded and not reached ({demand})", f"未达到要求（{demand}）")
        return Finding(
            ruleset=None,
            rule=unreached.code,
            level="error",
            verdict=None,
            title=visible(title.to(self._language)),
            message=visible(unreached.reason.to(self._language)),
            advice=visible(accept_with(given, unreached.accept).to(self._language))
            if unreached.accept
            else "",
            document=name,
            path=format_path(unreached.path) if placed else "",
            place=place_of(document, unreached.path) if placed and document is not None else Place(given),
            fingerprint=_print(
                name,
                prints,
                unreached.code,
                (demand, unreached.ruleset, unreached.rule),
                alone=is_alone(given),
            ),
            help=_DEMAND if self._language == "en" else _DEMAND_ZH,
            waived=tuple(waived_of(each, self._language) for each in unreached.waivers),
        )

    def _waiver(self, found: WaiverProblem, prints: dict[str, Fingerprints]) -> Finding:
        waiver = found.waiver
        name = document_name(waiver.place.file, self._base)
        path = f"{waiver.ruleset}/{waiver.rule}"
        title = Text(f"Waiver of {path}", f"对 {path} 的豁免")
        steps = (waiver.ruleset, waiver.rule, waiver.document or "", waiver.pointer, waiver.fingerprint)
        return Finding(
            ruleset=None,
            rule=found.code,
            level="warning",
            verdict=None,
            title=visible(title.to(self._language)),
            message=visible(found.message.to(self._language)),
            advice="" if found.advice is None else visible(found.advice.to(self._language)),
            document=name,
            path="",
            place=waiver.place,
            fingerprint=_print(name, prints, found.code, steps, alone=is_alone(waiver.place.file)),
            help=_WAIVER if self._language == "en" else _WAIVER_ZH,
        )


def _print(name: str, prints: dict[str, Fingerprints], rule: str, told: Sequence[str], *, alone: bool) -> str:
    if name not in prints:
        prints[name] = Fingerprints(name, None, alone)
    return prints[name].of(None, rule, told)
