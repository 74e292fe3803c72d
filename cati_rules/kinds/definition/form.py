"""The normal form of a definition: its bodies, measures in their units, conditions and levels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cati_rules.catalog.findings import Findings
from cati_rules.catalog.models import BibliographyModel, TextModel
from cati_rules.catalog.normal_form import At, Form, Normal, Scope, optional_data, text_data, tree
from cati_rules.documents import Document
from cati_rules.kinds.definition.models import (
    BodyModel,
    BrandModel,
    ConditionModel,
    DefinitionModel,
    MeasureModel,
)
from cati_rules.kinds.definition.rules import EACH, QUALIFIES
from cati_rules.language import Parsed, nodes, to_json
from cati_rules.schema.labels import known_labels
from cati_rules.schema.types import BooleanType, FieldType, ListType, NumberType, RecordType
from cati_rules.text import Text
from cati_rules.units import UNITS

PRODUCT = "product"


class DefinitionForm(Form):
    """One pass over the model of a definition."""

    def __init__(
        self,
        model: DefinitionModel,
        document: Document,
        findings: Findings,
        bibliography: Mapping[str, BibliographyModel],
    ) -> None:
        """Take the model of the file."""
        super().__init__(model, document, findings, bibliography)
        self.model = model

    def build(self) -> Normal:
        """Return the normal form; what is wrong goes into the findings."""
        bodies = [self._body(self.model, self.here())]
        bodies.extend(self._body(each, self.here("further", i)) for i, each in enumerate(self.model.further))
        subjects = (
            (self.here(*(("further", i - 1) if i else ()), "subject"), each["subject"])
            for i, each in enumerate(bodies)
        )
        self.unique(subjects)
        own = {"asks": text_data(self.model.asks), "claim": self.model.claim, "bodies": bodies}
        return {**self.head(), **own}

    def _body(self, model: BodyModel, at: At) -> Normal:
        record = self.record_of(model.subject, at / "subject") or RecordType("document", {})
        record = self._with_each(self._with_qualifies(record, model, at), model, at)
        scope = Scope(record)
        for name in model.parameters:
            scope.types[name] = NumberType()
            scope.nodes[name] = nodes.Named(name)
        measures = [self._measure(each, at / "measures" / i, record) for i, each in enumerate(model.measures)]
        values = self.values(model.values, at / "values", scope)
        conditions = [
            self._condition(each, at / "conditions" / i, scope) for i, each in enumerate(model.conditions)
        ]
        levels = [self._condition(each, at / "levels" / i, scope) for i, each in enumerate(model.levels)]
        self.unique(
            (at / name / i / "id", each.id)
            for name, listed in (("conditions", model.conditions), ("levels", model.levels))
            for i, each in enumerate(listed)
        )
        if not (conditions or levels or model.not_testable):
            message = Text(
                "give conditions, levels, or say in not_testable why there are none.",
                "请填写 conditions 或 levels，或在 not_testable 中说明为何没有。",
            )
            self.say(at, "rules/empty", message)
        if (model.testable_when or model.parameters) and model.not_testable is None:
            message = Text("say in not_testable why.", "请在 not_testable 中说明原因。")
            self.say(at, "rules/not-testable", message)
        applies = self._stated(model.applies_when, model.not_applicable, at / "applies_when", scope)
        testable = self._stated(model.testable_when, None, at / "testable_when", scope)
        self.check_used(model.values, at / "values", scope)
        return {
            "subject": model.subject,
            "title": optional_data(model.heading),
            "brand": None if model.brand is None else self._brand(model.brand, model.subject, at / "brand"),
            "applies": applies,
            "testable": testable,
            "not_testable": optional_data(model.not_testable),
            "each": model.each,
            "qualifies": model.qualifies,
            "measures": measures,
            "parameters": [
                {"name": name, "unit": each.unit, "title": text_data(each.title)}
                for name, each in model.parameters.items()
            ],
            "values": values,
            "conditions": conditions,
            "levels": levels,
        }

    def _brand(self, model: BrandModel, subject: str, at: At) -> Normal:
        if subject != PRODUCT:
            message = Text("only products carry a brand.", "只有产品才有品牌。")
            self.say(at, "rules/brand", message)
        known = known_labels(PRODUCT)
        for i, label in enumerate(model.labels):
            if label not in known:
                message = Text(
                    f"{label} is not among the known labels of the schema of products.",
                    f"{label} 不在产品结构定义的已知标签之列。",
                )
                self.say(at / "labels" / i, "rules/brand", message)
        return {"labels": list(model.labels), "makers": [text_data(each) for each in model.makers]}

    def _with_qualifies(self, record: RecordType, model: BodyModel, at: At) -> RecordType:
        if model.qualifies is None:
            return record
        item = self._entries(record, model.qualifies, at / "qualifies")
        if item is None:
            return record
        if PRODUCT not in item.fields or not any(
            each.subject == PRODUCT for each in (self.model, *self.model.further)
        ):
            message = Text(
                "only entries with a product can qualify, by what the ruleset asks of products.",
                "仅含产品信息的条目可按本规则集对产品的要求判定是否符合。",
            )
            self.say(at / "qualifies", "rules/qualifies", message)
        marked = RecordType(item.name, {**item.fields, QUALIFIES: BooleanType()})
        return RecordType(record.name, {**record.fields, model.qualifies: ListType(marked)})

    def _with_each(self, record: RecordType, model: BodyModel, at: At) -> RecordType:
        if model.each is None:
            return record
        item = self._entries(record, model.each, at / "each")
        return record if item is None else RecordType(record.name, {**record.fields, EACH: item})

    def _entries(self, record: RecordType, name: str, at: At) -> RecordType | None:
        kind = record.fields.get(name)
        if isinstance(kind, ListType) and isinstance(kind.item, RecordType):
            return kind.item
        self.say(at, "rules/list", Text(f"{name} is not a list of entries.", f"{name} 不是条目列表。"))
        return None

    def _measure(self, model: MeasureModel, at: At, record: RecordType) -> Normal:
        of = tuple(model.of.split("."))
        kind: FieldType | None = record
        for name in of:
            kind = kind.fields.get(name) if isinstance(kind, RecordType) else None
        holder = kind.item if isinstance(kind, ListType) else kind
        if not isinstance(holder, RecordType) or not {model.value_field, "unit"} <= set(holder.fields):
            message = Text(
                f"{model.of} is no object, nor a list of objects, with {model.value_field} and unit.",
                f"{model.of} 不是含 {model.value_field} 与 unit 的对象或对象列表。",
            )
            self.say(at / "of", "rules/measure", message)
            holder = RecordType("", {})
        if model.unit not in UNITS:
            known = ", ".join(UNITS)
            message = Text(f"no such unit; known: {known}.", f"没有此单位；可用：{known}。")
            self.say(at / "unit", "rules/unit", message)
        scope = Scope(
            record if EACH in record.fields else RecordType(record.name, {**record.fields, EACH: holder})
        )
        return {
            "of": list(of),
            "field": model.value_field,
            "unit": model.unit,
            "comparable": self._stated(model.comparable_when, model.boundary, at / "comparable_when", scope),
            "narrower": self._stated(model.narrower_when, None, at / "narrower_when", scope),
            "wider": self._stated(model.wider_when, None, at / "wider_when", scope),
        }

    def _condition(self, model: ConditionModel, at: At, scope: Scope) -> Normal:
        parsed = self.expression(model.when, at / "when", scope, condition=True)
        concerned = None
        if model.concerns_when is not None:
            concerned = self.expression(model.concerns_when, at / "concerns_when", scope, condition=True)
        opened = model.open
        source = model.source or self.model.source
        basis = model.basis or self.model.basis
        return {
            "id": model.id,
            "title": text_data(model.title),
            "when": model.when,
            "tree": _tree_for_those(concerned, parsed),
            "concerns": self._stated(model.concerns_when, None, at / "concerns_when", scope),
            "opened": None
            if opened is None
            else self._stated(opened.when, opened.why, at / "open" / "when", scope),
            "claim": model.claim,
            "advice": optional_data(model.advice),
            "basis": basis,
            "source": self.source(source, at / "source" if model.source else self.here("source")),
            "why": optional_data(model.why or (self.model.why if basis == self.model.basis else None)),
        }

    def _stated(self, text: str | None, title: TextModel | None, at: At, scope: Scope) -> Normal | None:
        if text is None:
            return None
        parsed = self.expression(text, at, scope, condition=True)
        return {"when": text, "tree": tree(parsed), "title": optional_data(title)}


def _tree_for_those(concerned: Parsed | None, asked: Parsed | None) -> Any:
    """Return the stored tree of a condition that holds of all whom it is not for."""
    if concerned is None or asked is None:
        return tree(asked)
    return to_json(nodes.Or((nodes.Not(concerned.node), asked.node)))
