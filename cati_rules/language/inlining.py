"""Trees with the names in them written out: a definition in the place of its name, entries in that of parameters."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any, TypeVar, cast

from msgspec.structs import replace

from cati_rules.language import nodes

_Paths = Mapping[str, nodes.Field]
_NO_PATHS: _Paths = {}
_Tree = TypeVar("_Tree", bound=nodes.Node)


def inlined(node: nodes.Node, named: Mapping[str, nodes.Node]) -> nodes.Node:
    """Return the tree without the names in ``named``; variables that would clash are renamed."""
    return cast("nodes.Node", _Inliner(named).tree(node, _NO_PATHS, frozenset()))


def with_arguments(node: nodes.Node, use: nodes.Named, named: Mapping[str, nodes.Node]) -> nodes.Node:
    """Return a part of the definition of ``use`` with the entries of that use in it; names stay as they are."""
    definition = named.get(use.name)
    if not isinstance(definition, nodes.Function):
        return node
    given = _given(definition, use.arguments)
    return cast("nodes.Node", _Inliner({}).tree(node, given, frozenset()))


def _given(definition: nodes.Function, arguments: tuple[nodes.Field, ...]) -> _Paths:
    return dict(zip((name for name, _ in definition.parameters), arguments, strict=True))


class _Inliner:
    """Writes names out; ``taken`` are the variables around."""

    def __init__(self, named: Mapping[str, nodes.Node]) -> None:
        self._named = named

    def tree(self, node: _Tree, paths: _Paths, taken: Set[str]) -> Any:
        if isinstance(node, nodes.Field):
            return _moved(node, paths)
        if isinstance(node, nodes.Named) and node.name in self._named:
            return self._definition(node, paths, taken)
        if isinstance(node, nodes.OverList | nodes.Count):
            return self._over_list(node, paths, taken)
        return self._rebuilt(node, paths, taken)

    def _definition(self, node: nodes.Named, paths: _Paths, taken: Set[str]) -> nodes.Node:
        definition = self._named[node.name]
        rest = _Inliner({name: each for name, each in self._named.items() if name != node.name})
        if not isinstance(definition, nodes.Function):
            return cast("nodes.Node", rest.tree(definition, _NO_PATHS, taken))
        given = _given(definition, tuple(_moved(each, paths) for each in node.arguments))
        return cast("nodes.Node", rest.tree(definition.body, given, taken))

    def _over_list(self, node: nodes.OverList | nodes.Count, paths: _Paths, taken: Set[str]) -> nodes.Node:
        source = _moved(node.source, paths)
        variable = node.variable
        while variable in taken:
            variable += "_"
        inside = {**paths, node.variable: nodes.Field(variable, ())} if variable else paths
        around = taken | {variable}
        where = None if node.where is None else self.tree(node.where, inside, around)
        changes: dict[str, Any] = {"variable": variable, "source": source, "where": where}
        if isinstance(node, nodes.OverList):
            changes["body"] = self.tree(node.body, inside, around)
        return replace(node, **changes)

    def _rebuilt(self, node: nodes.Node, paths: _Paths, taken: Set[str]) -> nodes.Node:
        changes: dict[str, Any] = {}
        for name in node.__struct_fields__:
            value = getattr(node, name)
            if isinstance(value, nodes.Node):
                changes[name] = self.tree(value, paths, taken)
            elif isinstance(value, tuple) and value and isinstance(value[0], nodes.Node):
                changes[name] = tuple(self.tree(each, paths, taken) for each in value)
        found = replace(node, **changes)
        if isinstance(found, nodes.And | nodes.Or):
            kind = type(found)
            parts = (each.operands if type(each) is kind else (each,) for each in found.operands)
            return kind(tuple(one for part in parts for one in part))
        return found


def _moved(path: nodes.Field, paths: _Paths) -> nodes.Field:
    """Return a path below a parameter as one below the entry that it stands for."""
    entry = paths.get(path.root)
    return path if entry is None else nodes.Field(entry.root, (*entry.fields, *path.fields))
