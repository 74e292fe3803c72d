"""Batches through several processes: results in the order of the batches, and never many in memory."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")
Found = TypeVar("Found")
_AHEAD = 4
"""How many batches for each process are on their way: enough that none waits, and few enough for memory."""


def in_order(
    work: Callable[[Given], Found], batches: Iterable[Given], jobs: int
) -> Generator[Found, None, None]:
    """Yield what ``work`` makes of each batch, in order; with one job, in this process.

    Raises:
        concurrent.futures.BrokenExecutor: a process was ended from outside, as where memory is short.
    """
    if jobs == 1:
        yield from map(work, batches)
        return
    # A forked process has the rules in memory already.
    way = "fork" if sys.platform == "linux" else "spawn"
    context = multiprocessing.get_context(way)
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin)
    waiting: deque[Future[Found]] = deque()
    try:
        for batch in batches:
            waiting.append(pool.submit(work, batch))
            if len(waiting) >= jobs * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    """Let Ctrl-C and ends be for the process that gives the work out, and end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
