"""Values that a report holds and other rooms make: gates, readings of foreign files, recomputed totals."""

from cati_rules.formats.reading import Reading, Taken
from cati_rules.gate.outcome import Gate
from cati_rules.gate.unreached import Unreached
from cati_rules.kinds.index.recomputation import Recomputed
from cati_rules.kinds.index.rules import Weight

__all__ = ["Gate", "Reading", "Recomputed", "Taken", "Unreached", "Weight"]
