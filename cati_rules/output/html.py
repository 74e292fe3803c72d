"""A page to hand over: one HTML file without script, for screens, phones and paper.

Templates lie beside this module. They say a :class:`Text` in the language of the page, write a number in plain
digits, and escape everything: what a document holds is text, whatever it looks like.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from msgspec.structs import replace

from cati_rules.documents import format_path
from cati_rules.output.comparison import judging, words_of
from cati_rules.output.disclosure_screen import (
    BEGIN,
    NOTHING_FILLED_IN,
    NOTICE,
    chosen_steps,
    dimension_blocks,
)
from cati_rules.output.gate_lines import gate_lines
from cati_rules.output.improvement import PlanWords
from cati_rules.output.marks import IN_BRACKETS, JUDGED, UNJUDGED, UP_TO
from cati_rules.output.matrix import Matrix, claims
from cati_rules.output.page_options import Page
from cati_rules.output.product_screen import CAVEAT, because
from cati_rules.output.screen_parts import percent, points
from cati_rules.output.sliding import digits, drawing
from cati_rules.output.verdict_reasons import MET_BY_ANOTHER, MET_TOGETHER, MET_WITH, NOT_MET_WITH, level_with
from cati_rules.report.definition import Condition, Judgement, Turn
from cati_rules.report.improvement import Improvement
from cati_rules.report.questions import asked_at_once
from cati_rules.report.run import DocumentReport, Report
from cati_rules.report.titles import BASIS_TITLES, VERDICT_TITLES, Verdict
from cati_rules.text import Language, Text
from cati_rules.visible import visible

_LANGUAGES: Mapping[Language, tuple[str, str]] = {"en": ("en", "English"), "zh": ("zh-CN", "中文")}
"""What a browser calls a language, and what it calls itself."""
_ASKING = {
    False: Text("Ask the supplier", "请向供应商确认"),
    True: Text("Still to state", "尚需说明"),
}
MOST_STEPS = 10
"""How many next steps the page names; `cati improve` plans them all."""
MARKS: Mapping[Verdict, str] = {
    "met": "✓",
    "partly_met": "◐",
    "not_met": "✗",
    "indeterminate": "?",
    "not_applicable": "–",
    "not_testable": "○",
}
SEVERITIES: Mapping[str, tuple[str, Text]] = {
    "error": ("✗", Text("error", "错误")),
    "warning": ("!", Text("warning", "警告")),
    "note": ("·", Text("note", "提示")),
}


def render(report: Report, page: Page) -> str:
    """Return the page as HTML, in its language or in both, of which a reader then shows one."""
    title = " · ".join(dict.fromkeys(each.facts.name for each in report.documents if each.facts.name))
    return _page(f"{title or 'cati'} · {report.as_of}", page, lambda spoken: _body(report, spoken))


def render_plan(
    plan: Improvement, document: DocumentReport, as_of: str, page: Page, besides: Text | None = None
) -> str:
    """Return the way up from a score as a page; ``besides`` is a step beside those that were counted."""

    def body(spoken: Page) -> str:
        template = _environment(spoken).get_template("plan.html")
        return template.render(
            plan=plan, besides=besides, document=document, as_of=as_of, shown=PlanWords(plan, spoken.language)
        )

    return _page(f"{document.facts.name} · {as_of}", page, body)


def _body(report: Report, page: Page) -> str:
    # Two languages in one file have places of their own to link to.
    template = _environment(page).get_template("body.html")
    return template.render(
        report=report, prefix=f"{page.language}-", gate=gate_lines(report.gate, page.language)
    )


def _page(title: str, page: Page, body: Callable[[Page], str]) -> str:
    spoken = [page.language, *([page.besides] if page.besides is not None else [])]
    bodies = [(*_LANGUAGES[each], Markup(body(replace(page, language=each)))) for each in spoken]  # noqa: S704
    return _environment(page).get_template("page.html").render(title=title, bodies=bodies)


def _environment(page: Page) -> Environment:
    """Return what the templates are filled in with, in the language of a page."""

    def written(value: object) -> object:
        if isinstance(value, Markup):
            return value  # what a template has made
        if isinstance(value, Text):
            return visible(page.say(value))
        if isinstance(value, Decimal | Fraction):
            return digits(value)
        if isinstance(value, str):
            return visible(value)
        return "" if value is None else value

    environment = Environment(
        loader=PackageLoader("cati_rules.output"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=written,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(points=points, path=format_path, say=page.say)
    environment.globals.update(
        t=lambda en, zh: page.say(Text(en, zh)),
        say=page.say,
        percent=percent,
        marks=MARKS,
        titles=VERDICT_TITLES,
        bases=BASIS_TITLES,
        severities=SEVERITIES,
        claims=claims,
        judged=JUDGED,
        unjudged=UNJUDGED,
        because=because,
        judging=judging,
        words_of=lambda result: words_of(result, page),
        asking=_ASKING,
        asked_at_once=asked_at_once,
        up_to=UP_TO,
        brackets=IN_BRACKETS,
        matrix=lambda document: Matrix(document, page),
        blocks=dimension_blocks,
        steps=lambda result: chosen_steps(result.steps(), MOST_STEPS),
        drawing=drawing,
        conditions=_conditions,
        turns=_turns,
        notice=NOTICE,
        nothing=NOTHING_FILLED_IN,
        begin=BEGIN,
        caveat=CAVEAT,
    )
    return environment


def _conditions(judgement: Judgement) -> list[Condition]:
    """Return the conditions that concern what is judged, then the levels."""
    return [*(each for each in judgement.conditions if each.concerned), *judgement.levels]


def _turns(judgement: Judgement) -> list[tuple[Text, tuple[Turn, ...]]]:
    """Return what would turn a verdict, each kind with its heading; nothing where an error is to be mended first."""
    if judgement.doubts:
        return []
    turning = judgement.turning()
    level = turning.single[0].level if judgement.verdict == "met" and turning.single else None
    told = [
        (MET_WITH if level is None else level_with(judgement.called(level)), turning.single),
        (MET_TOGETHER, turning.together),
        (NOT_MET_WITH, turning.not_met),
        (MET_BY_ANOTHER, turning.otherwise),
    ]
    return [(heading, turns) for heading, turns in told if turns]
