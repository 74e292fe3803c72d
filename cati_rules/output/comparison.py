"""Several documents side by side: disclosures by their score, products by who takes them, and where they differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table

from cati_rules.output.layout import escape, indented
from cati_rules.output.marks import IN_BRACKETS, JUDGED, MARKS
from cati_rules.output.page_options import Page
from cati_rules.output.screen_parts import percent, points
from cati_rules.report.definition import DefinitionReport
from cati_rules.report.index import IndexReport
from cati_rules.report.run import DocumentReport, LotReport
from cati_rules.report.wording.amounts import percent as margin_percent
from cati_rules.text import Text

MOST_NAME = 28
"""Columns that the name of a document takes at most."""
MOST_DIFFERENCES = 5
_CELL = 12
"""Columns that a definition takes."""


def comparison_parts(documents: Sequence[DocumentReport], page: Page) -> Iterator[RenderableType]:
    """Yield a table of the disclosures, one of what is made of metal, and where definitions tell these apart."""
    scored = [(each, each.scores[0]) for each in documents if each.scores]
    judged = [each for each in documents if each.verdicts and not each.scores]
    if len(scored) > 1:
        yield _ranking(scored, page)
        yield ""
    if len(judged) > 1:
        definitions = _definitions(judged, page)
        yield _verdicts(judged, definitions, page)
        yield from _left_out(judged, definitions, page)
        yield from _differences(judged, definitions, page)
        yield ""


def lot_parts(lots: Sequence[LotReport], page: Page, most: int) -> Iterator[RenderableType]:
    """Yield a table of the lots of purchases and every definition of products, and where these tell the lots apart."""
    judged = [(page.say(each.said), each.document) for each in lots if each.document is not None]
    documents = [each for _, each in judged if each.verdicts]
    if not documents:
        return
    definitions = _definitions(documents, page)
    table = _table()
    table.add_column(page.say(Text("lot", "批次")))
    for identifier in definitions:
        table.add_column(escape(identifier.replace("-", " ")))
    shown = sorted(judged, key=lambda each: _taken_by(each[1]))[:most]
    for name, document in shown:
        found = {each.ruleset.id: each for each in document.verdicts}
        cells = [_cell(found[each], page) if each in found else "" for each in definitions]
        if document.failed:
            cells[0] = escape(page.say(Text("not evaluated", "未评价")))
        table.add_row(escape(name), *cells)
    yield table
    yield from _left_out(documents, definitions, page)
    if len(judged) > len(shown):
        rest = len(judged) - len(shown)
        yield indented(3, f"[dim]{escape(page.say(Text(f'… and {rest} more lots', f'……另有 {rest} 批')))}[/]")
    yield from _differences([each for _, each in shown if each.verdicts], definitions, page)


def _ranking(scored: Sequence[tuple[DocumentReport, IndexReport]], page: Page) -> RenderableType:
    """Return a table of scores, the highest first, with each dimension in percent."""
    table = _table()
    table.add_column(page.say(Text("document", "文件")))
    table.add_column(page.say(Text("score", "得分")), justify="right")
    table.add_column(page.say(Text("if published", "公开后")), justify="right")
    table.add_column(page.say(Text("band", "档次")))
    for dimension in scored[0][1].dimensions:
        table.add_column(f"{dimension.id} %", justify="right")
    for document, result in sorted(scored, key=lambda each: -each[1].score):
        table.add_row(
            escape(_name(document)),
            points(result.score),
            points(result.score_if_published),
            escape(page.say(result.band_or_rate)),
            *(percent(each.weighted, each.weighted_points) for each in result.dimensions),
        )
    return table


def judging(documents: Sequence[DocumentReport]) -> dict[str, int]:
    """Return the ids of the definitions in force that judge some document, each with how many it judges."""
    counts: dict[str, int] = {}
    for document in documents:
        for each in document.verdicts:
            if each.judged and each.ruleset.in_force:
                counts[each.ruleset.id] = counts.get(each.ruleset.id, 0) + 1
    return counts


def _definitions(documents: Sequence[DocumentReport], page: Page) -> list[str]:
    """Return the ids of the definitions that judge some document, as many as there is room for."""
    counts = judging(documents)
    room = max((page.width - MOST_NAME) // _CELL, 1)
    most = sorted(counts, key=lambda each: -counts[each])[:room]
    return [each for each in counts if each in most]


def _left_out(
    documents: Sequence[DocumentReport], definitions: Sequence[str], page: Page
) -> Iterator[RenderableType]:
    """Yield which definitions there was no room for."""
    others = [each for each in judging(documents) if each not in definitions]
    if others:
        told = Text(", ", "、").join(others)
        yield indented(3, f"[dim]… {escape(page.say(told))}[/]")


def _verdicts(documents: Sequence[DocumentReport], definitions: Sequence[str], page: Page) -> RenderableType:
    """Return a table of documents and definitions: verdict, level and margin; who is taken by most comes first."""
    table = _table()
    table.add_column(page.say(Text("document", "文件")))
    for identifier in definitions:
        table.add_column(escape(identifier.replace("-", " ")))
    for document in sorted(documents, key=_taken_by):
        found = {each.ruleset.id: each for each in document.verdicts}
        table.add_row(
            escape(_name(document)),
            *(_cell(found[each], page) if each in found else "" for each in definitions),
        )
    return table


def _taken_by(document: DocumentReport) -> int:
    return -sum(1 for each in document.verdicts if each.verdict == "met" and each.ruleset.in_force)


def _cell(result: DefinitionReport, page: Page) -> str:
    told = escape(words_of(result, page))
    return f"{MARKS[result.verdict]} {told}" if told else MARKS[result.verdict]


def words_of(result: DefinitionReport, page: Page) -> str:
    """Return what a cell says of a verdict beside its mark: the level, and the margin as a share of the limit."""
    told = [_level(result, page)]
    comparison = None if result.telling is None or result.contradicted_by else result.telling.deciding()
    if (
        result.verdict in ("met", "not_met")
        and comparison is not None
        and comparison.relative_margin is not None
    ):
        told.append(margin_percent(comparison.relative_margin).replace(" ", ""))
    return " ".join(each for each in told if each)


def _level(result: DefinitionReport, page: Page) -> str:
    """Return the level that is certain, in as little room as there is: letters and digits as they are."""
    if result.level is None or result.level_said is None:
        return ""
    return result.level if len(result.level) == 1 else page.say(result.level_said)


def _differences(
    documents: Sequence[DocumentReport], definitions: Sequence[str], page: Page
) -> Iterator[RenderableType]:
    """Yield for each definition that tells the documents apart which it takes, and what stands in the way of others."""
    lines = []
    for identifier in definitions:
        found = [(each, _of(each, identifier)) for each in documents]
        verdicts = {result.verdict for _, result in found if result is not None}
        if len(verdicts & set(JUDGED)) < 2:
            continue
        told = [
            f"{MARKS[result.verdict]} {escape(_name(document))}{_because(result, page)}"
            for document, result in found
            if result is not None and result.judged
        ]
        lines.append(f"[bold]{escape(identifier)}[/]  {'  '.join(told)}")
    if lines:
        yield ""
        yield f"[bold]{escape(page.say(Text('Where they differ', '差异所在')))}[/]"
    for line in lines[:MOST_DIFFERENCES]:
        yield indented(2, line)


def _because(result: DefinitionReport, page: Page) -> str:
    if result.verdict == "met" or result.telling is None:
        return ""
    titles = Text("; ", "；").join(each.title for each in result.telling.decisive()[:1])
    return f"[dim]{escape(page.say(IN_BRACKETS.format(titles)))}[/]" if titles else ""


def _of(document: DocumentReport, identifier: str) -> DefinitionReport | None:
    return next((each for each in document.verdicts if each.ruleset.id == identifier), None)


def _name(document: DocumentReport) -> str:
    """Return the name of what a document is about; by its file where that is too long for a table."""
    name = document.facts.name
    if cell_len(name) <= MOST_NAME:
        return name
    return document.path.replace("\\", "/").rpartition("/")[2]


def _table() -> Table:
    return Table(box=None, pad_edge=False, header_style="dim")
