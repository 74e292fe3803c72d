"""Many inputs, one after the other, in a process that is started anew when it ends, hangs or has grown old."""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import shlex
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from running import TEXT_FORMATS
from samples import SAMPLES

from fuzz.corpus import AS_OF, Corpus, read_corpus
from fuzz.inputs import Input, drawn_input
from fuzz.trial import Failure, tried

SECONDS = 20.0
"""Time of the processor that one run may take."""
_SILENCE = 300.0  # seconds after which a process is taken to hang where no signal reaches it
_GENERATION = 400  # inputs after which a process is replaced: rulesets of each input stay in its memory
_MEMORY = 3 << 30


@dataclass
class _Worker:
    """A process at work: where it speaks, which input it is at, and the one it stops before."""

    process: BaseProcess
    pipe: Connection
    number: int
    stop: int
    heard: float


def campaign(
    seed: int, numbers: range, keep: Path | None, seconds: float = SECONDS, jobs: int = 1
) -> Counter[str]:
    """Run these inputs; return how often each kind of failure was met. The first of each kind is told, and kept.

    Processes are forked from this one, which has read and compiled what most inputs need.
    """
    corpus = read_corpus(_samples())
    _warm(corpus)
    kinds: Counter[str] = Counter()
    began, done, told = time.monotonic(), 0, 0
    waiting = [
        range(start, min(start + _GENERATION, numbers.stop))
        for start in range(numbers.start, numbers.stop, _GENERATION)
    ][::-1]
    workers: list[_Worker] = []
    while waiting or workers:
        while waiting and len(workers) < jobs:
            workers.append(_started(corpus, seed, waiting.pop(), seconds))
        ready = wait([each.pipe for each in workers], 1)
        for worker in list(workers):
            failure, ended = _heard(worker) if worker.pipe in ready else _silent(worker)
            if worker.pipe not in ready and not ended:
                continue
            if failure is not None:
                kinds[failure.kind] += 1
                if kinds[failure.kind] == 1:
                    _tell(drawn_input(corpus, seed, worker.number), worker.number, failure, keep)
            worker.number += 1
            done += 1
            if ended or worker.number >= worker.stop:
                workers.remove(worker)
                worker.process.kill()
                worker.process.join()
                worker.pipe.close()
                if worker.number < worker.stop:
                    waiting.append(range(worker.number, worker.stop))
        if done >= told + _GENERATION or not (waiting or workers):
            told = done
            _say(f"{done} inputs, {sum(kinds.values())} failures, {time.monotonic() - began:.0f} s")
    return kinds


def _started(corpus: Corpus, seed: int, numbers: range, seconds: float) -> _Worker:
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, corpus, seed, numbers, seconds), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours, numbers.start, numbers.stop, time.monotonic())


def _heard(worker: _Worker) -> tuple[Failure | None, bool]:
    """Return what a process says of its input, and whether that ended it."""
    worker.heard = time.monotonic()
    try:
        return worker.pipe.recv(), False
    except EOFError:
        return Failure("the process ends", "as after a crash of the interpreter, or out of memory"), True


def _silent(worker: _Worker) -> tuple[Failure | None, bool]:
    """Return whether a process that says nothing has done so for too long."""
    if time.monotonic() - worker.heard < _SILENCE:
        return None, False
    return Failure("the process hangs", "no signal reaches it"), True


def _samples() -> Path | None:
    return SAMPLES if SAMPLES.is_dir() else None


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _tell(given: Input, number: int, failure: Failure, keep: Path | None) -> None:
    _say(f"\n{number}: {failure.kind}\n  cati {shlex.join(given.arguments)!a}\n{failure.told}")
    for name, content in given.files.items() if keep else ():
        path = keep / str(number) / name  # type: ignore[operator]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _warm(corpus: Corpus) -> None:
    """Run sound documents through every format, and fill the memory that the processes share."""
    with tempfile.TemporaryDirectory() as folder:
        for number, (form, (document, _)) in enumerate(product(TEXT_FORMATS, corpus.results)):
            arguments = ["check", "document.yaml", "--format", form, "--as-of", AS_OF]
            tried(Input(arguments, {"document.yaml": document}), Path(folder) / str(number), SECONDS)
    gc.freeze()


def _work(parent: Connection, corpus: Corpus, seed: int, numbers: range, seconds: float) -> None:
    import resource  # noqa: PLC0415 - not on Windows, where no campaign is run

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            # Each has a folder of its own: rulesets are remembered by where they lie.
            parent.send(tried(drawn_input(corpus, seed, number), Path(folder) / str(number), seconds))


def command(arguments: Sequence[str] | None = None) -> int:
    """Run a campaign from the command line; 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.helpers.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000, help="how many")
    parser.add_argument("--seed", type=int, default=0, help="another seed draws other inputs")
    parser.add_argument(
        "--first", type=int, default=0, help="the number of the first; with --inputs 1, one again"
    )
    parser.add_argument(
        "--keep", type=Path, help="a folder for the files of the first input of each kind of failure"
    )
    parser.add_argument("--jobs", type=int, default=1, help="how many processes at a time")
    given = parser.parse_args(arguments)
    numbers = range(given.first, given.first + given.inputs)
    kinds = campaign(given.seed, numbers, given.keep, jobs=given.jobs)
    for kind, count in kinds.most_common():
        _say(f"{count:6} {kind}")
    return 1 if kinds else 0


if __name__ == "__main__":
    sys.exit(command())
