"""How much memory a process holds, and how much is left for others."""

import os
from pathlib import Path

_CGROUPS = Path("/sys/fs/cgroup")


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


def available_mb() -> float | None:
    """Memory that a new process could use now, in MB (10⁶ bytes); None where nobody can tell.

    What the kernel calls available (free, or in caches that can go), and not more than a container
    still may use (cgroup v2).
    """
    found = [mb for mb in (_of_the_machine(), _of_the_container(_CGROUPS)) if mb is not None]
    return min(found, default=None)


def _of_the_machine() -> float | None:
    for line in _lines(Path("/proc/meminfo")):
        name, _, value = line.partition(":")
        if name == "MemAvailable":
            return int(value.split()[0]) * 1024 / 1e6
    return None


def _of_the_container(root: Path) -> float | None:
    """What its memory limit leaves; files in the cache that nobody used lately can go."""
    own = next((line.rpartition(":")[2] for line in _lines(Path("/proc/self/cgroup"))), "/")
    for folder in (root / own.lstrip("/"), root):
        limit, used = (_lines(folder / name) for name in ("memory.max", "memory.current"))
        if limit and used and limit[0].isdigit():
            stat = dict(line.split() for line in _lines(folder / "memory.stat"))
            left = int(limit[0]) - int(used[0]) + int(stat.get("inactive_file", 0))
            return max(left, 0) / 1e6
    return None


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
