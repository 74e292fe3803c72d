"""The gate of a run: reads waivers and baseline, and evaluates what is demanded."""

from __future__ import annotations

from collections.abc import Sequence

from cati_rules.cli.project import working_folder
from cati_rules.cli.run_settings import CheckSettings
from cati_rules.gate.outcome import OPEN, Gate
from cati_rules.pipeline import Checked, ruleset


def gate_of(checked: Sequence[Checked], settings: CheckSettings) -> Gate:
    """Return what was demanded and not reached, what is waived, and what is wrong with waivers.

    Raises:
        UsageError: waivers or baseline cannot be read, or are none.
    """
    config = settings.config
    waiving = config.waivers is not None and settings.use_waivers
    demanded = config.demanded.any or config.baseline is not None
    if not (demanded or waiving) or not checked:
        return OPEN  # most runs demand nothing, and need none of what follows
    from cati_rules.gate.baseline_file import read_baseline
    from cati_rules.gate.demands import unreached
    from cati_rules.gate.waivers import Waivers, applied, read_waivers

    waivers = Waivers((), settings.as_of)
    if config.waivers is not None and waiving:
        waivers = read_waivers(config.waivers, settings.as_of, config.project.folder)
    baseline = None
    if config.baseline is not None:
        names = [each.name for each in checked]
        baseline = read_baseline(config.baseline, names, (config.project.folder, working_folder()))
    evaluated = [ruleset(each).id for each in settings.rulesets]
    application = applied(waivers, checked)
    return Gate(
        demanded=demanded,
        waiving=waiving,
        demands=unreached(config.demands_on, checked, application.holding, baseline, evaluated),
        holding=application.holding,
        applied=application.applied,
        new=() if baseline is None else tuple(baseline.new(checked)),
        problems=tuple(application.problems(evaluated)),
    )
