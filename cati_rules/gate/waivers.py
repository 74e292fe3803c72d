"""Waivers: failures that are accepted for a time, each for one value of one document.

A waiver holds for a rule and the value at a JSON pointer (RFC 6901), told by its digest: another value is not waived.
One that has expired, whose value is another one, or that nothing needs, is a problem of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from cati_rules.documents import Document, read_document, value_at
from cati_rules.errors import DocumentError, Place, Problem, UsageError
from cati_rules.render.numbers import number_text
from cati_rules.schema import validate
from cati_rules.text import Text

KIND = "waivers"


@dataclass(frozen=True, slots=True)
class Waiver:
    """One failure that is accepted; ``expires`` is the last day (ISO, UTC) on which it holds."""

    ruleset: str
    rule: str
    document: str | None
    pointer: str
    fingerprint: str
    reason: str
    approver: str
    expires: str
    place: Place

    def is_for(self, ruleset: str, rule: str, document: str) -> bool:
        """Return whether it is for a rule and a document of that name."""
        named = self.document is None or fnmatch(document.replace("\\", "/"), self.document)
        return (self.ruleset, self.rule) == (ruleset, rule) and named


@dataclass(frozen=True, slots=True)
class Waivers:
    """The waivers of a run, on its date."""

    waivers: tuple[Waiver, ...] = ()
    as_of: str = ""

    def of(self, ruleset: str, rule: str, document: Document) -> Waiver | None:
        """Return the waiver that holds for a rule that is not met in ``document``, None where there is none."""
        for each in self.waivers:
            if (
                each.is_for(ruleset, rule, document.name)
                and each.expires >= self.as_of
                and fingerprint(value_at(document.value, path_of(each.pointer, document.value)))
                == each.fingerprint
            ):
                return each
        return None

    def problems(self, documents: Sequence[Document], needed: Sequence[Waiver]) -> Iterator[Problem]:
        """Yield what is wrong with the waivers on these documents: expired, of another value, or not needed."""
        for each in self.waivers:
            yield from _problem(each, documents, self.as_of, each in needed)


def _problem(waiver: Waiver, documents: Sequence[Document], as_of: str, needed: bool) -> Iterator[Problem]:
    path = f"{waiver.ruleset}/{waiver.rule}"
    if waiver.expires < as_of:
        message = Text(f"the waiver expired on {waiver.expires}.", f"豁免已于 {waiver.expires} 到期。")
        yield Problem(waiver.place, "waiver/expired", message, path, severity="warning")
        return
    own = [each for each in documents if waiver.is_for(waiver.ruleset, waiver.rule, each.name)]
    alike = [
        each
        for each in own
        if fingerprint(value_at(each.value, path_of(waiver.pointer, each.value))) == waiver.fingerprint
    ]
    if own and not alike:
        message = Text(
            f"the value at {waiver.pointer} is another one than was waived.",
            f"{waiver.pointer} 的取值与所豁免的不同。",
        )
        yield Problem(waiver.place, "waiver/changed", message, path, severity="warning")
    elif not needed:
        message = Text("the waiver is not needed: nothing fails.", "无需豁免：没有不符合项。")
        yield Problem(waiver.place, "waiver/unused", message, path, severity="warning")


def read_waivers(path: Path, as_of: str) -> Waivers:
    """Return the waivers in a file, on the date of the run.

    Raises:
        UsageError: the file cannot be read or does not follow its schema; every problem has its place.
    """
    try:
        document = read_document(path)
    except DocumentError as error:
        raise UsageError(error.problems) from None
    problems = [each for each in validate(document) if each.severity == "error"]
    if document.value.get("kind") != KIND and not problems:
        message = Text("is no document of kind waivers.", "不是 waivers 类型的文件。")
        problems = [Problem(document.place(()), "waiver/kind", message)]
    if problems:
        raise UsageError(problems)
    listed: Any = document.value["waivers"]
    return Waivers(
        tuple(
            Waiver(
                ruleset=each["ruleset"],
                rule=each["rule"],
                document=each.get("document"),
                pointer=each["pointer"],
                fingerprint=each["fingerprint"],
                reason=each["reason"],
                approver=each["approver"],
                expires=each["expires"],
                place=document.place(("waivers", i)),
            )
            for i, each in enumerate(listed)
        ),
        as_of,
    )


def path_of(pointer: str, value: Any) -> tuple[str | int, ...]:
    """Return the path that a JSON pointer leads along in ``value``: its steps are indices where there are lists."""
    steps: list[str | int] = []
    for text in pointer.split("/")[1:]:
        name = text.replace("~1", "/").replace("~0", "~")
        here = value_at(value, steps)
        steps.append(int(name) if isinstance(here, list) and name.isdigit() else name)
    return tuple(steps)


def pointer_to(path: Sequence[str | int]) -> str:
    """Return the JSON pointer of a path."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def fingerprint(value: Any) -> str:
    """Return the sha256 of a value of a document: the same for YAML and JSON, whatever the order of its fields."""
    return hashlib.sha256(json.dumps(_plain(value), sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return {"number": number_text(value)} if isinstance(value, Decimal) else value
