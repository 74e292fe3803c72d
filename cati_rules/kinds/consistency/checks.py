"""What the fields of a consistency ruleset mean together: its bodies, named values and rules."""

from __future__ import annotations

from msgspec.structs import replace

from cati_rules.catalog.checks import At, Checks, Scope
from cati_rules.catalog.fields import Expression, inherited
from cati_rules.kinds.consistency.rules import Consistency, ConsistencyBody, ConsistencyRule, entry_types
from cati_rules.language import depends_on
from cati_rules.language.nodes import EACH as LISTED
from cati_rules.schema.types import FieldType, ListType, RecordType, TextType
from cati_rules.text import Text

PRODUCT = "product"


class ConsistencyChecks(Checks):
    """One pass over a consistency ruleset."""

    # What was wrong may well be right once something is added.
    monotone = False

    def whole(self, written: Consistency) -> Consistency:
        """Return the ruleset with all that is inherited, and every tree; what is wrong goes into the findings."""
        bodies = tuple(
            self._body(each, written, self.here("bodies", i)) for i, each in enumerate(written.bodies)
        )
        self.unique((self.here("bodies", i, "subject"), each.subject) for i, each in enumerate(bodies))
        self.unique(
            (self.here("bodies", i, "findings", j, "id"), each.id)
            for i, body in enumerate(bodies)
            for j, each in enumerate(body.rules)
        )
        return replace(written, **self.head(), bodies=bodies)

    def _body(self, body: ConsistencyBody, whole: Consistency, at: At) -> ConsistencyBody:
        record = self.record_of(body.subject, at / "subject") or RecordType("document", {})
        scope = Scope(record)
        values = self.values(body.values, at / "values", scope)
        if body.products is not None:
            self._check_products(record, body.products, whole, at / "products")
        rules = tuple(self._rule(each, at / "findings" / i, scope) for i, each in enumerate(body.rules))
        self.check_used(body.values, at / "values", scope)
        return replace(body, values=values, rules=rules)

    def _check_products(self, record: RecordType, name: str, whole: Consistency, at: At) -> None:
        item = self._entries(record, name, at)
        if item is not None and (
            PRODUCT not in item.fields or all(each.subject != PRODUCT for each in whole.bodies)
        ):
            message = Text(
                "its entries hold no product, or there are no findings on products.",
                "其条目不含产品信息，或本规则集没有针对产品的检查项。",
            )
            self.say(at, "rules/products", message)

    def _rule(self, rule: ConsistencyRule, at: At, scope: Scope) -> ConsistencyRule:
        inner, entry = self._scope(rule, at, scope)
        when = self.condition(rule.when, at / "when", inner)
        self._check_place(rule, at, entry)
        if rule.not_counted and rule.each is None:
            message = Text(
                "what is not counted is an entry of a list: say which with each.",
                "不计分的是列表条目，请用 each 指明列表。",
            )
            self.say(at / "not_counted", "rules/not-counted", message)
        if rule.stop and rule.severity != "error":
            message = Text(
                "only what cannot be true stops the evaluation: severity is error.",
                "只有必然有误之处才会中止评价：severity 应为 error。",
            )
            self.say(at / "stop", "rules/stop", message)
        if rule.basis != "published" and rule.why is None:
            message = Text("say why: the source does not say it itself.", "来源未直接说明，请填写理由 why。")
            self.say(at, "rules/why", message)
        return replace(
            rule,
            when=when,
            explained_by=self._explanation(rule, at / "explained_by", inner),
            source=inherited(rule.source, self.header.source),
        )

    def _explanation(self, rule: ConsistencyRule, at: At, scope: Scope) -> Expression | None:
        """Return when a reason is stated; only fields with choices state one, and only warnings have one."""
        if rule.explained_by is None:
            return None
        parsed = self.expression(rule.explained_by.expression, at, scope, condition=True)
        if rule.severity != "warning":
            message = Text(
                "only a warning can be explained: no reason makes true what cannot be, and a note is light already.",
                "只有警告可以说明原因：自相矛盾之处无从解释，提示则无需再降级。",
            )
            self.say(at, "rules/explained", message)
        if parsed is None:
            return rule.explained_by
        for place in sorted(depends_on(parsed.node, scope.nodes)):
            if self._is_free_text(place, scope.record):
                name = ".".join(place)
                message = Text(
                    f"{name} is free text, which explains nothing; ask for a field with choices.",
                    f"{name} 为自由文本，不能作为原因；请改用有固定选项的字段。",
                )
                self.say(at, "rules/explained", message)
        return replace(rule.explained_by, node=parsed.node)

    @staticmethod
    def _is_free_text(place: tuple[str, ...], record: RecordType) -> bool:
        kind: FieldType | None = record
        for name in place:
            kind = kind.item if isinstance(kind, ListType) else kind
            if name != LISTED:
                kind = kind.fields.get(name) if isinstance(kind, RecordType) else None
        kind = kind.item if isinstance(kind, ListType) else kind
        return isinstance(kind, TextType) and kind.choices is None

    def _scope(self, rule: ConsistencyRule, at: At, scope: Scope) -> tuple[Scope, RecordType]:
        """Return what the expression can speak of, and the record that ``at`` leads through."""
        record = scope.record
        if not rule.lists:
            return scope, record
        *outer, name = rule.lists
        item = record
        for each in (*outer, name):
            found = self._entries(item, each, at / "each")
            if found is None:
                return scope, record
            item = found
        types = entry_types(record, (*outer, name))
        return scope.within(RecordType(record.name, {**record.fields, **types})), item

    def _entries(self, record: RecordType, name: str, at: At) -> RecordType | None:
        kind = record.fields.get(name)
        if isinstance(kind, ListType) and isinstance(kind.item, RecordType):
            return kind.item
        self.say(at, "rules/list", Text(f"{name} is not a list of entries.", f"{name} 不是条目列表。"))
        return None

    def _check_place(self, rule: ConsistencyRule, at: At, record: RecordType) -> None:
        """Check that ``at`` leads to a field; without ``each`` it must be given."""
        if not rule.at:
            if rule.each is None:
                message = Text("say in at where the finding stands.", "请在 at 中填写问题所在字段。")
                self.say(at, "rules/at", message)
            return
        kind: FieldType | None = record
        for name in rule.at:
            kind = kind.fields.get(name) if isinstance(kind, RecordType) else None
        if kind is None:
            path = ".".join(rule.at)
            self.say(at / "at", "rules/at", Text(f"there is no field {path}.", f"没有字段 {path}。"))
