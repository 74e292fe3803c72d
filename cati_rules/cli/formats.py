"""The formats of ``cati check``, each in a module that is imported when it is asked for."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from cati_rules.cli.delivery import deliver, deliver_bytes
from cati_rules.cli.project import working_folder
from cati_rules.cli.run_settings import CheckSettings, Format, Output, usage_error
from cati_rules.cli.terminal import page_of
from cati_rules.gate.outcome import OPEN, Gate
from cati_rules.output.page_options import Page
from cati_rules.pipeline import Checked
from cati_rules.report.build.run import Folders, report_of
from cati_rules.report.run import Report
from cati_rules.text import Text

_MODULES: Mapping[Format, str] = {
    "rich": "terminal_pages",
    "html": "html",
    "xlsx": "xlsx",
    "json": "json",
    "sarif": "sarif",
    "junit": "junit",
    "github": "github",
    "gitlab": "gitlab",
    "markdown": "markdown",
    "lines": "lines",
    "csv": "csv",
    "jsonl": "jsonl",
}
"""The modules of :mod:`cati_rules.output` whose ``render`` tells a report."""
BYTE_ORDER_MARK = "\ufeff"
"""What a spreadsheet knows UTF-8 by; in a pipe it would be in the way."""
_TELL_GATE = ("sarif", "junit", "github", "gitlab", "markdown", "lines")
"""Formats that tell of demands and waivers themselves where they are printed."""


class Stream:
    """Prints verdicts as soon as they are known, where that was asked for: as JSON Lines on standard output."""

    def __init__(self, settings: CheckSettings) -> None:
        """Take what was asked for."""
        self._as_of = settings.as_of
        self._output = next((each for each in settings.outputs if is_streamed(each)), None)

    def tell(self, checked: Sequence[Checked]) -> None:
        """Print the verdicts on the documents of one file; nothing where no stream was asked for."""
        if self._output is not None:
            deliver_rendered(_text(report_of(checked, self._as_of), self._output), None)


def is_streamed(output: Output) -> bool:
    """Return whether an output is printed while documents are checked."""
    return output.format == "jsonl" and output.path is None


def rendered(checked: Sequence[Checked], settings: CheckSettings, gate: Gate) -> tuple[str | bytes, ...]:
    """Return the text of each output that was asked for, of a workbook its bytes.

    What several are made from is found once. What was printed already is not made again.
    """
    project = settings.config.project
    folders = Folders(project.repository, project.folder, working_folder())
    report = report_of(checked, settings.as_of, gate, folders, settings.basis.check)
    return tuple(_text(report, each) for each in settings.outputs if not is_streamed(each))


def tells_gate(outputs: Sequence[Output]) -> bool:
    """Return whether what is printed tells of demands and waivers itself, so that nothing need be said beside it."""
    return any(output.path is None and output.format in _TELL_GATE for output in outputs)


def deliver_rendered(rendered: str | bytes, path: Path | None) -> None:
    """Write what was rendered to ``path``, or to standard output where there is none.

    Raises:
        UsageError: the file, or standard output, cannot be written.
    """
    if isinstance(rendered, bytes):
        if path is None and (sys.stdout is None or sys.stdout.isatty()):
            raise usage_error(
                "--output",
                "A workbook is no text to show.",
                "工作簿无法在终端显示。",
                Text("Name a file: --output result.xlsx.", "请指定文件：--output result.xlsx。"),
            )
        deliver_bytes(rendered, path)
    elif rendered or path is not None:
        deliver(rendered, path)


def _text(report: Report, output: Output) -> str | bytes:
    module = importlib.import_module(f"cati_rules.output.{_MODULES[output.format]}")
    render: Callable[[Report, Page], str | bytes] = module.render
    text = render(report, page_of(output))
    if isinstance(text, bytes):
        return text
    if output.format == "csv" and output.path is not None:
        return f"{BYTE_ORDER_MARK}{text}"
    if output.format != "rich" or output.path is None or report.gate is OPEN:
        return text  # below a page that is printed, standard error says it
    from cati_rules.output.gate_lines import gate_lines

    lines = gate_lines(report.gate, output.language)
    return "\n".join((text, *lines, "")) if lines else text
