"""Blobs: audio by name, on a local folder or on any store that fsspec knows.

Names are chosen by services (``results/{owner}/{uuid}``), never by a person, and checked all the
same. A blob is on disk before :meth:`Blobs.put` returns; the row that names it is written after.
"""

import contextlib
import os
import re
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from studio.problems import Unavailable

_NAME = re.compile(r"[a-z]+(?:/[A-Za-z0-9][A-Za-z0-9_-]{0,79}){2}")
_PARTIAL = ".partial-"


class Blobs:
    """A store of named bytes.

    Args:
        url: fsspec URL; ``file://…`` or a plain path is served without fsspec.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._root: Path | None = None
        self._remote: Any = None
        self._url = url
        if parts.scheme in ("", "file"):
            self._root = Path(unquote(parts.path)).absolute()

    def put(self, name: str, data: bytes) -> None:
        """Keep bytes under a name; a reader sees all of them or none, also after a power cut."""
        if self._root is None:
            self._filesystem().pipe_file(self._key(name), data)
            return
        target = self._path(name)
        _make_folder(target.parent, self._root)
        handle, temporary = tempfile.mkstemp(prefix=_PARTIAL, dir=target.parent)
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
        """The bytes of a name.

        Raises:
            Unavailable: the store has lost it (or somebody deleted the file).
        """
        try:
            if self._root is not None:
                return self._path(name).read_bytes()
            return bytes(self._filesystem().cat_file(self._key(name)))
        except FileNotFoundError:
            raise Unavailable("blob_missing") from None

    def exists(self, name: str) -> bool:
        """Whether there are bytes under a name."""
        if self._root is not None:
            return self._path(name).is_file()
        return bool(self._filesystem().exists(self._key(name)))

    def delete(self, name: str) -> None:
        """Forget a name; no error when it is unknown."""
        if self._root is not None:
            self._path(name).unlink(missing_ok=True)
            return
        with contextlib.suppress(FileNotFoundError):
            self._filesystem().rm_file(self._key(name))

    def sweep(self) -> int:
        """Remove what an interrupted :meth:`put` left, before anything writes. Returns how many."""
        count = 0
        if self._root is not None:
            for leftover in self._root.glob(f"*/*/{_PARTIAL}*"):
                leftover.unlink(missing_ok=True)
                count += 1
        return count

    def _path(self, name: str) -> Path:
        assert self._root is not None  # noqa: S101 (callers asked)
        return self._root / _checked(name)

    def _filesystem(self) -> Any:
        if self._remote is None:
            from fsspec.core import url_to_fs

            self._remote = url_to_fs(self._url)
        return self._remote[0]

    def _key(self, name: str) -> str:
        name = _checked(name)
        self._filesystem()
        return f"{self._remote[1].rstrip('/')}/{name}"


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError("a blob's name has the form kind/owner/id")
    return name


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
