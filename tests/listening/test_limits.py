"""How often is too often."""

import pytest

from studio.listening.limits import RateLimit
from studio.problems import TooMany


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_one_over_the_limit_is_told_when_to_come_back_and_then_let_in():
    clock = Clock()
    limit = RateLimit(6, clock=clock)
    for _ in range(6):
        limit.take("someone")
    with pytest.raises(TooMany) as refused:
        limit.take("someone")
    assert refused.value.params["retry_after"] == 10
    limit.take("someone else")
    clock.seconds += 9.9
    with pytest.raises(TooMany):
        limit.take("someone")
    clock.seconds += 0.1
    limit.take("someone")
    with pytest.raises(TooMany):
        limit.take("someone")


def test_memory_is_bounded_and_the_longest_rested_goes_first():
    limit = RateLimit(1, keys=100, clock=Clock())
    limit.take("first")
    for number in range(1000):
        limit.take(str(number))
    assert len(limit) == 100
    with pytest.raises(TooMany):
        limit.take("999")
    limit.take("first")
