"""``cati check --watch``: checks again what has changed, until it is interrupted."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from cati_rules.cli.delivery import complain
from cati_rules.errors import CatiError
from cati_rules.text import Language, Text

PAUSE: Final = 0.25
"""So many seconds lie between looks at the files: short for who saves a file, and long for the machine."""
State = tuple[int, int, int] | None
"""When a file was changed, how long it is and which it is on its disk; None where it is not there."""


def watch(
    named: Callable[[], Sequence[str]],
    beside: Sequence[str],
    check: Callable[[Sequence[str]], int],
    language: Language,
    *,
    whole: bool,
) -> int:
    """Check documents, and again those that change, until Ctrl-C; return 0 then.

    ``named`` tells which documents there are, anew each time; ``beside`` are files of rules and settings, after a
    change of which all are checked again. With ``whole``, a change of one is a change of all, as where they stand in
    one page. What is wrong with documents or rules is told, and the watch goes on.
    """
    try:
        names = named()
        before = _states((*names, *beside))
        _attempted(check, names, language)
        count = len(names)
        _say(
            language,
            f"Watching {count} documents; Ctrl-C ends.",
            f"正在监视 {count} 份文件；按 Ctrl-C 结束。",
        )
        while True:
            now = _settled(named, beside, before)
            changed = [name for name, state in now.items() if state != before.get(name)]
            gone = [name for name in before if now.get(name) is None and before[name] is not None]
            before = now
            for each in gone:
                _say(language, f"{each} is gone.", f"{each} 已不存在。")
            rules = [each for each in changed if each in beside]
            there = [name for name, state in now.items() if state is not None and name not in beside]
            again = there if whole or rules else [each for each in changed if each in there]
            if rules:
                _forget_rules()
            if again:
                _say(language, f"Changed: {', '.join(changed)}", f"已修改：{'、'.join(changed)}")
                _attempted(check, again, language)
    except KeyboardInterrupt:
        return 0


def _settled(
    named: Callable[[], Sequence[str]], beside: Sequence[str], before: Mapping[str, State]
) -> dict[str, State]:
    """Wait until something has changed and nothing changes any more: editors write in several steps."""
    last = dict(before)
    while True:
        time.sleep(PAUSE)
        try:
            now = _states((*named(), *beside))
        except CatiError:  # a folder without documents: there may be some again
            now = _states(before)
        if now == last and now != before:
            return now
        last = now


def _states(names: Sequence[str] | Mapping[str, State]) -> dict[str, State]:
    return {name: _state(name) for name in names}


def _state(name: str) -> State:
    try:
        found = Path(name).stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _attempted(check: Callable[[Sequence[str]], int], names: Sequence[str], language: Language) -> None:
    try:
        check(names)
    except CatiError as error:
        for each in error.problems:
            complain(each.line(language))


def _forget_rules() -> None:
    """Let rules be read anew."""
    from cati_rules import pipeline

    for each in (pipeline.ruleset, pipeline.assessor):
        each.cache_clear()


def _say(language: Language, en: str, zh: str) -> None:
    complain(Text(en, zh).to(language))
