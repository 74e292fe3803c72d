"""What the fields of a ruleset mean together is checked, what is inherited written out: here what all kinds share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from cati_rules.catalog.fields import Expression, inherited
from cati_rules.catalog.findings import Findings, Step
from cati_rules.catalog.reading import UNREAD, sources_in
from cati_rules.catalog.ruleset import Bibliography, NamedValue, Ruleset
from cati_rules.documents import Document
from cati_rules.language import ExpressionError, Node, children, names_in, non_monotone
from cati_rules.language.checks import Parsed
from cati_rules.language.errors import did_you_mean
from cati_rules.language.nodes import EACH, Function, Named
from cati_rules.language.parser import define, parse
from cati_rules.language.value_kinds import NameType
from cati_rules.schema import known_kinds, load_schema
from cati_rules.schema.types import BooleanType, FieldType, ListType, RecordType, types_from_schema
from cati_rules.text import Text

_Read = TypeVar("_Read")


class At(Struct, frozen=True):
    """A place in one of the files of a ruleset."""

    document: Document
    path: tuple[Step, ...]

    def __truediv__(self, step: Step) -> At:
        """Return the place one step below."""
        return At(self.document, (*self.path, step))


FIRST_OF_MONTH = Text(
    "the first of a month stands only where a source names that day: give the source (of a document, dated), or the "
    "month or year alone.",
    "每月 1 日仅在来源写明该日期时使用：请给出 source（文献则为 dated），否则只写年月或年份。",
)


def is_first_of_month(date: str) -> bool:
    """Return whether a date is given to the day, and that is the first of a month."""
    return len(date) == len("2024-04-01") and date.endswith("-01")


MOST_NODES = 20_000
"""What a person could still read; names that double at each step grow past any bound."""
MOST_DEPTH = 100
"""How deep an expression may go with all names written out, where it uses any."""
MOST_NAMES = 300
"""More definitions than this nobody keeps apart."""


class Scope:
    """The names that expressions can use: fields of a document, and named values once they are defined.

    ``used`` are the names that conditions use.
    """

    def __init__(self, record: RecordType) -> None:
        """Begin with the fields of ``record`` and no named values."""
        self.record = record
        self.types: dict[str, NameType] = {}
        self.nodes: dict[str, Node] = {}
        self.refused: set[str] = set()
        self.used: set[str] = set()
        self._sizes: dict[str, tuple[int, int]] = {}

    def within(self, record: RecordType) -> Scope:
        """Return the same names for a document of another type."""
        inner = Scope(record)
        inner.types, inner.nodes, inner.refused, inner.used = self.types, self.nodes, self.refused, self.used
        inner._sizes = self._sizes
        return inner

    def size(self, node: Node) -> tuple[int, int]:
        """Return how many nodes an expression has with all names written out, and how deep it goes."""
        size, depth = self._sizes.get(node.name, (0, 0)) if isinstance(node, Named) else (0, 0)
        for below in map(self.size, children(node)):
            size, depth = size + below[0], max(depth, below[1])
        return size + 1, depth + 1

    def define(self, name: str, definition: tuple[Node, NameType] | None) -> None:
        """Add a named value; None if its expression was refused."""
        if definition is None:
            self.refused.add(name)
        else:
            self.nodes[name], self.types[name] = definition
            self._sizes[name] = self.size(self.nodes[name])

    def reached(self) -> set[str]:
        """Return the names that conditions use, through other names too."""
        found: set[str] = set()
        waiting = list(self.used)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(names_in(self.nodes[name]) if name in self.nodes else ())
        return found


class Checks:
    """One pass over a ruleset as its author wrote it.

    ``monotone`` says whether what holds must go on to hold when something is added to the document.
    """

    monotone: ClassVar[bool] = True

    def __init__(
        self,
        written: Ruleset,
        document: Document,
        findings: Findings,
        bibliography: Mapping[str, Bibliography],
    ) -> None:
        """Take what the main file says, and the documents that any ruleset may name as its source."""
        self.header = written
        self.document = document
        self.findings = findings
        self.bibliography = {**bibliography, **written.documents}
        self.named_documents: set[str] = set(written.documents)

    def here(self, *path: Step) -> At:
        """Return a place in the main file."""
        return At(self.document, path)

    def say(self, at: At, code: str, message: Text) -> None:
        """Record what is wrong."""
        self.findings.add(at.document, at.path, code, message)

    def remark(self, at: At, code: str, message: Text) -> None:
        """Record what only ``cati rules lint`` tells of."""
        self.findings.remark(at.document, at.path, code, message)

    def record_of(self, subject: str, at: At) -> RecordType | None:
        """Return the types of documents of a kind; None, after saying so, where there is no such kind."""
        if subject in known_kinds():
            return types_from_schema(load_schema(subject))
        known = ", ".join(known_kinds())
        message = Text(
            f"no schema for {subject}; known: {known}.",
            f"没有 {subject} 的结构定义；可用：{known}。",
        )
        self.say(at, "rules/subject", message)
        return None

    def head(self) -> dict[str, Any]:
        """Return the fields that all kinds have and that differ from what was written; call it when all is checked."""
        self._dates()
        for i, each in enumerate(self.header.rows):
            self._document(each.document, self.here("rows", i, "document"))
        self.sources(self.header, self.here())
        used = {key: each for key, each in self.bibliography.items() if key in self.named_documents}
        return {"standard": inherited(self.header.standard, self.header.id), "documents": used}

    def _dates(self) -> None:
        """Say where a date is made up: the first of a month, or a month or year, without saying how it is known."""
        model, at = self.header.period, self.here("in_force")
        given = {"from": model.start, "until": model.until, "proposed": model.proposed}
        if (model.start is None) == (model.proposed is None):
            message = Text(
                "give from, or, of what never came into force, proposed.",
                "请填写 from；若从未生效，则填写 proposed。",
            )
            self.say(at, "rules/in-force", message)
        for name, date in given.items():
            if date is None:
                continue
            if is_first_of_month(date) and model.source is None:
                self.remark(at / name, "rules/date", FIRST_OF_MONTH)
            if len(date) < len("2024-04-30") and model.basis is None:
                message = Text(
                    "only the month or the year is known: say on what basis.",
                    "仅知年月的日期，请在 basis 中说明依据类型。",
                )
                self.remark(at / name, "rules/date", message)
        if model.basis == "interpreted" and model.why is None:
            message = Text("say why it is read so.", "请在 why 中说明理由。")
            self.remark(at, "rules/date", message)
        for key, each in self.header.documents.items():
            if is_first_of_month(each.published) and each.dated is None:
                self.remark(self.here("documents", key, "published"), "rules/date", FIRST_OF_MONTH)

    def sources(self, written: Struct, at: At) -> None:
        """Check that the documents are known that anything there names as its source."""
        for path, source in sources_in(written):
            self._document(source.document, At(at.document, (*at.path, *path, "document")))

    def _document(self, name: str, at: At) -> None:
        self.named_documents.add(name)
        if name not in self.bibliography:
            known = ", ".join(self.header.documents or self.bibliography)
            message = Text(
                f"{name} is not among the documents of this ruleset ({known}).",
                f"{name} 不在本规则集的文献列表（{known}）中。",
            )
            self.say(at, "rules/source", message)

    def expression(self, text: str, at: At, scope: Scope, *, condition: bool) -> Parsed | None:
        """Return an expression that was read, or None after saying what is wrong with it."""
        parsed = self._read(text, at, scope, lambda: parse(text, scope.record, named=scope.types))
        if parsed is None:
            return None
        scope.used |= names_in(parsed.node)
        if not self._is_readable(parsed.node, at, scope):
            return None
        if condition and not isinstance(parsed.type, BooleanType):
            message = Text("a condition must be true or false.", "条件的结果必须为真或假。")
            self.say(at, "rules/condition", message)
        self._check_monotony(parsed.node, at, scope)
        return parsed

    def condition(self, written: Expression, at: At, scope: Scope) -> Expression:
        """Return a condition with its tree; where it is wrong, that is said, and the tree stands for nothing."""
        parsed = self.expression(written.expression, at, scope, condition=True)
        return written if parsed is None else replace(written, node=parsed.node)

    def optional(self, written: Expression | None, at: At, scope: Scope) -> Expression | None:
        """Return a condition with its tree, None where none was written."""
        return None if written is None else self.condition(written, at, scope)

    def _read(self, text: str, at: At, scope: Scope, read: Callable[[], _Read]) -> _Read | None:
        try:
            return read()
        except ExpressionError as error:
            if any(re.search(rf"\b{name}\b", text) for name in scope.refused):
                return None  # told of already, where the name is defined
            # What stands in an expression that cannot be read is not unused.
            scope.used |= set(re.findall(r"\w+", text))
            self.findings.add_expression(at.document, at.path, error)
            return None

    def _is_readable(self, node: Node, at: At, scope: Scope) -> bool:
        size, depth = scope.size(node)
        if size <= MOST_NODES and (depth <= MOST_DEPTH or not names_in(node)):
            return True
        message = Text(
            f"with all names written out, it has more than {MOST_NODES} parts, or more than {MOST_DEPTH} levels.",
            f"展开全部名称后超过 {MOST_NODES} 项或 {MOST_DEPTH} 层。",
        )
        self.say(at, "rules/too-large", message)
        return False

    def _check_monotony(self, node: Node, at: At, scope: Scope) -> None:
        if self.monotone and self.header.absent == "not-disclosed":
            for reason in non_monotone(node, record=scope.record, named=scope.nodes):
                self.say(at, "rules/monotony", reason)

    def values(self, written: tuple[NamedValue, ...], at: At, scope: Scope) -> tuple[NamedValue, ...]:
        """Return named values with their trees, and define them in ``scope``, in their order."""
        if len(written) > MOST_NAMES:
            message = Text(
                f"{len(written)} named values, and {MOST_NAMES} are the most.",
                f"命名值共 {len(written)} 个，上限为 {MOST_NAMES}。",
            )
            self.say(at, "rules/too-large", message)
            return ()
        return tuple(self._value(each, at / each.name, scope) for each in written)

    def _value(self, written: NamedValue, at: At, scope: Scope) -> NamedValue:
        text = written.expression
        places = self._places(written, at / "of", scope.record)
        definition = None
        if places is not None:
            definition = self._read(
                text,
                at / "is",
                scope,
                lambda: define(text, scope.record, named=scope.types, parameters=places),
            )
        if definition is not None and not self._is_readable(definition[0], at / "is", scope):
            definition = None
        if definition is not None and not isinstance(definition[0], Function):
            # What is asked of an entry is checked where it is used, as it may be asked for its contrary.
            self._check_monotony(definition[0], at / "is", scope)
        scope.define(written.name, definition)
        return replace(
            written,
            asked=Expression(text, UNREAD if definition is None else definition[0]),
            source=inherited(written.source, self.header.source),
            listed=definition is not None and getattr(definition[1], "source", None) is not None,
        )

    def _places(self, written: NamedValue, at: At, record: RecordType) -> dict[str, tuple[str, ...]] | None:
        """Return the places that parameters stand for; None after saying that there is none."""
        found = {}
        for name, path in written.of.items():
            place: tuple[str, ...] = ()
            kind: FieldType = record
            for step in path.split("."):
                known = kind.fields if isinstance(kind, RecordType) else {}
                if step not in known:
                    advice = did_you_mean(step, known)
                    message = Text(f"there is no field {path}.", f"没有字段 {path}。")
                    self.findings.add(at.document, (*at.path, name), "rules/of", message, advice=advice)
                    return None
                kind, place = known[step], (*place, step)
                if isinstance(kind, ListType):
                    kind, place = kind.item, (*place, EACH)
            found[name] = place
        return found

    def check_used(self, written: tuple[NamedValue, ...], at: At, scope: Scope) -> None:
        """Say which named values no condition uses; call it when all conditions are read."""
        reached = scope.reached()
        for each in written:
            if each.name not in reached and each.name not in scope.refused:
                message = Text("no condition uses it.", "没有条件使用该命名值。")
                self.findings.add(at.document, (*at.path, each.name), "rules/unused", message, at_key=True)

    def unique(self, identifiers: Iterator[tuple[At, str]]) -> None:
        """Say where an id is used for the second time."""
        first: dict[str, At] = {}
        for at, identifier in identifiers:
            if identifier in first:
                place = first[identifier].document.place(first[identifier].path)
                message = Text(
                    f"the id {identifier} is used twice; first at {place}.",
                    f"编号 {identifier} 重复；首次出现于 {place}。",
                )
                self.say(at, "rules/duplicate-id", message)
            first.setdefault(identifier, at)
