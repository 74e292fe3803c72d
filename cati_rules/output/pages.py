"""Pages of the terminal: everything that was found on documents, one below the other, as text of a width."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text as RichText

from cati_rules.documents import Document
from cati_rules.errors import Problem
from cati_rules.formats.reading import ReadDocument
from cati_rules.output.layout import PageConsole, Prose, escape, fitted
from cati_rules.output.page import Page
from cati_rules.output.scorecard import Scorecard
from cati_rules.pipeline import Checked
from cati_rules.text import Language, Text


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


def scorecards(checked: Sequence[Checked], page: Page) -> str:
    """Return the scorecards of all documents, one below the other."""
    parts: list[RenderableType] = []
    for each in checked:
        if parts and page.detail != "quiet":
            parts.append("")
        parts.extend(_document(each, page))
        if page.detail == "quiet" and each.consistency() and not each.failed:
            from cati_rules.output.consistency import add_counts  # noqa: PLC0415

            add_counts(parts, each, page)
    return text_of(parts, page)


def evaluation(checked: Checked, indicators: Sequence[str], page: Page) -> str:
    """Return the whole evaluation of some indicators on one document."""
    parts: list[RenderableType] = list(problem_lines(checked.problems, page.language))
    if checked.document is not None:
        for result, _ in checked.scores():
            scorer = checked.scorer(result)
            parts.extend(Scorecard(result, checked.document, page, scorer).of_indicators(indicators))
    return text_of(parts, page)


def problem_lines(problems: Sequence[Problem], language: Language) -> Iterator[RenderableType]:
    """Yield what is wrong with a document, a line each."""
    for problem in problems:
        colour, mark = ("red", "✗") if problem.severity == "error" else ("yellow", "!")
        # A line that is not broken stays one that a terminal or an editor can follow to its place.
        yield RichText.assemble((f"{mark} ", colour), problem.line(language), no_wrap=True, overflow="ignore")


def _document(checked: Checked, page: Page) -> Iterator[RenderableType]:
    if isinstance(checked.document, ReadDocument) and page.detail != "quiet":
        from cati_rules.output.reading import reading_lines  # noqa: PLC0415 - most documents are ours

        yield from reading_lines(checked.document, page)
    if checked.failed:
        errors = sum(1 for problem in checked.problems if problem.severity == "error")
        heading = Text(
            f"{checked.name}: not evaluated, {errors} to mend",
            f"{checked.name}：未评价，共 {errors} 处需修改",
        )
        yield f"[bold red]{escape(heading.to(page.language))}[/]"
    yield from problem_lines(checked.problems, page.language)
    if checked.document is None or checked.failed:
        return
    if not checked.results:
        none = Text("no ruleset applies to this document.", "没有适用于该文件的规则集。")
        yield f"{escape(checked.name)}: {none.to(page.language)}"
    for result, place in checked.scores():
        yield from Scorecard(result, checked.document, page, checked.scorer(result), place).parts()
    if checked.verdicts() and not (checked.scores() and page.detail == "quiet"):
        from cati_rules.output.matrix import Matrix  # noqa: PLC0415 - most runs have no definitions to show

        if checked.scores():
            yield ""
        brief = bool(checked.scores()) and page.detail == "normal"
        yield from Matrix(checked.document, checked.verdicts(), page, brief).parts()
    if page.detail != "quiet":
        yield from _consistency(checked, checked.document, page)


def _consistency(checked: Checked, document: Document, page: Page) -> Iterator[RenderableType]:
    alone = len(checked.results) == len(checked.consistency())
    for result in checked.consistency():
        if result.findings or alone or page.detail == "verbose":
            from cati_rules.output.consistency import Section  # noqa: PLC0415 - most runs find nothing

            if not alone:
                yield ""
            yield from Section(result, document, page, alone).parts()
