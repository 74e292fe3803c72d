"""What the findings on one document share: language, places in its file, fingerprints, what the rules rest on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct, field

from cati_rules.catalog.ruleset import Ruleset, Source
from cati_rules.documents import Document, format_path
from cati_rules.errors import Place
from cati_rules.gate.waiver import NOTHING_WAIVED, Holding, Waiver
from cati_rules.kinds.index.evidence import Path
from cati_rules.kinds.index.result import VERDICT_TITLES, Verdict
from cati_rules.output.finding import Finding, Help, Level, Waived
from cati_rules.output.fingerprint import Fingerprints
from cati_rules.output.phrasing import Phrasing
from cati_rules.text import Language, Text
from cati_rules.visible import visible


class Shared(Struct):
    """What the documents of a run share: the help of every rule that was told of, and the words for fields."""

    language: Language
    _known: dict[str, Help] = field(default_factory=dict)
    _phrasings: dict[int, tuple[object, Phrasing]] = field(default_factory=dict)

    def of(self, rule: str, make: Callable[[], Help]) -> Help:
        """Return the help of ``rule``, made by ``make`` the first time."""
        if rule not in self._known:
            self._known[rule] = make()
        return self._known[rule]

    def phrasing(self, rules: object, make: Callable[[], Phrasing]) -> Phrasing:
        """Return what speaks of documents under ``rules``, made by ``make`` the first time."""
        # Rules are kept beside, so that nothing else comes to have their identity.
        if id(rules) not in self._phrasings:
            self._phrasings[id(rules)] = rules, make()
        return self._phrasings[id(rules)][1]

    def source(self, ruleset: Ruleset, source: Source) -> str:
        """Return where a rule comes from: a document, and the place in it."""
        title, locator = ruleset.documents[source.document].title, source.locator
        return Text(f"{title.en}, {locator.en}", f"{title.zh}，{locator.zh}").to(self.language)


class Telling(Struct, frozen=True):
    """Makes findings on one document that could be read; ``name`` is its name for other programs."""

    document: Document
    name: str
    language: Language
    fingerprints: Fingerprints
    shared: Shared
    holding: Holding = NOTHING_WAIVED

    def say(self, text: Text) -> str:
        """Return ``text`` in the language of the run."""
        return text.to(self.language)

    def finding(
        self,
        *,
        ruleset: str,
        rule: str,
        level: Level,
        verdict: Verdict | None,
        title: Text,
        message: str,
        advice: str,
        path: Path,
        stands_for: Path,
        help_of: Callable[[], Help],
        waived: tuple[Waived, ...] = (),
    ) -> Finding:
        """Return a finding at ``path``; ``stands_for`` is the place that its fingerprint is made from."""
        return Finding(
            ruleset=ruleset,
            rule=rule,
            level=level,
            verdict=verdict,
            title=visible(self.say(title)).rstrip(".。"),
            message=visible(message),
            advice=visible(advice),
            document=self.name,
            path=format_path(path),
            place=place_of(self.document, path),
            fingerprint=self.fingerprints.of(ruleset, rule, stands_for),
            help=self.shared.of(rule, help_of),
            waived=waived,
        )

    def waived(self, ruleset: str, rule: str, within: Path = ()) -> tuple[Waived, ...]:
        """Return what accepts the failure of a rule on the entry at ``within``; ``rule`` is as waivers name it."""
        waiver = self.holding.of(ruleset, rule, within)
        return () if waiver is None else (waived_of(waiver, self.language),)

    def message(self, verdict: Verdict, remark: Text | None, reasons: Iterable[str]) -> str:
        """Return a verdict, what is remarked on it in brackets, and its reasons."""
        word = VERDICT_TITLES[verdict]
        if remark is not None:
            word = Text(f"{word.en} ({remark.en})", f"{word.zh}（{remark.zh}）")
        told = self.say(Text("; ", "；")).join(dict.fromkeys(each.rstrip("。.") for each in reasons if each))
        return self.say(Text(f"{word.en}: {told}", f"{word.zh}：{told}") if told else word)


def waived_of(waiver: Waiver, language: Language) -> Waived:
    """Return a waiver as findings tell of it."""
    return Waived(
        reason=visible(waiver.reason),
        approver=visible(waiver.approver),
        expires=waiver.expires,
        said=visible(waiver.said.to(language)),
    )


def place_of(document: Document, path: Sequence[str | int]) -> Place:
    """Return where the value at ``path`` stands; where it is missing, the key of the nearest thing around it."""
    known = document.known_steps(path)
    return document.place(path) if known == len(path) else document.key_place(path[:known])
