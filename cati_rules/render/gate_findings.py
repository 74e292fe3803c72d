"""Findings on the run itself: demands that were not reached, and waivers that do not do what they are there for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cati_rules.documents.names import document_name
from cati_rules.errors import Place
from cati_rules.gate.demands import Unreached
from cati_rules.gate.outcome import Gate, WaiverProblem
from cati_rules.render.finding import Finding, Help
from cati_rules.render.fingerprint import Fingerprints
from cati_rules.render.telling import waived_of
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
_ADVICE = {
    "waiver/expired": Text(
        "Take it out, or have it approved again with `cati waive`.",
        "请将其删除，或用 `cati waive` 重新办理批准。",
    ),
    "waiver/other-value": Text(
        "Have the new value approved with `cati waive`, or take it out.",
        "请用 `cati waive` 就新取值办理批准，或将其删除。",
    ),
    "waiver/not-needed": Text("Take it out.", "请将其删除。"),
}


class GateFindings:
    """Tells what the gate of a run came to, as findings: those of demands stand at the start of the document."""

    def __init__(self, gate: Gate, language: Language, base: Path, documents: Sequence[str]) -> None:
        """Tell of ``gate``; ``documents`` are the names of all that were checked."""
        self._gate = gate
        self._language: Language = language
        self._base = base
        self._documents = documents

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
        name = document_name(unreached.document, self._base) if unreached.document else self._documents[0]
        demand = unreached.demand
        title = Text(f"Demanded and not reached ({demand})", f"未达到要求（{demand}）")
        return Finding(
            ruleset=None,
            rule=unreached.code,
            level="error",
            verdict=None,
            title=visible(title.to(self._language)),
            message=visible(unreached.reason.to(self._language)),
            advice="",
            document=name,
            path="",
            place=Place(name),
            fingerprint=_print(name, prints, unreached.code, (demand, unreached.ruleset, unreached.rule)),
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
            advice=_ADVICE[found.code].to(self._language),
            document=name,
            path="",
            place=waiver.place,
            fingerprint=_print(name, prints, found.code, steps),
            help=_WAIVER if self._language == "en" else _WAIVER_ZH,
        )


def _print(name: str, prints: dict[str, Fingerprints], rule: str, told: Sequence[str]) -> str:
    if name not in prints:
        prints[name] = Fingerprints(name, None)
    return prints[name].of(None, rule, told)
