"""What a long list is asked again and again: looked up by the values that the question depends on, not searched anew.

A question about a list that stands within another list, such as ``$max([o.value for o in emissions if o.year ==
e.year])``, is asked for each entry ``e``; its answer depends on ``e.year`` alone. It is answered once for each year.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from cati_rules.language import nodes
from cati_rules.language.reading import CACHE_SLOT, LOG_SLOT, Frame, Read
from cati_rules.language.value_kinds import default_of, type_of_path
from cati_rules.schema.types import FieldType

LONG = 32
"""Shorter lists are searched: that takes no longer than to look an answer up."""
MOST_KEPT = 128
"""How many answers to one question are kept: each tells of every entry of its list."""
LOOKED_AT = "entries looked at"
"""Where the cache of an evaluation counts the entries of long lists that were looked at."""
_BY_VALUE = (str, bool)
_LISTS = (nodes.OverList, nodes.Count)


def paths_around(
    node: nodes.Node, outside: Collection[str], apart: Collection[str], named: Mapping[str, nodes.Node]
) -> tuple[nodes.Field, ...] | None:
    """Return the fields that an expression reads of variables outside of it, and of the document's fields ``apart``.

    None if a variable within it has the name of one outside, so that they cannot be told apart.
    """
    read, bound = _Paths(), set[str]()
    _gather(node, named, read, bound)
    if not bound.isdisjoint(outside):
        return None
    return tuple(each for each in read if _is_around(each, outside, apart))


def told_apart(paths: Iterable[nodes.Field], types: Mapping[str, FieldType]) -> Iterator[nodes.Field]:
    """Yield paths, and of fields that stand for something where they are left out also the records that hold them.

    Such a field is read as absent where its record is absent, and as its default where the record is there without it.
    """
    for path in paths:
        yield path
        if len(path.fields) > 1 and default_of(type_of_path(path, types)) is not None:
            yield nodes.Field(path.root, path.fields[:-1])


def _is_around(path: nodes.Field, outside: Collection[str], apart: Collection[str]) -> bool:
    if path.root == nodes.DOCUMENT:
        return bool(path.fields) and path.fields[0] in apart
    return path.root in outside


_Paths = dict[nodes.Field, None]
"""Places, each once, in the order in which they are met."""


def _gather(node: nodes.Node, named: Mapping[str, nodes.Node], read: _Paths, bound: set[str]) -> None:
    """Gather the places that an expression reads, and the variables of its lists.

    Of what a definition is asked of, those are the places that it reads there.
    """
    if isinstance(node, nodes.Field):
        read[node] = None
        return
    if isinstance(node, nodes.Named):
        definition = named.get(node.name)
        if definition is None:
            return
        paths = _read_in(definition, node.name, named)
        if isinstance(definition, nodes.Function):
            given = dict(zip((name for name, _ in definition.parameters), node.arguments, strict=True))
            for path in paths:
                if path.root in given:
                    asked = given[path.root]
                    read[nodes.Field(asked.root, (*asked.fields, *path.fields))] = None
        read.update((path, None) for path in paths if path.root == nodes.DOCUMENT)
        return
    for child in nodes.children(node):
        _gather(child, named, read, bound)
    if isinstance(node, _LISTS):
        read[node.source] = None
        bound.add(node.variable)


def _read(node: nodes.Node, named: Mapping[str, nodes.Node]) -> _Paths:
    read = _Paths()
    _gather(node, named, read, set())
    return read


_READ: dict[int, tuple[nodes.Node, tuple[nodes.Field, ...]]] = {}
"""What definitions read of the document and of their parameters, by their ids: names are used again and again."""


def _read_in(definition: nodes.Node, name: str, named: Mapping[str, nodes.Node]) -> tuple[nodes.Field, ...]:
    known = _READ.get(id(definition))
    if known is None:
        inside = {key: each for key, each in named.items() if key != name}
        roots = {nodes.DOCUMENT}
        if isinstance(definition, nodes.Function):
            roots.update(each for each, _ in definition.parameters)
        paths = (each for each in _read(nodes.body_of(definition), inside) if each.root in roots)
        _READ[id(definition)] = known = definition, tuple(paths)
    return known[1]


def searches(node: nodes.Node, named: Mapping[str, nodes.Node]) -> bool:
    """Return whether an expression goes through a list, itself or by a name that it uses."""
    for each in nodes.walk(node):
        if isinstance(each, nodes.OverList | nodes.Count):
            return True
        if isinstance(each, nodes.Named) and each.name in named:
            inside = {name: one for name, one in named.items() if name != each.name}
            if searches(nodes.body_of(named[each.name]), inside):
                return True
    return False


def values_read(frame: Frame, reads: Sequence[Read]) -> tuple[Any, ...]:
    """Return what the answer depends on: texts and numbers by value, anything else by identity."""
    given: list[Any] = []
    for read in reads:
        value = read(frame)
        if isinstance(value, _BY_VALUE) or value is None:
            given.append(value)
        else:
            # Numbers that are equal may be written in different ways, and are shown as they are written.
            given.append(str(value) if not isinstance(value, dict | list) else id(value))
    return tuple(given)


def condition_once(run: Read, source: Read, reads: Sequence[Read]) -> Read:
    """Return ``run``, a condition on the list at ``source``, evaluated once for the values that ``reads`` give."""
    mark = object()

    def look_up(frame: Frame) -> Any:
        items = source(frame)
        if items is None or len(items) < LONG:
            return run(frame)
        cache, at = frame[CACHE_SLOT], (mark, id(items), *values_read(frame, reads))
        found = cache.get(at)
        if found is None:
            found = run(frame)
            keep(cache, mark, at, found)
        return found

    return look_up


def value_once(run: Read, source: Read, reads: Sequence[Read]) -> Read:
    """Return the same for a value of the list, which writes one entry into the log."""
    mark = object()

    def look_up(frame: Frame) -> Any:
        items = source(frame)
        if items is None or len(items) < LONG:
            return run(frame)
        cache, at = frame[CACHE_SLOT], (mark, id(items), *values_read(frame, reads))
        found = cache.get(at)
        if found is None:
            value = run(frame)
            keep(cache, mark, at, (value, frame[LOG_SLOT][-1]))
            return value
        frame[LOG_SLOT].append(found[1])
        return found[0]

    return look_up


def keep(cache: dict[Any, Any], question: object, at: tuple[Any, ...], answer: object) -> None:
    """Keep an answer in the cache of an evaluation, unless enough are kept of the question."""
    kept = cache.get(question, 0)
    if kept < MOST_KEPT:
        cache[question] = kept + 1
        cache[at] = answer


def count_looked_at(frame: Frame, entries: int) -> None:
    """Count entries of a long list that were looked at."""
    cache = frame[CACHE_SLOT]
    cache[LOOKED_AT] = cache.get(LOOKED_AT, 0) + entries
