"""Why a figure cannot be compared with a limit, and what could be in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cati_rules.kinds.definition.figures import Figure
from cati_rules.kinds.definition.stated import Lapse
from cati_rules.language import TRUE
from cati_rules.report.build.subject import amount_of
from cati_rules.report.wording.amounts import amount_text
from cati_rules.report.wording.verdicts import DefinitionWords
from cati_rules.text import Text, same

LAPSES: Mapping[Lapse, Text] = {
    "expired": Text(
        "its declaration has expired: it meets no limit, and fails one only where it is over it",
        "所依据的声明已过有效期：不能据以判定符合，仅在超过限值时判为不符合",
    ),
    "not_yet_valid": Text(
        "its declaration is not valid yet: it meets no limit, and fails one only where it is over it",
        "所依据的声明尚未生效：不能据以判定符合，仅在超过限值时判为不符合",
    ),
    "generic": Text(
        "a generic dataset, not this maker's metal: it meets no limit, and fails one only where it is over it",
        "通用数据，并非该企业产品：不能据以判定符合，仅在超过限值时判为不符合",
    ),
    "module_a3": Text(
        "it is that of module A3 alone, without what the plant buys: from cradle to gate it is no lower",
        "仅为模块 A3 的数值，不含外购原料：摇篮到大门的数值不会更低",
    ),
    "modules_partly": Text(
        "some of the modules A1 to A3 are missing: together they are no lower",
        "模块 A1–A3 未填全：合计值不会更低",
    ),
}
"""Why a figure says no more than that what is asked for is no lower."""
SHORT_LAPSES: Mapping[Lapse, Text] = {
    "expired": Text("its declaration has expired", "声明已过期"),
    "not_yet_valid": Text("its declaration is not valid yet", "声明尚未生效"),
    "generic": Text("a generic dataset, not this maker's figure", "通用数据，非该企业自身的数值"),
    "module_a3": Text("modules A1 and A2 are missing", "缺少模块 A1 与 A2"),
    "modules_partly": Text("some of the modules A1 to A3 are missing", "模块 A1–A3 未填全"),
}
"""The same in few words."""
_NO_LOWER = Text(
    "it leaves something out, so the figure asked for is at least as high",
    "该数值未涵盖全部内容，因此所要求的数值不会更低",
)
_NO_HIGHER = Text(
    "it counts more than is asked for, so the figure asked for is at most as high",
    "该数值的核算范围更宽，因此所要求的数值不会更高",
)
_AT = Text("{}: {}", "{}：{}")


def figure_texts(words: DefinitionWords, figure: Figure) -> Iterator[Text]:
    """Yield why a figure cannot be compared; nothing where it can."""
    if figure.standing == "comparable":
        return
    where = same("{} {} {}").format(
        words.at(figure.path).text, amount_text(amount_of(figure.given)), figure.unit
    )
    for lapse in figure.lapses:
        yield _AT.format(where, LAPSES[lapse])
    if figure.other_gases:
        gases = Text("counts other gases than {} does", "所计气体与 {} 不同")
        yield _AT.format(where, gases.format(figure.measure.unit))
    asked = figure.measure.comparable
    if figure.comparable is not None and figure.comparable.truth != TRUE and asked is not None:
        wanted = words.fields.condition(asked.node) if asked.title is None else asked.title
        head = (
            Text("not known to be on the boundary asked for", "未说明是否属于所要求的边界")
            if figure.open
            else Text("on another boundary than asked for", "与所要求的边界不同")
        )
        yield _AT.format(where, Text("{} ({})", "{}（{}）").format(head, wanted))
    if figure.standing == "at_least" and not figure.lapses:
        yield _NO_LOWER
    if figure.standing == "at_most":
        yield _NO_HIGHER


def wanted_text(figure: Figure) -> Text | None:
    """Return in few words what would be comparable in place of a figure; None where it is."""
    if figure.lapses:
        return SHORT_LAPSES[figure.lapses[0]]
    if figure.standing == "comparable":
        return None
    if figure.other_gases:
        return Text("a figure in {}", "以 {} 计的数值").format(figure.measure.unit)
    return Text("a figure on its boundary", "符合其边界的数值")
