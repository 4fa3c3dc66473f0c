"""A local folder as a blob store: flushed writes, no library needed."""

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from studio.store.stored_blob import StoredBlob

PARTIAL = ".partial-"
"""How a file's name begins while it is being written."""
_STILL_WRITING_SECONDS = 3600.0


class Folder:
    """Files under a folder; their names are already checked.

    Args:
        root: the folder; made when something is put.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()
        self.url = "file://" + quote(str(self._root))

    def put(self, name: str, data: bytes) -> None:
        """Write beside, flush, rename: a reader sees all of it or none, also after a power cut."""
        target = self._root / name
        _make_folder(target.parent, self._root)
        handle, temporary = tempfile.mkstemp(prefix=PARTIAL, dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        _flush_folder(target.parent)

    def get(self, name: str) -> bytes:
        """All bytes.

        Raises:
            FileNotFoundError: there is no such file.
        """
        return (self._root / name).read_bytes()

    def read_range(self, name: str, start: int, end: int) -> bytes:
        """Bytes ``start`` to before ``end``, fewer where the file ends.

        Raises:
            FileNotFoundError: there is no such file.
        """
        with (self._root / name).open("rb") as file:
            file.seek(start)
            return file.read(end - start)

    def size(self, name: str) -> int:
        """How many bytes.

        Raises:
            FileNotFoundError: there is no such file.
        """
        path = self._root / name
        if not path.is_file():
            raise FileNotFoundError(name)
        return path.stat().st_size

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        return (self._root / name).is_file()

    def delete(self, name: str) -> None:
        """Remove a file; no error when there is none."""
        (self._root / name).unlink(missing_ok=True)

    def names(self, prefix: str) -> Iterator[StoredBlob]:
        """Files two folders down whose names begin so, unfinished ones left out."""
        for kind in _folders(self._root):
            for owner in _folders(kind):
                folder = f"{kind.name}/{owner.name}/"
                if not (folder.startswith(prefix) or prefix.startswith(folder)):
                    continue
                for path in sorted(owner.iterdir()):
                    name = folder + path.name
                    if path.name.startswith(PARTIAL) or not name.startswith(prefix):
                        continue
                    try:
                        known = path.stat()
                    except FileNotFoundError:  # deleted while we look
                        continue
                    moment = datetime.fromtimestamp(known.st_mtime, UTC)
                    yield StoredBlob(name, known.st_size, moment)

    def sweep(self) -> int:
        """Remove what interrupted writes left, but not what another process may be writing now.

        Returns:
            how many files.
        """
        count, oldest = 0, time.time() - _STILL_WRITING_SECONDS
        for leftover in self._root.glob(f"*/*/{PARTIAL}*"):
            with contextlib.suppress(FileNotFoundError):
                if leftover.stat().st_mtime < oldest:
                    leftover.unlink()
                    count += 1
        return count


def _folders(path: Path) -> list[Path]:
    return sorted(child for child in path.iterdir() if child.is_dir()) if path.is_dir() else []


def _make_folder(folder: Path, root: Path) -> None:
    """Make a folder and flush its parents, so that a power cut cannot take the way to the blob."""
    if folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    while folder != root.parent:
        folder = folder.parent
        _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
