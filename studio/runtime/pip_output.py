"""What pip says while it works, read as steps that a person can follow."""

import contextlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from studio.locales import Note, note

_COLLECTING = re.compile(r"^(?:Collecting|Processing) (?:\S*/)?(?P<what>[^\s(/]+)")
_FILE = re.compile(r"^\s*Downloading (?:\S*/)?(?P<file>[^\s/]+) \((?P<size>[\d.]+ [kMG]?B)\)")
_BUILDING = re.compile(r"^\s*Building wheel for (?P<what>[^\s:(]+)")
_INSTALLING = re.compile(r"^Installing collected packages: (?P<names>.+)$")
_UNITS = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9}


@dataclass(frozen=True)
class Step:
    """Where an installation stands."""

    note: Note
    """What is being done."""
    share: float | None = None
    """How much of this step is done, 0 to 1; None where nobody can say."""


Progress = Callable[[Step], None]
"""Gets each new step, and the same one again as its share grows."""


class Reader:
    """Follows pip's lines; shares come from what has arrived on the disk, for pip says none.

    Args:
        scratch: the folder for temporary files that pip was given.
        packages: the folder that it installs into.
    """

    def __init__(self, scratch: Path, packages: Path) -> None:
        self._scratch = scratch
        self._packages = packages
        self._note = note("environment.resolving")
        self._bytes = 0
        self._count = 0
        self._before = 0

    def read(self, line: str) -> bool:
        """Take in a line of output; whether a new step began with it."""
        before = self._note
        if found := _COLLECTING.match(line):
            self._note = note("environment.collecting", package=found["what"])
        elif (found := _FILE.match(line)) and not found["file"].endswith(".metadata"):
            size = found["size"]
            self._note = note("environment.downloading", file=found["file"], size=size)
            number, unit = size.split()
            self._bytes = round(float(number) * _UNITS[unit])
        elif found := _BUILDING.match(line):
            self._note = note("environment.building", package=found["what"])
        elif found := _INSTALLING.match(line):
            self._count = len(found["names"].split(","))
            self._note = note("environment.unpacking", count=self._count)
            self._before = self._installed()
        return self._note is not before

    def step(self) -> Step:
        """Where it stands now."""
        if self._note.code == "environment.downloading":
            return Step(self._note, _share(_largest(self._scratch), self._bytes))
        if self._note.code == "environment.unpacking":
            return Step(self._note, _share(self._installed() - self._before, self._count))
        return Step(self._note)

    def _installed(self) -> int:
        return sum(1 for _ in self._packages.glob("*.dist-info"))


def _share(done: int, total: int) -> float | None:
    return max(0.0, min(1.0, done / total)) if total else None


def _largest(folder: Path) -> int:
    """Bytes of the largest file below a folder: the one that is being downloaded."""
    sizes = [0]
    for parent, _, names in os.walk(folder):  # unlike rglob, it bears folders that go meanwhile
        for name in names:
            with contextlib.suppress(OSError):
                sizes.append(os.lstat(os.path.join(parent, name)).st_size)  # noqa: PTH118
    return max(sizes)
