"""Mutations of what people write, at the level of bytes, of tokens and of values; each is drawn from a ``Random``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import Any

import yaml

Path = tuple[str | int, ...]

HOSTILE_BYTES = (
    b"\x00", b"\x1b[31m", b"\x7f", b"\x9b", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80", b"\t", b"\r",
    b"\r\n", b"\n\n", b"\n---\n", b"\n...\n", b"# ", b": ", b"- ", b"? ", b"{", b"}", b"[", b"]", b'"', b"'", b"|\n", b">-\n",
    b"&a ", b"*a", b"!!python/object/apply:os.system ", b"%YAML 9.9\n---\n", b"<<: *a\n", b"[" * 200, b"{a: " * 150,
    *(mark.encode() for mark in "\u2028\u2029\u202e\u200b\ufeff\u00a0\u3000：，“”、０①½⁵\u0085\U000e0041\U0001f600汽"),
)  # fmt: skip
HOSTILE_TEXTS = (
    "", " ", "\x1b]0;t\x07", "\x9b1m", "\u202eevil\u2066", "a\r\n::error::x", "##[error]x", "[bold]x[/nonsense]", ":smile:",
    "x" * 3_000, "汽车" * 80, "null", "~", "-", "n/a", "无", "1e5", "0x1F", "1:30", "½", "0,325", "1,234", "35%", "2025年", "2025/1/1",
    "29.04.2026", "2026-02-30", "../../etc/passwd", "a" * 300 + ".yaml", "\ufeff", "\u2028", "\ud800", "{{7*7}}", "${x}", "'", '"', "`", "\\",
)  # fmt: skip
HOSTILE_NUMBERS = (
    "0", "-0", "-1", "1e-400", "1e400", "1e999999999", "9" * 60, "0." + "9" * 60, "1_000", "017", "0o17", "0b1", ".5", "5.", "+1",
    ".nan", "-.inf", "1e", "١٢", "12:30:45", "2.147483648e9", "18446744073709551616", "0.1e1", "1E+2",
)  # fmt: skip
HOSTILE_VALUES: Sequence[Any] = (
    None, True, False, [], {}, [[]], {"": None}, [None], 0, -1, Decimal("0.1"), Decimal("1e30"), Decimal("1e-30"), 10**40,
    {"a": {"b": {"c": []}}}, [1, [2, [3]]], "2026-01-01", 2026,
)  # fmt: skip
_TOKEN = re.compile(r"\s+|\w+|.", re.DOTALL)


def mutated_bytes(random: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Return ``data`` with a few bytes changed, inserted, taken out, doubled, or cut off."""
    for _ in range(random.randint(1, 3)):
        at = random.randint(0, len(data))
        end = min(len(data), at + random.choice((1, 1, 2, 5, 40)))
        data = random.choice(_BYTES)(random, data, at, end, others)
    return data


_BYTES: Sequence[Callable[[Random, bytes, int, int, Sequence[bytes]], bytes]] = (
    lambda random, data, at, end, others: data[:at] + bytes((random.randrange(256),)) + data[at + 1 :],
    lambda random, data, at, end, others: data[:at] + random.choice(HOSTILE_BYTES) + data[at:],
    lambda random, data, at, end, others: data[:at] + data[end:],
    lambda random, data, at, end, others: data[:end] + data[at:],
    lambda random, data, at, end, others: data[:at],
    lambda random, data, at, end, others: data[:at] + random.choice(others)[-random.randint(1, 300) :],
    lambda random, data, at, end, others: data[:at] + data[at:end] * random.randint(2, 300) + data[end:],
)


