"""One table from the keywords of JSON Schema to words in English and Chinese, for readers of all trades."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from cati_rules.documents import Document, format_path
from cati_rules.documents.foreign import recognised
from cati_rules.errors import Problem
from cati_rules.schema import did_you_mean, phrases
from cati_rules.schema.navigation import Schema, field_at, properties, said, title_at
from cati_rules.schema.store import load_schema
from cati_rules.schema.unknown_fields import meant_field, unknown_fields, unknown_names
from cati_rules.schema.value_messages import (
    Handler,
    Saying,
    another_choice,
    another_form,
    of_another_type,
    too_large,
    too_small,
)
from cati_rules.text import Text

if TYPE_CHECKING:
    from cati_rules.schema.mismatches import Mismatch
_MOST_NAMES = 3


def explain(root: Schema, finding: Mismatch, document: Document) -> Iterator[Problem]:
    """Yield the problems that a finding comes to, each with its place, its field's title and what to do."""
    for saying in HANDLERS.get(finding.keyword, _no_fit)(root, finding):
        path = finding.path if saying.path is None else saying.path
        yield Problem(
            place=document.key_place(path) if saying.on_key else document.place(path),
            code=f"schema/{finding.keyword}",
            message=saying.message,
            path=format_path(path),
            field=title_at(root, finding.path),
            expected=saying.expected,
            advice=saying.advice,
        )


def unknown_kind(document: Document, value: object, kinds: Sequence[str]) -> Problem:
    """Return the problem of a document that does not say which of ``kinds`` it is."""
    titles = {kind: said(load_schema(kind), "title") or Text(kind, kind) for kind in kinds}
    listed = phrases.listed(
        [Text(f"{kind} ({text.en})", f"{kind}（{text.zh}）") for kind, text in titles.items()]
    )
    takes = phrases.sentence(listed.en, f" {listed.zh}")
    first = next(iter(kinds), "disclosure")
    line = Text(f"Begin the document with “kind: {first}”.", f"请在文件开头写上“kind: {first}”。")
    form = recognised(document.text.encode("utf-8", "surrogatepass"))
    if form is not None:
        return form.problem(document.name)
    if not isinstance(value, Mapping):
        seen = phrases.shown(value)
        message = Text(
            f"The document is {seen.en}, not a set of fields.", f"文件内容是{seen.zh}，不是一组字段。"
        )
        return Problem(document.place(()), "schema/type", message, expected=takes, advice=line)
    if "kind" not in value:
        if value and not _ours(value, kinds):
            names = [phrases.shown(name) for name in list(value)[:_MOST_NAMES]]
            more = len(value) > len(names)
            seen = Text(", ".join(each.en for each in names), "、".join(each.zh for each in names))
            return Problem(
                document.place(()),
                "schema/kind",
                Text(
                    f"This is not a document of cati: none of its fields ({seen.en}{' …' if more else ''}) is known.",
                    f"这不是 cati 文件：其中的字段（{seen.zh}{'等' if more else ''}）均无法识别。",
                ),
                expected=takes,
                advice=Text(
                    f"If it is to be one, `cati new {first}` prints a template to fill in.",
                    f"如需编写 cati 文件，`cati new {first}` 可输出模板。",
                ),
            )
        message = Text("The document does not say what it is: kind is missing.", "文件缺少类型字段（kind）。")
        return Problem(document.place(()), "schema/kind", message, expected=takes, advice=line)
    kind = value["kind"]
    spoken = {name: (text.en, text.zh) for name, text in titles.items()}
    slip = did_you_mean.meant(kind, spoken) if isinstance(kind, str) else None
    seen = phrases.shown(kind)
    return Problem(
        document.place(("kind",)),
        "schema/kind",
        Text(f"{seen.en} is no known kind of document.", f"{seen.zh}不是可用的文件类型。"),
        path="kind",
        expected=takes,
        advice=did_you_mean.question(slip, titles[slip]) if slip else line,
    )


def _ours(value: Mapping[str, object], kinds: Sequence[str]) -> bool:
    """Return whether a document has a field that some kind of ours has."""
    for kind in kinds:
        root = load_schema(kind)
        known = properties(root, root)
        if any(name in known for name in value):
            return True
    return False


def unexplained(document: Document, *, more: bool) -> Problem:
    """Return the problem that stands for all those not told one by one."""
    message = (
        Text("There are more problems than are listed here.", "还有更多问题未列出。")
        if more
        else Text("The document does not follow its schema.", "文件不符合格式要求。")
    )
    return Problem(document.place(()), "schema/more" if more else "schema/unexplained", message)


def _missing(root: Schema, finding: Mismatch) -> Sequence[Saying]:
    owner = field_at(root, finding.path) or finding.schema
    known = properties(root, owner)
    names = [name for name in finding.rule if name not in finding.value]
    if finding.schema.get("additionalProperties") is False:
        # A misspelt name is reported as such; reporting the right one as missing would tell it twice.
        slips = {
            meant_field(root, known, name, finding.value)
            for name in unknown_names(finding.schema, finding.value, known)
        }
        names = [name for name in names if name not in slips]
    return (_add(root, owner, names, finding),) if names else ()


