"""What makes a finding true: the values that its condition read, in the order in which it read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from cati_rules.documents import format_path, value_at
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.consistency.assessment import ConsistencyFinding, Exact
from cati_rules.language import FALSE, TRUE, Node, nodes
from cati_rules.later import pattern

if TYPE_CHECKING:
    from cati_rules.language import Explanation

_COMPUTED = pattern(r"^[^'\"]*[A-Za-z]")
"""What an operand's text looks like unless it is a constant."""
_CALL = pattern(r"([a-z][a-z0-9_]*)(?:\([a-z0-9_., ]*\))?")


class Seen(Struct, frozen=True):
    """A value that makes a condition true: that of the field at ``path``, or one computed, as ``text`` says."""

    text: str
    path: FieldPath | None
    value: Exact

    @property
    def name(self) -> str | None:
        """The name of what was computed, without what it was asked of; None for a calculation with names."""
        found = _CALL().fullmatch(self.text)
        return None if found is None else found[1]


def values_seen(finding: ConsistencyFinding, named: Mapping[str, Node]) -> tuple[Seen, ...]:
    """Return what makes the condition of a finding true, in the order in which it was read."""
    from cati_rules.language import explain_holding  # noqa: PLC0415 - most runs find nothing

    told = explain_holding(finding.trace, finding.value, named=named)
    return tuple(dict.fromkeys(_seen(told, finding, TRUE)))


def reasons_seen(finding: ConsistencyFinding, named: Mapping[str, Node]) -> tuple[Seen, ...]:
    """Return the reasons that lower a finding to a note: the fields that state them; empty where none does."""
    from cati_rules.language import explain_holding  # noqa: PLC0415 - most runs find nothing

    if finding.reason is None or not finding.explained:
        return ()
    told = explain_holding(finding.reason, finding.value, named=named)
    return tuple(dict.fromkeys((*_listed(told, finding), *_seen(told, finding, TRUE))))


def _listed(told: Explanation, finding: ConsistencyFinding) -> Iterator[Seen]:
    """Yield the texts that a list was asked for and holds, with their places."""
    if told.truth != TRUE:
        return
    if isinstance(told.node, nodes.Member) and isinstance(told.node.choices, nodes.Field):
        asked, listed = told.operands[0], told.operands[-1]
        choices = () if listed.path is None else value_at(finding.value, listed.path)
        for i, each in enumerate(choices or ()):
            if listed.path is not None and each == asked.value:
                path = finding.placed((*listed.path, i))
                yield Seen(format_path(path), path, each)
    for child in told.children:
        yield from _listed(child, finding)
    for element in told.elements:
        if (element.where is None or element.where.truth == TRUE) and element.body is not None:
            yield from _listed(element.body, finding)


def _seen(told: Explanation, finding: ConsistencyFinding, want: int) -> Iterator[Seen]:
    """Yield the values below what is as it is wanted; of lists, those of the entries that count."""
    if told.truth is not None and told.truth != want:
        return
    inner = want if not isinstance(told.node, nodes.Not) else (FALSE if want == TRUE else TRUE)
    for each in told.operands:
        if each.absent or not isinstance(each.value, Exact):
            continue
        if each.path is not None:
            path = finding.placed(each.path)
            yield Seen(format_path(path), path, each.value)
        elif _COMPUTED().search(each.text):
            yield Seen(each.text, None, each.value)
    for child in told.children:
        yield from _seen(child, finding, inner)
    if told.truth == FALSE and isinstance(told.node, nodes.Any):
        return  # nothing in the list fits: no entry of it tells more than another
    for element in told.elements:
        if (element.where is None or element.where.truth == TRUE) and element.body is not None:
            yield from _seen(element.body, finding, inner)
