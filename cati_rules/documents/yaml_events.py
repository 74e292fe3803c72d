"""Reads YAML: the parser's events, with scalars understood by YAML 1.2 core rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import yaml

from cati_rules.documents import limits, scalars
from cati_rules.documents.builder import Builder
from cati_rules.documents.refusal import Refusal
from cati_rules.documents.yaml_errors import character_refusal, syntax_refusal
from cati_rules.later import pattern
from cati_rules.text import Text

# The C parser is twenty times as fast; PyYAML can be built without it.
_LOADER: Final[type[Any]] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_MAPPING_TAGS: Final = frozenset({None, "!", "tag:yaml.org,2002:map"})
_SEQUENCE_TAGS: Final = frozenset({None, "!", "tag:yaml.org,2002:seq"})
_KEY_TAGS: Final = frozenset(
    {"!", *(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null"))}
)
_TAG_DIRECTIVE: Final = pattern(r"(?:^|[\r\n\x85\u2028\u2029])%TAG")
_SURROGATE: Final = pattern(r"[\ud800-\udfff]")


def read_yaml(text: str, builder: Builder, loader: type[Any] = _LOADER) -> None:
    """Read a YAML text into ``builder``; raise :class:`Refusal` where it is not YAML or passes the limits."""
    if "%TAG" in text and len(_TAG_DIRECTIVE().findall(text)) > limits.TAG_DIRECTIVES:
        raise Refusal(
            "read/tag",
            Text("The file has too many `%TAG` directives.", "文件中的 `%TAG` 指令过多。"),
            advice=Text("Remove them: custom tags are not read.", "请删去：自定义标签不会被读取。"),
        )
    events = _YamlEvents(builder, loader)
    handlers = events.handlers
    event: Any = None
    try:
        for event in yaml.parse(text, Loader=loader):
            handlers[event.__class__](event)
    except Refusal as refusal:
        if refusal.at is None:
            refusal.at = event.start_mark.index
        if refusal.path is None:
            refusal.path = builder.path()
        raise
    except yaml.MarkedYAMLError as error:
        raise syntax_refusal(text, error) from None
    except (yaml.YAMLError, UnicodeError):
        raise character_refusal(text) from None


class _YamlEvents:
    """One method for each kind of event."""

    __slots__ = ("_builder", "_documents", "_pure", "handlers")

    def __init__(self, builder: Builder, loader: type[Any]) -> None:
        self._builder = builder
        self._documents = 0
        self._pure = loader is yaml.BaseLoader
        self.handlers: dict[type[yaml.Event], Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._open_mapping,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceStartEvent: self._open_sequence,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
            yaml.DocumentEndEvent: self._nothing,
            yaml.StreamStartEvent: self._nothing,
            yaml.StreamEndEvent: self._nothing,
        }

    def _scalar(self, event: Any) -> None:
        text: str = event.value
        builder = self._builder
        if self._pure and _SURROGATE().search(text):
            raise _half_a_pair()
        tag = event.tag
        if builder.expects_key:
            if tag is not None and tag not in _KEY_TAGS:
                raise scalars.unknown_tag(tag)
            if text == "<<" and event.implicit[0]:
                raise _merge_key()
            builder.key(text, event.start_mark.index, event.anchor)
        elif tag is not None:
            builder.scalar(scalars.tagged(tag, text), event.start_mark.index, len(text), event.anchor)
        else:
            value = scalars.plain(text) if event.implicit[0] else text
            builder.scalar(value, event.start_mark.index, len(text), event.anchor)

    def _open_mapping(self, event: Any) -> None:
        if event.tag not in _MAPPING_TAGS:
            raise scalars.unknown_tag(event.tag)
        self._builder.open_mapping(event.start_mark.index, event.anchor)

    def _open_sequence(self, event: Any) -> None:
        if event.tag not in _SEQUENCE_TAGS:
            raise scalars.unknown_tag(event.tag)
        self._builder.open_sequence(event.start_mark.index, event.anchor)

    def _close(self, _event: Any) -> None:
        self._builder.close()

    def _alias(self, event: Any) -> None:
        self._builder.alias(event.anchor, event.start_mark.index)

    def _document(self, _event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            raise Refusal(
                "read/documents",
                Text(
                    "A second document begins here; a file holds one.",
                    "此处开始了第二个文档；一个文件只能有一个文档。",
                ),
                advice=Text("Remove the `---`, or split the file.", "请删去 `---`，或拆分为多个文件。"),
                path="",
            )

    def _nothing(self, _event: Any) -> None:
        pass


def _merge_key() -> Refusal:
    return Refusal(
        "read/merge-key",
        Text("The merge key `<<` is not read.", "不支持合并键 `<<`。"),
        advice=Text(
            "Write the entries out, or give a whole value a name with `&name` and use it with `*name`.",
            "请把各项直接写出，或用 `&名称` 标记整个值、再用 `*名称` 引用（名称限英文字母和数字）。",
        ),
    )


def _half_a_pair() -> Refusal:
    return Refusal(
        "read/syntax",
        Text(
            "This text holds a surrogate code, which is no character.", "该文本中含有代理码位，不是有效字符。"
        ),
        advice=Text("Write the character itself.", "请直接写出该字符。"),
    )
