"""The formats of ``cati check``, each in a module that is imported when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cati_rules.checking import Checked
from cati_rules.cli.options import page_of
from cati_rules.cli.settings import CheckSettings, Format, Output

if TYPE_CHECKING:
    from cati_rules.render.findings import Report

_Renderer = Callable[[Sequence[Checked], CheckSettings, Output], str]
_FROM_FINDINGS: Mapping[Format, str] = {
    "sarif": "cati_rules.render.sarif",
    "junit": "cati_rules.render.junit",
    "github": "cati_rules.render.github",
    "gitlab": "cati_rules.render.gitlab",
    "markdown": "cati_rules.render.markdown",
    "lines": "cati_rules.render.lines",
}
"""The modules whose ``render`` tells the findings of a run."""


def rendered(checked: Sequence[Checked], settings: CheckSettings) -> tuple[str, ...]:
    """Return the text of each output that was asked for; what several are made from is found once."""
    return tuple(_texts(checked, settings))


def _texts(checked: Sequence[Checked], settings: CheckSettings) -> Iterator[str]:
    report: Report | None = None
    for output in settings.outputs:
        if output.format in _OWN:
            yield _OWN[output.format](checked, settings, output)
            continue
        report = report or _report(checked, settings, output)
        render: Callable[[Report], str] = importlib.import_module(_FROM_FINDINGS[output.format]).render
        yield render(report)


def _report(checked: Sequence[Checked], settings: CheckSettings, output: Output) -> Report:
    from cati_rules.render.findings import Report

    return Report(tuple(checked), settings.as_of, output.language, Path.cwd())


def _json(checked: Sequence[Checked], settings: CheckSettings, output: Output) -> str:
    from cati_rules.render.data import result_json

    return result_json(checked, as_of=settings.as_of, language=output.language)


def _rich(checked: Sequence[Checked], settings: CheckSettings, output: Output) -> str:  # noqa: ARG001 - as the others
    from cati_rules.render.scorecard import scorecards

    return scorecards(checked, page_of(output))


_OWN: Mapping[Format, _Renderer] = {"rich": _rich, "json": _json}
"""Pages and JSON, which tell everything and not findings alone."""
