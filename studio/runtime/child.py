"""Manners of a child process: it dies with the studio, its output goes to one place, it has limits.

Standard library only: this is the first thing a child imports, whatever its environment.
"""

import contextlib
import ctypes
import faulthandler
import os
import signal
import sys
import threading
import time
from typing import Any

_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15
_OOM_SCORE = "500"
"""When memory runs out, the kernel should end an engine and not the studio."""


def behave(name: str, parent: int, limits: dict[str, Any]) -> None:
    """Set this process up.

    Args:
        name: what it is called in a list of processes, cut to 15 characters.
        parent: process id of the studio.
        limits: ``memory_bytes``: private memory this process may write to, 0 for no limit;
            ``niceness``: how far it gives way to others, 0 to 19.
    """
    _die_with(parent)
    _be_called(name)
    _gather_output()
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:  # noqa: PTH123
        score.write(_OOM_SCORE)
    if limits.get("niceness"):
        _give_way(int(limits["niceness"]))
    if limits.get("memory_bytes"):
        _limit_memory(int(limits["memory_bytes"]))


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        # The kernel sends the signal when the thread that started us ends, kill -9 included; that
        # thread lives as long as the studio (see launcher.py).
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    if os.getppid() != parent:  # it ended before we could ask
        os._exit(1)
    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def _be_called(name: str) -> None:
    if sys.platform == "linux":
        _prctl(_PR_SET_NAME, ctypes.c_char_p(name.encode()[:15]))


def _prctl(option: int, value: Any) -> None:
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def _give_way(niceness: int) -> None:
    """Leave the processors to whoever wants them."""
    with contextlib.suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, 0, niceness)
    # Where the kernel schedules by session ("autogroup"), a nice value counts only within it, and
    # this process has a session of its own; then the session is what has to be nice.
    with contextlib.suppress(OSError), open("/proc/self/autogroup", "w") as group:  # noqa: PTH123
        group.write(str(niceness))


def _gather_output() -> None:
    """Send what anyone prints, from Python or C, to the pipe that the studio drains."""
    os.dup2(2, 1)
    for name, number in (("stdout", 1), ("stderr", 2)):
        stream = open(number, "w", 1, "utf-8", "replace", closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)
    faulthandler.enable(sys.stderr)


def _limit_memory(limit: int) -> None:
    """Bound the memory this process may write to.

    RLIMIT_DATA counts that alone (Linux); RLIMIT_AS would count address space merely reserved too,
    which grows with the machine's cores. Both are set, the latter far higher.
    """
    import resource

    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
        resource.setrlimit(resource.RLIMIT_AS, (16 * limit, 16 * limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def allow_processor(seconds: float) -> None:
    """Let this process use so many more seconds of processor time before SIGXCPU ends it."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        usage = resource.getrusage(resource.RUSAGE_SELF)
        used = usage.ru_utime + usage.ru_stime
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (int(used + seconds) + 1, hard))
