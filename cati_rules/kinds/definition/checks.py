"""What the fields of a definition mean together: its bodies, measures in their units, conditions and levels."""

from __future__ import annotations

from msgspec.structs import replace

from cati_rules.catalog.checks import At, Checks, Scope
from cati_rules.catalog.fields import Expression, inherited
from cati_rules.kinds.definition.rules import EACH, QUALIFIES, Body, Brand, Condition, Definition, Measure
from cati_rules.kinds.definition.years import with_year_types
from cati_rules.language import nodes
from cati_rules.schema.labels import known_labels
from cati_rules.schema.types import BooleanType, FieldType, ListType, NumberType, RecordType
from cati_rules.text import Text
from cati_rules.units import UNITS

PRODUCT = "product"


class DefinitionChecks(Checks):
    """One pass over a definition."""

    def whole(self, written: Definition) -> Definition:
        """Return the definition with all that is inherited, and every tree; what is wrong goes into the findings.

        The first of its bodies is the one that is written beside the fields of the whole.
        """
        places = [self.here() if i == 0 else self.here("further", i - 1) for i in range(len(written.bodies))]
        self.sources(written.bodies[0], self.here())
        bodies = tuple(self._body(each, written, at) for each, at in zip(written.bodies, places, strict=True))
        self.unique((at / "subject", each.subject) for each, at in zip(bodies, places, strict=True))
        return replace(written, **self.head(), bodies=bodies, further=())

    def _body(self, body: Body, whole: Definition, at: At) -> Body:
        record = self.record_of(body.subject, at / "subject") or RecordType("document", {})
        record = self._with_each(self._with_qualifies(record, body, whole, at), body, at)
        scope = Scope(record)
        for parameter in body.parameters:
            scope.types[parameter.name] = NumberType()
            scope.nodes[parameter.name] = nodes.Named(parameter.name)
        measures = tuple(
            self._measure(each, at / "measures" / i, record) for i, each in enumerate(body.measures)
        )
        values = self.values(body.values, at / "values", scope)
        conditions, levels = (
            tuple(self._condition(each, whole, at / name / i, scope) for i, each in enumerate(listed))
            for name, listed in (("conditions", body.conditions), ("levels", body.levels))
        )
        self.unique(
            (at / name / i / "id", each.id)
            for name, listed in (("conditions", body.conditions), ("levels", body.levels))
            for i, each in enumerate(listed)
        )
        if not (conditions or levels or body.not_testable):
            message = Text(
                "give conditions, levels, or say in not_testable why there are none.",
                "请填写 conditions 或 levels，或在 not_testable 中说明为何没有。",
            )
            self.say(at, "rules/empty", message)
        if (body.testable_when or body.parameters) and body.not_testable is None:
            message = Text("say in not_testable why.", "请在 not_testable 中说明原因。")
            self.say(at, "rules/not-testable", message)
        applies = self.optional(body.applies_when, at / "applies_when", scope)
        testable = self.optional(body.testable_when, at / "testable_when", scope)
        self.check_used(body.values, at / "values", scope)
        if body.brand is not None:
            self._check_brand(body.brand, body.subject, at / "brand")
        return replace(
            body,
            applies_when=applies,
            testable_when=testable,
            measures=measures,
            values=values,
            conditions=conditions,
            levels=levels,
        )

    def _check_brand(self, brand: Brand, subject: str, at: At) -> None:
        if subject != PRODUCT:
            message = Text("only products carry a brand.", "只有产品才有品牌。")
            self.say(at, "rules/brand", message)
        known = known_labels(PRODUCT)
        for i, label in enumerate(brand.labels):
            if label not in known:
                message = Text(
                    f"{label} is not among the known labels of the schema of products.",
                    f"{label} 不在产品结构定义的已知标签之列。",
                )
                self.say(at / "labels" / i, "rules/brand", message)

    def _with_qualifies(self, record: RecordType, body: Body, whole: Definition, at: At) -> RecordType:
        if body.qualifies is None:
            return record
        item = self._entries(record, body.qualifies, at / "qualifies")
        if item is None:
            return record
        if PRODUCT not in item.fields or not any(each.subject == PRODUCT for each in whole.bodies):
            message = Text(
                "only entries with a product can qualify, by what the ruleset asks of products.",
                "仅含产品信息的条目可按本规则集对产品的要求判定是否符合。",
            )
            self.say(at / "qualifies", "rules/qualifies", message)
        marked = RecordType(item.name, {**item.fields, QUALIFIES: BooleanType()})
        return RecordType(record.name, {**record.fields, body.qualifies: ListType(marked)})

    def _with_each(self, record: RecordType, body: Body, at: At) -> RecordType:
        if body.each is None:
            return record
        item = self._entries(record, body.each, at / "each")
        if item is None:
            return record
        return RecordType(record.name, {**record.fields, EACH: with_year_types(item)})

    def _entries(self, record: RecordType, name: str, at: At) -> RecordType | None:
        kind = record.fields.get(name)
        if isinstance(kind, ListType) and isinstance(kind.item, RecordType):
            return kind.item
        self.say(at, "rules/list", Text(f"{name} is not a list of entries.", f"{name} 不是条目列表。"))
        return None

    def _measure(self, measure: Measure, at: At, record: RecordType) -> Measure:
        kind: FieldType | None = record
        for name in measure.of:
            kind = kind.fields.get(name) if isinstance(kind, RecordType) else None
        holder = kind.item if isinstance(kind, ListType) else kind
        if not isinstance(holder, RecordType) or not {measure.field, "unit"} <= set(holder.fields):
            of = ".".join(measure.of)
            message = Text(
                f"{of} is no object, nor a list of objects, with {measure.field} and unit.",
                f"{of} 不是含 {measure.field} 与 unit 的对象或对象列表。",
            )
            self.say(at / "of", "rules/measure", message)
            holder = RecordType("", {})
        if measure.unit not in UNITS:
            known = ", ".join(UNITS)
            message = Text(f"no such unit; known: {known}.", f"没有此单位；可用：{known}。")
            self.say(at / "unit", "rules/unit", message)
        scope = Scope(
            record if EACH in record.fields else RecordType(record.name, {**record.fields, EACH: holder})
        )
        return replace(
            measure,
            comparable_when=self.optional(measure.comparable_when, at / "comparable_when", scope),
            narrower_when=self.optional(measure.narrower_when, at / "narrower_when", scope),
            wider_when=self.optional(measure.wider_when, at / "wider_when", scope),
        )

    def _condition(self, condition: Condition, whole: Definition, at: At, scope: Scope) -> Condition:
        when = self.condition(condition.when, at / "when", scope)
        concerns = self.optional(condition.concerns_when, at / "concerns_when", scope)
        opened = condition.open
        if opened is not None:
            opened = replace(opened, when=self.condition(opened.when, at / "open" / "when", scope))
        basis = inherited(condition.basis, whole.basis)
        return replace(
            condition,
            when=_for_those(concerns, when),
            concerns_when=concerns,
            open=opened,
            basis=basis,
            source=inherited(condition.source, whole.source),
            why=condition.why or (whole.why if basis == whole.basis else None),
        )


def _for_those(concerned: Expression | None, asked: Expression) -> Expression:
    """Return a condition that holds of all whom it is not for."""
    if concerned is None:
        return asked
    return replace(asked, node=nodes.Or((nodes.Not(concerned.node), asked.node)))
