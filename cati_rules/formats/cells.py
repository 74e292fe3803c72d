"""What stands in a cell and what it means: as people type it, where that can be only one thing."""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, Final

from cati_rules.formats.figures import decimal_of, product
from cati_rules.formats.reading import WHOLE
from cati_rules.formats.sheet_layout import Field
from cati_rules.formats.workbook import Cell
from cati_rules.text import Language, Text

YES: Final = Text("yes", "是")
NO: Final = Text("no", "否")
_TRUE: Final = frozenset({"yes", "true", "y", "是", "有", "√", "✓"})
_FALSE: Final = frozenset({"no", "false", "n", "否", "无", "×", "✗"})
_PARTED: Final = re.compile(r"\s*[\n;；]\s*")
_PARTED_MORE: Final = re.compile(r"\s*[、,，]\s*")
_TIMES: Final = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
_LARGE: Final = re.compile("(万|亿)(.+)")
_CARBON: Final = ("tCO2e",)
_UNITS: Final = {
    "吨": ("tCO2e", "tCO2", "t"), "t": ("tCO2e", "tCO2", "t"), "tco2e": _CARBON, "吨co2e": _CARBON,
    "吨co2当量": _CARBON,
    "吨二氧化碳当量": _CARBON, "吨二氧化碳": ("tCO2",), "tco2": ("tCO2",), "吨co2": ("tCO2",), "度": ("kWh",),
    "千瓦时": ("kWh",), "kwh": ("kWh",), "辆": ("vehicle", "vehicles"),
}  # fmt: skip
_THOUSANDS: Final = re.compile(
    r"[+-]?[0-9]{1,3}(?:,[0-9]{3}){2,}(?:\.[0-9]+)?|[+-]?[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+"
)
_DATE: Final = re.compile(r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?")
_YEAR: Final = re.compile(r"([0-9]{4})\s*年度?")
_DIGITS: Final = str.maketrans("一二三四五六七八九", "123456789")
_PERCENT: Final = Decimal("0.01")
_ODD: Final = re.compile(r"_x[0-9A-Fa-f]{4}_|[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LONGEST: Final = 30_000


def meaning(field: Field, cell: Cell) -> tuple[Any, Text | None]:
    """Return the value that a cell holds for a field, and how it was read where it is not as it stands.

    What cannot be read is returned as it is: the schema says then what is wrong with it.
    """
    value = cell.value
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        value = value.isoformat()
    if isinstance(value, str):
        return _of_text(field, value)
    if isinstance(value, bool):
        return (value, None) if field.shape == "boolean" else (str(value).lower(), None)
    if field.shape in {"text", "date", "choice"} and isinstance(value, Decimal):
        return f"{value:f}", None
    if field.shape in {"texts", "choices"} and isinstance(value, Decimal):
        return [f"{value:f}"], None
    return value, None


def _of_text(field: Field, text: str) -> tuple[Any, Text | None]:
    if field.shape == "text":
        return text, None
    read: Any
    if field.shape in {"texts", "choices"}:
        return _list(field, text), None
    folded = unicodedata.normalize("NFKC", text).strip()
    if field.shape == "choice":
        return _unit(field, text) if field.pattern[-1] == "unit" else (_choice(field, text), None)
    if field.shape == "boolean":
        low = folded.lower()
        return (True if low in _TRUE else False if low in _FALSE else text), None
    read = _date(folded) if field.shape == "date" else _number(folded, share=field.shape == "share")
    if read is None:
        return text, None
    plain = read == folded or (isinstance(read, Decimal) and decimal_of(text) == read)
    shown = read if isinstance(read, str) else f"{read:f}"
    return read, None if plain else Text(f"“{text}” is read as {shown}.", f"“{text}”读作 {shown}。")


def _unit(field: Field, text: str) -> tuple[str, Text | None]:
    """Return the unit that a text is, also in Chinese words where these are of one unit only."""
    code, codes = _choice(field, text), {code for code, _ in field.choices}
    meant = [each for each in _UNITS.get(_fold(text).replace(" ", ""), ()) if each in codes]
    if code in codes or len(meant) != 1:
        return code, None
    return meant[0], Text(f"“{text}” is read as {meant[0]}.", f"“{text}”读作 {meant[0]}。")


def in_large_units(row: Sequence[tuple[Field, Cell]]) -> Mapping[Field, tuple[Any, Text]]:
    """Return units such as 万吨, and the numbers beside them, as a unit there is and a number so much larger."""
    found: dict[Field, tuple[Any, Text]] = {}
    for unit, cell in row:
        read = _LARGE.fullmatch(_fold(cell.text).replace(" ", ""))
        codes = {code for code, _ in unit.choices}
        if unit.pattern[-1] != "unit" or read is None or _choice(unit, cell.text) in codes:
            continue
        meant = [code for code in _UNITS.get(read[2], ()) if code in codes]
        beside = next(((f, c) for f, c in row if f.pattern == (*unit.pattern[:-1], "value")), None)
        number = None if beside is None else meaning(*beside)[0]
        if len(meant) == 1 and f"{read[1]}{meant[0]}" in codes:
            code = f"{read[1]}{meant[0]}"
            found[unit] = (code, Text(f"“{cell.text}” is read as {code}.", f"“{cell.text}”读作 {code}。"))
        elif len(meant) == 1 and beside is not None and isinstance(number, Decimal):
            larger = product(number, _TIMES[read[1]])
            how = Text(
                f"{number:f} in “{cell.text}” is {larger:f} {meant[0]}.",
                f"{number:f}（单位“{cell.text}”）即 {larger:f} {meant[0]}。",
            )
            found[unit], found[beside[0]] = (meant[0], how), (larger, how)
    return found


def _date(text: str) -> str | None:
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    try:
        return datetime.date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        return None


def _number(text: str, *, share: bool) -> Decimal | None:
    if (plain := decimal_of(text)) is not None:
        return plain
    if share and text.endswith("%"):
        number = decimal_of(text[:-1])
        return None if number is None else product(number, _PERCENT)
    if found := _YEAR.fullmatch(text):
        return Decimal(found[1])
    if _THOUSANDS.fullmatch(text):
        return decimal_of(text.replace(",", ""))
    if text and text[-1] in _TIMES and (number := decimal_of(text[:-1])) is not None:
        return product(number, _TIMES[text[-1]])
    return None


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _fold_more(text: str) -> str:
    """Return a text without what Chinese may be written with or without: blanks beside digits, and digits as words."""
    return _fold(text).replace(" ", "").translate(_DIGITS)


def _choice(field: Field, text: str) -> str:
    return _chosen(field.choices, text)


def _chosen(choices: tuple[tuple[str, Text], ...], text: str) -> str:
    """Return the choice that a text is the code or the title of, in either language; the text where it is of none."""
    codes, titles = _folded(choices)
    folded = _fold(text)
    found = codes.get(folded) or titles.get(folded) or titles.get(_fold_more(text), ())
    return found[0] if len(found) == 1 else text


@cache
def _folded(
    choices: tuple[tuple[str, Text], ...],
) -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]:
    """Return the choices by folded code, and by folded title."""
    codes: dict[str, tuple[str, ...]] = {}
    titles: dict[str, tuple[str, ...]] = {}
    for code, title in choices:
        codes[_fold(code)] = (*codes.get(_fold(code), ()), code)
        texts = [text for each in (title.en, title.zh) for text in (each, _head(each))]
        for folded in {fold(text) for text in texts for fold in (_fold, _fold_more)}:
            titles[folded] = (*titles.get(folded, ()), code)
    return codes, titles


def _head(title: str) -> str:
    """Return a title without what explains it behind a colon or in brackets: people type no more than that."""
    return re.split(r"[:：(（]", title, maxsplit=1)[0] or title


def _list(field: Field, text: str) -> Any:
    if text.startswith("["):
        try:
            listed = json.loads(text)
        except ValueError:
            listed = None
        if isinstance(listed, list) and all(isinstance(each, str) for each in listed):
            return listed
    pieces = [each for each in _PARTED.split(text.strip()) if each]
    if field.shape == "texts":
        return pieces
    known = {code for code, _ in field.choices}
    if _choice(field, text) in known:
        return [_choice(field, text)]
    found: list[str] = []
    for piece in pieces:
        whole = _choice(field, piece)
        found += (
            [whole]
            if whole in known
            else [_choice(field, each) for each in _PARTED_MORE.split(piece) if each]
        )
    return found


def written(field: Field, value: Any, language: Language) -> Any:
    """Return what to write for a value; None where no cell can hold it so that it reads back the same."""
    shown = _shown(field, value, language)
    if shown is None or shown == "":
        return None
    if isinstance(shown, str) and not holds(shown):
        return None
    back, _ = meaning(field, Cell(_stored(shown), WHOLE))
    return shown if type(back) is type(value) and back == value else None


def _shown(field: Field, value: Any, language: Language) -> Any:
    if isinstance(value, bool):
        return (YES if value else NO).to(language) if field.shape == "boolean" else None
    if isinstance(value, Decimal):
        if field.shape not in {"number", "share"}:
            return None
        near = float(value)
        # A workbook keeps 16 digits of a number: one with more is written as text, so that none is lost.
        return near if Decimal(f"{near:.16G}") == value else f"{value:f}"
    if isinstance(value, list) and not value:
        return None
    if isinstance(value, list):
        if field.shape == "choices":
            titles = _titles(field.choices, language)
            return ("; " if language == "en" else "；").join(
                titles.get(str(each), str(each)) for each in value
            )
        if field.shape == "texts":
            plain = all(each == each.strip() and each and not re.search(r"[\n;；]", each) for each in value)
            return "\n".join(value) if plain and not value[0].startswith("[") else json.dumps(value)
        return None
    if field.shape == "choice":
        return _titles(field.choices, language).get(str(value), value)
    return value


@cache
def _titles(choices: tuple[tuple[str, Text], ...], language: Language) -> Mapping[str, str]:
    """Return what is written for each choice: its title, or the choice itself where that would not read back."""
    shown: dict[str, str] = {}
    for code, title in choices:
        text = title.to(language)
        shown[code] = text if _chosen(choices, text) == code and not re.search(r"[\n;；]", text) else code
    return shown


def holds(text: str) -> bool:
    """Return whether a cell keeps a text as it is."""
    return len(text) <= _LONGEST and text == text.strip() and not _ODD.search(text) and "\r" not in text


def _stored(shown: Any) -> Any:
    return Decimal(repr(shown)) if isinstance(shown, float) else shown
