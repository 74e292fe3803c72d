"""Builds values and marks from the events of a reader, within the limits; never recurses."""

from __future__ import annotations

from typing import Final, NamedTuple

from cati_rules.documents import limits
from cati_rules.documents.document import MappingMark, Mark, SequenceMark, Value, line_and_column
from cati_rules.documents.paths import format_path
from cati_rules.documents.refusal import Refusal, shown
from cati_rules.text import Text


class _Anchored(NamedTuple):
    """What an anchor names: the value, how many values it is when written out, and how deep it goes."""

    value: Value
    mark: Mark
    size: int
    height: int


class _Frame:
    """A mapping or a list that is being filled; ``mapping`` is None for a list."""

    __slots__ = (
        "anchor",
        "deepest_before",
        "items",
        "key",
        "keys",
        "mapping",
        "marks",
        "size_before",
        "values",
    )

    anchor: str | None
    mapping: dict[str, Value] | None
    keys: dict[str, int]
    values: dict[str, Mark]
    items: list[Value]
    marks: list[Mark]
    key: str
    size_before: int
    deepest_before: int


_DUPLICATE_ADVICE: Final = Text("Keep one of the two, or rename one.", "请保留其中一个，或改名。")
_QUOTE_STAR_ADVICE: Final = Text(
    "Write `&name` (ASCII letters and digits) before the first use; "
    "put the text in quotes if it really begins with `*`.",
    "请在第一次使用之前写 `&名称`（限英文字母和数字）；如果文本本来就以 `*` 开头，请加上引号。",
)


