"""The findings on one document, read from its results: what every machine format tells of.

A problem that stops the evaluation is an error, another one a warning. A definition that is not met is a warning, one
that cannot be decided a note, and so is what an index gives no points for. What contradicts itself is as grave as its
rule says. What is met, does not apply or cannot be tested yields no
finding; :meth:`Findings.outcomes` tells of that too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field

from cati_rules.documents import parse_path
from cati_rules.documents.paths import FieldPath
from cati_rules.errors import Place, Problem
from cati_rules.gate.waiver import Holding, Waiver
from cati_rules.kinds.index.result import VERDICT_TITLES, Verdict
from cati_rules.numbers import number_text
from cati_rules.report.build.fingerprint import Fingerprints
from cati_rules.report.consistency import ConsistencyReport, Inconsistency, Rule, Value
from cati_rules.report.definition import Condition, DefinitionReport, Judgement
from cati_rules.report.finding import Finding, Help, Level, Outcome, Waived, shown
from cati_rules.report.index import Criterion, IndexReport, Indicator
from cati_rules.report.values import Line, Location
from cati_rules.text import NOTHING, Text
from cati_rules.visible import visible

MOST_TURNS = 4
"""How many inputs an advice names."""
_FAMILIES: Mapping[str, Text] = {
    "read": Text("The file cannot be read as a document", "文件无法读取"),
    "schema": Text("The document does not follow its schema", "文件不符合其模式"),
    "slip": Text("The document says something that is probably a slip", "文件内容疑似有误"),
    "rules": Text("The edition of the ruleset does not fit the date", "规则集版本与评价日不符"),
}
_CODES: Mapping[str, Text] = {
    "rules/not-applicable": Text(
        "An indicator is counted though the document says that it does not apply",
        "文件注明不适用的指标仍计入",
    ),
}
_OTHER = Text("The document has a problem", "文件存在问题")
_SUPERSEDED = Text("an edition not in force on this date", "该版本在评价日不适用")
_BRACKETED = Text("{} ({})", "{}（{}）")


class Helps(Struct):
    """The help of every rule that a run tells of, each made once."""

    _known: dict[str, Help] = field(default_factory=dict)

    def of(self, rule: str, make: Callable[[], Help]) -> Help:
        """Return the help of ``rule``, made by ``make`` the first time."""
        if rule not in self._known:
            self._known[rule] = make()
        return self._known[rule]


class Named(Struct, frozen=True):
    """What a document is called: as it was given, from the folder of the repository, and from the working folder."""

    given: str
    name: str
    reached: str


class Findings(Struct, frozen=True):
    """Makes the findings on one document."""

    named: Named
    problems: tuple[Problem, ...]
    scores: tuple[IndexReport, ...]
    verdicts: tuple[DefinitionReport, ...]
    consistency: tuple[ConsistencyReport, ...]
    holding: Holding
    helps: Helps
    fingerprints: Fingerprints
    located: Callable[[FieldPath], Location]

    def findings(self) -> Iterator[Finding]:
        """Yield what is to be told of the document."""
        yield from map(self._problem, self.problems)
        for score in self.scores:
            for indicator in score.indicators():
                for criterion in indicator.next_steps() if indicator.can_gain else ():
                    yield self._criterion(score, indicator, criterion)
        for verdict in self.verdicts:
            yield from self._definition(verdict)
        for one in self.consistency:
            for each in one.findings:
                yield self._contradiction(one, each)

    def outcomes(self) -> Iterator[Outcome]:
        """Yield what every rule came to, met or not, and before that the problems of the document."""
        for problem in map(self._problem, self.problems):
            yield Outcome(self.named.name, None, problem.rule, None, problem.title, NOTHING, (problem,))
        for score in self.scores:
            yield from self._scored(score)
        for verdict in self.verdicts:
            name = verdict.ruleset.id
            why = NOTHING if verdict.why is None else _message(verdict.verdict, None, [verdict.why])
            told = tuple(self._definition(verdict))
            yield Outcome(self.named.name, name, name, verdict.verdict, verdict.ruleset.title, why, told)
        for one in self.consistency:
            yield from self._looked_for(one)

    def _finding(  # noqa: PLR0917 - what a finding says, in its order
        self,
        ruleset: str,
        rule: str,
        level: Level,
        verdict: Verdict | None,
        said: tuple[Text, Text, Text],
        cause: Location,
        identified_by: FieldPath,
        help_of: Callable[[], Help],
        waived: tuple[Waived, ...],
    ) -> Finding:
        """Return a finding that says title, message and advice; its fingerprint is made from ``identified_by``."""
        title, message, advice = map(shown, said)
        return Finding(
            ruleset=ruleset,
            rule=rule,
            level=level,
            verdict=verdict,
            title=Text(title.en.rstrip(".。"), title.zh.rstrip(".。")),
            message=message,
            advice=advice,
            document=self.named.name,
            reached=self.named.reached,
            path=cause.text,
            place=cause.place,
            fingerprint=self.fingerprints.of(ruleset, rule, identified_by),
            help=self.helps.of(rule, help_of),
            waived=waived,
        )

    def _waived(self, ruleset: str, rule: str, within: FieldPath = ()) -> tuple[Waived, ...]:
        """Return what accepts the failure of a rule on the entry at ``within``; ``rule`` is as waivers name it."""
        waiver = self.holding.of(ruleset, rule, within)
        return () if waiver is None else (waived_of(waiver),)

    # Problems

    def _problem(self, problem: Problem) -> Finding:
        family = _CODES.get(problem.code) or _FAMILIES.get(problem.code.partition("/")[0], _OTHER)
        expected = NOTHING if problem.expected is None else Text(" {}", "{}").format(problem.expected)
        # What is wrong with the run, such as its date, stands in no line of the document.
        place = problem.place if problem.place.file == self.named.given else Place(self.named.given)
        return Finding(
            ruleset=None,
            rule=problem.code,
            level=problem.severity,
            verdict=None,
            title=shown(_title(problem, family)),
            message=shown(problem.message + expected),
            advice=shown(problem.advice or NOTHING),
            document=self.named.name,
            reached=self.named.reached,
            path=problem.path,
            place=place,
            fingerprint=self.fingerprints.of(None, problem.code, _steps(problem.path)),
            help=self.helps.of(problem.code, lambda: Help(_BRACKETED.format(family, problem.code), family)),
        )

    # Indices

    def _scored(self, score: IndexReport) -> Iterator[Outcome]:
        name = score.ruleset.id
        for indicator in score.indicators():
            for each in indicator.criteria:
                told = () if each.met else (self._criterion(score, indicator, each),)
                rule = f"{name}:{indicator.id}/{each.id}"
                yield Outcome(self.named.name, name, rule, each.verdict, each.title, NOTHING, told)
        for left_out in score.left_out:
            rule, reason = f"{name}:{left_out.indicator}", left_out.reason or ""
            yield Outcome(
                self.named.name, name, rule, "not_applicable", left_out.title, Text(reason, reason), ()
            )

    def _criterion(self, score: IndexReport, indicator: Indicator, criterion: Criterion) -> Finding:
        return self._finding(
            score.ruleset.id,
            f"{score.ruleset.id}:{indicator.id}/{criterion.id}",
            "note",
            criterion.verdict,
            (
                criterion.title,
                _message(criterion.verdict, _worth(indicator, criterion), map(_line, criterion.reasons())),
                criterion.advice() or NOTHING,
            ),
            criterion.cause(),
            criterion.identified_by(),
            lambda: _help_of_criterion(score, indicator, criterion),
            self._waived(score.ruleset.id, f"{indicator.id}/{criterion.id}"),
        )

    # Definitions

    def _definition(self, verdict: DefinitionReport) -> Iterator[Finding]:
        """Yield what keeps a definition from being met; nothing where it is met, or judges nothing here."""
        if verdict.verdict not in ("not_met", "indeterminate"):
            return
        told = [each for each in verdict.entries if each.verdict == verdict.verdict]
        if not told:
            yield self._whole(verdict, None, verdict)
        for judgement in told:
            decisive = judgement.decisive()
            if not decisive:
                # Of purchases, what keeps a lot open keeps the whole open.
                yield self._whole(verdict, judgement, judgement)
            # An open verdict asks for what is not given; only one that is known to fail, for other values.
            silent = judgement.verdict == "not_met" and any(each.own_advice is None for each in decisive)
            turning = _turning(judgement) if silent else NOTHING
            for each in decisive:
                yield self._condition(verdict, judgement, each, turning)
        untold = [each for each in verdict.untold if each.verdict == verdict.verdict]
        if untold:
            yield self._untold(verdict, untold[0].at().path)

    def _whole(
        self,
        verdict: DefinitionReport,
        judgement: Judgement | None,
        of: DefinitionReport | Judgement,
    ) -> Finding:
        """Return the finding on a definition as a whole, or for an entry, where no condition of it decides."""
        entry = () if judgement is None else judgement.at.path
        name, absent, contradicted = verdict.ruleset.id, of.missing, of.contradicted_by
        path = next((each.places[0] for each in contradicted), absent[0] if absent else entry)
        return self._finding(
            name,
            name,
            _level(verdict),
            verdict.verdict,
            (
                verdict.ruleset.title,
                _message(
                    verdict.verdict,
                    _remark(verdict),
                    [*(each.said for each in contradicted), *of.not_given()],
                ),
                Text(" ", " ").join(each.advice for each in contradicted),
            ),
            self.located(path),
            entry,
            lambda: _help_of_definition(verdict, None),
            self._waived(name, name, entry),
        )

    def _untold(self, verdict: DefinitionReport, entry: FieldPath) -> Finding:
        """Return the finding on all the entries of which no reasons are told; ``entry`` is the first of them."""
        name = verdict.ruleset.id
        said = [text for came_to, text in verdict.untold_said() if came_to == verdict.verdict]
        return self._finding(
            name,
            name,
            _level(verdict),
            verdict.verdict,
            (verdict.ruleset.title, _message(verdict.verdict, _remark(verdict), said), NOTHING),
            self.located(entry),
            entry,
            lambda: _help_of_definition(verdict, None),
            self._waived(name, name, entry),
        )

    def _condition(
        self, verdict: DefinitionReport, judgement: Judgement, condition: Condition, turning: Text
    ) -> Finding:
        name = verdict.ruleset.id
        return self._finding(
            name,
            f"{name}/{condition.id}",
            _level(verdict),
            verdict.verdict,
            (
                Text("{}: {}", "{}：{}").format(verdict.ruleset.title, condition.title),
                _message(verdict.verdict, _remark(verdict), _reasons(verdict, judgement, condition)),
                turning if condition.own_advice is None else condition.own_advice,
            ),
            condition.cause(),
            condition.identified_by(),
            lambda: _help_of_definition(verdict, condition),
            self._waived(name, condition.id, judgement.at.path),
        )

    # Consistency

    def _looked_for(self, one: ConsistencyReport) -> Iterator[Outcome]:
        """Yield every rule for documents of this kind: failed where it found something graver than a note."""
        for rule in one.rules:
            mine = [each for each in one.findings if each.rule.id == rule.id]
            grave = any(each.severity != "note" for each in mine)
            yield Outcome(
                self.named.name,
                one.ruleset.id,
                f"{one.ruleset.id}/{rule.id}",
                "not_met" if grave else "met",
                rule.title,
                NOTHING,
                tuple(self._contradiction(one, each) for each in mine),
            )

    def _contradiction(self, one: ConsistencyReport, found: Inconsistency) -> Finding:
        rule = found.rule
        told = [*(_value(each) for each in found.values()), *(each.quoted for each in found.reasons())]
        return self._finding(
            one.ruleset.id,
            f"{one.ruleset.id}/{rule.id}",
            found.severity,
            None,
            (rule.title, _listed(told), rule.advice),
            found.cause,
            found.at.path,
            lambda: _help_of_rule(one, rule),
            self._waived(one.ruleset.id, rule.id, found.at.path),
        )


_NOT_TRIED = Text(
    "There are very many entries: what would turn the verdict was tried on the first ones only.",
    "条目很多：只对靠前的条目试算了何种取值会改变结论。",
)


def waived_of(waiver: Waiver) -> Waived:
    """Return a waiver as findings tell of it."""
    return Waived(visible(waiver.reason), visible(waiver.approver), waiver.expires, shown(waiver.said))


def _message(verdict: Verdict, remark: Text | None, reasons: Iterable[Text]) -> Text:
    """Return a verdict, what is remarked on it in brackets, and its reasons."""
    word = VERDICT_TITLES[verdict]
    if remark is not None:
        word = _BRACKETED.format(word, remark)
    told = _listed([Text(each.en.rstrip("。."), each.zh.rstrip("。.")) for each in reasons if each])
    return Text("{}: {}", "{}：{}").format(word, told) if told else word


def _listed(texts: Sequence[Text]) -> Text:
    """Return texts one behind the other, in each language each once."""
    return Text(
        "; ".join(dict.fromkeys(each.en for each in texts if each.en)),
        "；".join(dict.fromkeys(each.zh for each in texts if each.zh)),
    )


def _line(line: Line) -> Text:
    """Return a line of reasons as one text: its place in brackets."""
    told = line.remark + line.text
    return (_BRACKETED.format(told, line.place) if line.place else told) + line.added


def _value(value: Value) -> Text:
    """Return a value that makes a finding, with its title and place; empty for one that only rules count with."""
    if value.at is not None:
        return Text("{} ({}): {}", "{}（{}）：{}").format(value.title, value.text, value.said)
    return Text("{} {}", "{} {}").format(value.title, value.said) if value.named else NOTHING


def _level(verdict: DefinitionReport) -> Level:
    """An edition that is not in force says nothing to act on, and an open verdict nothing that is wrong."""
    return "warning" if verdict.verdict == "not_met" and verdict.ruleset.in_force else "note"


def _remark(verdict: DefinitionReport) -> Text | None:
    return None if verdict.ruleset.in_force else _SUPERSEDED


def _reasons(verdict: DefinitionReport, judgement: Judgement, condition: Condition) -> Iterator[Text]:
    """Yield why a condition fails or stays open: numbers and limits, values, figures that cannot be compared."""
    is_open = condition.verdict == "indeterminate"
    for lot in verdict.lots if is_open else ():
        yield from (each.said for each in lot.judgement.contradicted_by)
    comparisons = [each for each in condition.comparisons() if each.holds != "met"]
    yield from (each.said() for each in comparisons)
    if not comparisons:
        yield condition.seen()
        yield Text("asked: {}", "要求：{}").format(condition.asked())
    if comparisons or is_open:
        for figure in judgement.figures:
            yield from figure.because()
    yield condition.opened() or NOTHING
    yield from condition.not_given()


def _turning(judgement: Judgement) -> Text:
    """Return the single inputs that would turn the verdict, as advice; empty where there are none.

    Those that would together take long to find: JSON and pages tell of them.
    """
    if not judgement.tried:
        return _NOT_TRIED
    told = [each.said() for each in judgement.single()[:MOST_TURNS]]
    listed = Text("; or ", "；或").join(told)
    return Text("Met with {}.", "满足以下条件即符合：{}。").format(listed) if told else NOTHING


def _worth(indicator: Indicator, criterion: Criterion) -> Text:
    """Return what a criterion adds; of a ladder, what the indicator has with it."""
    points = number_text(criterion.points)
    named = "point" if criterion.points == 1 else "points"
    if indicator.award == "highest":
        return Text(f"{points} {named} in all", f"可达 {points} 分")
    return Text(f"+{points} {named}", f"+{points} 分")


def _help_of_criterion(score: IndexReport, indicator: Indicator, criterion: Criterion) -> Help:
    return Help(
        title=criterion.title,
        asks=Text("{} {}: {}. {}", "{} {}：{}。{}").format(
            indicator.id, indicator.title, criterion.title, criterion.own_advice
        ),
        ruleset=score.ruleset.id,
        edition=score.ruleset.edition,
        source=criterion.source,
        basis=criterion.basis,
        why=criterion.why,
        command=f"cati explain {score.ruleset.id}:{indicator.id}",
    )


def _help_of_definition(verdict: DefinitionReport, condition: Condition | None) -> Help:
    ruleset, asks = verdict.ruleset, verdict.asks
    if condition is not None:
        asks = Text("{} Here: {}.", "{}此处：{}。").format(asks, condition.title)
    return Help(
        title=ruleset.title if condition is None else condition.title,
        asks=asks,
        ruleset=ruleset.id,
        edition=ruleset.edition,
        source=ruleset.source if condition is None else condition.source,
        basis=None if condition is None else condition.basis,
        why=None if condition is None else condition.why,
        command=f"cati explain {ruleset.id}",
    )


def _help_of_rule(one: ConsistencyReport, rule: Rule) -> Help:
    title = rule.title
    return Help(
        title=Text(title.en.rstrip(".。"), title.zh.rstrip(".。")),
        asks=Text("{} {}", "{} {}").format(title, rule.advice),
        ruleset=one.ruleset.id,
        edition=one.ruleset.edition,
        source=rule.source,
        basis=rule.basis,
        why=rule.why,
        command=f"cati explain {one.ruleset.id}",
    )


def _title(problem: Problem, family: Text) -> Text:
    if problem.field is None:
        return Text(problem.path, problem.path) if problem.path else family
    return _BRACKETED.format(problem.field, problem.path) if problem.path else problem.field


def _steps(path: str) -> FieldPath:
    """Return the steps of a path in text; as one step where it has keys that no path writes plainly."""
    if not path:
        return ()
    try:
        return parse_path(path)
    except ValueError:
        return (path,)
