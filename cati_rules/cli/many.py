"""``cati check`` of documents by the thousand: a line a verdict, in their order, by several processes."""

from __future__ import annotations

import hashlib
import json
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from cati_rules.cli.delivery import complain, deliver
from cati_rules.cli.exit_codes import DONE, INVALID
from cati_rules.cli.settings import STDIN, CheckSettings, usage_error
from cati_rules.errors import Place, Problem, UsageError
from cati_rules.text import Language, Text

if TYPE_CHECKING:
    from cati_rules.many.sink import Printed, Written

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
_DEMANDS = Text("Ask the lines of verdicts.", "请在逐行结果中查询。")


def told_in_lines(settings: CheckSettings, *, jobs: int | None, resume: bool) -> bool:
    """Return whether verdicts are told in lines alone, so that no document need be kept in memory.

    Raises:
        UsageError: that is asked for, and something else that does not go with it.
    """
    from cati_rules.many.sources import are_lines

    config = settings.config
    demands = config.demands.any or any(each.any for _, each in config.paths) or config.baseline is not None
    waivers = config.waivers is not None and settings.use_waivers
    alone = [each.format for each in settings.outputs] == ["jsonl"]
    asks = any(each is not None for each in (settings.questions, settings.answers, settings.marked))
    if alone and not demands and not waivers and not asks:
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
            "Demands, waivers, questions and answers do not go with it.",
            "不能与要求、豁免、问题或答复同时使用。",
            _DEMANDS,
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
        UsageError: there is no ruleset of such an id, or the output cannot be written.
        RulesetError: a ruleset's files are wrong.
    """
    from concurrent.futures import BrokenExecutor

    from cati_rules.many.judging import Asked, judge_batch
    from cati_rules.many.pool import in_order
    from cati_rules.many.sources import batches, items
    from cati_rules.pipeline import refuse_unfit_parameters, ruleset

    for each in settings.rulesets:
        ruleset(each)  # what is asked for must be there, whatever the documents are
    refuse_unfit_parameters(settings.parameters, settings.rulesets)
    (output,) = settings.outputs
    asked = Asked(settings.rulesets, settings.as_of, settings.peers, settings.parameters, output.language)
    sink = _sink(settings, resume=resume)
    found = batches(items(settings.files, STDIN, settings.stdin_name))
    left = islice(found, sink.progress.batches, None)
    try:
        with closing(in_order(partial(judge_batch, asked=asked), left, jobs)) as results:
            for told in results:
                with _undisturbed():
                    sink.write(told)
                if output.path is not None:
                    for line in told.problems:
                        complain(line)
        _end(sink)
    except BrokenExecutor:
        raise UsageError(_broken()) from None
    except OSError as error:
        raise _unwritable(output.path, error) from None
    finally:
        _leave(sink, output.language)
    for problem in (*warnings, *_idle(settings, sink)):
        complain(f"! {problem.line(output.language)}")
    return INVALID if sink.progress.invalid else DONE


def _sink(settings: CheckSettings, *, resume: bool) -> Printed | Written:
    from cati_rules.many.sink import Printed, Written

    (output,) = settings.outputs
    if output.path is None:
        return Printed(lambda text: deliver(text, None))
    path = Path(os.path.realpath(output.path))  # a link stays one
    try:
        return Written(path, _fingerprint(settings), resume=resume)
    except OSError as error:
        raise _unwritable(output.path, error) from None


def _end(sink: Printed | Written) -> None:
    from cati_rules.many.sink import Written

    if isinstance(sink, Written):
        with _undisturbed():
            sink.end()


def _leave(sink: Printed | Written, language: Language) -> None:
    """Say what a run that did not come to its end has left."""
    from cati_rules.many.sink import Written

    if isinstance(sink, Written) and sink.journal.exists():
        with suppress(OSError):
            sink.close()
        told = Text(
            f"Interrupted; --resume goes on after {sink.progress.documents} documents in {sink.part}.",
            f"已中断；使用 --resume 可从 {sink.part} 中已完成的 {sink.progress.documents} 份文件之后继续。",
        )
        complain(told.to(language))


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


def _idle(settings: CheckSettings, sink: Printed | Written) -> Iterator[Problem]:
    """Yield a warning for each ruleset that was given numbers and judged nothing."""
    from cati_rules.cli.check import idle_parameter

    for name in settings.parameters if not sink.progress.invalid else ():
        if name not in sink.progress.judged:
            yield idle_parameter(name)


def _fingerprint(settings: CheckSettings) -> str:
    """Return what tells this run from others: its documents, the rules, the date, the program."""
    from cati_rules import __version__
    from cati_rules.catalog.store import STORED_FILE, ruleset_folder, ruleset_ids

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
    told = [__version__, digest.hexdigest(), settings.rulesets, settings.as_of, settings.peers, parameters]
    return json.dumps([*told, output.language], ensure_ascii=False)


def _status(name: str) -> tuple[int, int] | None:
    try:
        status = Path(name).stat()
    except (OSError, ValueError):
        return None
    return status.st_size, status.st_mtime_ns
