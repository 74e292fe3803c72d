"""What a run was asked to do, parsed from the command line before any work begins."""

from __future__ import annotations

import datetime
import glob
import locale
import os
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from cati_rules.documents.names import real_name
from cati_rules.errors import Place, Problem, UsageError
from cati_rules.gate.fail_on import FAIL_ON, FailOn
from cati_rules.output.page_options import Detail
from cati_rules.text import LANGUAGES, Language, Text

if TYPE_CHECKING:
    from cati_rules.cli.project_settings import Config
    from cati_rules.pipeline import Basis

STDIN = "-"
BOTH = "both"
"""What ``--lang`` is given for a page in both languages."""
Format = Literal[
    "rich", "html", "xlsx", "json", "sarif", "junit", "github", "gitlab", "markdown", "lines", "csv", "jsonl"
]


class Output(Struct, frozen=True):
    """How results leave: form, language, place, detail; ``besides`` is another language in the same page."""

    format: Format
    language: Language
    path: Path | None
    detail: Detail = "normal"
    besides: Language | None = None


class CheckSettings(Struct, frozen=True):
    """What ``cati check`` was asked to do."""

    files: tuple[str, ...]
    rulesets: tuple[str, ...]
    as_of: str
    peers: str | None
    config: Config
    use_waivers: bool
    parameters: Mapping[str, Mapping[str, Decimal]]
    outputs: tuple[Output, ...]
    stdin_name: str | None = None
    questions: Path | None = None
    answers: Path | None = None
    marked: Path | None = None

    @property
    def basis(self) -> Basis:
        """What documents are judged by."""
        from cati_rules.pipeline import Basis

        return Basis(self.rulesets, self.as_of, self.peers, self.parameters)


def usage_error(option: str, en: str, zh: str, advice: Text | None = None) -> UsageError:
    """Return the error for an option that cannot be carried out."""
    return UsageError(Problem(place=Place(option), code="usage/option", message=Text(en, zh), advice=advice))


def language_of(value: str | None) -> Language:
    """Return the language asked for, else the one that the environment speaks."""
    if value in LANGUAGES:
        return next(each for each in LANGUAGES if each == value)
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    spoken = spoken or (locale.getlocale()[0] or "")
    if spoken.lower().startswith("chinese"):
        return "zh"
    return next((each for each in LANGUAGES if spoken.lower().startswith(each)), "en")


def besides_of(value: str | None) -> Language | None:
    """Return the other language, where both are asked for."""
    return ("zh" if language_of(None) == "en" else "en") if value == BOTH else None


def as_of_date(value: str | None, option: str = "--as-of") -> str:
    """Return a date given for ``option`` as ISO text; today where none is given.

    Raises:
        UsageError: ``value`` is not a date.
    """
    if value is None:
        return datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    try:
        date: str | None = datetime.date.fromisoformat(value).isoformat()
    except ValueError:
        date = None
    if date is None or date != value:  # other ISO forms, such as 2026-W47, are read too; one form is enough
        raise usage_error(
            option,
            f"{value} is not a date.",
            f"{value} 不是有效日期。",
            Text("Write 2026-11-22.", "请按 2026-11-22 的格式填写。"),
        )
    return date


def fail_under_score(value: str | None) -> Decimal | None:
    """Return the least score demanded, exact.

    Raises:
        UsageError: ``value`` is not a number from 0 to 100.
    """
    if value is None:
        return None
    try:
        score = Decimal(value if value.isascii() and "_" not in value else "")
    except InvalidOperation:
        score = Decimal("NaN")
    if not (score.is_finite() and 0 <= score <= 100):
        raise usage_error(
            "--fail-under", f"{value} is not a score from 0 to 100.", f"{value} 不是 0 到 100 之间的分数。"
        )
    return score


def parameters_of(values: tuple[str, ...]) -> dict[str, dict[str, Decimal]]:
    """Return the parameters by ruleset and name, from ``RULESET.NAME=VALUE``.

    Raises:
        UsageError: a text is not of that form, or the value is no number.
    """
    found: dict[str, dict[str, Decimal]] = {}
    for text in values:
        where, equals, value = text.partition("=")
        identifier, dot, name = where.rpartition(".")
        number = number_of(value)
        if not (equals and dot and identifier and name) or number is None:
            raise usage_error(
                "--parameter",
                f"{text} is not of the form RULESET.NAME=NUMBER.",
                f"{text} 不符合“规则集.名称=数值”的格式。",
            )
        found.setdefault(identifier, {})[name] = number
    return found


def fail_on_of(values: Sequence[str]) -> frozenset[FailOn]:
    """Return what must not be found.

    Raises:
        UsageError: there is no such thing.
    """
    found: set[FailOn] = set()
    for each in values:
        if each not in FAIL_ON:
            listed = ", ".join(FAIL_ON)
            raise usage_error(
                "--fail-on", f"{each} is not one of {listed}.", f"{each} 不在可选范围（{listed}）内。"
            )
        found.add(FAIL_ON[each])
    return frozenset(found)


def number_of(value: str) -> Decimal | None:
    """Return a number of the size that documents may hold, None where the text is not one."""
    if len(value) > 40 or not value.isascii() or "_" in value:
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and -30 <= number.adjusted() <= 30 else None


def expand(
    patterns: tuple[str, ...],
    passed_over: Callable[[str, Sequence[str]], None] | None = None,
    *,
    lines: bool = False,
) -> tuple[str, ...]:
    """Return the files that names, folders and patterns stand for: names as they are, the others expanded and sorted.

    ``passed_over`` is told which files of a folder are not read; ``lines`` says that verdicts are told in lines alone,
    for which files with a document in each line are read too.

    Shells that leave ``*`` to the program (as on Windows) get the same result as those that do not.

    Raises:
        UsageError: a pattern fits no file, a folder holds no document, or standard input is named twice.
    """
    from cati_rules.cli.folders import documents_in, fitting

    names: list[str] = []
    for pattern in patterns:
        if os.path.isdir(pattern):
            documents, others = documents_in(pattern, lines=lines)
            if others and passed_over is not None:
                passed_over(pattern, others)
            if not documents:
                raise usage_error(
                    "FILE",
                    f"The folder {pattern} holds no document of cati.",
                    f"文件夹 {pattern} 中没有 cati 文件。",
                )
            names.extend(documents)
            continue
        if pattern == STDIN or os.path.lexists(pattern) or not glob.has_magic(pattern):
            names.append(pattern)
            continue
        found = fitting(pattern)
        if not found:
            raise usage_error("FILE", f"No file fits {pattern}.", f"没有文件符合 {pattern}。")
        names.extend(found)
    if names.count(STDIN) > 1:
        raise usage_error("FILE", "Standard input (-) can be read only once.", "标准输入（-）只能读取一次。")
    # A file that is named twice, in other words perhaps, is one document.
    once: dict[str, str] = {}
    for each in names:
        once.setdefault(each if each == STDIN else real_name(each), each)
    return tuple(once.values())
