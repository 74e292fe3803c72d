"""A commented template for people to fill in, made from the schema.

Lines that begin with ``##`` explain. Lines that begin with ``# `` are optional fields, valid without it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct, field

from cati_rules.schema.navigation import Schema, bilingual, item, properties, said
from cati_rules.schema.store import load_schema
from cati_rules.text import Language, Text

_WIDTH = 106
_HEADING = 80
_PLAIN_WORD = re.compile(r"(?:[A-Za-z][A-Za-z0-9_]{2,}|[0-9]{4}-[0-9]{2}-[0-9]{2})\Z")
_NOT_PLAIN = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n", "null"})
_TOKEN = re.compile(
    r"\"?[万亿](?=[a-z])[!-~]+|[（“《]?[\u2e80-\uffee][，。；：、）”》！？]*|[^\s\u2e80-\uffee]+|\s+"
)

_HOW_TO = (
    Text("Lines that begin with ## explain what each field asks.", "以 ## 开头的行是说明。"),
    Text(
        "Lines that begin with a single # are optional: remove the “# ” at their beginning to use them, "
        "and delete or leave what you do not need.",
        "以单个 # 开头的行是选填内容：删去行首的“# ”即可启用，不需要的内容可保留不动或删除。",
    ),
    Text(
        "All values are examples: replace them with your own.", "所有取值均为示例，请替换为贵企业的实际数据。"
    ),
    Text(
        "Further entries of a list begin with another “- ”. Indent with spaces as shown.",
        "列表中如有多条，每条以“- ”开头；缩进请使用空格，并与示例保持一致。",
    ),
)
_IN_USE = "x-in-use"
"""Marks a section of the schema that is not required, and in use in the template: others refer to it."""
_UNIT = Text("Unit", "单位")
_ONE_OF = Text("One of", "可选值")
_ANY_OF = Text("Any of", "可多选")
_SHARE = Text("from 0 to 1: write 0.35 for 35 %", "0 到 1 之间：35% 写作 0.35")
_YES_NO = Text("true or false", "true（是）或 false（否）")
_AS_ABOVE = Text("fields as explained above", "各字段说明同上")
_INSTEAD = Text("Does not go together with the example above", "不能与上面的示例同时填写")
_REQUIRED = Text("required", "必填")


def template(kind: str, language: Language) -> str:
    """Return a commented YAML template for a document of ``kind``, with its explanations in ``language``.

    Raises :class:`UsageError` when there is no such kind.
    """
    from cati_rules.schema.samples import section  # noqa: PLC0415 - imports jsonschema_rs

    root = load_schema(kind)
    writer = _Writer(root, language)
    lines = writer.prose(said(root, "title"), said(root, "description"), indent=0)
    lines.append("##")
    for text in _HOW_TO:
        lines += writer.wrapped(text.to(language), indent=0)
    needed = set(root.get("required", ()))
    example = section(root, root).values
    for name, schema in properties(root, root).items():
        lines += ["", writer.heading(said(schema, "title") or Text(name, name), required=name in needed)]
        if description := said(schema, "description"):
            lines += writer.wrapped(description.to(language), indent=0)
        lines += writer.details(schema, indent=0)
        if name in needed or schema.get(_IN_USE):
            lines += writer.needed(name, schema, example[name])
        else:
            lines += _optional(writer.value(name, schema, example[name], indent=0))
    return "\n".join(lines) + "\n"


def _optional(lines: Sequence[str]) -> list[str]:
    return [f"# {line}" for line in lines]


class _Writer(Struct):
    """Writes the fields of one schema; remembers which definitions it has already explained."""

    root: Schema
    language: Language
    explained: set[str] = field(default_factory=set)

    def heading(self, title: Text, *, required: bool) -> str:
        """Write the line that a top section begins with."""
        text = title.to(self.language)
        if required:
            mark = _REQUIRED.to(self.language)
            text += f" ({mark})" if self.language == "en" else f"（{mark}）"
        line = f"## ── {text} "
        return line + "─" * max(4, _HEADING - _columns(line))

    def needed(self, name: str, schema: Schema, example: Any) -> list[str]:
        """Write a required field; of a section, or an entry, the fields that are not needed are optional lines."""
        if isinstance(example, list) and not _scalars(example):
            return self._entries(name, schema, example)
        if not isinstance(example, dict):
            return self.value(name, schema, example, indent=0)
        required = set(schema.get("required", ()))
        lines = [f"{name}:"]
        for inner, inner_schema in properties(self.root, schema).items():
            if inner in example:
                written = self.field(inner, inner_schema, example[inner], indent=2)
                lines += written if inner in required else _optional(written)
        return lines

    def _entries(self, name: str, schema: Schema, example: list[Any]) -> list[str]:
        from cati_rules.schema.samples import section  # noqa: PLC0415

        inside = item(self.root, schema)
        required = set(section(self.root, inside, full=False).values)
        lines = [f"{name}:"]
        for entry in example:
            inner: list[str] = []
            fields = properties(self.root, inside)
            # An entry begins with what it needs: above the first “- ” nothing optional could be put in use.
            for field_name in sorted(fields, key=lambda each: each not in required):
                field_schema = fields[field_name]
                if field_name in entry:
                    written = self.field(field_name, field_schema, entry[field_name], indent=4)
                    inner += written if field_name in required else _optional(written)
            lines += _dashed(inner, 2)
        return lines

    def field(self, name: str, schema: Schema, example: Any, indent: int) -> list[str]:
        """Write one field of a section: what it asks, then its example."""
        raw = self._reference(schema, name)
        known = raw is not None and raw in self.explained
        if raw is not None:
            self.explained.add(raw)
        if known and isinstance(example, (dict, list)) and example and not _scalars(example):
            title = (said(schema, "title") or Text(name, name)).to(self.language)
            as_above = _AS_ABOVE.to(self.language)
            line = f"{title}: {as_above}" if self.language == "en" else f"{title}：{as_above}"
            return [*self.wrapped(line, indent), *self._brief(name, schema, indent)]
        lines = self.prose(said(schema, "title"), said(schema, "description"), indent)
        lines += self.details(schema, indent, brief=known)
        return lines + self.value(name, schema, example, indent)

    def _reference(self, schema: Schema, name: str) -> str | None:
        """Return a name for what a field takes, where the same is taken in several places."""
        inside = item(self.root, schema) if schema.get("type") == "array" else schema
        fields, choices = list(properties(self.root, inside)), inside.get("enum", ())
        if fields:
            return f"{name}: {' '.join(fields)}"
        return " ".join(map(str, choices)) if choices else None

    def _brief(self, name: str, schema: Schema, indent: int) -> list[str]:
        from cati_rules.schema.samples import sample  # noqa: PLC0415

        several = schema.get("type") == "array"
        one = item(self.root, schema) if several else schema
        # Of a section that needs none of its fields the briefest example is empty and shows nothing.
        shown = sample(self.root, one, full=False) or sample(self.root, one)
        return self._plain(name, [shown] if several else shown, indent)

    def _plain(self, name: str, example: Any, indent: int) -> list[str]:
        """Write an example without explanations."""
        pad = " " * indent
        if isinstance(example, dict):
            inner = [line for key, value in example.items() for line in self._plain(key, value, indent + 2)]
            return [f"{pad}{name}:", *inner]
        if isinstance(example, list) and not _scalars(example):
            lines = [f"{pad}{name}:"]
            for entry in example:
                inner = [line for key, value in entry.items() for line in self._plain(key, value, indent + 4)]
                lines += _dashed(inner, indent + 2)
            return lines
        return [f"{pad}{name}: {_yaml(example)}"]

    def value(self, name: str, schema: Schema, example: Any, indent: int) -> list[str]:
        """Write ``name: example``, with the fields below explained."""
        pad = " " * indent
        if isinstance(example, dict):
            return [f"{pad}{name}:", *self._fields(schema, example, indent + 2)]
        if isinstance(example, list) and not _scalars(example):
            inside = item(self.root, schema)
            lines = [f"{pad}{name}:"]
            for entry in example:
                lines += _dashed(self._fields(inside, entry, indent + 4), indent + 2)
            return lines
        return [f"{pad}{name}: {_yaml(example)}"]

    def _fields(self, schema: Schema, example: dict[str, Any], indent: int) -> list[str]:
        lines: list[str] = []
        fields = properties(self.root, schema)
        for name, inner in fields.items():
            if name in example:
                lines += self.field(name, inner, example[name], indent)
        left_out = [name for name in fields if name not in example]
        known = [name for name in left_out if self._is_explained(fields[name])]
        for name in left_out:
            if name not in known:
                lines += self._instead(name, fields[name], indent)
        if known:
            comma, colon = (", ", ": ") if self.language == "en" else ("、", "：")
            lines += self.wrapped(f"{_INSTEAD.to(self.language)}{colon}{comma.join(known)}", indent)
        return lines

    def _instead(self, name: str, schema: Schema, indent: int) -> list[str]:
        from cati_rules.schema.samples import sample  # noqa: PLC0415

        lines = self.prose(said(schema, "title"), said(schema, "description"), indent)
        lines += self.details(schema, indent)
        lines += self.wrapped(f"{_INSTEAD.to(self.language)}{'.' if self.language == 'en' else '。'}", indent)
        shown = self._plain(name, sample(self.root, schema, full=False), 0)
        return lines + [f"{' ' * indent}##   {line}" for line in shown]

    def prose(self, title: Text | None, description: Text | None, indent: int) -> list[str]:
        """Write a field's title and what it asks."""
        whole = self._told(title, description)
        # What has been explained once is only named from then on.
        if title is not None and description is not None and whole in self.explained:
            return self.wrapped(title.to(self.language), indent)
        self.explained.add(whole)
        return self.wrapped(whole, indent) if whole else []

    def _told(self, title: Text | None, description: Text | None) -> str:
        stop = ". " if self.language == "en" else "。"
        return stop.join(text.to(self.language) for text in (title, description) if text is not None)

    def _is_explained(self, schema: Schema) -> bool:
        """Return whether what a field asks was explained above."""
        return self._told(said(schema, "title"), said(schema, "description")) in self.explained

    def details(self, schema: Schema, indent: int, *, brief: bool = False) -> list[str]:
        """Write the unit and the choices of a field."""
        lines: list[str] = []
        colon = ": " if self.language == "en" else "："
        unit = schema.get("x-unit")
        if isinstance(unit, str) and unit not in {"", "1"}:
            lines += self.wrapped(f"{_UNIT.to(self.language)}{colon}{unit}", indent)
        elif schema.get("minimum") == 0 and schema.get("maximum") == 1 and schema.get("type") == "number":
            lines += self.wrapped(_SHARE.to(self.language), indent)
        if schema.get("type") == "boolean":
            lines += self.wrapped(_YES_NO.to(self.language), indent)
        choosing = item(self.root, schema) if schema.get("type") == "array" else schema
        if choosing.get("enum"):
            lines += self._choices(choosing, indent, several=choosing is not schema, brief=brief)
        return lines

    def _choices(self, schema: Schema, indent: int, *, several: bool, brief: bool) -> list[str]:
        meanings = schema.get("x-choices", {})
        word = (_ANY_OF if several else _ONE_OF).to(self.language)
        comma, colon = (", ", ": ") if self.language == "en" else ("、", "：")
        told = [(_yaml(choice), bilingual(meanings.get(str(choice)))) for choice in schema["enum"]]
        if brief or not any(meaning for _, meaning in told):
            return self.wrapped(f"{word}{colon}{comma.join(name for name, _ in told)}", indent)
        wide = max(len(name) for name, _ in told)
        lines = self.wrapped(f"{word}{colon}".rstrip(), indent)
        for name, meaning in told:
            text = f"  {name.ljust(wide)}  {meaning.to(self.language)}" if meaning else f"  {name}"
            lines += self.wrapped(text, indent, hanging=wide + 4)
        return lines

    def wrapped(self, text: str, indent: int, *, hanging: int = 0) -> list[str]:
        """Write a text as lines of comment."""
        pad = " " * indent
        room = _WIDTH - indent - 3
        return [f"{pad}## {line}".rstrip() for line in _broken(text, room, hanging)]


