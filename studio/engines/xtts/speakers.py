"""The names of the studio speakers in ``speakers_xtts.pth``, read without torch.

The file is a zip archive; one member is a pickle of names and descriptions of tensors, the others
are the tensors' numbers, left unread. A pickle can call anything, so this one may call only what
describes a tensor, and even that does nothing here.
"""

import functools
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

FILE = "speakers_xtts.pth"
_MOST_BYTES = 1 << 20


def speaker_names(folder: Path) -> tuple[str, ...]:
    """Names in the file's order; none where the file is missing or no such archive."""
    path = folder / FILE
    try:
        stat = path.stat()
    except OSError:
        return ()
    return _names(path, stat.st_mtime_ns, stat.st_size)


@functools.lru_cache(maxsize=8)
def _names(path: Path, _changed_ns: int, _size: int) -> tuple[str, ...]:
    try:
        with zipfile.ZipFile(path) as archive:
            (member,) = (n for n in archive.namelist() if n.endswith("/data.pkl"))
            if archive.getinfo(member).file_size > _MOST_BYTES:
                return ()
            with archive.open(member) as stream:
                speakers = _Names(stream).load()
    except Exception:  # noqa: BLE001 - bytes from anywhere; loading the model says what is wrong
        return ()
    return tuple(str(name) for name in speakers) if isinstance(speakers, dict) else ()


class _Names(pickle.Unpickler):
    """Rebuilds containers and text; every tensor becomes ``None``."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if module == "torch._utils" and name.startswith("_rebuild_"):
            return _nothing
        if module == "torch" and name.endswith("Storage"):
            return _nothing
        raise pickle.UnpicklingError(f"{module}.{name} describes no tensor")

    def persistent_load(self, _reference: object) -> None:
        """Where a tensor's numbers lie."""


def _nothing(*_described: object) -> None:
    return None