def _add(root: Schema, owner: Schema, names: Sequence[str], finding: Mismatch) -> Saying:
    fields = phrases.listed([phrases.named(root, owner, name) for name in names])
    verb = "is" if len(names) == 1 else "are"
    reason = _reason(finding)
    return Saying(
        Text(
            f"{fields.en} {verb} missing{f'; needed because {reason.en}' if reason else ''}.",
            f"缺少{fields.zh}{f'：{reason.zh} 时必须填写' if reason else ''}。",
        ),
        phrases.expected(root, properties(root, owner).get(names[0], {})) if len(names) == 1 else None,
        _lines(root, owner, names),
    )


def _lines(root: Schema, owner: Schema, names: Sequence[str]) -> Text:
    known = properties(root, owner)
    lines = [f"“{name}: {_example(known.get(name, {}))}”" for name in names]
    one = len(lines) == 1
    listed = phrases.listed([Text(line, line) for line in lines])
    return Text(f"Add {'a line' if one else 'lines'} such as {listed.en}.", f"请添加如下内容：{listed.zh}。")


def _example(schema: Schema) -> str:
    example = next(
        (value for value in (*schema.get("examples", ()), *schema.get("enum", ()))), schema.get("const")
    )
    if isinstance(example, bool):
        return str(example).lower()
    return str(example) if isinstance(example, str | int | Decimal) else "…"


def _reason(finding: Mismatch) -> Text | None:
    """Say in words which condition of the schema asked for this, where that is simple enough to say."""
    said_by: list[Text] = []
    for condition in finding.because:
        for name, rule in condition.get("properties", {}).items():
            values = [rule["const"]] if "const" in rule else rule.get("enum", ())
            if values:
                words = " or ".join(phrases.plain(value) for value in values)
                said_by.append(Text(f"{name} is {words}", f"{name} 为 {words.replace(' or ', ' 或 ')}"))
        said_by += [
            Text(f"{name} is given", f"已填写 {name}")
            for name in condition.get("required", ())
            if name not in condition.get("properties", {})
        ]
    return phrases.listed(said_by) if said_by else None


def _needed_beside(root: Schema, finding: Mismatch) -> Sequence[Saying]:
    owner = field_at(root, finding.path) or finding.schema
    sayings: list[Saying] = []
    for given, needed in finding.rule.items():
        names = [name for name in needed if name not in finding.value] if given in finding.value else []
        if names:
            fields = phrases.listed([phrases.named(root, owner, name) for name in names])
            has = phrases.named(root, owner, given)
            message = Text(f"{has.en} also needs {fields.en}.", f"填写{has.zh}时还必须填写{fields.zh}。")
            sayings.append(Saying(message, advice=_lines(root, owner, names)))
    return sayings


def _alternatives(root: Schema, finding: Mismatch) -> Sequence[Saying]:
    """Speak of alternatives that only differ in the fields they ask for, or of more than one that is met."""
    owner = field_at(root, finding.path) or finding.schema
    names = list(dict.fromkeys(name for branch in finding.rule for name in branch.get("required", ())))
    absent = [name for name in names if not isinstance(finding.value, Mapping) or name not in finding.value]
    if not absent and names:
        fields = phrases.listed([phrases.named(root, owner, name) for name in names])
        message = Text(f"Only one of {fields.en} can be given.", f"{fields.zh}只能填写其中一项。")
        return (Saying(message, advice=phrases.hint(finding.schema)),)
    if not names:
        return _no_fit(root, finding)
    join = Text("or", "或")
    fields = phrases.listed([phrases.named(root, owner, name) for name in absent], last=join)
    reason = _reason(finding)
    return (
        Saying(
            Text(
                f"Either {fields.en} is missing{f'; needed because {reason.en}' if reason else ''}."
                if len(absent) > 1
                else f"{fields.en} is missing.",
                f"缺少{fields.zh}{'（至少填写一项）' if len(absent) > 1 else ''}"
                f"{f'：{reason.zh} 时必须填写' if reason else ''}。",
            ),
            advice=phrases.hint(finding.schema)
            or _hint_around(root, finding)
            or _lines(root, owner, absent[:1]),
        ),
    )


def _hint_around(root: Schema, finding: Mismatch) -> Text | None:
    return phrases.hint(field_at(root, finding.path))


