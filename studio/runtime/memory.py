"""How much memory a process holds."""

import os
from pathlib import Path


def resident_mb(pid: int) -> float | None:
    """Resident memory of a process in MB (10⁶ bytes); None when it is gone or cannot be asked."""
    statm = Path(f"/proc/{pid}/statm")
    try:
        pages = int(statm.read_text(encoding="ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return _asked_of_psutil(pid)
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _asked_of_psutil(pid: int) -> float | None:
    """Systems without /proc, where psutil happens to be installed."""
    try:
        import psutil  # type: ignore[import-untyped]
    except ImportError:
        return None
    try:
        return psutil.Process(pid).memory_info().rss / 1e6
    except psutil.Error:
        return None
