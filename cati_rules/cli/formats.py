"""The formats of ``cati check``, each in a module that is imported when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from cati_rules.cli.options import page_of
from cati_rules.cli.project import working_folder
from cati_rules.cli.settings import CheckSettings, Format, Output
from cati_rules.gate.outcome import OPEN, Gate
from cati_rules.pipeline import Checked

if TYPE_CHECKING:
    from cati_rules.output.findings import Report

_Renderer = Callable[[Sequence[Checked], CheckSettings, Output, Gate], str]
_FROM_FINDINGS: Mapping[Format, str] = {
    "sarif": "cati_rules.output.sarif",
    "junit": "cati_rules.output.junit",
    "github": "cati_rules.output.github",
    "gitlab": "cati_rules.output.gitlab",
    "markdown": "cati_rules.output.markdown",
    "lines": "cati_rules.output.lines",
}
"""The modules whose ``render`` tells the findings of a run."""


def rendered(checked: Sequence[Checked], settings: CheckSettings, gate: Gate) -> tuple[str, ...]:
    """Return the text of each output that was asked for; what several are made from is found once."""
    return tuple(_texts(checked, settings, gate))


def tells_gate(outputs: Sequence[Output]) -> bool:
    """Return whether what is printed tells of demands and waivers itself, so that nothing need be said beside it."""
    return any(output.path is None and output.format in _FROM_FINDINGS for output in outputs)


def _texts(checked: Sequence[Checked], settings: CheckSettings, gate: Gate) -> Iterator[str]:
    report: Report | None = None
    for output in settings.outputs:
        if output.format in _OWN:
            yield _OWN[output.format](checked, settings, output, gate)
            continue
        report = report or _report(checked, settings, output, gate)
        render: Callable[[Report], str] = importlib.import_module(_FROM_FINDINGS[output.format]).render
        yield render(report)


def _report(checked: Sequence[Checked], settings: CheckSettings, output: Output, gate: Gate) -> Report:
    from cati_rules.output.findings import Report

    base = settings.config.project.repository
    return Report(tuple(checked), settings.as_of, output.language, base, gate, working_folder())


def _json(checked: Sequence[Checked], settings: CheckSettings, output: Output, gate: Gate) -> str:
    from cati_rules.output.data import result_json

    return result_json(
        checked,
        as_of=settings.as_of,
        language=output.language,
        gate=gate,
        base=settings.config.project.folder,
    )


def _rich(checked: Sequence[Checked], settings: CheckSettings, output: Output, gate: Gate) -> str:  # noqa: ARG001 - as the others
    from cati_rules.output.pages import scorecards

    page = scorecards(checked, page_of(output))
    if gate is OPEN or output.path is None:
        return page  # below a page that is printed, standard error says it
    from cati_rules.output.gate_lines import gate_lines

    lines = gate_lines(gate, output.language)
    return "\n".join((page, *lines, "")) if lines else page


_OWN: Mapping[Format, _Renderer] = {"rich": _rich, "json": _json}
"""Pages and JSON, which tell everything and not findings alone."""
