"""Rendering ahead, in order, within bounds."""

import threading
import time

import pytest

from studio.engines.ordered import in_order


class Work:
    """Counts what is started and lets ``abort`` end what runs."""

    def __init__(self):
        self.started, self.aborted = [], threading.Event()

    def __call__(self, item):
        self.started.append(item)
        if item == "bad":
            raise ValueError(item)
        if item == "long":
            if self.aborted.wait(10):
                raise InterruptedError
        else:
            time.sleep(0.02 * (5 - item % 5))
        return item * 10

    def run(self, items, *, stop=None, workers=3, ahead=3):
        return in_order(
            items,
            self,
            workers=workers,
            ahead=ahead,
            stop=stop or threading.Event(),
            abort=self.aborted.set,
        )


def test_results_come_in_order_though_later_ones_finish_first():
    assert list(Work().run(range(12))) == [(n, n * 10) for n in range(12)]


def test_no_more_than_a_bounded_number_of_items_is_begun_ahead():
    work = Work()
    results = work.run(iter(range(100)))
    next(results)
    time.sleep(0.5)
    assert len(work.started) <= 5
    results.close()


def test_a_failure_comes_at_its_place_and_ends_the_rest():
    work = Work()
    results = work.run([1, "bad", "long", 2, 3, 4, 5, 6])
    assert next(results) == (1, 10)
    began = time.perf_counter()
    with pytest.raises(ValueError, match="bad"):
        next(results)
    assert time.perf_counter() - began < 1
    assert len(work.started) < 7


def test_stopping_ends_what_runs():
    work, stop = Work(), threading.Event()
    threading.Timer(0.2, stop.set).start()
    began = time.perf_counter()
    assert list(work.run([1, "long", "long"], stop=stop)) == [(1, 10)]
    assert time.perf_counter() - began < 1
    assert not any(thread.name.startswith("render") for thread in threading.enumerate())
