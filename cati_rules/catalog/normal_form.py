"""The normal form of a ruleset: what fields mean together is checked, what is inherited is written out.

Plain JSON, in which every expression stands beside its stored tree; the types that the evaluation sees are read from
it by :func:`cati_rules.catalog.ruleset.from_normal_form`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from cati_rules.catalog.findings import Findings, Step
from cati_rules.catalog.models import (
    BandModel,
    CeilingModel,
    CriterionModel,
    DimensionModel,
    IndicatorModel,
    RulesetModel,
    SourceModel,
    SplitModel,
    TextModel,
)
from cati_rules.documents import Document
from cati_rules.expressions import ExpressionError, Node, non_monotone, to_json
from cati_rules.expressions.parser import parse
from cati_rules.schema import known_kinds, load_schema
from cati_rules.schema.types import BooleanType, FieldType, RecordType, types_from_schema
from cati_rules.text import Text

Normal = dict[str, Any]
_NO_FILE = Text("this file does not exist.", "该文件不存在。")


@dataclass(frozen=True, slots=True)
class Part:
    """A dimension with the document it stands in and the path to it there."""

    model: DimensionModel
    document: Document
    path: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _At:
    """A place in one of the files of a ruleset."""

    document: Document
    path: tuple[Step, ...]

    def __truediv__(self, step: Step) -> _At:
        return _At(self.document, (*self.path, step))


class NormalForm:
    """One pass over the models of a ruleset: checks what fields mean together, writes the normal form.

    What needs all parts is checked only if they are ``complete``, so that one wrong file makes no others look wrong.
    """

    def __init__(
        self,
        model: RulesetModel,
        document: Document,
        parts: Sequence[Part],
        findings: Findings,
        *,
        complete: bool,
    ) -> None:
        """Take the models of the main file and of the parts."""
        self.model = model
        self.document = document
        self.parts = parts
        self.findings = findings
        self.complete = complete
        self.record = RecordType("document", {})
        self.named_types: dict[str, FieldType] = {}
        self.named_nodes: dict[str, Node] = {}
        self.refused: set[str] = set()

    def build(self) -> Normal:
        """Return the normal form; what is wrong goes into the findings."""
        model = self.model
        if model.subject not in known_kinds():
            known = ", ".join(known_kinds())
            message = Text(
                f"no schema for {model.subject}; known: {known}.",
                f"没有 {model.subject} 的结构定义；可用：{known}。",
            )
            self._say(("subject",), "rules/subject", message)
            return {}
        self.record = types_from_schema(load_schema(model.subject))
        values = [self._value(name) for name in model.values]
        dimensions = [self._dimension(part) for part in self.parts]
        self._unique(self._rule_ids())
        if self.complete:
            self._whole()
        return {
            "id": model.id,
            "edition": model.edition,
            "kind": model.kind,
            "subject": model.subject,
            "title": _text(model.title),
            "publisher": _text(model.publisher),
            "in_force": {"from": model.in_force.start, "until": model.in_force.until},
            "absent": model.absent,
            "points": str(model.points),
            "source": self._source(model.source, _At(self.document, ("source",))),
            "documents": {
                key: {
                    "title": _text(each.title),
                    "publisher": _text(each.publisher),
                    "published": each.published,
                }
                for key, each in model.documents.items()
            },
            "weights": {
                key: {
                    "is": str(each.factor),
                    "title": _text(each.title),
                    "basis": each.basis,
                    "source": self._source(each.source, _At(self.document, ("weights", key, "source"))),
                    "why": _optional(each.why),
                }
                for key, each in model.weights.items()
            },
            "bands": self._bands(),
            "values": values,
            "dimensions": dimensions,
            "published": self._published(),
        }

    def _published(self) -> Normal | None:
        model = self.model.published
        if model is None:
            return None
        at = _At(self.document, ("published",))
        if not (Path(self.document.name).parent / model.table).is_file():
            self.findings.add(at.document, (*at.path, "table"), "rules/table", _NO_FILE)
        known = {identifier for _, identifier in self._rule_ids()}
        for i, column in enumerate(model.columns):
            for j, name in enumerate(column.of):
                self._known(name, known, at / "columns" / i / "of" / j)
        for i, name in enumerate(model.hidden):
            self._known(name, known, at / "hidden" / i)
        return {
            "table": model.table,
            "basis": model.basis,
            "source": self._source(model.source, at / "source"),
            "columns": [
                {"id": each.id, "of": each.of, "title": _text(each.title), "overlaps": each.overlaps}
                for each in model.columns
            ],
            "hidden": model.hidden,
        }

    def _known(self, name: str, known: set[str], at: _At) -> None:
        if self.complete and name not in known:
            message = Text(f"there is no rule {name}.", f"没有规则 {name}。")
            self.findings.add(at.document, at.path, "rules/column", message)

    def _whole(self) -> None:
        """Check what only all parts together can show."""
        if not self.parts:
            message = Text("a ruleset has parts or dimensions.", "规则集须包含 parts 或 dimensions。")
            self._say((), "rules/empty", message)
        points = [part.model.points for part in self.parts]
        self._sums(_At(self.document, ("points",)), self.model.points, points)
        self._references()

    def _say(self, path: Sequence[Step], code: str, message: Text) -> None:
        self.findings.add(self.document, path, code, message)

    def _source(self, source: SourceModel, at: _At) -> Normal:
        if source.document not in self.model.documents:
            known = ", ".join(self.model.documents)
            message = Text(
                f"{source.document} is not among the documents of this ruleset ({known}).",
                f"{source.document} 不在本规则集的文献列表（{known}）中。",
            )
            self.findings.add(at.document, (*at.path, "document"), "rules/source", message)
        return {"document": source.document, "locator": _text(source.locator)}

    def _expression(self, text: str, at: _At, *, condition: bool) -> Any:
        """Return the stored tree of an expression, or None after saying what is wrong with it."""
        try:
            parsed = parse(text, self.record, named=self.named_types)
        except ExpressionError as error:
            if any(re.search(rf"\b{name}\b", text) for name in self.refused):
                return None  # told of already, where the name is defined
            self.findings.add_expression(at.document, at.path, error)
            return None
        if condition and not isinstance(parsed.type, BooleanType):
            message = Text("a condition must be true or false.", "条件的结果必须为真或假。")
            self.findings.add(at.document, at.path, "rules/condition", message)
        if self.model.absent == "not-disclosed":
            for reason in non_monotone(parsed.node, record=self.record, named=self.named_nodes):
                self.findings.add(at.document, at.path, "rules/monotony", reason)
        return parsed

    def _value(self, name: str) -> Normal:
        each = self.model.values[name]
        at = _At(self.document, ("values", name))
        parsed = self._expression(each.expression, at / "is", condition=False)
        if parsed is None:
            self.refused.add(name)
        else:
            self.named_types[name] = parsed.type
            self.named_nodes[name] = parsed.node
        return {
            "name": name,
            "is": each.expression,
            "tree": None if parsed is None else to_json(parsed.node),
            "unit": each.unit,
            "title": _text(each.title),
            "basis": each.basis,
            "source": self._source(each.source, at / "source"),
            "why": _optional(each.why),
        }

    def _bands(self) -> list[Normal]:
        bands = []
        lows: list[Decimal] = []
        for i, band in enumerate(self.model.bands):
            low = _low(band)
            if low is None:
                message = Text("give either above or from.", "above 与 from 须且仅须填写一个。")
                self._say(("bands", i), "rules/band", message)
                continue
            if lows and low >= lows[-1]:
                message = Text("bands go from the highest to the lowest.", "档位须由高到低排列。")
                self._say(("bands", i), "rules/band", message)
            lows.append(low)
            bands.append(
                {
                    "id": band.id,
                    "low": str(low),
                    "low_open": band.above is not None,
                    "title": _text(band.title),
                    "meaning": _text(band.meaning),
                    "basis": band.basis,
                    "source": self._source(band.source, _At(self.document, ("bands", i, "source"))),
                }
            )
        if lows and (lows[-1] != 0 or self.model.bands[-1].above is not None):
            message = Text("the last band must hold 0: from: 0.", "最后一个档位须包含 0，即 from: 0。")
            self._say(("bands", len(self.model.bands) - 1), "rules/band", message)
        self._unique(
            (_At(self.document, ("bands", i, "id")), each.id) for i, each in enumerate(self.model.bands)
        )
        return bands

    def _dimension(self, part: Part) -> Normal:
        at = _At(part.document, part.path)
        model = part.model
        self._sums(at / "points", model.points, [group.points for group in model.groups])
        groups = []
        for i, group in enumerate(model.groups):
            here = at / "groups" / i
            counted = [each.points for each in group.indicators if each.parallel_to is None]
            self._sums(here / "points", group.points, counted)
            indicators = [
                self._indicator(each, here / "indicators" / j) for j, each in enumerate(group.indicators)
            ]
            groups.append(
                {
                    "id": group.id,
                    "title": _text(group.title),
                    "points": str(group.points),
                    "indicators": indicators,
                }
            )
        return {"id": model.id, "title": _text(model.title), "points": str(model.points), "groups": groups}

    def _indicator(self, model: IndicatorModel, at: _At) -> Normal:
        if model.weight not in self.model.weights:
            known = ", ".join(self.model.weights)
            message = Text(
                f"no weight {model.weight}; known: {known}.", f"没有权重 {model.weight}；可用：{known}。"
            )
            self.findings.add(at.document, (*at.path, "weight"), "rules/weight", message)
        points = [each.points for each in model.criteria]
        if model.award == "sum":
            self._sums(at / "points", model.points, points)
        elif max(points) != model.points:
            message = Text(
                f"the highest level is worth {max(points)}, the indicator {model.points}.",
                f"最高档为 {max(points)} 分，而指标为 {model.points} 分。",
            )
            self.findings.add(at.document, (*at.path, "points"), "rules/points", message)
        self._unique((at / "criteria" / i / "id", each.id) for i, each in enumerate(model.criteria))
        split = model.split or self.model.split
        source = self._source(model.source, at / "source")
        return {
            "id": model.id,
            "title": _text(model.title),
            "points": str(model.points),
            "weight": model.weight,
            "award": model.award,
            "source": source,
            "ceiling": None if model.ceiling is None else self._ceiling(model.ceiling, at / "ceiling"),
            "parallel_to": model.parallel_to,
            "criteria": [
                self._criterion(each, at / "criteria" / i, split, source)
                for i, each in enumerate(model.criteria)
            ],
        }

    def _ceiling(self, model: CeilingModel, at: _At) -> Normal:
        parsed = self._expression(model.until, at / "until", condition=True)
        return {
            "points": str(model.points),
            "with": model.beside,
            "until": model.until,
            "tree": None if parsed is None else to_json(parsed.node),
            "title": _text(model.title),
            "basis": model.basis,
            "source": self._source(model.source, at / "source"),
            "why": _optional(model.why),
        }

    def _criterion(self, model: CriterionModel, at: _At, split: SplitModel, source: Normal) -> Normal:
        parsed = self._expression(model.when, at / "when", condition=True)
        basis = model.basis or split.basis
        why = model.why or (split.why if basis == split.basis else None)
        return {
            "id": model.id,
            "points": str(model.points),
            "counts_parent": model.counts_parent,
            "title": _text(model.title),
            "when": model.when,
            "tree": None if parsed is None else to_json(parsed.node),
            "advice": _text(model.advice),
            "basis": basis,
            "why": _optional(why),
            "source": source if model.source is None else self._source(model.source, at / "source"),
        }

    def _sums(self, at: _At, points: Decimal, parts: Sequence[Decimal]) -> None:
        total = sum(parts, Decimal(0))
        if total != points:
            message = Text(
                f"the points below add up to {total}, not {points}.",
                f"下级分值合计为 {total}，而非 {points}。",
            )
            self.findings.add(at.document, at.path, "rules/points", message)

    def _rule_ids(self) -> Iterator[tuple[_At, str]]:
        """Yield the ids by which rules are asked for: of dimensions, groups and indicators."""
        for part in self.parts:
            yield _At(part.document, (*part.path, "id")), part.model.id
            for i, group in enumerate(part.model.groups):
                path = (*part.path, "groups", i)
                yield _At(part.document, (*path, "id")), group.id
                for j, indicator in enumerate(group.indicators):
                    yield _At(part.document, (*path, "indicators", j, "id")), indicator.id

    def _unique(self, identifiers: Iterator[tuple[_At, str]]) -> None:
        first: dict[str, _At] = {}
        for at, identifier in identifiers:
            if identifier in first:
                place = first[identifier].document.place(first[identifier].path)
                message = Text(
                    f"the id {identifier} is used twice; first at {place}.",
                    f"编号 {identifier} 重复；首次出现于 {place}。",
                )
                self.findings.add(at.document, at.path, "rules/duplicate-id", message)
            first.setdefault(identifier, at)

    def _references(self) -> None:
        """Check that an indicator names only those that stand before it, so that one pass can award points.

        A parallel indicator stands in the same group, where the better of the two is chosen.
        """
        before: set[str] = set()
        for part in self.parts:
            for i, group in enumerate(part.model.groups):
                here: set[str] = set()
                for j, each in enumerate(group.indicators):
                    at = _At(part.document, (*part.path, "groups", i, "indicators", j))
                    beside = each.ceiling.beside if each.ceiling else []
                    for k, name in enumerate(beside):
                        self._reference(at / "ceiling" / "with" / k, name, before | here)
                    if each.parallel_to is not None:
                        self._reference(at / "parallel_to", each.parallel_to, here)
                    here.add(each.id)
                before |= here

    def _reference(self, at: _At, name: str, known: set[str]) -> None:
        if name not in known:
            message = Text(
                f"{name} does not stand before this indicator, where it would have to.",
                f"{name} 未排在本指标之前，无法引用。",
            )
            self.findings.add(at.document, at.path, "rules/order", message)


def _low(band: BandModel) -> Decimal | None:
    if (band.above is None) == (band.start is None):
        return None
    return band.above if band.above is not None else band.start


def _text(model: TextModel) -> Mapping[str, str]:
    return {"en": model.en, "zh": model.zh}


def _optional(model: TextModel | None) -> Mapping[str, str] | None:
    return None if model is None else _text(model)
