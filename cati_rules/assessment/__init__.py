"""Assessment: a document on a ruleset, from conditions to a score, with all that was seen on the way."""

from cati_rules.assessment.index import IndexAssessor
from cati_rules.assessment.observation import Observation, observe
from cati_rules.assessment.result import (
    CriterionResult,
    DimensionResult,
    GroupResult,
    IndexResult,
    IndicatorResult,
)

__all__ = [
    "CriterionResult",
    "DimensionResult",
    "GroupResult",
    "IndexAssessor",
    "IndexResult",
    "IndicatorResult",
    "Observation",
    "observe",
]