def _not_allowed(root: Schema, finding: Mismatch) -> Sequence[Saying]:
    names = list(finding.rule.get("required", ())) if isinstance(finding.rule, Mapping) else []
    owner = field_at(root, finding.path) or finding.schema
    reason = _reason(finding)
    if finding.rule == {}:
        return _forbidden(root, finding)
    if not names:
        return _no_fit(root, finding)
    fields = phrases.listed([phrases.named(root, owner, name) for name in names])
    message = Text(
        f"{fields.en} cannot be given{' together' if len(names) > 1 else ''} "
        f"{f'when {reason.en}' if reason else 'here'}.",
        f"{f'{reason.zh} 时' if reason else '此处'}不能{'同时' if len(names) > 1 else ''}填写{fields.zh}。",
    )
    return (Saying(message, advice=phrases.hint(finding.schema)),)


def _forbidden(root: Schema, finding: Mismatch) -> Sequence[Saying]:
    reason = _reason(finding)
    message = Text(
        f"This field cannot be given {f'when {reason.en}' if reason else 'here'}.",
        f"{f'{reason.zh} 时' if reason else '此处'}不能填写该字段。",
    )
    advice = Text("Remove it.", "请删除该字段。")
    own = phrases.hint(finding.schema) or _hint_around(root, finding)
    return (Saying(message, advice=own or advice, on_key=bool(finding.path)),)


def _too_few(_root: Schema, finding: Mismatch) -> Sequence[Saying]:
    word = _COUNTED[finding.keyword]
    empty = len(finding.value) == 0
    message = (
        Text(f"{word.en[0]} is empty.", f"{word.zh[0]}是空的。")
        if empty
        else Text(
            f"{word.en[0]} has {len(finding.value)} {word.en[1]}, fewer than {finding.rule}.",
            f"{word.zh[0]}只有 {len(finding.value)} {word.zh[1]}，少于 {finding.rule} {word.zh[1]}。",
        )
    )
    advice = Text("Fill it in, or remove the field.", "请填写内容，或删除该字段。") if empty else None
    return (Saying(message, advice=phrases.hint(finding.schema) or advice),)


def _too_many(_root: Schema, finding: Mismatch) -> Sequence[Saying]:
    word = _COUNTED[finding.keyword]
    message = Text(
        f"{word.en[0]} has {len(finding.value)} {word.en[1]}, more than {finding.rule}.",
        f"{word.zh[0]}有 {len(finding.value)} {word.zh[1]}，超过 {finding.rule} {word.zh[1]}。",
    )
    return (Saying(message, advice=phrases.hint(finding.schema)),)


class _Counted:
    """How the things are called that a keyword counts."""

    def __init__(self, en: tuple[str, str], zh: tuple[str, str]) -> None:
        self.en, self.zh = en, zh


_TEXT_COUNT = _Counted(("The text", "characters"), ("文字", "个字符"))
_LIST_COUNT = _Counted(("The list", "items"), ("列表", "项"))
_SECTION_COUNT = _Counted(("The section", "fields"), ("该部分", "个字段"))
_COUNTED = {
    "minLength": _TEXT_COUNT,
    "maxLength": _TEXT_COUNT,
    "minItems": _LIST_COUNT,
    "maxItems": _LIST_COUNT,
    "minProperties": _SECTION_COUNT,
    "maxProperties": _SECTION_COUNT,
}


def _repeated(_root: Schema, finding: Mismatch) -> Sequence[Saying]:
    values = finding.value
    where = next((at for at, value in enumerate(values) if value in values[:at]), len(values) - 1)
    value = phrases.shown(values[where])
    return (
        Saying(
            Text(f"{value.en} stands in the list more than once.", f"列表中重复出现了{value.zh}。"),
            advice=Text("Keep one and remove the others.", "请只保留一项。"),
            path=(*finding.path, where),
        ),
    )


def _no_fit(root: Schema, finding: Mismatch) -> Sequence[Saying]:
    value = phrases.shown(finding.value)
    reason = _reason(finding)
    message = Text(
        f"What is given here does not fit: {value.en}{f' (because {reason.en})' if reason else ''}.",
        f"此处的内容不符合要求：{value.zh}{f'（因为{reason.zh}）' if reason else ''}。",
    )
    return (Saying(message, phrases.expected(root, finding.schema), phrases.hint(finding.schema)),)


def _unknown_fields(root: Schema, finding: Mismatch) -> Sequence[Saying]:
    return unknown_fields(root, finding) or _no_fit(root, finding)


HANDLERS: Mapping[str, Handler] = {
    "additionalProperties": _unknown_fields,
    "anyOf": _alternatives,
    "const": another_choice,
    "dependentRequired": _needed_beside,
    "enum": another_choice,
    "exclusiveMaximum": too_large,
    "exclusiveMinimum": too_small,
    "false": _forbidden,
    "format": another_form,
    "maxItems": _too_many,
    "maxLength": _too_many,
    "maxProperties": _too_many,
    "maximum": too_large,
    "minItems": _too_few,
    "minLength": _too_few,
    "minProperties": _too_few,
    "minimum": too_small,
    "not": _not_allowed,
    "oneOf": _alternatives,
    "pattern": another_form,
    "required": _missing,
    "type": of_another_type,
    "unevaluatedProperties": _unknown_fields,
    "uniqueItems": _repeated,
}
