"""Waivers: failures that are accepted for a time, each for one value of one document.

A waiver holds for a rule and the value at a JSON pointer (RFC 6901), told by its digest: another value is not waived.
One that has expired, whose value is another one, or that nothing needs, is a problem of its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from cati_rules.catalog.ruleset import Ruleset
from cati_rules.catalog.store import ruleset_ids
from cati_rules.documents import Document, read_document, value_at
from cati_rules.documents.identity import identity
from cati_rules.documents.names import STDIN_NAME, document_name
from cati_rules.documents.paths import FieldPath
from cati_rules.documents.patterns import Pattern
from cati_rules.errors import DocumentError, Problem, UsageError
from cati_rules.gate.failures import Failure, failures
from cati_rules.gate.outcome import WaiverProblem
from cati_rules.gate.waived_fields import is_read, places_read
from cati_rules.gate.waiver import NOTHING_WAIVED, Holding, Waiver, distinct
from cati_rules.language.nodes import EACH
from cati_rules.numbers import number_text
from cati_rules.pipeline import Checked, ruleset
from cati_rules.schema import load_schema, validate
from cati_rules.schema.navigation import field_at
from cati_rules.text import Text

KIND = "waivers"
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
HERE = Path()


class Waivers(Struct, frozen=True):
    """The waivers of a run, on its date; names of documents are relative to ``base``.

    ``rulesets`` are those of the run that do not come with cati, by their ids.
    """

    waivers: tuple[Waiver, ...] = ()
    as_of: str = ""
    base: Path = HERE
    rulesets: Mapping[str, Ruleset] = field(default_factory=dict)

    def holding(self, document: Document) -> Holding:
        """Return those that hold for a document: not expired, for its name, and for a value that their rule reads."""
        named = (
            each for each in self.waivers if each.expires >= self.as_of and self.is_for(each, document.name)
        )
        places = ((each, path_of(each.pointer, document.value)) for each in named)
        return Holding(
            tuple(
                (each, path)
                for each, path in places
                if knows(document, path)
                and fingerprint_at(document.value, path) == each.fingerprint
                and is_read(path, self.read_by(each, document))
            )
        )

    def is_for(self, waiver: Waiver, document: str) -> bool:
        """Return whether a waiver is for a document of that name, or for all."""
        told = waiver.document
        return (
            told is None or told == document_name(document, self.base) or self._pattern(told).fits(document)
        )

    def is_for_a_file(self, waiver: Waiver) -> bool:
        """Return whether there is a file that a waiver is for, as far as one can see."""
        return waiver.document is None or self._pattern(waiver.document).fits_a_file() is not False

    def _pattern(self, told: str) -> Pattern:
        return Pattern(told, self.base, exact=True)

    def rules_of(self, waiver: Waiver) -> Ruleset | None:
        """Return the ruleset that a waiver names, None where there is none."""
        name = waiver.ruleset
        return self.rulesets.get(name) or (ruleset(name) if name in ruleset_ids() else None)

    def read_by(self, waiver: Waiver, document: Document) -> frozenset[tuple[str, ...]]:
        """Return what the rule that a waiver names reads of a document."""
        rules = self.rules_of(waiver)
        kind = str(document.value.get("kind"))
        return frozenset() if rules is None else places_read(rules, waiver.rule, kind)


class Use(Struct, frozen=True):
    """What documents show of one waiver.

    ``named`` says that it is for one of them, ``valid`` for one that could be evaluated; there its value ``holds``, its
    rule ``fails``, and it is ``needed`` where it accepts that. ``unread`` says that its rule does not read its value.
    """

    named: bool = False
    valid: bool = False
    holds: bool = False
    fails: bool = False
    needed: bool = False
    unread: Text | None = None

    def with_another(self, other: Use) -> Use:
        """Return what is shown by these documents and further ones behind them."""
        return Use(
            self.named or other.named,
            self.valid or other.valid,
            self.holds or other.holds,
            self.fails or other.fails,
            self.needed or other.needed,
            self.unread or other.unread,
        )


Uses = tuple[Use, ...]
"""One for each waiver of a run, in their order; empty where no document was looked at yet."""


def together(first: Uses, second: Uses) -> Uses:
    """Return what is shown by some documents and by further ones."""
    if not (first and second):
        return first or second
    return tuple(one.with_another(other) for one, other in zip(first, second, strict=True))


class Application(Struct, frozen=True):
    """Waivers on the documents of a run, by their names: what holds, and what of that accepts something that fails."""

    waivers: Waivers
    holding: Mapping[str, Holding]
    applied: Mapping[str, tuple[Waiver, ...]]
    uses: Uses

    def problems(self, evaluated: Collection[str]) -> Iterator[WaiverProblem]:
        """Yield what is wrong with waivers; as :func:`problems_with`."""
        return problems_with(self.waivers, self.uses, evaluated)


def problems_with(waivers: Waivers, uses: Uses, evaluated: Collection[str]) -> Iterator[WaiverProblem]:
    """Yield what is wrong with waivers; ``evaluated`` are the rulesets that the run was narrowed to, if it was.

    A run on some of the documents, or with some of the rulesets, says nothing of waivers for the others, unless
    there is no such document or rule.
    """
    for waiver, use in zip(waivers.waivers, uses, strict=True):
        problem = None if use.needed else _problem(waivers, waiver, use, evaluated)
        if problem is not None:
            yield problem


def _problem(waivers: Waivers, waiver: Waiver, use: Use, evaluated: Collection[str]) -> WaiverProblem | None:
    unknown = _unknown(waivers, waiver)
    if unknown is not None:
        return unknown
    if waiver.expires < waivers.as_of:
        return WaiverProblem(waiver, "waiver/expired", _expired(waiver), _RENEW)
    if not use.named and not waivers.is_for_a_file(waiver):
        return WaiverProblem(waiver, "waiver/no-document", _no_document(waiver), _CORRECT)
    if not use.valid or (evaluated and waiver.ruleset not in evaluated):
        return None
    if use.unread is not None:
        return WaiverProblem(waiver, "waiver/not-read", use.unread, _CORRECT)
    if use.fails and not use.holds:
        return WaiverProblem(waiver, "waiver/other-value", _other_value(waiver), _APPROVE)
    return WaiverProblem(waiver, "waiver/not-needed", _NOT_NEEDED, _TAKE_OUT)


def _unknown(waivers: Waivers, waiver: Waiver) -> WaiverProblem | None:
    """Return that there is no such ruleset, or no such rule in it, with those that may be meant."""
    rules = waivers.rules_of(waiver)
    if rules is None:
        known = (*ruleset_ids(), *waivers.rulesets)
        message = Text(f"there is no ruleset {waiver.ruleset}.", f"没有规则集 {waiver.ruleset}。")
        close = get_close_matches(waiver.ruleset, known, n=2)
    elif waiver.rule not in rules.waivable():
        message = Text(
            f"there is no rule {waiver.rule} in {waiver.ruleset}.",
            f"规则集 {waiver.ruleset} 中没有规则 {waiver.rule}。",
        )
        close = [
            f"{rules.id}/{each}" for each in get_close_matches(waiver.rule, tuple(rules.waivable()), n=2)
        ]
    else:
        return None
    return WaiverProblem(waiver, "waiver/unknown-rule", message, _meant(close) or _CORRECT)


def _use(waivers: Waivers, waiver: Waiver, checked: Checked, found: _Found) -> Use:
    """Return what one document shows of a waiver."""
    needed = waiver in found.accepting
    if not waivers.is_for(waiver, checked.name):
        return Use(needed=needed)
    if checked.failed:
        return Use(named=True, needed=needed)
    return Use(
        named=True,
        valid=True,
        # Then it is another waiver, or entry, that makes it idle.
        holds=any(each == waiver for each, _ in found.holding.waivers),
        fails=any(each.ruleset == waiver.ruleset and waiver.covers(each.rule) for each in found.failed),
        needed=needed,
        unread=_unread(waivers, waiver, checked),
    )


def _unread(waivers: Waivers, waiver: Waiver, checked: Checked) -> Text | None:
    """Return that the rule does not read the value that is waived: it would hold whatever changes."""
    document = checked.document
    if document is None:
        return None
    read = waivers.read_by(waiver, document)
    if not read or is_read(path_of(waiver.pointer, document.value), read):
        return None
    return not_read(waiver.rule, waiver.pointer, read)


_NOT_NEEDED = Text(
    "the waiver is not needed: it accepts nothing that fails.", "无需豁免：该豁免未涉及任何不符合项。"
)
_TAKE_OUT = Text("Take it out.", "请将其删除。")
_CORRECT = Text("Correct it, or take it out.", "请更正，或将其删除。")
_RENEW = Text(
    "Take it out, or have it approved again with `cati waive`.",
    "请将其删除，或用 `cati waive` 重新办理批准。",
)
_APPROVE = Text(
    "Have the new value approved with `cati waive`, or take it out.",
    "请用 `cati waive` 就新取值办理批准，或将其删除。",
)
MOST_PLACES = 4
"""How many places are named that a rule reads."""


def _meant(close: Sequence[str]) -> Text | None:
    return Text(f"Did you mean {' or '.join(close)}?", f"是否应为 {' 或 '.join(close)}？") if close else None


def _expired(waiver: Waiver) -> Text:
    return Text(f"the waiver expired on {waiver.expires}.", f"豁免已于 {waiver.expires} 到期。")


def _other_value(waiver: Waiver) -> Text:
    return Text(
        f"the value at {waiver.pointer} is not the one that was waived.",
        f"{waiver.pointer} 的取值与所豁免的不同。",
    )


def _no_document(waiver: Waiver) -> Text:
    return Text(f"there is no file {waiver.document}.", f"没有文件 {waiver.document}。")


def not_read(rule: str, pointer: str, read: Collection[tuple[str, ...]]) -> Text:
    """Return that a rule does not read the value at a pointer, with what it does read."""
    shortest = [
        each for each in read if not any(other == each[: len(other)] for other in read if other != each)
    ]
    listed = [pointer_to(each).replace(f"/{EACH}", "/0") for each in sorted(shortest)]
    more = (", …", "、…") if len(listed) > MOST_PLACES else ("", "")
    told = listed[:MOST_PLACES]
    return Text(
        f"{rule} does not read {pointer}, so a waiver of it has no effect; it reads {', '.join(told)}{more[0]}.",
        f"{rule} 不读取 {pointer}，对该处的豁免没有意义；其读取的位置：{'、'.join(told)}{more[1]}。",
    )


def applied(waivers: Waivers, checked: Sequence[Checked]) -> Application:
    """Return what waivers do on checked documents."""
    own = {each.ruleset.id: each.ruleset for one in checked for each in one.results}
    waivers = replace(
        waivers, rulesets={name: each for name, each in own.items() if name not in ruleset_ids()}
    )
    holding: dict[str, Holding] = {}
    applied: dict[str, tuple[Waiver, ...]] = {}
    uses: Uses = tuple(Use() for _ in waivers.waivers)
    for each in checked if waivers.waivers else ():
        found = _found(waivers, each)
        if each.document is not None and not each.failed:
            holding[each.name] = found.holding
        if found.accepting:
            applied[each.name] = found.accepting
        uses = together(uses, tuple(_use(waivers, one, each, found) for one in waivers.waivers))
    return Application(waivers, holding, applied, uses)


class _Found(Struct, frozen=True):
    """What holds for one document, what fails there, and what of the first accepts that."""

    holding: Holding = NOTHING_WAIVED
    failed: tuple[Failure, ...] = ()
    accepting: tuple[Waiver, ...] = ()


def _found(waivers: Waivers, checked: Checked) -> _Found:
    if checked.document is None or checked.failed:
        return _Found()
    holding, failed = waivers.holding(checked.document), tuple(failures(checked))
    return _Found(holding, failed, _accepting(holding, failed))


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
        document = read_document(path, recognise=False)
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
    if document is None or document == STDIN_NAME:
        return document
    told = document.replace("\\", "/").removeprefix("./")
    return document_name(told, base) if os.path.isabs(told) else told  # noqa: PTH117


def path_of(pointer: str, value: Any) -> FieldPath:
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