class Builder:
    """Takes what a reader finds, one call for each thing, and builds the value and the marks.

    ``expects_key`` tells the reader whether a scalar that follows is a key. Duplicate keys are collected in
    ``refusals``; everything else that is wrong raises :class:`Refusal`.
    """

    __slots__ = ("_anchors", "_deepest", "_frames", "_size", "_text", "_top", "expects_key", "refusals")

    def __init__(self, text: str) -> None:
        """Begin an empty document; ``text`` is what the offsets count in."""
        self.expects_key = False
        self.refusals: list[Refusal] = []
        self._text = text
        self._size = 0
        self._deepest = 0
        self._anchors: dict[str, _Anchored | None] = {}  # None while what it names is still open
        self._frames: list[_Frame] = []
        self._top = _Frame()
        self._top.mapping, self._top.items, self._top.marks = None, [], []  # holds the root

    @property
    def depth(self) -> int:
        """How many mappings and lists are open."""
        return len(self._frames)

    @property
    def in_mapping(self) -> bool:
        """Whether the innermost open thing is a mapping."""
        return self._top.mapping is not None

    def root(self) -> tuple[Value, Mark] | None:
        """Return the root's value and mark, or None where there is no root."""
        return (self._top.items[0], self._top.marks[0]) if self._top.items else None

    def key(self, text: str, at: int, anchor: str | None = None) -> None:
        """Take a key; raise :class:`Refusal` when it is too long."""
        top = self._top
        if len(text) >= limits.CHARACTERS_PER_VALUE:
            self._long(len(text))
        if text in top.keys:
            self._duplicate(text, at, top.keys[text])
        else:
            top.keys[text] = at
        top.key = text
        self.expects_key = False
        if anchor is not None:
            self._anchors[anchor] = _Anchored(text, at, 1 + len(text) // limits.CHARACTERS_PER_VALUE, 0)

    def scalar(self, value: Value, at: int, length: int, anchor: str | None = None) -> None:
        """Take a scalar that is ``length`` characters long; raise :class:`Refusal` beyond the limits."""
        self._size += 1
        if length >= limits.CHARACTERS_PER_VALUE or self._size > limits.VALUES:
            self._long(length)
        top = self._top
        if top.mapping is None:
            top.items.append(value)
            top.marks.append(at)
        else:
            top.mapping[top.key] = value
            top.values[top.key] = at
            self.expects_key = True
        if anchor is not None:
            self._anchors[anchor] = _Anchored(value, at, 1 + length // limits.CHARACTERS_PER_VALUE, 0)

    def open_mapping(self, at: int, anchor: str | None = None) -> None:
        """Begin a mapping; raise :class:`Refusal` beyond the limits, or when it stands as a key."""
        frame = _Frame()
        mapping: dict[str, Value] = {}
        frame.mapping, frame.keys, frame.values = mapping, {}, {}
        self._open(frame, mapping, MappingMark(at, frame.keys, frame.values), at, anchor)
        self.expects_key = True

    def open_sequence(self, at: int, anchor: str | None = None) -> None:
        """Begin a list; raise :class:`Refusal` beyond the limits, or when it stands as a key."""
        frame = _Frame()
        frame.mapping, frame.items, frame.marks = None, [], []
        self._open(frame, frame.items, SequenceMark(at, frame.marks), at, anchor)
        self.expects_key = False

    def close(self) -> None:
        """End the innermost mapping or list."""
        closed, parent = self._top, self._frames.pop()
        self._top = parent
        self.expects_key = parent.mapping is not None
        if closed.anchor is not None:
            if parent.mapping is None:
                value, mark = parent.items[-1], parent.marks[-1]
            else:
                value, mark = parent.mapping[parent.key], parent.values[parent.key]
            height = self._deepest - len(self._frames)
            self._anchors[closed.anchor] = _Anchored(value, mark, self._size - closed.size_before, height)
            self._deepest = max(self._deepest, closed.deepest_before)

    def alias(self, name: str, at: int) -> None:
        """Put what the anchor ``name`` names; raise :class:`Refusal` where it cannot be used."""
        if self.expects_key:
            raise _not_a_key(at)
        anchored = self._anchors.get(name)
        if anchored is None:
            raise _inside_itself(name, at) if name in self._anchors else _unknown_anchor(name, at)
        self._size += anchored.size
        if self._size > limits.VALUES:
            raise _too_many_values(at, aliased=True)
        deepest = len(self._frames) + anchored.height
        if deepest > limits.DEPTH:
            raise _too_deep(at)
        self._deepest = max(self._deepest, deepest)
        # The alias stands here; what is below it stands beneath the anchor.
        mark = anchored.mark
        self._put(anchored.value, at if isinstance(mark, int) else mark._replace(at=at))

    def path(self) -> str:
        """Return the path of what is being read, as text."""
        steps = [*self._steps(self._frames[1:])]
        top = self._top
        if self._frames:
            if top.mapping is None:
                steps.append(len(top.items))
            elif not self.expects_key:
                steps.append(top.key)
        return format_path(steps)

    @staticmethod
    def _steps(frames: list[_Frame]) -> list[str | int]:
        return [len(frame.items) - 1 if frame.mapping is None else frame.key for frame in frames]

    def _open(self, frame: _Frame, value: Value, mark: Mark, at: int, anchor: str | None) -> None:
        if self.expects_key:
            raise _not_a_key(at)
        frame.anchor = anchor
        frame.size_before = self._size
        self._size += 1
        if self._size > limits.VALUES:
            raise _too_many_values(at)
        self._put(value, mark)
        self._frames.append(self._top)
        self._top = frame
        depth = len(self._frames)
        if depth > limits.DEPTH:
            raise _too_deep(at)
        if anchor is not None:
            self._anchors[anchor] = None
            # Counted afresh below an anchor, to know how deep it goes by itself.
            frame.deepest_before = self._deepest
            self._deepest = depth
        elif depth > self._deepest:
            self._deepest = depth

    def _put(self, value: Value, mark: Mark) -> None:
        top = self._top
        if top.mapping is None:
            top.items.append(value)
            top.marks.append(mark)
        else:
            top.mapping[top.key] = value
            top.values[top.key] = mark
            self.expects_key = True

    def _long(self, length: int) -> None:
        if length > limits.TEXT_CHARACTERS:
            raise Refusal(
                "read/too-large",
                Text(
                    f"This text has {length:,} characters; at most {limits.TEXT_CHARACTERS:,} are read.",
                    f"该文本有 {length:,} 个字符；最多读取 {limits.TEXT_CHARACTERS:,} 个。",
                ),
                advice=Text("Cite the source instead of copying it.", "请引用来源，不要整篇复制。"),
            )
        self._size += length // limits.CHARACTERS_PER_VALUE
        if self._size > limits.VALUES:
            raise _too_many_values(None)

    def _duplicate(self, key: str, at: int, first: int) -> None:
        line = line_and_column(self._text, first)[0]
        path = format_path([*self._steps(self._frames[1:]), key])
        message = Text(
            f"The key `{shown(key)}` stands here a second time; the first is in line {line}.",
            f"键 `{shown(key)}` 重复出现；第一次出现在第 {line} 行。",
        )
        refusal = Refusal("read/duplicate-key", message, at=at, advice=_DUPLICATE_ADVICE, path=path)
        if len(self.refusals) + 1 >= limits.PROBLEMS:
            raise refusal
        self.refusals.append(refusal)


def _too_deep(at: int) -> Refusal:
    return Refusal(
        "read/depth",
        Text(
            f"Mappings and lists are nested more than {limits.DEPTH} levels deep.",
            f"映射和列表的嵌套超过 {limits.DEPTH} 层。",
        ),
        at=at,
        advice=Text("Close what is open, or nest less deeply.", "请补上缺少的结束括号，或减少嵌套。"),
        path="",  # sixty-four steps tell nobody anything
    )


def _too_many_values(at: int | None, *, aliased: bool = False) -> Refusal:
    written_out = Text(" once aliases are written out", "（展开别名后）") if aliased else Text("", "")
    return Refusal(
        "read/alias" if aliased else "read/too-large",
        Text(
            f"The document holds more than {limits.VALUES:,} values{written_out.en}.",
            f"文档{written_out.zh}的值超过 {limits.VALUES:,} 个。",
        ),
        at=at,
        advice=Text("Split it into several documents.", "请拆分为多个文档。")
        if not aliased
        else Text(
            "Use aliases for single entries, not for lists of aliases.",
            "别名只用于单个条目，不要层层引用别名。",
        ),
    )


def _not_a_key(at: int) -> Refusal:
    return Refusal(
        "read/key",
        Text(
            "A key must be a text, not a list, a mapping or an alias.",
            "键必须是文本，不能是列表、映射或别名。",
        ),
        at=at,
        advice=Text(
            "Put the key in quotes if it begins with `[`, `{` or `*`; so must a value in `{{ }}`.",
            "如果键以 `[`、`{` 或 `*` 开头，请加上引号；双层花括号的值也要加引号。",
        ),
    )


def _inside_itself(name: str, at: int) -> Refusal:
    return Refusal(
        "read/alias",
        Text(
            f"The alias `*{shown(name)}` stands inside what it names.",
            f"别名 `*{shown(name)}` 位于它所引用的内容之中。",
        ),
        at=at,
        advice=Text("Write out what is meant here.", "请在此处直接写出内容。"),
    )


def _unknown_anchor(name: str, at: int) -> Refusal:
    return Refusal(
        "read/alias",
        Text(
            f"The alias `*{shown(name)}` names nothing: there is no `&{shown(name)}` before it.",
            f"别名 `*{shown(name)}` 没有对应内容：前面没有 `&{shown(name)}`。",
        ),
        at=at,
        advice=_QUOTE_STAR_ADVICE,
    )
