"""Text from outside as it can be shown: names, values and notes of documents, rules, results, files and options.

A terminal obeys control characters, a reader is misled by those that turn the direction of writing or are not seen,
and logs of pipelines obey lines that begin with ``::`` or hold ``##[``. All of these are shown instead, as Python
writes them.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from cati_rules.later import pattern

_UNSEEN: Final = (
    "\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff\ud800-\udfff"
)
# Joiners (200C, 200D) stay: some languages cannot be written without them.
_COMMANDS: Final = r":(?=:)|#(?=#\w*\[)"
_STEERING: Final = pattern(f"[\x00-\x1f{_UNSEEN}]|{_COMMANDS}")
_STEERING_JSON: Final = pattern(f"[{_UNSEEN}]|{_COMMANDS}")  # below a blank, JSON escapes all itself
_CONTROL: Final = pattern(f"[\x00-\x09\x0b-\x1f{_UNSEEN}]")
_NAMED: Final = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def visible(text: str) -> str:
    r"""Return ``text`` in one line, with what a terminal or a log would obey shown as ``\n``, ``\x1b``, ``\u202e``."""
    return _STEERING().sub(_written, text)


def without_control(text: str) -> str:
    """Return ``text`` with its lines as they are, and every other control character shown."""
    return _CONTROL().sub(_written, text)


def json_text(data: Any, *, indent: int | None = None) -> str:
    """Return ``data`` as JSON that reads back the same, and steers nothing where it is printed."""
    return _STEERING_JSON().sub(_escaped, json.dumps(data, ensure_ascii=False, indent=indent))


def _written(found: re.Match[str]) -> str:
    mark = found.group()
    code = ord(mark)
    width = 2 if code < 0x100 else 4 if code < 0x10000 else 8
    return _NAMED.get(mark) or f"\\{'xuU'[(2, 4, 8).index(width)]}{code:0{width}x}"


def _escaped(found: re.Match[str]) -> str:
    code = ord(found.group())
    # Beyond the first plane JSON writes a pair.
    return f"\\u{code:04x}" if code < 0x10000 else json.dumps(found.group())[1:-1]
