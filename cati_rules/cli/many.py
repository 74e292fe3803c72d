"""``cati check`` of documents by the thousand: a line a verdict, in their order, by several processes."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from cati_rules.catalog.store import ruleset_ids
from cati_rules.cli.delivery import complain, deliver
from cati_rules.cli.exit_codes import DONE, INVALID, NOT_REACHED
from cati_rules.cli.preparation import idle_parameters, prepare
from cati_rules.cli.progress import CHECKING, advancing
from cati_rules.cli.run_settings import STDIN, CheckSettings, usage_error
from cati_rules.errors import Place, Problem, UsageError
from cati_rules.text import Language, Text

if TYPE_CHECKING:
    from cati_rules.gate.unreached import Demands
    from cati_rules.many.gate import Gatekeeping
    from cati_rules.many.line_output import Printed, Progress, Written
    from cati_rules.many.sources import Item

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


def told_in_lines(settings: CheckSettings, *, jobs: int | None, resume: bool) -> bool:
    """Return whether verdicts are told in lines alone, so that no document need be kept in memory.

    Raises:
        UsageError: that is asked for, and something else that does not go with it.
    """
    from cati_rules.many.sources import are_lines

    alone = [each.format for each in settings.outputs] == ["jsonl"]
    others = {
        "--baseline": settings.config.baseline,
        "--questions": settings.questions,
        "--answers": settings.answers,
        "--mend": settings.marked,
    }
    other = next((option for option, value in others.items() if value is not None), None)
    if alone and other is None:
        if resume and settings.outputs[0].path is None:
            raise usage_error(
                "--resume",
                "What was printed is not gone on with.",
                "写到标准输出的结果无法续写。",
                Text("Name a file: --output verdicts.jsonl.", "请指定文件：--output verdicts.jsonl。"),
            )
        return True
    shown = [(settings.stdin_name or "") if each == STDIN else each for each in settings.files]
    lines = next((each for each in shown if are_lines(each)), None)
    option = "--resume" if resume else "--jobs" if jobs not in (None, 1) else lines
    if option is None:
        return False
    if alone:
        raise usage_error(
            option,
            f"{other} does not go with documents by the thousand.",
            f"批量检查不能与 {other} 同时使用。",
        )
    raise usage_error(
        option,
        "Documents by the thousand are answered in lines of verdicts.",
        "批量检查的结果以逐行形式输出。",
        Text("Add --format jsonl.", "请加上 --format jsonl。"),
    )


def check_many(settings: CheckSettings, *, jobs: int, resume: bool, warnings: Sequence[Problem]) -> int:
    """Check documents one after the other, tell a line a verdict, and return the exit code.

    Raises:
        UsageError: there is no ruleset or rule of such an id, or the output cannot be written.
        RulesetError: a ruleset's files are wrong.
    """
    from concurrent.futures import BrokenExecutor

    from cati_rules.many.judging import Asked, judge_batch
    from cati_rules.many.pool import in_order
    from cati_rules.many.sources import Measured, batches, items

    prepare(settings)
    (output,) = settings.outputs
    gate = _gatekeeping(settings)
    asked = Asked(settings.basis, output.language, gate)
    sink = _sink(settings, resume=resume)
    heeded = Heeded(items(settings.files, STDIN, settings.stdin_name))
    found = Measured(batches(heeded))
    left = islice(found, sink.progress.batches, None)
    not_in_force: dict[Problem, None] = {}
    whole = sum(_size(name) for name in settings.files)
    shown = advancing(CHECKING, output.language, whole, beside_output=output.path is None)
    try:
        with (
            heeded,
            closing(in_order(partial(judge_batch, asked=asked), left, jobs)) as results,
            shown as advance,
        ):
            for told in results:
                with _undisturbed():
                    sink.write(told)
                advance(found.size_of(sink.progress.batches), sink.progress.documents)
                for line in (*(told.problems if output.path is not None else ()), *told.told):
                    complain(line)
                not_in_force.update(dict.fromkeys(told.warnings))
        _end(sink)
    except BrokenExecutor:
        raise UsageError(_broken()) from None
    except OSError as error:
        raise _unwritable(output.path, error) from None
    finally:
        _leave(sink, output.language)
    progress = sink.progress
    idle = () if progress.invalid else idle_parameters(settings, progress.judged)
    missed = _end_of_gate(settings, gate, progress) if gate is not None and progress.documents else 0
    for problem in (*not_in_force, *warnings, *idle):
        complain(f"! {problem.line(output.language)}")
    return INVALID if progress.invalid else NOT_REACHED if missed else DONE


def _gatekeeping(settings: CheckSettings) -> Gatekeeping | None:
    """Return what is demanded and waived; None where nothing is.

    Raises:
        UsageError: waivers cannot be read, or are none.
    """
    config = settings.config
    waiving = config.waivers if settings.use_waivers else None
    if not config.demanded.any and waiving is None:
        return None
    from cati_rules.gate.waivers import Waivers, read_waivers
    from cati_rules.many.gate import Gatekeeping

    waivers = Waivers((), settings.as_of)
    if waiving is not None:
        waivers = read_waivers(waiving, settings.as_of, config.project.folder)
    return Gatekeeping(config.demanded, waivers)


def _end_of_gate(settings: CheckSettings, gate: Gatekeeping, progress: Progress) -> int:
    """Say what no document shows to be met, and what is wrong with waivers; return how much is missed."""
    from cati_rules.gate.demands import of_run
    from cati_rules.gate.outcome import Gate
    from cati_rules.gate.waivers import problems_with
    from cati_rules.output.gate_lines import gate_lines
    from cati_rules.pipeline import ruleset

    asked = {ruleset(each).id: ruleset(each) for each in settings.rulesets}
    own = {name: each for name, each in asked.items() if name not in ruleset_ids()}
    waivers = replace(gate.waivers, rulesets=own)
    missed = tuple(of_run(progress.gate.shown))
    problems = tuple(problems_with(waivers, progress.gate.uses, tuple(asked)))
    for line in gate_lines(Gate(demands=missed, problems=problems), settings.outputs[0].language):
        complain(line)
    return progress.gate.missed + len(missed)


def _sink(settings: CheckSettings, *, resume: bool) -> Printed | Written:
    from cati_rules.many.line_output import Printed, Written

    (output,) = settings.outputs
    if output.path is None:
        return Printed(lambda text: deliver(text, None))
    path = Path(os.path.realpath(output.path))  # a link stays one
    try:
        return Written(path, _fingerprint(settings), resume=resume)
    except OSError as error:
        raise _unwritable(output.path, error) from None


def _end(sink: Printed | Written) -> None:
    from cati_rules.many.line_output import Written

    if isinstance(sink, Written):
        with _undisturbed():
            sink.end()


def _leave(sink: Printed | Written, language: Language) -> None:
    """Say what a run that did not come to its end has left."""
    from cati_rules.many.line_output import Written

    if isinstance(sink, Written) and sink.journal.exists():
        with suppress(OSError):
            sink.close()
        told = Text(
            f"Interrupted; --resume goes on after {sink.progress.documents} documents in {sink.part}.",
            f"已中断；使用 --resume 可从 {sink.part} 中已完成的 {sink.progress.documents} 份文件之后继续。",
        )
        complain(told.to(language))


class Heeded:
    """Documents, of which none is asked for once the run was told to end.

    An interruption may get lost where other code calls ours, and the run would wait for standard input for ever.
    """

    def __init__(self, found: Iterable[Item]) -> None:
        """Take the documents."""
        self._found = found
        self._before: dict[int, Any] = {}
        self._told: list[int] = []

    def __enter__(self) -> None:
        """Take note of what ends the run."""
        if threading.current_thread() is threading.main_thread():
            numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
            handlers = {each: signal.getsignal(each) for each in numbers}
            self._before = {each: one for each, one in handlers.items() if callable(one)}
            for each in self._before:
                signal.signal(each, self._end)

    def __exit__(self, *_: object) -> None:
        """Leave that to others again."""
        for each, handler in self._before.items():
            signal.signal(each, handler)

    def __iter__(self) -> Iterator[Item]:
        """Yield each document."""
        for each in self._found:
            yield each
            for number in self._told:
                self._before[number](number, None)

    def _end(self, number: int, frame: Any) -> None:
        self._told.append(number)
        self._before[number](number, frame)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Keep signals waiting while lines are written, so that none is left half."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    held = {getattr(signal, name) for name in _SIGNALS}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, held)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _broken() -> Problem:
    return Problem(
        Place("--jobs"),
        "usage/other",
        Text("A process was ended from outside.", "有进程被外部终止。"),
        advice=Text(
            "If memory is short, ask for fewer --jobs; --resume goes on with a file.",
            "若内存不足，请减小 --jobs；写入文件的结果可用 --resume 继续。",
        ),
    )


def _unwritable(path: Path | None, error: OSError) -> UsageError:
    return usage_error(
        "--output",
        f"Cannot write {path or 'standard output'}: {error.strerror}.",
        f"无法写入 {path or '标准输出'}（{error.strerror}）。",
    )


def _fingerprint(settings: CheckSettings) -> str:
    """Return what tells this run from others: its documents, the rules, the date, the program."""
    from cati_rules import __version__
    from cati_rules.catalog.store import STORED_FILE, ruleset_folder

    digest = hashlib.sha256()
    for name in settings.files:
        status = None if name == STDIN else _status(name)
        digest.update(json.dumps([name, status]).encode())
    for identifier in settings.rulesets or ruleset_ids():
        path = ruleset_folder(identifier) / STORED_FILE if identifier in ruleset_ids() else Path(identifier)
        for each in sorted(path.glob("*.yaml")) if path.is_dir() else [path]:
            digest.update(each.read_bytes())
    parameters = {
        name: {key: str(each) for key, each in sorted(given.items())}
        for name, given in sorted(settings.parameters.items())
    }
    (output,) = settings.outputs
    config = settings.config
    if config.waivers is not None and settings.use_waivers:
        digest.update(config.waivers.read_bytes())
    demands = [_told(config.demands), *([each.text, *_told(one)] for each, one in config.paths)]
    told = [__version__, digest.hexdigest(), settings.rulesets, settings.as_of, settings.peers, parameters]
    return json.dumps([*told, output.language, demands], ensure_ascii=False)


def _told(demands: Demands) -> list[str]:
    return [str(demands.fail_under), *demands.required, *sorted(demands.fail_on)]


def _size(name: str) -> int:
    status = None if name == STDIN else _status(name)
    return 0 if status is None else status[0]


def _status(name: str) -> tuple[int, int] | None:
    try:
        status = Path(name).stat()
    except (OSError, ValueError):
        return None
    return status.st_size, status.st_mtime_ns
