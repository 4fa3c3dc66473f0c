"""Where a process runs, in one line that another process can hold against what it sees itself."""

import os
import socket
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_NAMESPACE = Path("/proc/self/ns/pid")
_AT = " at "
_LONGEST_HOST = 40


def here() -> str:
    """This process: host and process id for people, and behind them marks for :func:`gone`."""
    host = socket.gethostname()[:_LONGEST_HOST] or "?"
    said = f"{host} {os.getpid()}"
    marks = _marks(os.getpid())
    return f"{said}{_AT}{marks}" if marks else said


def gone(place: str) -> bool:
    """Whether the process of a place has surely ended.

    Sure are only those who look from the same numbering of processes on the same running machine
    (two containers may both have a process 1). False wherever that cannot be told.
    """
    said, at, marks = place.rpartition(_AT)
    number = said.rpartition(" ")[2]
    if not at or not number.isascii() or not number.isdigit():
        return False
    machine = _machine()
    if not machine or not marks.startswith(f"{machine} "):
        return False
    return _marks(int(number)) != marks


def _marks(process: int) -> str:
    """The machine's boot, the numbering of processes, and when a process of that number began."""
    machine, began = _machine(), _began(process)
    return f"{machine} {began}" if machine and began else ""


def _machine() -> str:
    try:
        namespace = str(_NAMESPACE.readlink()).strip("pid:[]")
        return f"{_BOOT.read_text().strip()} {namespace}"
    except OSError:  # another system than Linux, or one that does not tell
        return ""


def _began(process: int) -> str:
    """When a process began, in the kernel's ticks since boot; empty: it does not run (any more)."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(errors="replace")
    except OSError:
        return ""
    state, *rest = stat.rpartition(")")[2].split()  # the name before it may hold anything
    return "" if state in "ZX" else rest[18]
