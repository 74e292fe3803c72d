"""What a document with errors would come to without the smallest parts that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from cati_rules.documents.cutting import smallest_part, without_parts
from cati_rules.documents.document import Document
from cati_rules.documents.paths import FieldPath, parse_path
from cati_rules.errors import Place
from cati_rules.pipeline import Checked

MOST_ROUNDS = 8
"""How often something is left out, checked anew, and more left out: a field that is asked for takes its entry along."""

Check = Callable[[Document], Checked]


class Provisional(Struct, frozen=True):
    """A document checked without some of its parts, and where these stand in the file."""

    checked: Checked
    left_out: tuple[tuple[FieldPath, Place], ...]


def provisional(failed: Checked, check: Check) -> Provisional | None:
    """Return what ``failed`` comes to without the parts that its errors are about; None where nothing can be judged."""
    document, checked = failed.document, failed
    left_out: list[tuple[FieldPath, Place]] = []
    for _ in range(MOST_ROUNDS):
        if document is None:
            return None
        paths = _to_leave_out(checked, document)
        if paths is None:
            return None
        left_out.extend((path, document.place(path)) for path in paths)
        document = without_parts(document, paths)
        checked = check(document)
        if not checked.failed:
            return Provisional(checked, _outermost(left_out))
    return None


def _outermost(left_out: Sequence[tuple[FieldPath, Place]]) -> tuple[tuple[FieldPath, Place], ...]:
    """Return what is not within something that was left out later."""
    paths = [path for path, _ in left_out]
    return tuple(each for each in left_out if not any(each[0][:n] in paths for n in range(1, len(each[0]))))


def _to_leave_out(checked: Checked, document: Document) -> list[FieldPath] | None:
    """Return the parts that errors are about, none of them within another; None where one is about the whole."""
    found = []
    for problem in checked.problems:
        if problem.severity != "error":
            continue
        try:
            path = smallest_part(document, parse_path(problem.path or ""))
        except ValueError:
            return None
        if not path or path == ("kind",):
            return None
        found.append(path)
    return [path for path in dict.fromkeys(found) if not any(path[:n] in found for n in range(1, len(path)))]
