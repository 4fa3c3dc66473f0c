"""Room on the disk, looked at before something big is written."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from studio.problems import Unavailable
from studio.runtime.hub import FULL
from studio.runtime.sets import in_words

_SPARE_BYTES = 200_000_000
"""Free disk left over afterwards."""


def need_disk(folder: Path, needed: int) -> None:
    """See to it that so many bytes fit below a folder, which need not exist yet.

    Raises:
        Unavailable: ``disk_full``.
    """
    free = _free(folder)
    if needed and free < needed + _SPARE_BYTES:
        raise Unavailable("disk_full", needed=in_words(needed), free=in_words(free))


@contextmanager
def filling(folder: Path, needed: int) -> Iterator[None]:
    """Say so where somebody else takes the room meanwhile.

    Raises:
        Unavailable: ``disk_full``.
    """
    try:
        yield
    except OSError as problem:
        if problem.errno not in FULL:
            raise
        free = in_words(_free(folder))
        raise Unavailable("disk_full", needed=in_words(needed), free=free) from problem


def _free(folder: Path) -> int:
    existing = next(p for p in (folder.absolute(), *folder.absolute().parents) if p.exists())
    return shutil.disk_usage(existing).free
