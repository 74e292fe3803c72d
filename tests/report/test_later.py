"""What is found when it is first asked for, once; a pickle holds it, and not what it is made from."""

from __future__ import annotations

import pickle

from cati_rules.later import LaterSequence


def test_a_sequence_is_found_once_and_is_as_good_as_a_tuple() -> None:
    made = 0

    def make() -> tuple[int, ...]:
        nonlocal made
        made += 1
        return 1, 2, 3

    later = LaterSequence(make)
    assert made == 0
    assert (list(later), len(later), later[0], later[1:]) == ([1, 2, 3], 3, 1, (2, 3))
    assert later == (1, 2, 3)
    assert later != (1, 2)
    assert made == 1
    assert pickle.loads(pickle.dumps(LaterSequence(make))) == (1, 2, 3)  # noqa: S301 - written here
