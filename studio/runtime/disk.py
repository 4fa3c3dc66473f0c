"""Room on the disk, looked at before something big is written."""

import shutil
from pathlib import Path

from studio.problems import Unavailable
from studio.runtime.sets import in_words

_SPARE_BYTES = 200_000_000
"""Free disk left over afterwards."""


def need_disk(folder: Path, needed: int) -> None:
    """See to it that so many bytes fit below a folder, which need not exist yet.

    Raises:
        Unavailable: ``disk_full``.
    """
    existing = next(p for p in (folder.absolute(), *folder.absolute().parents) if p.exists())
    free = shutil.disk_usage(existing).free
    if needed and free < needed + _SPARE_BYTES:
        raise Unavailable("disk_full", needed=in_words(needed), free=in_words(free))
