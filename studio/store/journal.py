"""How SQLite is to journal where its file lies.

A write-ahead log needs memory that all processes share, which disks across a network do not give:
there it may lose what was committed (sqlite.org/wal.html). The kernel tells what a disk is.
"""

from pathlib import Path
from typing import Literal

Journal = Literal["wal", "delete"]
_ACROSS_A_NETWORK = ("nfs", "cifs", "smb", "9p", "ceph", "gluster", "lustre", "afs", "fuse")
"""Beginnings of names of file systems. Whatever runs in user space (``fuse.gcsfuse``,
``fuse.sshfs``) is taken for one of them: few of those share memory."""
_MOUNTS = Path("/proc/self/mounts")


def journal_for(wanted: Literal["auto", "wal", "delete"], folder: Path) -> Journal:
    """``wal`` or ``delete``: as wanted, or as the disk bears it.

    Args:
        wanted: the setting.
        folder: where the database lies or will lie.
    """
    if wanted != "auto":
        return wanted
    return "delete" if across_a_network(folder) else "wal"


def across_a_network(folder: Path, mounts: Path = _MOUNTS) -> bool:
    """Whether a folder lies on another machine's disk, as far as the kernel tells.

    Args:
        folder: it need not be there yet.
        mounts: the kernel's list; where there is none, nobody knows and it counts as local.
    """
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    place = folder.absolute()
    place = place.resolve() if place.exists() else place
    best, kind = -1, ""
    for line in lines:
        fields = line.split()
        if len(fields) < 3:  # noqa: PLR2004 - device, place, kind
            continue
        at = Path(_plain(fields[1]))
        if (at == place or at in place.parents) and len(at.parts) >= best:
            best, kind = len(at.parts), fields[2]  # the last one mounted at a place counts
    return kind.startswith(_ACROSS_A_NETWORK)


def _plain(text: str) -> str:
    """A path as the kernel writes it: spaces and the like as octal numbers."""
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, character)
    return text
