"""What is not given, in words: what is needed together, and what would do instead of each other."""

from __future__ import annotations

from collections.abc import Sequence

from cati_rules.documents import format_path
from cati_rules.documents.paths import FieldPath
from cati_rules.kinds.definition.absent import Way, told_apart
from cati_rules.language.missing_inputs import Missing
from cati_rules.text import Text, same

NOT_GIVEN = Text("not given: {}", "未填写：{}")
AND = Text(" and ", "和")
OR = Text(" or ", "或")
OR_WAY = Text(", or ", "，或")
EITHER = Text("and either: ", "且须满足其一：")
MOST_CHOICES = 4
"""How many choices are told of: of a long list each entry may leave one."""
_MORE = Text("… and {} more such choices", "……另有 {} 处同样须择一填写")


def listed(parts: Sequence[Text], joined_by: Text) -> Text:
    """Return parts in one phrase: commas between all but the last two."""
    if len(parts) < 2:
        return parts[0]
    comma = Text(", ", "，" if joined_by is OR_WAY else "、")
    return joined_by.join([comma.join(parts[:-1]), parts[-1]])


def not_given(needs: Sequence[Missing]) -> tuple[Text, ...]:
    """Return what is not given: a line for what is needed together, and one for each choice beside it."""
    together, choices = told_apart(needs)
    lines = [NOT_GIVEN.format(_named(together))] if together else []
    for ways in choices[:MOST_CHOICES]:
        several = any(len(way) > 1 for way in ways)
        line = NOT_GIVEN.format(listed([_named(way) for way in ways], OR_WAY if several else OR))
        lines.append(EITHER + line if lines else line)
    if len(choices) > MOST_CHOICES:
        lines.append(_MORE.format(str(len(choices) - MOST_CHOICES)))
    return tuple(lines)


def _named(way: Way | Sequence[FieldPath]) -> Text:
    return listed([same(format_path(each)) for each in way], AND)