def _dashed(lines: Sequence[str], indent: int) -> list[str]:
    """Put the ``- `` of a list before the first field in use, below what explains it and optional fields above it."""
    at = next(index for index, line in enumerate(lines) if not line.lstrip().startswith("#"))
    pad = " " * indent
    comments = [
        f"{pad}{line.lstrip()}" if line.lstrip() == line[indent + 2 :] else line for line in lines[:at]
    ]
    return [*comments, f"{pad}- {lines[at].lstrip()}", *lines[at + 1 :]]


def _scalars(example: Any) -> bool:
    return isinstance(example, list) and not any(isinstance(entry, (dict, list)) for entry in example)


def _yaml(value: Any) -> str:
    """Return a plain value, or a list of such, as YAML on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, Decimal)):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_yaml, value))}]"
    text = str(value)
    plain = _PLAIN_WORD.match(text) and text.casefold() not in _NOT_PLAIN
    return text if plain else json.dumps(text, ensure_ascii=False)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in text)


def _broken(text: str, room: int, hanging: int) -> Iterator[str]:
    """Break a text into lines of at most ``room`` columns; a Chinese character takes two."""
    line, used = "", 0
    for token in _TOKEN.findall(text):
        wide = _columns(token)
        if line.strip() and used + wide > room:
            yield line.rstrip()
            line, used = " " * hanging, hanging
            if token.isspace():
                continue
        line, used = line + token, used + wide
    if line.strip():
        yield line.rstrip()
