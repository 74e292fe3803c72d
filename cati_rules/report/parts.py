"""Values that a report holds and other rooms make: what the gate of a run came to, and how a foreign file was read."""

from cati_rules.formats.reading import Reading, Taken
from cati_rules.gate.demands import Unreached
from cati_rules.gate.outcome import Gate

__all__ = ["Gate", "Reading", "Taken", "Unreached"]
