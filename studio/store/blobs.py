"""Blobs: audio by name, on a local folder or on any store that fsspec knows.

Names are chosen by services (``results/{owner}/{uuid}``), never by a person, and checked all the
same. A blob is on disk before :meth:`Blobs.put` returns; the row that names it is written after.
"""

import errno
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from studio.problems import Unavailable
from studio.store.bucket import Bucket
from studio.store.folder import Folder
from studio.store.stored_blob import StoredBlob

_NAME = re.compile(r"[a-z]+(?:/[A-Za-z0-9][A-Za-z0-9_-]{0,79}){2}")


class Blobs:
    """A store of named bytes. Calls block: not for the event loop.

    Args:
        url: fsspec URL; ``file://…`` or a plain path is served without fsspec.
        patience_seconds: for how long a passing failure of a remote store is tried again.

    Every method raises ``Unavailable`` (``blobs_unreachable``, ``blobs_refused``) where a remote
    store cannot be used, and ``ValueError`` for a name that is none.
    """

    def __init__(self, url: str, patience_seconds: float = 20.0) -> None:
        parts = urlsplit(url)
        self._store: Folder | Bucket
        if parts.scheme in ("", "file"):
            self._store = Folder(Path(unquote(parts.path)))
        else:
            self._store = Bucket(url, patience_seconds)

    @property
    def url(self) -> str:
        """Where it all lies, without a slash at the end."""
        return self._store.url

    def put(self, name: str, data: bytes) -> None:
        """Keep bytes under a name; a reader sees all of them or none, also after a power cut.

        Raises:
            Unavailable: ``blobs_full`` or ``blobs_not_written``: the local disk's own trouble.
        """
        try:
            self._store.put(_checked(name), data)
        except OSError as problem:
            if problem.errno in (errno.ENOSPC, errno.EDQUOT):
                raise Unavailable("blobs_full") from problem
            raise Unavailable("blobs_not_written", kind=type(problem).__name__) from problem

    def get(self, name: str) -> bytes:
        """The bytes of a name.

        Raises:
            Unavailable: the store has lost it (or somebody deleted the file).
        """
        try:
            return self._store.get(_checked(name))
        except FileNotFoundError:
            raise Unavailable("blob_missing") from None

    def read_range(self, name: str, start: int, end: int) -> bytes:
        """Bytes from ``start`` (≥ 0) to before ``end``; fewer where the blob ends before.

        Raises:
            Unavailable: the store has lost it.
        """
        try:
            return self._store.read_range(_checked(name), start, max(start, end))
        except FileNotFoundError:
            raise Unavailable("blob_missing") from None

    def size(self, name: str) -> int:
        """How many bytes are under a name.

        Raises:
            Unavailable: the store has lost it.
        """
        try:
            return self._store.size(_checked(name))
        except FileNotFoundError:
            raise Unavailable("blob_missing") from None

    def exists(self, name: str) -> bool:
        """Whether there are bytes under a name."""
        return self._store.exists(_checked(name))

    def delete(self, name: str) -> None:
        """Forget a name; no error when it is unknown."""
        self._store.delete(_checked(name))

    def names(self, prefix: str = "") -> Iterator[StoredBlob]:
        """Every blob whose name begins so, by name; what has no blob's name is left out."""
        return (found for found in self._store.names(prefix) if _NAME.fullmatch(found.name))

    def url_of(self, name: str) -> str:
        """The store's own URL of a name: ``gs://…``, ``s3://…``, ``file:///…``."""
        return f"{self._store.url}/{_checked(name)}"

    def name_of(self, url: str) -> str | None:
        """The name that :meth:`url_of` made a URL from; ``None`` for any other text."""
        scheme, _, rest = url.partition("://")
        if scheme == "gcs":
            scheme = "gs"
        url = f"{scheme}://{rest}"
        beginning = f"{self._store.url}/"
        name = url.removeprefix(beginning)
        return name if url.startswith(beginning) and _NAME.fullmatch(name) else None

    def try_out(self) -> None:
        """Put, read and delete a small blob, as a sign that the store works.

        Raises:
            Unavailable: it cannot be reached or written, or gives something else back.
        """
        name = f"trial/studio/{uuid.uuid4()}"
        self.put(name, name.encode())
        same = self.get(name) == name.encode()
        self.delete(name)
        if not same:
            raise Unavailable("blobs_refused")

    def sweep(self) -> int:
        """Remove what an interrupted :meth:`put` left, before anything writes. Returns how many."""
        return self._store.sweep()


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError("a blob's name has the form kind/owner/id")
    return name
