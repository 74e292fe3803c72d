"""Findings on the run itself: demands that were not reached, and waivers that do not do what they are there for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cati_rules.errors import Place
from cati_rules.gate.outcome import Gate, WaiverProblem
from cati_rules.gate.unreached import Unreached
from cati_rules.pipeline import Checked
from cati_rules.report.build.findings import Named, waived_of
from cati_rules.report.build.fingerprint import Fingerprints, is_alone
from cati_rules.report.build.subject import cause_in
from cati_rules.report.finding import Finding, Help, shown
from cati_rules.report.wording.gate import accept_with
from cati_rules.text import NOTHING, Text

_DEMAND = Help(
    Text("Demanded and not reached", "未达到要求"),
    Text(
        "What this project, or this run, demands of its documents: on the command line or in its settings.",
        "该项目或本次运行对文件提出的要求，见命令行或设置文件。",
    ),
)
_WAIVER = Help(
    Text("A waiver that needs attention", "需要处理的豁免"),
    Text(
        "A waiver accepts one failure for one value until a day. Renew it or take it out of its file.",
        "豁免在到期日之前接受某一取值的一项不符合。请续期，或从豁免清单中删除。",
    ),
)


class GateFindings:
    """Tells what the gate of a run came to, as findings: those of demands stand at the value that causes them."""

    def __init__(self, gate: Gate, checked: Sequence[Checked], named: Callable[[str], Named]) -> None:
        """Tell of ``gate``; ``checked`` are all documents of the run, and ``named`` says what to call a file."""
        self._gate = gate
        self._named = named
        self._documents = {each.name: each for each in checked}

    def demands(self) -> tuple[Finding, ...]:
        """Return what was demanded and not reached, waived or not."""
        prints = _Prints()
        return tuple(self._demand(each, prints) for each in self._gate.demands)

    def waivers(self) -> tuple[Finding, ...]:
        """Return what is wrong with waivers."""
        prints = _Prints()
        return tuple(self._waiver(each, prints) for each in self._gate.problems)

    def _demand(self, unreached: Unreached, prints: _Prints) -> Finding:
        # A rule that no document was judged on is told of at the first: services refuse what has no place.
        named = self._named(unreached.document or next(iter(self._documents)))
        demand = unreached.demand
        document = self._documents[named.given].document
        at = None if document is None or not unreached.path else cause_in(document, unreached.path)
        accepted = accept_with(named.given, unreached.accept) if unreached.accept else NOTHING
        return Finding(
            ruleset=None,
            rule=unreached.code,
            level="error",
            verdict=None,
            title=shown(Text(f"Demanded and not reached ({demand})", f"未达到要求（{demand}）")),
            message=shown(unreached.reason),
            advice=shown(accepted),
            document=named.name,
            reached=named.reached,
            path="" if at is None else at.text,
            place=Place(named.given) if at is None else at.place,
            fingerprint=prints.of(named, unreached.code, (demand, unreached.ruleset, unreached.rule)),
            help=_DEMAND,
            waived=tuple(map(waived_of, unreached.waivers)),
        )

    def _waiver(self, found: WaiverProblem, prints: _Prints) -> Finding:
        waiver = found.waiver
        named = self._named(waiver.place.file)
        path = f"{waiver.ruleset}/{waiver.rule}"
        steps = (waiver.ruleset, waiver.rule, waiver.document or "", waiver.pointer, waiver.fingerprint)
        return Finding(
            ruleset=None,
            rule=found.code,
            level="warning",
            verdict=None,
            title=shown(Text(f"Waiver of {path}", f"对 {path} 的豁免")),
            message=shown(found.message),
            advice=shown(found.advice or NOTHING),
            document=named.name,
            reached=named.reached,
            path="",
            place=waiver.place,
            fingerprint=prints.of(named, found.code, steps),
            help=_WAIVER,
        )


class _Prints:
    """The fingerprints of what has no document of its own, by the file that it is told of at."""

    def __init__(self) -> None:
        self._by_name: dict[str, Fingerprints] = {}

    def of(self, named: Named, rule: str, told: Sequence[str]) -> str:
        if named.name not in self._by_name:
            self._by_name[named.name] = Fingerprints(named.name, None, is_alone(named.given))
        return self._by_name[named.name].of(None, rule, told)
