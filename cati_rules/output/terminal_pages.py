"""Pages of the terminal: everything that was found on documents, one below the other, as text of a width."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text as RichText

from cati_rules.errors import Problem
from cati_rules.output.layout import PageConsole, Prose, escape, fitted
from cati_rules.output.page_options import Page
from cati_rules.output.screen_parts import (
    MOST_LINES,
    MOST_LINES_IF_NARROW,
    MOST_LINES_OF_METAL,
    NARROW,
    ROOMS,
    Room,
)
from cati_rules.report.run import DocumentReport, Report
from cati_rules.text import Language, Text, counted


def text_of(parts: Sequence[RenderableType], page: Page) -> str:
    """Return renderables as text of the page's width."""
    file = io.StringIO()
    console = PageConsole(
        file=file,
        width=page.width,
        force_terminal=page.colour,
        no_color=not page.colour,
        color_system="standard" if page.colour else None,
        highlight=False,
        emoji=False,
        legacy_windows=False,
    )
    for part in parts:
        for each in fitted(part, console):
            whole = isinstance(each, Prose) or (isinstance(each, RichText) and bool(each.no_wrap))
            console.print(each, soft_wrap=whole and not isinstance(each, Prose), crop=not whole)
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


def render(report: Report, page: Page) -> str:
    """Return all documents, one below the other."""
    parts: list[RenderableType] = []
    if page.detail == "screen" and len(report.documents) > 1:
        from cati_rules.output.comparison import comparison_parts  # noqa: PLC0415 - as below

        parts.extend(comparison_parts(report.documents, page))
    for each in report.documents:
        if parts and page.detail != "quiet":
            parts.append("")
        parts.extend(_document(each, page))
        if page.detail == "quiet" and each.consistency:
            from cati_rules.output.consistency import add_counts  # noqa: PLC0415

            add_counts(parts, each, page)
    return text_of(parts, page)


def problem_lines(problems: Sequence[Problem], language: Language) -> Iterator[RenderableType]:
    """Yield what is wrong with a document, a line each."""
    for problem in problems:
        colour, mark = ("red", "✗") if problem.severity == "error" else ("yellow", "!")
        # A line that is not broken stays one that a terminal or an editor can follow to its place.
        yield RichText.assemble((f"{mark} ", colour), problem.line(language), no_wrap=True, overflow="ignore")


def _document(document: DocumentReport, page: Page) -> Iterator[RenderableType]:
    if document.reading is not None and page.detail != "quiet":
        from cati_rules.output.reading import reading_lines  # noqa: PLC0415 - most documents are ours

        yield from reading_lines(document.path, document.reading, page)
    if document.failed:
        errors = [problem for problem in document.problems if problem.severity == "error"]
        heading = Text(f"{document.path}: not evaluated", f"{document.path}：未评价")
        if any(each.path or each.place.line or each.place.within for each in errors):
            # What concerns the file as a whole is not one thing among others.
            heading += Text(f"; {counted(len(errors), 'error')} to fix", f"，共 {len(errors)} 处需修改")
        if all(problem.code.endswith("/not-filled") for problem in document.problems):
            heading = Text(f"{document.path}: not filled in yet", f"{document.path}：尚未填写")
        yield f"[bold red]{escape(page.say(heading))}[/]"
    first_screen = page.detail == "screen" and not document.failed
    if not (first_screen and document.rulesets):
        yield from problem_lines(_by_cause(document.problems), page.language)
    if document.failed:
        yield from _provisional(document, page)
        return
    if not document.rulesets:
        none = Text("no ruleset applies to this document.", "没有适用于该文件的规则集。")
        yield f"{escape(document.path)}: {page.say(none)}"
    if first_screen and (document.scores or document.verdicts):
        yield from _first_screen(document, page)
        return
    for result in document.scores:
        from cati_rules.output.scorecard import Scorecard  # noqa: PLC0415 - a run pays for what it shows

        yield from Scorecard(result, document, page).parts()
    if document.verdicts and not (document.scores and page.detail == "quiet"):
        from cati_rules.output.matrix import Matrix  # noqa: PLC0415 - as above

        if document.scores:
            yield ""
        brief = bool(document.scores) and page.detail == "normal"
        yield from Matrix(document, page, brief).parts()
    if page.detail != "quiet":
        yield from _consistency(document, page)


def _by_cause(problems: Sequence[Problem]) -> list[Problem]:
    """Return problems with those of one sort together, errors first, else in their order."""
    causes = list(dict.fromkeys(each.code for each in problems))
    return sorted(problems, key=lambda each: (each.severity != "error", causes.index(each.code)))


def _provisional(document: DocumentReport, page: Page) -> Iterator[RenderableType]:
    """Yield what the document comes to without what cannot be read, marked as such."""
    found = document.provisional() if page.detail == "screen" else None
    if found is None or not (found.document.scores or found.document.verdicts):
        return
    english, chinese = (
        comma.join(
            f"{each.text}{line.format(each.line)}" if each.line else each.text for each in found.left_out
        )
        for comma, line in ((", ", " (line {})"), ("、", "（第 {} 行）"))
    )
    heading = Text(
        f"Provisional, until the errors are fixed: without {english}",
        f"暂定结果（改正错误之前，仅供参考），未计入：{chinese}",
    )
    yield ""
    yield f"[bold yellow]{escape(page.say(heading))}[/]"
    yield ""
    yield from _first_screen(found.document, page)


def _first_screen(document: DocumentReport, page: Page) -> Iterator[RenderableType]:
    """Yield the answer, the reason and what to do next; everything else is there for those who ask."""
    most = MOST_LINES if document.scores else MOST_LINES_OF_METAL
    for room in ROOMS:
        parts = list(_screens(document, page, room))
        if text_of(parts, page).count("\n") <= (MOST_LINES_IF_NARROW if page.width < NARROW else most):
            break
    yield from parts


def _screens(document: DocumentReport, page: Page, room: Room) -> Iterator[RenderableType]:
    if not document.scores:
        from cati_rules.output.product_screen import ProductScreen  # noqa: PLC0415 - as above

        yield from ProductScreen(document, page, room).parts()
    for number, result in enumerate(document.scores):
        from cati_rules.output.disclosure_screen import DisclosureScreen  # noqa: PLC0415 - as above

        if number:
            yield ""
        yield from DisclosureScreen(result, document, page, room).parts()


def _consistency(document: DocumentReport, page: Page) -> Iterator[RenderableType]:
    alone = not (document.scores or document.verdicts)
    for result in document.consistency:
        if result.findings or alone or page.detail == "verbose":
            from cati_rules.output.consistency import Section  # noqa: PLC0415 - most runs find nothing

            if not alone:
                yield ""
            yield from Section(result, page, alone).parts()
