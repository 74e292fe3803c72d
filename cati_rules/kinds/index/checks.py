"""What the fields of an index mean together: points that add up, weights, bands, columns, indicators in an order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from cati_rules.catalog.checks import At, Checks, Scope
from cati_rules.catalog.fields import inherited
from cati_rules.catalog.findings import Findings, Step
from cati_rules.catalog.ruleset import Bibliography, NamedValue
from cati_rules.documents import Document
from cati_rules.kinds.index.rules import (
    Ceiling,
    Criterion,
    Dimension,
    Index,
    Indicator,
    Split,
)
from cati_rules.schema.types import RecordType
from cati_rules.text import Text

_NO_FILE = Text("this file does not exist.", "该文件不存在。")


class Part(Struct, frozen=True):
    """A dimension with the document it stands in and the path to it there."""

    dimension: Dimension
    document: Document
    path: tuple[Step, ...]


class Shared(Struct, frozen=True):
    """Definitions that are shared with other rulesets, and the document that they stand in."""

    values: tuple[NamedValue, ...]
    document: Document


class IndexChecks(Checks):
    """One pass over an index.

    What needs all parts is checked only if they are ``complete``, so that one wrong file makes no others look wrong.
    """

    def __init__(
        self,
        written: Index,
        document: Document,
        findings: Findings,
        bibliography: Mapping[str, Bibliography],
        *,
        parts: Sequence[Part],
        shared: Sequence[Shared],
        complete: bool,
    ) -> None:
        """Take what the main file says, the parts, and the files of definitions that it shares."""
        super().__init__(written, document, findings, bibliography)
        self.written = written
        self.parts = parts
        self.shared = shared
        self.complete = complete
        self.scope = Scope(RecordType("document", {}))

    def whole(self) -> Index:
        """Return the index with all its parts, all that is inherited, and every tree.

        What is wrong goes into the findings.
        """
        written = self.written
        record = self.record_of(written.subject, self.here("subject"))
        if record is None:
            return written
        self.scope = Scope(record)
        values: list[NamedValue] = []
        for shared in self.shared:
            at = At(shared.document, ("values",))
            values += self.values(shared.values, at, self.scope)
            for each in shared.values:
                self.sources(each, at / each.name)
        self._check_names()
        own = self.values(written.values, self.here("values"), self.scope)
        dimensions = tuple(self._dimension(part) for part in self.parts)
        applies = self.optional(written.applies_when, self.here("applies_when"), self.scope)
        if self.complete and self.parts:
            self.check_used(written.values, self.here("values"), self.scope)
        self.unique(self._rule_ids())
        if self.complete:
            self._whole()
        self._check_bands()
        self._check_columns()
        for part in self.parts:
            if part.document is not self.document:
                self.sources(part.dimension, At(part.document, part.path))
        # Of what is shared with other rulesets, each takes what it uses.
        reached = self.scope.reached()
        return replace(
            written,
            **self.head(),
            values=(*(each for each in values if each.name in reached), *own),
            dimensions=dimensions,
            applies_when=applies,
        )

    def _check_names(self) -> None:
        """Check that no name is defined twice."""
        own = {each.name for each in self.written.values}
        for shared in self.shared:
            for name in (each.name for each in shared.values if each.name in own):
                place = shared.document.place(("values", name))
                message = Text(
                    f"{name} is defined twice; first at {place}.",
                    f"{name} 重复定义；首次定义于 {place}。",
                )
                self.say(self.here("values", name), "rules/duplicate-id", message)

    def _effort(self, name: str | None, at: At) -> str | None:
        known = {} if self.written.efforts is None else self.written.efforts.classes
        if name is not None and name not in known:
            listed = ", ".join(known)
            message = Text(
                f"no class of effort {name}; known: {listed}.", f"没有投入类别 {name}；可用：{listed}。"
            )
            self.say(at, "rules/effort", message)
        return name

    def _check_columns(self) -> None:
        printed = self.written.printed
        if printed is None:
            return
        at = self.here("published")
        if not (Path(self.document.name).parent / printed.table).is_file():
            self.say(at / "table", "rules/table", _NO_FILE)
        known = {identifier for _, identifier in self._rule_ids()}
        for i, column in enumerate(printed.columns):
            for j, name in enumerate(column.of):
                self._known(name, known, at / "columns" / i / "of" / j)
        for i, name in enumerate(printed.hidden):
            self._known(name, known, at / "hidden" / i)

    def _known(self, name: str, known: set[str], at: At) -> None:
        if self.complete and name not in known:
            message = Text(f"there is no rule {name}.", f"没有规则 {name}。")
            self.say(at, "rules/column", message)

    def _whole(self) -> None:
        """Check what only all parts together can show."""
        if not self.parts:
            message = Text("a ruleset has parts or dimensions.", "规则集须包含 parts 或 dimensions。")
            self.say(self.here(), "rules/empty", message)
        points = [part.dimension.points for part in self.parts]
        self._sums(self.here("points"), self.written.points, points)
        self._references()
        self._parameters()

    def _parameters(self) -> None:
        """Check that weights left to others matter, and that no printed total rests on them."""
        used = {
            indicator.weight
            for part in self.parts
            for group in part.dimension.groups
            for indicator in group.indicators
        }
        for name, weight in self.written.weights.items():
            if not weight.parameter:
                continue
            at = self.here("weights", name, "parameter")
            if name not in used:
                unused = Text("no indicator has this weight.", "没有指标使用该权重。")
                self.say(at, "rules/parameter", unused)
            if self.written.printed is not None:
                fixed = Text(
                    "printed results were made with one weight, which is no parameter.",
                    "已公布的结果对应确定的权重，不能作为参数。",
                )
                self.say(at, "rules/parameter", fixed)

    def _check_bands(self) -> None:
        bands = self.written.bands
        lows: list[Decimal] = []
        for i, band in enumerate(bands):
            if (band.above is None) == (band.start is None):
                message = Text("give either above or from.", "above 与 from 须且仅须填写一个。")
                self.say(self.here("bands", i), "rules/band", message)
                continue
            if lows and band.low >= lows[-1]:
                message = Text("bands go from the highest to the lowest.", "档位须由高到低排列。")
                self.say(self.here("bands", i), "rules/band", message)
            lows.append(band.low)
        if lows and (lows[-1] != 0 or bands[-1].above is not None):
            message = Text("the last band must hold 0: from: 0.", "最后一个档位须包含 0，即 from: 0。")
            self.say(self.here("bands", len(bands) - 1), "rules/band", message)
        self.unique((self.here("bands", i, "id"), each.id) for i, each in enumerate(bands))

    def _dimension(self, part: Part) -> Dimension:
        at, dimension = At(part.document, part.path), part.dimension
        self._sums(at / "points", dimension.points, [group.points for group in dimension.groups])
        groups = []
        for i, group in enumerate(dimension.groups):
            here = at / "groups" / i
            counted = [each.points for each in group.indicators if each.parallel_to is None]
            self._sums(here / "points", group.points, counted)
            indicators = (
                self._indicator(each, here / "indicators" / j) for j, each in enumerate(group.indicators)
            )
            groups.append(replace(group, indicators=tuple(indicators)))
        return replace(dimension, groups=tuple(groups))

    def _indicator(self, indicator: Indicator, at: At) -> Indicator:
        if indicator.weight not in self.written.weights:
            known = ", ".join(self.written.weights)
            message = Text(
                f"no weight {indicator.weight}; known: {known}.",
                f"没有权重 {indicator.weight}；可用：{known}。",
            )
            self.say(at / "weight", "rules/weight", message)
        points = [each.points for each in indicator.criteria]
        if indicator.award == "sum":
            self._sums(at / "points", indicator.points, points)
        elif max(points) != indicator.points:
            message = Text(
                f"the highest level is worth {max(points)}, the indicator {indicator.points}.",
                f"最高档为 {max(points)} 分，而指标为 {indicator.points} 分。",
            )
            self.say(at / "points", "rules/points", message)
        self.unique((at / "criteria" / i / "id", each.id) for i, each in enumerate(indicator.criteria))
        return replace(
            indicator,
            split=None,
            effort=None,
            ceiling=None if indicator.ceiling is None else self._ceiling(indicator.ceiling, at / "ceiling"),
            criteria=tuple(
                self._criterion(each, indicator, at / "criteria" / i)
                for i, each in enumerate(indicator.criteria)
            ),
        )

    def _ceiling(self, ceiling: Ceiling, at: At) -> Ceiling:
        return replace(ceiling, until=self.condition(ceiling.until, at / "until", self.scope))

    def _criterion(self, criterion: Criterion, indicator: Indicator, at: At) -> Criterion:
        split: Split = indicator.split or self.written.split
        basis = inherited(criterion.basis, split.basis)
        return replace(
            criterion,
            when=self.condition(criterion.when, at / "when", self.scope),
            basis=basis,
            why=criterion.why or (split.why if basis == split.basis else None),
            source=inherited(criterion.source, indicator.source),
            effort=self._effort(criterion.effort or indicator.effort, at / "effort"),
        )

    def _sums(self, at: At, points: Decimal, parts: Sequence[Decimal]) -> None:
        total = sum(parts, Decimal(0))
        if total != points:
            message = Text(
                f"the points below add up to {total}, not {points}.",
                f"下级分值合计为 {total}，而非 {points}。",
            )
            self.say(at, "rules/points", message)

    def _rule_ids(self) -> Iterator[tuple[At, str]]:
        """Yield the ids by which rules are asked for: of dimensions, groups and indicators."""
        for part in self.parts:
            yield At(part.document, (*part.path, "id")), part.dimension.id
            for i, group in enumerate(part.dimension.groups):
                path = (*part.path, "groups", i)
                yield At(part.document, (*path, "id")), group.id
                for j, indicator in enumerate(group.indicators):
                    yield At(part.document, (*path, "indicators", j, "id")), indicator.id

    def _references(self) -> None:
        """Check that an indicator names only those that stand before it, so that one pass can award points.

        A parallel indicator stands in the same group, where the better of the two is chosen.
        """
        before: set[str] = set()
        for part in self.parts:
            for i, group in enumerate(part.dimension.groups):
                here: set[str] = set()
                for j, each in enumerate(group.indicators):
                    at = At(part.document, (*part.path, "groups", i, "indicators", j))
                    beside = each.ceiling.beside if each.ceiling else ()
                    for k, name in enumerate(beside):
                        self._reference(at / "ceiling" / "with" / k, name, before | here)
                    if each.parallel_to is not None:
                        self._reference(at / "parallel_to", each.parallel_to, here)
                    here.add(each.id)
                before |= here

    def _reference(self, at: At, name: str, known: set[str]) -> None:
        if name not in known:
            message = Text(
                f"{name} does not stand before this indicator, where it would have to.",
                f"{name} 未排在本指标之前，无法引用。",
            )
            self.say(at, "rules/order", message)
