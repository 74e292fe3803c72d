"""The entry point: runs the command line, and turns whatever ends it into an exit code and a line that says why.

Only the standard library's lightest modules are imported before :func:`main`, so that an early Ctrl-C ends as a late
one does.
"""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

from cati_rules.cli.exit_codes import INTERRUPTED

_ENDING = ("SIGTERM", "SIGHUP")  # Windows has no SIGHUP
GARBAGE_THRESHOLD = 200_000
"""How many objects are made before Python looks for garbage."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit.

    0 done, 1 demand not reached, 2 wrong usage, 3 invalid input, 70 internal error, 130 interrupted; what ends the run
    from outside (SIGTERM, SIGHUP) gives 128 and its number, as a shell would say.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    # A run builds modules, trees, traces and results that all live to its end: looking through them for garbage every
    # 700 objects takes a sixth of the time and finds none.
    gc.set_threshold(GARBAGE_THRESHOLD)
    try:
        with _ended_in_order():
            from cati_rules.cli.commands import run

            code = run(given)
    except KeyboardInterrupt:
        code = INTERRUPTED
    gc.freeze()  # nor does the end look through what it is about to let go of
    sys.exit(code)


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Let a signal that ends the run unwind it, so that nothing half written stays behind."""

    def end(number: int, _: object) -> NoReturn:
        raise SystemExit(128 + number)

    before = {}
    try:
        for name in _ENDING:
            if hasattr(signal, name):
                before[name] = signal.signal(getattr(signal, name), end)
    except ValueError:
        pass  # only the main thread is sent signals
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
