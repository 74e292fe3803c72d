"""Many inputs, one after the other, in a process that is started anew when it ends, hangs or has grown old."""

from __future__ import annotations

import argparse
import multiprocessing
import shlex
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from samples import SAMPLES

from fuzz.corpus import read_corpus
from fuzz.inputs import Input, drawn_input
from fuzz.trial import Failure, tried

SECONDS = 20.0
"""Time of the processor that one run may take."""
_SILENCE = 300.0  # seconds after which a process is taken to hang where no signal reaches it
_GENERATION = 400  # inputs after which a process is replaced: rulesets of each input stay in its memory
_MEMORY = 3 << 30


def campaign(seed: int, numbers: range, keep: Path | None, seconds: float = SECONDS) -> Counter[str]:
    """Run these inputs; return how often each kind of failure was met. The first of each kind is told, and kept."""
    kinds: Counter[str] = Counter()
    number, began = numbers.start, time.monotonic()
    context = multiprocessing.get_context("spawn")
    while number < numbers.stop:
        ours, theirs = context.Pipe()
        stop = min(number + _GENERATION, numbers.stop)
        worker = context.Process(target=_work, args=(theirs, seed, number, stop, seconds), daemon=True)
        worker.start()
        theirs.close()
        number = _followed(ours, seed, number, stop, kinds, keep)
        worker.kill()
        worker.join()
        _say(
            f"{number - numbers.start} inputs, {sum(kinds.values())} failures, {time.monotonic() - began:.0f} s"
        )
    return kinds


def _followed(
    worker: Connection, seed: int, number: int, stop: int, kinds: Counter[str], keep: Path | None
) -> int:
    """Note what a process says of its inputs; return the number of the next one, after one that ended the process."""
    while number < stop:
        failure: Failure | None = Failure("the process hangs", "no signal reaches it")
        ended = True
        if worker.poll(_SILENCE):
            try:
                failure, ended = worker.recv(), False
            except EOFError:
                failure = Failure("the process ends", "as after a crash of the interpreter, or out of memory")
        if failure is not None:
            kinds[failure.kind] += 1
            if kinds[failure.kind] == 1:
                _tell(drawn_input(read_corpus(_samples()), seed, number), number, failure, keep)
        number += 1
        if ended:
            break
    return number


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


def _work(parent: Connection, seed: int, start: int, stop: int, seconds: float) -> None:
    import resource  # noqa: PLC0415 - not on Windows, where no campaign is run

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    corpus = read_corpus(_samples())
    with tempfile.TemporaryDirectory() as folder:
        for number in range(start, stop):
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
    given = parser.parse_args(arguments)
    kinds = campaign(given.seed, range(given.first, given.first + given.inputs), given.keep)
    for kind, count in kinds.most_common():
        _say(f"{count:6} {kind}")
    return 1 if kinds else 0


if __name__ == "__main__":
    sys.exit(command())
