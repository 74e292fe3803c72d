"""Names of brands and companies, folded so that case, width, punctuation and legal forms do not tell them apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from cati_rules.later import pattern

_MARKS = str.maketrans("", "", "™®©")
_RUNS = pattern(r"[a-z]+|[0-9]+")
_WORDS = pattern(r"[^\W_]+")
_CHINESE = pattern(r"[\u3040-\u30ff\u3400-\u9fff]+")
_LEGAL_WORDS = frozenset(
    {
        *(
            "ab",
            "ag",
            "aktiengesellschaft",
            "aps",
            "as",
            "asa",
            "bv",
            "co",
            "company",
            "corp",
            "corporation",
            "gmbh",
        ),
        *(
            "inc",
            "incorporated",
            "kg",
            "kgaa",
            "kk",
            "limited",
            "llc",
            "llp",
            "lp",
            "ltd",
            "mbh",
            "nv",
            "oy",
            "oyj",
        ),
        *("plc", "private", "pte", "pty", "publ", "pvt", "sa", "sarl", "sas", "se", "spa", "srl"),
    }
)
_LEGAL_CHINESE = ("股份有限公司", "有限责任公司", "股份公司", "有限公司", "公司", "株式会社")


def folded_label(label: str) -> tuple[str, ...]:
    """Return the letters and the numbers of a label, without case, width and what joins them.

    Numbers are never put together: the 3.0 in a label is no 30.
    """
    runs: list[str] = []
    for run in _RUNS().findall(_plain(label)):
        if runs and run.isalpha() and runs[-1].isalpha():
            runs[-1] += run
        else:
            runs.append(run)
    return tuple(runs)


def folded_company(name: str) -> frozenset[str]:
    """Return the names that a company's name holds: one in Latin letters, one in Chinese ones, or both.

    Case, width, punctuation and legal forms (``ASA``, ``Co., Ltd.``, ``股份有限公司``) are left out.
    """
    plain = re.sub(r"[.'’]", "", _plain(name))
    chinese = "".join(_CHINESE().findall(plain))
    words = [each for each in _WORDS().findall(_CHINESE().sub(" ", plain)) if each != "and"]
    while len(words) > 1 and words[-1] in _LEGAL_WORDS:
        words.pop()
    for form in _LEGAL_CHINESE:
        if chinese.endswith(form) and chinese != form:
            chinese = chinese.removesuffix(form)
            break
    return frozenset(each for each in ("".join(words), chinese) if each)


def is_company(name: str, known: Iterable[str]) -> bool:
    """Return whether ``name`` is one of the ``known`` names of a company; one in two languages must be so in both."""
    folded = folded_company(name)
    return bool(folded) and folded <= frozenset().union(*(folded_company(each) for each in known))


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name.translate(_MARKS)).casefold()
