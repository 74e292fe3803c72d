"""The score of a document after one change: only the criteria that look at the change are judged anew."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from cati_rules.documents import with_value
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.index.assessment import IndexAssessor
from cati_rules.kinds.index.evidence import with_published
from cati_rules.kinds.index.points import met_in, score_of
from cati_rules.kinds.index.result import IndexResult
from cati_rules.kinds.index.rules import Criterion, Indicator
from cati_rules.language import TRUE

Met = frozenset[tuple[str, str]]
_NOTHING: frozenset[FieldPath] = frozenset()


class Rescoring:
    """A scored document, and what its score would be."""

    def __init__(self, assessor: IndexAssessor, document: Mapping[str, Any], result: IndexResult) -> None:
        """Take a valid ``document``, without nulls, and its ``result`` by ``assessor``."""
        self._assessor = assessor
        self._document = document
        self.result = result
        self._criteria = met_in(result)
        self._views = {each: self._seen(document, counts_parent=each) for each in (False, True)}
        self.met = self._criteria | assessor.lifted(self._views[False])

    def score(self, met: Met) -> Decimal:
        """Return the score of a document that meets just these criteria."""
        return score_of(self._assessor.ruleset, met)

    def gain(self, met: Met) -> Decimal:
        """Return how much more these criteria score than the document does."""
        return self.score(met) - self.result.score

    def published(self, path: FieldPath, *others: FieldPath) -> Met:
        """Return the criteria that are met if the statements at these places, and what is in them, were public."""
        paths = (path, *others)
        views = {each: with_published(self._views[each], self._whole[each], paths) for each in (False, True)}
        return self._judged(views, paths, self._would_be)

    @cached_property
    def _would_be(self) -> Met:
        """The criteria that are met only if more is published: nothing else comes of publishing."""
        return frozenset(
            (each.indicator.id, one.criterion.id)
            for each in self.result.indicators()
            for one in each.criteria
            if one.met_if_published and not one.met
        )

    @cached_property
    def _whole(self) -> Mapping[bool, Mapping[str, Any]]:
        """The document as if everything in it were public, by whether what a parent states counts."""
        return self._assessor.whole(self._document)

    def could_meet(self, path: FieldPath, value: Any, indicator: Indicator, criterion: Criterion) -> bool:
        """Return whether a criterion would hold with a value at ``path``, if the statement around it counted."""
        seen = self._views[criterion.counts_parent]
        try:
            changed = with_value(seen, path, value)
        except ValueError:
            return False  # the place lies in what does not count
        return self._assessor.criterion_evaluator(indicator, criterion).truth(changed) == TRUE

    def meets(self, document: Mapping[str, Any], indicator: Indicator, criterion: Criterion) -> bool:
        """Return whether ``document`` meets a criterion by what is public."""
        seen = self._seen(document, counts_parent=criterion.counts_parent)
        return self._assessor.criterion_evaluator(indicator, criterion).truth(seen) == TRUE

    def changed(self, path: FieldPath, document: Mapping[str, Any]) -> Met:
        """Return the criteria that ``document`` meets, which differs from the one scored at ``path`` only."""
        return self._judged(
            {each: self._seen(document, counts_parent=each) for each in (False, True)}, (path,)
        )

    def _judged(
        self, views: Mapping[bool, Mapping[str, Any]], paths: tuple[FieldPath, ...], only: Met | None = None
    ) -> Met:
        """Return the criteria that are met by ``views``, which differ at ``paths``; ``only`` some can have changed."""
        met = set(self._criteria)
        caches: Mapping[bool, dict[str, Any]] = {False: {}, True: {}}
        asked = {
            (indicator.id, criterion.id): (indicator, criterion)
            for path in paths
            for indicator, criterion in self._assessor.asking(path, only)
        }
        for key, (indicator, criterion) in asked.items():
            evaluator = self._assessor.criterion_evaluator(indicator, criterion)
            holds = evaluator.truth(views[criterion.counts_parent], caches[criterion.counts_parent]) == TRUE
            (met.add if holds else met.discard)(key)
        return frozenset(met) | self._assessor.lifted(views[False])

    def _seen(self, document: Mapping[str, Any], *, counts_parent: bool) -> Mapping[str, Any]:
        as_of = self.result.as_of
        return self._assessor.value_with(document, as_of, _NOTHING, counts_parent=counts_parent)
