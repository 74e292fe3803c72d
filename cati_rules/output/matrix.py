"""Definitions on one document in the terminal: a matrix of verdicts, the reasons, who disagrees and why, a chart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text as RichText

from cati_rules.output.chart import chart_parts
from cati_rules.output.layout import escape, indented, marked
from cati_rules.output.marks import COLOURS, IN_BRACKETS, JUDGED, MARKS, QUOTED_FIGURE, UNJUDGED, UP_TO
from cati_rules.output.page_options import Page
from cati_rules.output.verdict_reasons import VerdictReasons, edition
from cati_rules.report.definition import DefinitionReport
from cati_rules.report.run import DocumentReport
from cati_rules.report.titles import CLAIMS, VERDICT_TITLES, Verdict
from cati_rules.report.wording.amounts import amount_text, bound_text, is_known, percent
from cati_rules.text import NOTHING, Text
from cati_rules.visible import visible

MOST_LEFT_OUT = 20
"""More definitions that do not apply are only counted."""
MOST_MISSING = 2
"""How many missing fields a row of the matrix names; the reasons below it name all."""
_SOURCE_OPEN = Text("the source leaves it open", "来源未明确")
_CAVEAT = Text(
    "Judged by cati against each standard as we read it, not by its owner; `cati explain ID` shows clause and basis.",
    "由 cati 按本工具对各标准的理解判定，并非标准所有方的认定；`cati explain 编号` 可查看条款与依据。",
)


class Matrix(Struct, frozen=True):
    """The definitions on one document, laid out; in ``brief``, the matrix alone."""

    document: DocumentReport
    page: Page
    brief: bool = False

    def parts(self) -> Iterator[RenderableType]:
        """Yield the parts of the page from top to bottom."""
        shown = self.shown()
        if self.page.detail == "quiet":
            yield self._one_line()
            return
        yield self.heading()
        yield from self.remark()
        if shown:
            yield self._table(shown)
        yield from self._left_out()
        if self.brief:
            more = Text(
                "Reasons: `cati explain ID FILE`, or `-vv`",
                "理由：`cati explain 编号 文件`，或 `-vv`",
            )
            if shown:
                yield f"[dim]{self._say(more)}[/]"
            return
        yield from self._claims()
        pairs = self.document.disagreements()
        if pairs:
            yield ""
            yield f"[bold]{self._say(Text('Where definitions disagree', '定义之间的分歧'))}[/]"
            for each in pairs:
                yield indented(2, self._say(each.said))
        drawn = chart_parts(self.document.chart(), self.page)
        if drawn:
            yield ""
            yield from drawn
        reasons = VerdictReasons(self.page)
        for result in shown:
            yield ""
            yield from reasons.of(result)
        yield ""
        yield f"[dim]{self._say(_CAVEAT)}[/]"

    def _claims(self) -> Iterator[RenderableType]:
        """Yield a line for each claim that the document was held to: who takes it, who does not, where it is open."""
        comma, colon = self._say(Text(", ", "、")), self._say(Text(":", "："))
        lines = []
        for title, found in claims(self.document):
            told = [f"{MARKS[verdict]} {escape(comma.join(ids))}" for verdict, ids in found if ids]
            lines.append(f"[bold]{self._say(title)}{colon}[/] {'  '.join(told)}")
        if lines:
            yield ""
        for line in lines:
            yield indented(2, line)

    def _say(self, text: Text) -> str:
        return escape(text.to(self.page.language))

    def shown(self) -> list[DefinitionReport]:
        """Return what the matrix has rows for: of superseded editions, those that come to another verdict."""
        verdicts = self.document.verdicts
        current = {
            each.ruleset.standard: (each.verdict, each.level) for each in verdicts if each.ruleset.in_force
        }
        shown = [
            each
            for each in verdicts
            if each.verdict in JUDGED
            and (
                each.ruleset.in_force
                or self.page.detail == "verbose"
                or current.get(each.ruleset.standard) != (each.verdict, each.level)
            )
        ]
        return sorted(shown, key=lambda each: JUDGED.index(each.verdict))

    def _one_line(self) -> RenderableType:
        told = []
        for verdict in JUDGED:
            found = (each for each in self.document.verdicts if each.verdict == verdict)
            # A level stands as `--require` takes it.
            ids = [
                each.ruleset.id if each.level is None else f"{each.ruleset.id}:{each.level}"
                for each in found
                if each.ruleset.in_force
            ]
            named = IN_BRACKETS.format(Text(", ", "、").join(ids)) if verdict == "met" and ids else NOTHING
            told.append(f"{self.page.say(VERDICT_TITLES[verdict])} {len(ids)}{self.page.say(named)}")
        colon, between = self.page.say(Text(": ", "：")), self.page.say(Text("; ", "；"))
        text = RichText(
            visible(f"{self.document.path}{colon}{self.document.facts.name} {between.join(told)}")
        )
        text.no_wrap = True
        return text

    def heading(self) -> RenderableType:
        """Return what the document is about, in a line."""
        verdicts, facts = self.document.verdicts, self.document.facts
        as_of = verdicts[0].as_of if verdicts else ""
        told = [facts.name, *map(self.page.say, facts.figures)]
        if self.brief:
            told = [self.page.say(Text("Definitions and initiatives", "定义与倡议"))]
        return marked(
            f"[bold]{escape(told[0])}[/]"
            + "".join(f" · {escape(each)}" for each in told[1:])
            + f" · [dim]{self._say(Text(f'as of {as_of}', f'评价日 {as_of}'))}[/]"
        )

    def remark(self) -> Iterator[RenderableType]:
        """Yield what is to be known of the figure before anything else."""
        remark = self.document.facts.remark
        if remark is not None:
            yield f"[yellow]{self._say(remark)}[/]"

    def _table(self, shown: Sequence[DefinitionReport]) -> RenderableType:
        table = Table(box=None, pad_edge=False, header_style="dim")
        table.add_column("", width=1, no_wrap=True)
        for heading in (
            Text("definition", "定义"),
            Text("verdict", "结论"),
            Text("level", "等级"),
            Text("limit", "限值"),
            Text("margin, or what is missing", "余量，或缺少的信息"),
        ):
            table.add_column(self._say(heading))
        for result in shown:
            colour = COLOURS[result.verdict]
            limit, told = self.limit_and_margin(result)
            table.add_row(
                MARKS[result.verdict],
                escape(result.ruleset.id) + self.edition(result),
                f"[{colour}]{self._say(VERDICT_TITLES[result.verdict])}[/]",
                self.level(result),
                escape(limit),
                escape(told),
            )
        return table

    def level(self, result: DefinitionReport) -> str:
        """Return the level that is certain, and the one that is possible besides."""
        certain, possible = result.level_said, result.possible_level_said
        told = "" if certain is None else self._say(certain)
        if possible is not None:
            told += f"[dim]{self._say(UP_TO.format(possible))}[/]"
        return told

    def edition(self, result: DefinitionReport) -> str:
        """Return the edition, where it is not certainly the one in force."""
        return edition(result, self.page)

    def limit_and_margin(self, result: DefinitionReport) -> tuple[str, str]:
        """Return the limit that decides; and the margin to it, or what is missing, or that a figure is quoted."""
        limit, margin = self._limit(result)
        if result.contradicted_by:
            margin = ""  # of a figure that may be wrong
        quoted = self.page.say(QUOTED_FIGURE) if result.quoted else ""
        between = self.page.say(Text("; ", "；"))
        return limit, between.join(each for each in (margin, quoted, self._open(result)) if each)

    def limit_and_share(self, result: DefinitionReport) -> tuple[str, str]:
        """Return the limit that decides; and the margin in percent of it, or what is missing, in few words."""
        limit, _ = self._limit(result)
        comparison = None if result.telling is None else result.telling.deciding()
        share = None if comparison is None or result.contradicted_by else comparison.relative_margin
        margin = "" if share is None else percent(share)
        quoted = self.page.say(QUOTED_FIGURE) if result.quoted else ""
        between = self.page.say(Text("; ", "；"))
        return limit, between.join(each for each in (margin, quoted, self._open(result)) if each)

    def _limit(self, result: DefinitionReport) -> tuple[str, str]:
        """Return the limit that decides, up to that of the best level still open; and the margin to the first."""
        decides = None if result.telling is None else result.telling.deciding()
        best = None if result.telling is None else result.telling.open_level()
        if best is not None and not is_known(best.limit):
            best = None
        if best is not None and result.level is None:
            decides, best = best, None  # nothing is reached yet: the best is what is asked for
        if decides is None or not is_known(decides.limit):
            return "", ""
        limit = self.page.say(bound_text(decides.operator, decides.limit))
        if best is not None:
            same_sign = best.operator == decides.operator
            told = amount_text(best.limit) if same_sign else bound_text(best.operator, best.limit)
            limit += f" … {self.page.say(told)}"
        return f"{limit} {decides.unit}".strip(), self.page.say(decides.margin_said)

    def _open(self, result: DefinitionReport) -> str:
        """Return what keeps a verdict open: what is not given, another boundary, a silent source."""
        if result.contradicted_by:
            names = list(dict.fromkeys(each.rule for each in result.contradicted_by))
            return self.page.say(
                Text(f"contradicts itself: {', '.join(names)}", f"自相矛盾：{'、'.join(names)}")
            )
        is_open = result.verdict == "indeterminate"
        wanted = [each for entry in result.entries for each in entry.figures if each.wanted is not None]
        lapsed = [each.wanted for each in wanted if each.lapses]
        if is_open and lapsed and lapsed[0] is not None:
            return self.page.say(lapsed[0])
        if is_open and any(each.asked_open for entry in result.entries for each in entry.conditions):
            return self.page.say(_SOURCE_OPEN)
        if result.missing:
            titles = list(dict.fromkeys(result.missing_said()))
            shown = self.page.say(Text(", ", "、").join(titles[:MOST_MISSING]))
            rest = len(titles) - MOST_MISSING
            return shown + (f" +{rest}" if rest > 0 else "")
        if not is_open or not result.entries:
            return ""
        return self.page.say(wanted[0].wanted or _SOURCE_OPEN if wanted else _SOURCE_OPEN)

    def _left_out(self) -> Iterator[RenderableType]:
        """Yield what cannot be tested or does not apply, each kind in a line; verbose, each with its reason."""
        for verdict in UNJUDGED:
            results = [each for each in self.document.verdicts if each.verdict == verdict]
            if not results:
                continue
            counted = self._say(
                Text("{} ({}): ", "{}（{}）：").format(VERDICT_TITLES[verdict], str(len(results)))
            )
            head = f"{MARKS[verdict]} [dim]{counted}[/]"
            if self.page.detail != "verbose":
                more = Text("-vv names them, each with its reason", "-vv 逐一列出并说明理由")
                few = len(results) <= MOST_LEFT_OUT
                ids = ", ".join(each.ruleset.id for each in results)
                yield indented(0, f"{head}[dim]{escape(ids) if few else self._say(more)}[/]")
                continue
            yield indented(0, head)
            for each in results:
                yield indented(2, f"{each.ruleset.id} [dim]{self._say(each.why or each.asks)}[/]")


def claims(document: DocumentReport) -> list[tuple[Text, list[tuple[Verdict, list[str]]]]]:
    """Return for each claim that the document is held to which definitions say yes, no, and leave it open."""
    in_force = [each for each in document.verdicts if each.ruleset.in_force]
    found = []
    for claim, title in CLAIMS.items():
        told = [
            (verdict, [each.ruleset.id for each in in_force if each.claims.get(claim) == verdict])
            for verdict in JUDGED
        ]
        if any(ids for _, ids in told):
            found.append((title, told))
    return found
