"""What publishing would add, by statement and by source, of what a document holds and has no public evidence for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct

from cati_rules.documents import path_order, with_value
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.index.assessment import IndexAssessor
from cati_rules.kinds.index.evidence import is_public
from cati_rules.kinds.index.points import score_of
from cati_rules.kinds.index.rescoring import Rescoring
from cati_rules.kinds.index.result import IndexResult
from cati_rules.schema.sources import citations, with_sources

MOST_TRIED = 100
"""More statements than anybody goes through; each is tried on the whole document."""


class Publishing(Struct, frozen=True):
    """One statement and the weighted points that the score gains if it is published, with what is ``inside`` it.

    ``inside`` are the statements within it that have no public evidence, such as the progress of a target. Where the
    gain is nothing, ``beside`` are the fewest other statements with which it gains, and ``gain_together`` what they
    gain with it; empty, and zero, for a statement that adds nothing.
    """

    path: FieldPath
    inside: tuple[FieldPath, ...]
    gain: Decimal
    beside: tuple[FieldPath, ...]
    gain_together: Decimal


MOST_SOURCES = 20
"""More sources that are not public than anybody goes through; the whole document is scored for each."""


class SourcePublishing(Struct, frozen=True):
    """A source that is not public, by its id and title, and what the score gains if it is.

    ``statements`` are those that would be public by it and are not without it.
    """

    path: FieldPath
    id: str
    title: str
    statements: tuple[FieldPath, ...]
    gain: Decimal


def source_publishing(
    assessor: IndexAssessor, document: Mapping[str, Any], result: IndexResult
) -> tuple[SourcePublishing, ...]:
    """Return what each source adds that is cited and not public, the most first; of the first :data:`MOST_SOURCES`.

    ``document`` is valid and without nulls; its evidence still cites its sources. Each is tried by itself.
    """
    hidden = [
        (index, each)
        for index, each in enumerate(document.get("sources", ()))
        if each.get("published", result.as_of) <= result.as_of and not is_public([each], result.as_of)
    ]
    if not hidden:
        return ()
    unpublished = set(assessor.unpublished(with_sources(document), result.as_of))
    cited: dict[str, list[FieldPath]] = {}
    for path, name in citations(document):
        if path[:-3] in unpublished:  # the statement: its evidence, the entry, and source stand below it
            cited.setdefault(name, []).append(path[:-3])
    found = [
        SourcePublishing(
            ("sources", index),
            each["id"],
            each["title"],
            tuple(dict.fromkeys(cited[each["id"]])),
            _with_public(assessor, document, index, result) - result.score,
        )
        for index, each in hidden[:MOST_SOURCES]
        if each["id"] in cited
    ]
    return tuple(sorted(found, key=lambda each: (-each.gain, each.path[1])))


def _with_public(
    assessor: IndexAssessor, document: Mapping[str, Any], index: int, result: IndexResult
) -> Decimal:
    """Return the score if one source were public."""
    source = document["sources"][index]
    kind = "website" if source["kind"] == "internal" else source["kind"]
    public = with_value(document, ("sources", index), {**source, "kind": kind, "public": True})
    return score_of(assessor.ruleset, assessor.met(with_sources(public), result.as_of))


def publishing(
    assessor: IndexAssessor, document: Mapping[str, Any], result: IndexResult
) -> tuple[Publishing, ...]:
    """Return what each unpublished statement of a valid ``document`` would add, the most first; of more than
    :data:`MOST_TRIED`, of the first ones.

    Each is tried by itself, so that gains may overlap: what they add together is at most the difference between
    ``score_if_published`` and ``score``.
    """
    rescoring = Rescoring(assessor, document, result)
    every = assessor.unpublished(document, result.as_of)
    found = [
        _of(rescoring, path, tuple(each for each in every if each != path and each[: len(path)] == path))
        for path in sorted(result.unpublished, key=path_order)[:MOST_TRIED]
    ]
    return tuple(sorted(found, key=lambda each: (-each.gain, -each.gain_together, path_order(each.path))))


def _of(rescoring: Rescoring, path: FieldPath, inside: tuple[FieldPath, ...]) -> Publishing:
    gain = rescoring.gain(rescoring.published(path))
    if gain > 0:
        return Publishing(path, inside, gain, (), Decimal(0))
    for others in sorted(_sets_with(rescoring.result, path), key=_fewest):
        together = rescoring.gain(rescoring.published(path, *others))
        if together > 0:
            return Publishing(path, inside, gain, others, together)
    return Publishing(path, inside, gain, (), Decimal(0))


def _fewest(paths: tuple[FieldPath, ...]) -> tuple[int, list[tuple[tuple[int, str], ...]]]:
    return len(paths), [path_order(each) for each in paths]


def _sets_with(result: IndexResult, path: FieldPath) -> Iterator[tuple[FieldPath, ...]]:
    """Yield the other statements of each set that a criterion needs together with this one, or with what it is in."""
    for indicator in result.indicators():
        for criterion in indicator.criteria:
            holders = [each for each in criterion.withheld if path[: len(each)] == each]
            if holders and len(criterion.withheld) > 1:
                yield tuple(each for each in criterion.withheld if each not in holders)
