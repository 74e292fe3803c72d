"""Trees as JSON, and back: each node an object with its fields, and its ``type``; numbers keep every digit."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import msgspec

from cati_rules.language import nodes
from cati_rules.language.errors import refusal


@cache
def _decoder() -> msgspec.json.Decoder[nodes.Node]:
    return msgspec.json.Decoder(nodes.Node, float_hook=Decimal)


def to_json(node: nodes.Node) -> bytes:
    """Return the tree as JSON."""
    return ENCODER.encode(node)


def from_json(data: bytes) -> nodes.Node:
    """Return the tree that :func:`to_json` stored.

    Raises:
        ExpressionError: the data is not a stored tree.
    """
    try:
        return _decoder().decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        raise refusal("this is not a stored expression", "这不是已存储的表达式") from error


ENCODER = msgspec.json.Encoder(decimal_format="number")
"""Writes numbers as they are, with every digit."""
