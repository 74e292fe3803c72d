"""Waivers: failures that are accepted for a time, each for one value of one document.

A waiver holds for a rule and the value at a JSON pointer (RFC 6901), told by its digest: another value is not waived.
One that has expired, whose value is another one, or that nothing needs, is a problem of its own.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from cati_rules.checking import Checked
from cati_rules.documents import Document, read_document, value_at
from cati_rules.documents.identity import identity
from cati_rules.documents.names import document_name
from cati_rules.errors import DocumentError, Problem, UsageError
from cati_rules.gate.failures import Failure, failures
from cati_rules.gate.outcome import WaiverProblem
from cati_rules.gate.waiver import Holding, Waiver, distinct
from cati_rules.numbers import number_text
from cati_rules.schema import load_schema, validate
from cati_rules.schema.navigation import field_at
from cati_rules.text import Text

KIND = "waivers"
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
HERE = Path()


@dataclass(frozen=True, slots=True)
class Waivers:
    """The waivers of a run, on its date; names of documents are relative to ``base``."""

    waivers: tuple[Waiver, ...] = ()
    as_of: str = ""
    base: Path = HERE

    def holding(self, document: Document) -> Holding:
        """Return those that hold for a document: not expired, for its name, and for the value that it has."""
        name = document_name(document.name, self.base)
        named = (each for each in self.waivers if each.expires >= self.as_of and each.is_for(name))
        places = ((each, path_of(each.pointer, document.value)) for each in named)
        return Holding(
            tuple(
                (each, path)
                for each, path in places
                if knows(document, path) and fingerprint_at(document.value, path) == each.fingerprint
            )
        )


@dataclass(frozen=True, slots=True)
class Application:
    """Waivers on the documents of a run, by their names: what holds, what fails, and what of the first accepts it."""

    waivers: Waivers
    checked: tuple[Checked, ...]
    holding: Mapping[str, Holding]
    failures: Mapping[str, tuple[Failure, ...]]
    applied: Mapping[str, tuple[Waiver, ...]]

    def problems(self, evaluated: Collection[str]) -> Iterator[WaiverProblem]:
        """Yield what is wrong with waivers; ``evaluated`` are the rulesets that the run was narrowed to, if it was.

        A run on some of the documents, or with some of the rulesets, says nothing of waivers for the others.
        """
        needed = {waiver for waivers in self.applied.values() for waiver in waivers}
        for each in self.waivers.waivers:
            if each.expires < self.waivers.as_of:
                yield WaiverProblem(each, "waiver/expired", _expired(each))
                continue
            own = [one for one in self.checked if not one.failed and self._is_for(each, one)]
            if each in needed or not own or (evaluated and each.ruleset not in evaluated):
                continue
            if any(self._fails(each, one) for one in own) and not any(self._holds(each, one) for one in own):
                yield WaiverProblem(each, "waiver/other-value", _other_value(each))
            else:
                yield WaiverProblem(each, "waiver/not-needed", _NOT_NEEDED)

    def _is_for(self, waiver: Waiver, checked: Checked) -> bool:
        return waiver.is_for(document_name(checked.name, self.waivers.base))

    def _fails(self, waiver: Waiver, checked: Checked) -> bool:
        failed = self.failures.get(checked.name, ())
        return any(each.ruleset == waiver.ruleset and waiver.covers(each.rule) for each in failed)

    def _holds(self, waiver: Waiver, checked: Checked) -> bool:
        """Return whether the value is the one waived: then it is another waiver, or entry, that makes it idle."""
        return any(each == waiver for each, _ in self.holding[checked.name].waivers)


_NOT_NEEDED = Text(
    "the waiver is not needed: it accepts nothing that fails.", "无需豁免：该豁免未涉及任何不符合项。"
)


def _expired(waiver: Waiver) -> Text:
    return Text(f"the waiver expired on {waiver.expires}.", f"豁免已于 {waiver.expires} 到期。")


def _other_value(waiver: Waiver) -> Text:
    return Text(
        f"the value at {waiver.pointer} is another one than was waived.",
        f"{waiver.pointer} 的取值与所豁免的不同。",
    )


def applied(waivers: Waivers, checked: Sequence[Checked]) -> Application:
    """Return what waivers do on checked documents."""
    read = [each for each in checked if each.document is not None and not each.failed and waivers.waivers]
    holding = {each.name: waivers.holding(each.document) for each in read if each.document is not None}
    failed = {each.name: tuple(failures(each)) for each in read}
    accepting = {name: _accepting(holding[name], each) for name, each in failed.items()}
    return Application(
        waivers, tuple(checked), holding, failed, {name: each for name, each in accepting.items() if each}
    )


def _accepting(holding: Holding, failed: Sequence[Failure]) -> tuple[Waiver, ...]:
    """Return the waivers that accept something that fails."""
    found = (holding.of(each.ruleset, each.rule, each.within) for each in failed)
    return distinct(each for each in found if each is not None)


def read_waivers(path: Path, as_of: str, base: Path = HERE) -> Waivers:
    """Return the waivers in a file, on the date of the run; names of documents are relative to ``base``.

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
                document=_name(each.get("document"), base),
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
        base,
    )


def _name(document: str | None, base: Path) -> str | None:
    """Return a document's name, or a pattern of names, as findings give names."""
    return None if document is None else document_name(document.replace("\\", "/"), base)


def path_of(pointer: str, value: Any) -> tuple[str | int, ...]:
    """Return the path that a JSON pointer leads along in ``value``: its steps are indices where there are lists."""
    steps: list[str | int] = []
    for text in pointer.split("/")[1:]:
        name = text.replace("~1", "/").replace("~0", "~")
        here = value_at(value, steps)
        steps.append(int(name) if isinstance(here, list) and _INDEX.fullmatch(name) else name)
    return tuple(steps)


def pointer_to(path: Sequence[str | int]) -> str:
    """Return the JSON pointer of a path."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def knows(document: Document, path: Sequence[str | int]) -> bool:
    """Return whether a valid document could have a value at ``path``: only such can be given, and end a waiver."""
    entries = (
        value_at(document.value, path[: i + 1]) for i, step in enumerate(path) if isinstance(step, int)
    )
    schema = load_schema(str(document.value.get("kind")))
    return bool(path) and bool(field_at(schema, path)) and all(each is not None for each in entries)


def fingerprint_at(value: Any, path: Sequence[str | int]) -> str:
    """Return the sha256 of what stands at ``path`` in a document, and in lists of which entries it is that of.

    An entry is told by the fields that identify it; where it has none, by all of it. So another entry in its place is
    another value, even if the one field is the same.
    """
    within = [value_at(value, path[: i + 1]) for i, step in enumerate(path) if isinstance(step, int)]
    found = value_at(value, path)
    return fingerprint([[identity(each) or each for each in within], found] if within else found)


def fingerprint(value: Any) -> str:
    """Return the sha256 of a value of a document: the same for YAML and JSON, whatever the order of its fields."""
    return hashlib.sha256(json.dumps(_plain(value), sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return {"number": number_text(value)} if isinstance(value, Decimal) else value
