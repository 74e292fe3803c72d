"""What one document of many does to the gate of a run: what it does not reach, and what it shows of the rest."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from cati_rules.errors import Problem
from cati_rules.gate.demands import Shown, of_document, shown_by
from cati_rules.gate.outcome import Gate
from cati_rules.gate.unreached import Demanded
from cati_rules.gate.waiver import NOTHING_WAIVED
from cati_rules.gate.waivers import Uses, Waivers, applied, together
from cati_rules.output.gate_lines import document_lines
from cati_rules.pipeline import NOT_IN_FORCE, Checked
from cati_rules.text import Language


class Gatekeeping(Struct, frozen=True):
    """What is demanded of documents by their names, and what is waived."""

    demanded: Demanded
    waivers: Waivers


class AtGate(Struct, frozen=True):
    """What documents did: how often a demand was ``missed`` and not waived, and what they show of the rest."""

    missed: int = 0
    shown: Shown = Shown()
    uses: Uses = ()

    def with_another(self, other: AtGate) -> AtGate:
        """Return what these documents did and further ones behind them."""
        return AtGate(
            self.missed + other.missed, self.shown.with_another(other.shown), together(self.uses, other.uses)
        )


def at_gate(
    checked: Checked, called: str, gate: Gatekeeping, language: Language
) -> tuple[AtGate, tuple[str, ...]]:
    """Return what one document did, with the lines that tell of it; it is ``called`` so in them."""
    demands = gate.demanded.on(checked.name)
    application = applied(gate.waivers, (checked,))
    holding = application.holding.get(checked.name, NOTHING_WAIVED)
    found = tuple(of_document(demands, checked, holding))
    if called != checked.name:  # no command waives something in one record of a file
        found = tuple(replace(each, document=called, accept=()) for each in found)
    accepting = {called: application.applied[checked.name]} if application.applied else {}
    lines = document_lines(Gate(demands=found, applied=accepting), language)
    missed = sum(not each.waived for each in found)
    return AtGate(missed, shown_by(demands, checked), application.uses), lines


def not_in_force(checked: Checked, gate: Gatekeeping) -> tuple[Problem, ...]:
    """Return the warnings that an edition is not in force, where rules are demanded: a demand on it says little."""
    return (
        tuple(each for each in checked.problems if each.code == NOT_IN_FORCE) if gate.demanded.rules else ()
    )
