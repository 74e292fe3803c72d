"""What is refused before any document is read: rules, numbers and demands that there are not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches

from msgspec.structs import replace

from cati_rules.catalog.store import ruleset_ids
from cati_rules.cli.run_settings import CheckSettings, usage_error
from cati_rules.errors import Place, Problem, UsageError
from cati_rules.pipeline import refuse_unfit_parameters, ruleset
from cati_rules.text import Text


def prepare(settings: CheckSettings) -> None:
    """Load what is asked for by name, whatever the documents are.

    Raises:
        UsageError: there is no such ruleset or rule, or no such parameter of one.
        RulesetError: a ruleset's files are wrong.
    """
    for each in settings.rulesets:
        ruleset(each)
    refuse_unfit_parameters(settings.parameters, settings.rulesets)
    _refuse_unknown(settings.config.demanded.rules, settings)


def _refuse_unknown(required: Sequence[str], settings: CheckSettings) -> None:
    """Refuse demands of rules that there are not, each where it stands: in the settings or on the command line."""
    if not required:
        return
    known: list[str] = []
    for each in settings.rulesets or ruleset_ids():
        known.extend(ruleset(each).demandable())
    for name in required:
        if name not in known:
            within = [each for each in known if each.startswith(f"{name}.")]
            close = list(dict.fromkeys(within or get_close_matches(name, set(known), n=3)))
            advice = (
                Text(f"Did you mean {', '.join(close)}?", f"是否应为 {'、'.join(close)}？") if close else None
            )
            found = settings.config.required_at.get(name)
            if found is not None:
                raise UsageError(replace(found, advice=advice))
            raise usage_error("--require", f"There is no rule {name}.", f"没有规则 {name}。", advice)


def idle_parameters(settings: CheckSettings, judged: Collection[str]) -> Iterator[Problem]:
    """Yield a warning for each ruleset that was given numbers and judged nothing: they changed no result."""
    for name in settings.parameters:
        if name not in judged:
            yield Problem(
                place=Place("--parameter"),
                code="usage/parameter",
                message=Text(
                    f"{name} judged no document, so that its parameters changed nothing.",
                    f"{name} 未用于任何文件，其参数未起作用。",
                ),
                advice=Text(f"Ask for it with --ruleset {name}.", f"可用 --ruleset {name} 指定该规则集。"),
                severity="warning",
            )
