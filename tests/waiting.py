"""Waiting for what other threads and processes do, and doing things at the same time."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")


def until(look: Callable[[], T], seconds: float = 15) -> T:
    """What ``look`` finds, as soon as it is true; the test fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds} s, last seen: {found!r}")
        time.sleep(0.02)
    return found


def runs(pid: int) -> bool:
    """Whether a process does anything: an orphan's zombie waits for a reaper that a container may lack."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def gone(pid: int) -> bool:
    """Whether a process of ours is gone; a zombie that nobody reaped is not."""
    return not Path(f"/proc/{pid}").exists()


def at_once(work: Callable[[], T], times: int) -> list[T]:
    """What so many threads get that do the same at the same time."""
    answers: list[T] = []
    threads = [threading.Thread(target=lambda: answers.append(work())) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
