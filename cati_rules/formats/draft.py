"""A reading as a document to go on with: commented YAML, with the origin beside each value."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

from cati_rules.documents.paths import FieldPath
from cati_rules.formats.reading import ReadDocument, Taken
from cati_rules.schema.navigation import Schema, item, properties
from cati_rules.schema.store import load_schema
from cati_rules.text import Language, Text
from cati_rules.visible import json_text, visible

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_NOT_PLAIN: Final = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n", "null"})
_FROM: Final = Text("Read from {} ({}).", "读取自 {}（{}）。")
_BESIDE: Final = Text(
    "Beside each value stands where it comes from; a line above says how, where it is not as it stands there.",
    "每个数值旁注明其出处；与原文不同的，上一行说明如何得出。",
)
_OPEN: Final = Text("What the file leaves open:", "文件未说明的内容：")


def draft_yaml(document: ReadDocument, language: Language) -> str:
    """Return the YAML of a document that was read; read again, it holds the same values."""
    reading = document.reading
    lines = [
        f"# {visible(_FROM.to(language).format(document.name, reading.format.to(language)))}",
        f"# {_BESIDE.to(language)}",
    ]
    if reading.open:
        lines += ["#", f"# {_OPEN.to(language)}"]
    for each in reading.open:
        colon = ": " if language == "en" else "："
        lines.append(f"#   {visible(each.path)}{colon}{visible(each.told.to(language))}")
    root = load_schema(reading.kind)
    lines += ["", f"kind: {reading.kind}"]
    inside = {name: value for name, value in document.value.items() if name != "kind"}
    writer = _Writer(root, {each.path: each for each in reading.taken}, language)
    lines += writer.mapping(inside, (), root, 0)
    return "\n".join(lines) + "\n"


class _Writer(Struct, frozen=True):
    root: Schema
    taken: Mapping[FieldPath, Taken]
    language: Language

    def mapping(
        self, value: Mapping[str, Any], path: FieldPath, schema: Schema, indent: int
    ) -> Iterator[str]:
        fields = properties(self.root, schema)
        order = {name: i for i, name in enumerate(fields)}
        pad = " " * indent
        for name in sorted(value, key=lambda each: order.get(each, len(order))):
            inner, here = value[name], (*path, name)
            about = fields.get(name, {})
            key = name if _PLAIN.match(name) and name not in _NOT_PLAIN else json_text(name)
            plain = isinstance(inner, list) and not any(isinstance(each, dict | list) for each in inner)
            if plain or not isinstance(inner, dict | list) or not inner:
                yield from self._line(f"{pad}{key}: {_scalar(inner)}", pad, here)
            elif isinstance(inner, dict):
                yield f"{pad}{key}:"
                yield from self.mapping(inner, here, about, indent + 2)
            else:
                yield f"{pad}{key}:"
                for i, each in enumerate(inner):
                    yield from self._entry(each, (*here, i), item(self.root, about), indent + 2)

    def _entry(self, value: Any, path: FieldPath, schema: Schema, indent: int) -> Iterator[str]:
        pad = " " * indent
        if not isinstance(value, dict) or not value:
            yield from self._line(f"{pad}- {_scalar(value)}", pad, path)
            return
        dash = f"{pad}- "
        for line in self.mapping(value, path, schema, indent + 2):
            if dash and not line.lstrip().startswith("#"):
                yield dash + line[indent + 2 :]
                dash = ""
            else:
                yield line

    def _line(self, text: str, pad: str, path: FieldPath) -> Iterator[str]:
        taken = self.taken.get(path)
        if taken is not None and taken.how is not None:
            yield f"{pad}# {visible(taken.how.to(self.language))}"
        where = "" if taken is None else visible(taken.origin.within)
        yield f"{text}  # {where}" if where else text


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, list):
        return f"[{', '.join(map(_scalar, value))}]"
    if value is None or value == {}:
        return "null" if value is None else "{}"
    text = str(value)
    if _PLAIN.match(text) and text.casefold() not in _NOT_PLAIN:
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())
