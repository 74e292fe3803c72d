"""What codes in a report are called: verdicts, severities, bases, claims, how editions stand."""

from cati_rules.catalog.basis import BASIS_TITLES, Basis
from cati_rules.catalog.period import STANDING_TITLES
from cati_rules.kinds.consistency.rules import Severity
from cati_rules.kinds.definition.disagreement import CLAIMS
from cati_rules.kinds.index.result import VERDICT_TITLES, Verdict

__all__ = ["BASIS_TITLES", "CLAIMS", "STANDING_TITLES", "VERDICT_TITLES", "Basis", "Severity", "Verdict"]
