"""The normal form of a consistency ruleset: its bodies, named values and findings."""

from __future__ import annotations

from collections.abc import Mapping

from cati_rules.catalog.findings import Findings
from cati_rules.catalog.models import BibliographyModel
from cati_rules.catalog.normal_form import At, Form, Normal, Scope, optional_data, text_data, tree
from cati_rules.documents import Document
from cati_rules.kinds.consistency.models import ConsistencyBodyModel, ConsistencyModel, FindingModel
from cati_rules.kinds.consistency.rules import entry_types
from cati_rules.language import depends_on
from cati_rules.language.nodes import EACH as LISTED
from cati_rules.schema.types import FieldType, ListType, RecordType, TextType
from cati_rules.text import Text

PRODUCT = "product"


class ConsistencyForm(Form):
    """One pass over the model of a consistency ruleset."""

    # What was wrong may well be right once something is added.
    monotone = False

    def __init__(
        self,
        model: ConsistencyModel,
        document: Document,
        findings: Findings,
        bibliography: Mapping[str, BibliographyModel],
    ) -> None:
        """Take the model of the file."""
        super().__init__(model, document, findings, bibliography)
        self.model = model

    def build(self) -> Normal:
        """Return the normal form; what is wrong goes into the findings."""
        bodies = [self._body(each, self.here("bodies", i)) for i, each in enumerate(self.model.bodies)]
        self.unique((self.here("bodies", i, "subject"), each["subject"]) for i, each in enumerate(bodies))
        self.unique(
            (self.here("bodies", i, "findings", j, "id"), each.id)
            for i, body in enumerate(self.model.bodies)
            for j, each in enumerate(body.findings)
        )
        return {**self.head(), "bodies": bodies}

    def _body(self, model: ConsistencyBodyModel, at: At) -> Normal:
        record = self.record_of(model.subject, at / "subject") or RecordType("document", {})
        scope = Scope(record)
        values = self.values(model.values, at / "values", scope)
        if model.products is not None:
            self._check_products(record, model.products, at / "products")
        findings = [self._finding(each, at / "findings" / i, scope) for i, each in enumerate(model.findings)]
        self.check_used(model.values, at / "values", scope)
        return {
            "subject": model.subject,
            "products": model.products,
            "values": values,
            "findings": findings,
        }

    def _check_products(self, record: RecordType, name: str, at: At) -> None:
        item = self._entries(record, name, at)
        if item is not None and (
            PRODUCT not in item.fields or all(each.subject != PRODUCT for each in self.model.bodies)
        ):
            message = Text(
                "its entries hold no product, or there are no findings on products.",
                "其条目不含产品信息，或本规则集没有针对产品的检查项。",
            )
            self.say(at, "rules/products", message)

    def _finding(self, model: FindingModel, at: At, scope: Scope) -> Normal:
        inner, entry = self._scope(model, at, scope)
        parsed = self.expression(model.when, at / "when", inner, condition=True)
        self._check_place(model, at, entry)
        explained_by = self._explanation(model, at / "explained_by", inner)
        if model.not_counted and model.each is None:
            message = Text(
                "what is not counted is an entry of a list: say which with each.",
                "不计分的是列表条目，请用 each 指明列表。",
            )
            self.say(at / "not_counted", "rules/not-counted", message)
        if model.basis != "published" and model.why is None:
            message = Text("say why: the source does not say it itself.", "来源未直接说明，请填写理由 why。")
            self.say(at, "rules/why", message)
        return {
            "id": model.id,
            "severity": model.severity,
            "each": model.each,
            "at": [] if model.at is None else model.at.split("."),
            "when": model.when,
            "tree": tree(parsed),
            "title": text_data(model.title),
            "advice": text_data(model.advice),
            "basis": model.basis,
            "source": self.source(
                model.source or self.model.source, at / "source" if model.source else self.here("source")
            ),
            "why": optional_data(model.why),
            "explained_by": explained_by,
            "not_counted": model.not_counted,
        }

    def _explanation(self, model: FindingModel, at: At, scope: Scope) -> Normal | None:
        """Return when a reason is stated; only fields with choices state one, and only warnings have one."""
        if model.explained_by is None:
            return None
        parsed = self.expression(model.explained_by, at, scope, condition=True)
        if model.severity != "warning":
            message = Text(
                "only a warning can be explained: no reason makes true what cannot be, and a note is light already.",
                "只有警告可以说明原因：自相矛盾之处无从解释，提示则无需再降级。",
            )
            self.say(at, "rules/explained", message)
        if parsed is not None:
            for place in sorted(depends_on(parsed.node, scope.nodes)):
                if self._is_free_text(place, scope.record):
                    name = ".".join(place)
                    message = Text(
                        f"{name} is free text, which explains nothing; ask for a field with choices.",
                        f"{name} 为自由文本，不能作为原因；请改用有固定选项的字段。",
                    )
                    self.say(at, "rules/explained", message)
        return {"when": model.explained_by, "tree": tree(parsed)}

    @staticmethod
    def _is_free_text(place: tuple[str, ...], record: RecordType) -> bool:
        kind: FieldType | None = record
        for name in place:
            kind = kind.item if isinstance(kind, ListType) else kind
            if name != LISTED:
                kind = kind.fields.get(name) if isinstance(kind, RecordType) else None
        kind = kind.item if isinstance(kind, ListType) else kind
        return isinstance(kind, TextType) and kind.choices is None

    def _scope(self, model: FindingModel, at: At, scope: Scope) -> tuple[Scope, RecordType]:
        """Return what the expression can speak of, and the record that ``at`` leads through."""
        record = scope.record
        if model.each is None:
            return scope, record
        *outer, name = model.each.split(".")
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

    def _check_place(self, model: FindingModel, at: At, record: RecordType) -> None:
        """Check that ``at`` leads to a field; without ``each`` it must be given."""
        if model.at is None:
            if model.each is None:
                message = Text("say in at where the finding stands.", "请在 at 中填写问题所在字段。")
                self.say(at, "rules/at", message)
            return
        kind: FieldType | None = record
        for name in model.at.split("."):
            kind = kind.fields.get(name) if isinstance(kind, RecordType) else None
        if kind is None:
            message = Text(f"there is no field {model.at}.", f"没有字段 {model.at}。")
            self.say(at / "at", "rules/at", message)
