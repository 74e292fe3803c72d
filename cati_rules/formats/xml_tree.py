"""XML as a tree with the place of every element; nothing outside the file is looked up, and no entity is resolved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

from cati_rules.formats.reading import Origin
from cati_rules.formats.source import Source
from cati_rules.text import Text

_DEPTH: Final = 200
_ELEMENTS: Final = 400_000
_NAMESPACE: Final = "\t"
_MOST_TEXT: Final = 32 * 1024 * 1024


class Element:
    """An element: its name and that of its namespace, attributes, and what stands in it, in order.

    An attribute in a namespace is known by its local name too, where no other has that.
    """

    __slots__ = ("attributes", "column", "line", "name", "namespace", "parent", "parts")

    def __init__(self, tag: str, attributes: dict[str, str], parent: Element | None, line: int, column: int):
        """Make an element without contents."""
        self.namespace, _, self.name = tag.rpartition(_NAMESPACE)
        self.attributes = {name.rpartition(_NAMESPACE)[2]: value for name, value in attributes.items()}
        self.parent = parent
        self.parts: list[Element | str] = []
        self.line = line
        self.column = column

    def children(self, name: str | None = None) -> Iterator[Element]:
        """Yield the elements in this one, of a name or all."""
        for each in self.parts:
            if isinstance(each, Element) and (name is None or each.name == name):
                yield each

    def at(self, *names: str) -> Element | None:
        """Return the first element on the way that ``names`` lead, None where there is none."""
        found: Element | None = self
        for name in names:
            found = None if found is None else next(found.children(name), None)
        return found

    def walk(self) -> Iterator[Element]:
        """Yield this element and all in it, in the order of the file."""
        waiting = [self]
        while waiting:
            here = waiting.pop()
            yield here
            waiting.extend(reversed([each for each in here.parts if isinstance(each, Element)]))

    @property
    def text(self) -> str:
        """The text in this element, and in those in it, in their order."""
        found: list[str] = []
        waiting: list[Element | str] = [self]
        while waiting:
            here = waiting.pop()
            if isinstance(here, str):
                found.append(here)
            else:
                waiting.extend(reversed(here.parts))
        return "".join(found)

    @property
    def path(self) -> str:
        """The XPath of this element, by local names."""
        steps: list[str] = []
        here: Element | None = self
        while here is not None:
            above = here.parent
            alike = [] if above is None else list(above.children(here.name))
            place = next((i for i, each in enumerate(alike, 1) if each is here), 1)
            steps.append(here.name if len(alike) < 2 else f"{here.name}[{place}]")
            here = above
        return "/" + "/".join(reversed(steps))

    @property
    def origin(self) -> Origin:
        """Where this element stands in its file."""
        return Origin(f"#{self.path}", self.line, self.column)


def read_xml(source: Source, data: bytes | None = None) -> Element:
    """Return the root of the XML that a file is, or ``data`` from within it.

    Raises:
        DocumentError: it is no XML, has a document type with entities or of another file, or is too deep or large.
    """
    return _Reader(source).read(source.data if data is None else data)


class _Reader:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._top: Element | None = None
        self._root: Element | None = None
        self._count = 0
        self._depth = 0
        self._parser = expat.ParserCreate(namespace_separator=_NAMESPACE)
        self._parser.buffer_text = True
        self._parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._entity

    def read(self, data: bytes) -> Element:
        try:
            self._parser.Parse(data, True)
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            raise self._refusal(
                "xml", Text(f"This is not right XML: {reason}.", f"XML 格式有误（{reason}）。"), error.lineno
            ) from None
        except (LookupError, ValueError, UnicodeError):
            raise self._refusal(
                "xml", Text("The XML has an encoding that cannot be read.", "XML 的编码无法读取。"), 1
            ) from None
        if self._root is None:
            raise self._refusal("xml", Text("The XML is empty.", "XML 是空的。"), 1)
        return self._root

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        self._depth += 1
        if self._count > _ELEMENTS or self._depth > _DEPTH:
            raise self._refusal(
                "too-large",
                Text(
                    f"The XML has more than {_ELEMENTS:,} elements, or more than {_DEPTH} in one another.",
                    f"XML 的元素超过 {_ELEMENTS:,} 个，或嵌套超过 {_DEPTH} 层。",
                ),
            )
        line, column = self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1
        made = Element(tag, attributes, self._top, line, column)
        if self._top is None:
            self._root = made
        else:
            self._top.parts.append(made)
        self._top = made

    def _end(self, _tag: str) -> None:
        self._depth -= 1
        self._top = None if self._top is None else self._top.parent

    def _characters(self, text: str) -> None:
        if self._top is not None:
            self._top.parts.append(text)

    def _doctype(self, _name: str, system: str | None, public: str | None, internal: int) -> None:
        if system or public or internal:
            raise self._unsafe()

    def _entity(self, *_: object) -> None:
        raise self._unsafe()

    def _unsafe(self) -> Exception:
        return self._refusal(
            "xml-entities",
            Text(
                "The XML has a document type with entities, or one of another file: these are never resolved.",
                "XML 含有实体定义或引用外部文件的文档类型声明（DOCTYPE），本工具一律不解析。",
            ),
        )

    def _refusal(self, code: str, message: Text, line: int | None = None) -> Exception:
        return self._source.refusal(code, message, line=line or self._parser.CurrentLineNumber)