def mutated_tokens(random: Random, text: str, others: Sequence[str]) -> str:
    """Return ``text`` with a few words, numbers or signs replaced, taken out, doubled or exchanged."""
    tokens = _TOKEN.findall(text) or [""]
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(tokens))
        match random.randrange(7):
            case 0 if numbers := [i for i, token in enumerate(tokens) if token.isdecimal()]:
                tokens[random.choice(numbers)] = random.choice(HOSTILE_NUMBERS)
            case 1:
                tokens[at] = random.choice(HOSTILE_TEXTS)
            case 2:
                tokens[at] = ""
            case 3:
                tokens[at] *= 2
            case 4:
                other = random.randrange(len(tokens))
                tokens[at], tokens[other] = tokens[other], tokens[at]
            case 5:
                tokens[at] = random.choice(_TOKEN.findall(random.choice(others)) or [""])
            case _:
                tokens[at] += random.choice(("\n", " ", ":", "-", ",", "#", "\t", "  ", "：", "'", '"'))
    return "".join(tokens)


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the places of a tree of values, the root's first."""
    yield path
    inner = (
        value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    )
    for step, each in inner:
        yield from places(each, (*path, step))


def mutated_value(random: Random, value: Any, known: Mapping[str, Sequence[Any]]) -> Any:
    """Return a tree of values with a few of them changed; ``known`` are values that were seen under a key."""
    for _ in range(random.choice((1, 1, 1, 2, 3, 6))):
        path = random.choice(list(places(value)))
        value = _with(value, path, lambda old: _other(random, old, path, known))  # noqa: B023 - called at once
    return value


def _with(value: Any, path: Path, change: Callable[[Any], Any]) -> Any:
    if not path:
        return change(value)
    step, *rest = path
    copy = list(value) if isinstance(value, list) else dict(value)
    copy[step] = _with(copy[step], tuple(rest), change)  # type: ignore[index]
    return copy


def _other(random: Random, old: Any, path: Path, known: Mapping[str, Sequence[Any]]) -> Any:
    key = next((step for step in reversed(path) if isinstance(step, str)), "")
    choices: list[Callable[[], Any]] = [
        lambda: random.choice(HOSTILE_VALUES),
        lambda: random.choice(known.get(key) or HOSTILE_VALUES),
        lambda: random.choice(known.get(key) or HOSTILE_VALUES),
    ]
    if isinstance(old, Mapping) and old:
        name = random.choice(list(old))
        more = random.choice(list(known) or [""])
        choices += [
            lambda: {each: inner for each, inner in old.items() if each != name},
            lambda: {(f"{each}s" if each == name else each): inner for each, inner in old.items()},
            lambda: {**old, more: random.choice(known.get(more) or [None])},
            lambda: {**old, random.choice(HOSTILE_TEXTS): 1},
        ]
    elif isinstance(old, list) and old:
        entry = random.choice(old)
        choices += [
            lambda: [*old, entry],
            lambda: [entry],
            lambda: old[::-1],
            lambda: old * random.choice((2, 30)),
        ]
    elif isinstance(old, int | Decimal) and not isinstance(old, bool):
        factor = random.choice(("-1", "0.001", "1000", "10000", "1.0000001", "0.5", "1e-20"))
        choices += [
            lambda: Decimal(old) * Decimal(factor),
            lambda: int(old) + random.choice((-1, 1)),
            lambda: str(old),
        ]
    elif isinstance(old, str):
        choices += [
            lambda: random.choice(HOSTILE_TEXTS),
            lambda: old + random.choice(HOSTILE_TEXTS),
            lambda: mutated_tokens(random, old, [old]),
        ]
    return random.choice(choices)()


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(
    Decimal, lambda dumper, number: dumper.represent_scalar("tag:yaml.org,2002:float", str(number))
)


def written(value: Any, form: str) -> bytes:
    """Return a tree of values as YAML or JSON, with its numbers as they are."""
    if form == "json":
        return _json(value).encode("utf-8", "surrogatepass")
    try:
        text: str = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False)
        return text.encode("utf-8", "surrogatepass")
    except (yaml.YAMLError, TypeError, UnicodeError):
        return _json(value).encode("utf-8", "surrogatepass")


def _json(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(str(key))}: {_json(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_json, value)) + "]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False, default=str)
