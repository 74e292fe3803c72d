"""The normal form of an index: points that add up, weights, bands, columns, indicators in an order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from msgspec import Struct

from cati_rules.catalog.findings import Findings, Step
from cati_rules.catalog.models import (
    BandModel,
    BibliographyModel,
    CeilingModel,
    CriterionModel,
    DimensionModel,
    IndexModel,
    IndicatorModel,
    SplitModel,
    ValueModel,
)
from cati_rules.catalog.normal_form import At, Form, Normal, Scope, optional_data, text_data, tree
from cati_rules.documents import Document
from cati_rules.schema.types import RecordType
from cati_rules.text import Text

_NO_FILE = Text("this file does not exist.", "该文件不存在。")


class Part(Struct, frozen=True):
    """A dimension with the document it stands in and the path to it there."""

    model: DimensionModel
    document: Document
    path: tuple[Step, ...]


class Shared(Struct, frozen=True):
    """Definitions that are shared with other rulesets, and the document that they stand in."""

    values: Mapping[str, ValueModel]
    document: Document


class IndexForm(Form):
    """One pass over the models of an index.

    What needs all parts is checked only if they are ``complete``, so that one wrong file makes no others look wrong.
    """

    def __init__(
        self,
        model: IndexModel,
        document: Document,
        parts: Sequence[Part],
        findings: Findings,
        bibliography: Mapping[str, BibliographyModel],
        *,
        shared: Sequence[Shared],
        complete: bool,
    ) -> None:
        """Take the models of the main file, of the parts, and of the files of definitions that it shares."""
        super().__init__(model, document, findings, bibliography)
        self.model = model
        self.parts = parts
        self.shared = shared
        self.complete = complete
        self.scope = Scope(RecordType("document", {}))

    def build(self) -> Normal:
        """Return the normal form; what is wrong goes into the findings."""
        model = self.model
        record = self.record_of(model.subject, self.here("subject"))
        if record is None:
            return {}
        self.scope = Scope(record)
        values = [
            value
            for each in self.shared
            for value in self.values(each.values, At(each.document, ("values",)), self.scope)
        ]
        self._check_names()
        values += self.values(model.values, self.here("values"), self.scope)
        dimensions = [self._dimension(part) for part in self.parts]
        applies = self._applies()
        if self.complete and self.parts:
            self.check_used(model.values, self.here("values"), self.scope)
        # Of what is shared with other rulesets, each takes what it uses.
        reached = self.scope.reached()
        values = [each for each in values if each["name"] in reached or each["name"] in model.values]
        self.unique(self._rule_ids())
        if self.complete:
            self._whole()
        own = {
            "subject": model.subject,
            "when_asked": model.when_asked,
            "applies": applies,
            "points": str(model.points),
            "weights": {
                key: {
                    "is": str(each.factor),
                    "title": text_data(each.title),
                    "basis": each.basis,
                    "source": self.source(each.source, self.here("weights", key, "source")),
                    "why": optional_data(each.why),
                    "parameter": each.parameter,
                }
                for key, each in model.weights.items()
            },
            "bands": self._bands(),
            "values": values,
            "efforts": self._efforts(),
            "dimensions": dimensions,
            "published": self._published(),
        }
        return {**self.head(), **own}

    def _check_names(self) -> None:
        """Check that no name is defined twice."""
        for each in self.shared:
            for name in self.model.values:
                if name in each.values:
                    place = each.document.place(("values", name))
                    message = Text(
                        f"{name} is defined twice; first at {place}.",
                        f"{name} 重复定义；首次定义于 {place}。",
                    )
                    self.say(self.here("values", name), "rules/duplicate-id", message)

    def _applies(self) -> Normal | None:
        text = self.model.applies_when
        if text is None:
            return None
        parsed = self.expression(text, self.here("applies_when"), self.scope, condition=True)
        return {"when": text, "tree": tree(parsed)}

    def _efforts(self) -> Normal | None:
        model = self.model.efforts
        if model is None:
            return None
        return {
            "classes": {
                key: {"cost": str(each.cost), "title": text_data(each.title)}
                for key, each in model.classes.items()
            },
            "basis": model.basis,
            "why": text_data(model.why),
        }

    def _effort(self, name: str | None, at: At) -> str | None:
        known = {} if self.model.efforts is None else self.model.efforts.classes
        if name is not None and name not in known:
            listed = ", ".join(known)
            message = Text(
                f"no class of effort {name}; known: {listed}.", f"没有投入类别 {name}；可用：{listed}。"
            )
            self.say(at, "rules/effort", message)
        return name

    def _published(self) -> Normal | None:
        model = self.model.published
        if model is None:
            return None
        at = self.here("published")
        if not (Path(self.document.name).parent / model.table).is_file():
            self.say(at / "table", "rules/table", _NO_FILE)
        known = {identifier for _, identifier in self._rule_ids()}
        for i, column in enumerate(model.columns):
            for j, name in enumerate(column.of):
                self._known(name, known, at / "columns" / i / "of" / j)
        for i, name in enumerate(model.hidden):
            self._known(name, known, at / "hidden" / i)
        return {
            "table": model.table,
            "basis": model.basis,
            "source": self.source(model.source, at / "source"),
            "columns": [
                {"id": each.id, "of": each.of, "title": text_data(each.title), "overlaps": each.overlaps}
                for each in model.columns
            ],
            "hidden": model.hidden,
        }

    def _known(self, name: str, known: set[str], at: At) -> None:
        if self.complete and name not in known:
            message = Text(f"there is no rule {name}.", f"没有规则 {name}。")
            self.say(at, "rules/column", message)

    def _whole(self) -> None:
        """Check what only all parts together can show."""
        if not self.parts:
            message = Text("a ruleset has parts or dimensions.", "规则集须包含 parts 或 dimensions。")
            self.say(self.here(), "rules/empty", message)
        points = [part.model.points for part in self.parts]
        self._sums(self.here("points"), self.model.points, points)
        self._references()
        self._parameters()

    def _parameters(self) -> None:
        """Check that weights left to others matter, and that no printed total rests on them."""
        used = {
            indicator.weight
            for part in self.parts
            for group in part.model.groups
            for indicator in group.indicators
        }
        for name, weight in self.model.weights.items():
            if not weight.parameter:
                continue
            at = self.here("weights", name, "parameter")
            if name not in used:
                unused = Text("no indicator has this weight.", "没有指标使用该权重。")
                self.say(at, "rules/parameter", unused)
            if self.model.published is not None:
                fixed = Text(
                    "printed results were made with one weight, which is no parameter.",
                    "已公布的结果对应确定的权重，不能作为参数。",
                )
                self.say(at, "rules/parameter", fixed)

    def _bands(self) -> list[Normal]:
        bands = []
        lows: list[Decimal] = []
        for i, band in enumerate(self.model.bands):
            low = _low(band)
            if low is None:
                message = Text("give either above or from.", "above 与 from 须且仅须填写一个。")
                self.say(self.here("bands", i), "rules/band", message)
                continue
            if lows and low >= lows[-1]:
                message = Text("bands go from the highest to the lowest.", "档位须由高到低排列。")
                self.say(self.here("bands", i), "rules/band", message)
            lows.append(low)
            bands.append(
                {
                    "id": band.id,
                    "low": str(low),
                    "low_open": band.above is not None,
                    "title": text_data(band.title),
                    "meaning": text_data(band.meaning),
                    "basis": band.basis,
                    "source": self.source(band.source, self.here("bands", i, "source")),
                }
            )
        if lows and (lows[-1] != 0 or self.model.bands[-1].above is not None):
            message = Text("the last band must hold 0: from: 0.", "最后一个档位须包含 0，即 from: 0。")
            self.say(self.here("bands", len(self.model.bands) - 1), "rules/band", message)
        self.unique((self.here("bands", i, "id"), each.id) for i, each in enumerate(self.model.bands))
        return bands

    def _dimension(self, part: Part) -> Normal:
        at = At(part.document, part.path)
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
                    "title": text_data(group.title),
                    "points": str(group.points),
                    "indicators": indicators,
                }
            )
        return {
            "id": model.id,
            "title": text_data(model.title),
            "points": str(model.points),
            "groups": groups,
        }

    def _indicator(self, model: IndicatorModel, at: At) -> Normal:
        if model.weight not in self.model.weights:
            known = ", ".join(self.model.weights)
            message = Text(
                f"no weight {model.weight}; known: {known}.", f"没有权重 {model.weight}；可用：{known}。"
            )
            self.say(at / "weight", "rules/weight", message)
        points = [each.points for each in model.criteria]
        if model.award == "sum":
            self._sums(at / "points", model.points, points)
        elif max(points) != model.points:
            message = Text(
                f"the highest level is worth {max(points)}, the indicator {model.points}.",
                f"最高档为 {max(points)} 分，而指标为 {model.points} 分。",
            )
            self.say(at / "points", "rules/points", message)
        self.unique((at / "criteria" / i / "id", each.id) for i, each in enumerate(model.criteria))
        split = model.split or self.model.split
        source = self.source(model.source, at / "source")
        return {
            "id": model.id,
            "title": text_data(model.title),
            "points": str(model.points),
            "weight": model.weight,
            "award": model.award,
            "source": source,
            "ceiling": None if model.ceiling is None else self._ceiling(model.ceiling, at / "ceiling"),
            "parallel_to": model.parallel_to,
            "may_not_apply": None if model.may_not_apply is None else text_data(model.may_not_apply),
            "criteria": [
                self._criterion(each, at / "criteria" / i, split, source)
                | {"effort": self._effort(each.effort or model.effort, at / "effort")}
                for i, each in enumerate(model.criteria)
            ],
        }

    def _ceiling(self, model: CeilingModel, at: At) -> Normal:
        parsed = self.expression(model.until, at / "until", self.scope, condition=True)
        return {
            "points": str(model.points),
            "with": model.beside,
            "until": model.until,
            "tree": tree(parsed),
            "title": text_data(model.title),
            "basis": model.basis,
            "source": self.source(model.source, at / "source"),
            "why": optional_data(model.why),
        }

    def _criterion(self, model: CriterionModel, at: At, split: SplitModel, source: Normal) -> Normal:
        parsed = self.expression(model.when, at / "when", self.scope, condition=True)
        basis = model.basis or split.basis
        why = model.why or (split.why if basis == split.basis else None)
        return {
            "id": model.id,
            "points": str(model.points),
            "counts_parent": model.counts_parent,
            "title": text_data(model.title),
            "when": model.when,
            "tree": tree(parsed),
            "advice": text_data(model.advice),
            "basis": basis,
            "why": optional_data(why),
            "source": source if model.source is None else self.source(model.source, at / "source"),
        }

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
            yield At(part.document, (*part.path, "id")), part.model.id
            for i, group in enumerate(part.model.groups):
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
            for i, group in enumerate(part.model.groups):
                here: set[str] = set()
                for j, each in enumerate(group.indicators):
                    at = At(part.document, (*part.path, "groups", i, "indicators", j))
                    beside = each.ceiling.beside if each.ceiling else []
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


def _low(band: BandModel) -> Decimal | None:
    if (band.above is None) == (band.start is None):
        return None
    return band.above if band.above is not None else band.start
