"""One at a time, in the order of arrival."""

import threading
import time

from studio.runtime.turnstile import Turnstile


def test_only_one_is_inside():
    turn, inside, most = Turnstile(), [], []

    def visit():
        turn.enter()
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.001)
        inside.pop()
        turn.leave()

    threads = [threading.Thread(target=visit, daemon=True) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert max(most) == 1
    assert len(most) == 30


def test_trying_never_waits_and_never_jumps_the_queue():
    turn = Turnstile()
    assert turn.try_enter()
    assert not turn.try_enter()
    turn.leave()
    assert turn.try_enter()


def test_it_knows_how_long_nobody_was_inside():
    turn = Turnstile()
    assert not turn.try_enter_after(0.05)
    time.sleep(0.06)
    assert turn.try_enter_after(0.05)
    turn.leave()
    assert not turn.try_enter_after(0.05)


def test_a_caller_that_leaves_the_queue_lets_the_next_one_in():
    turn, cancel, entered = Turnstile(), threading.Event(), threading.Event()
    turn.enter()
    leaver = threading.Thread(target=lambda: turn.enter(cancel), daemon=True)
    leaver.start()
    time.sleep(0.02)
    last = threading.Thread(target=lambda: (turn.enter(), entered.set()), daemon=True)
    last.start()
    cancel.set()
    leaver.join(1)
    assert not entered.is_set()
    turn.leave()
    assert entered.wait(1)
