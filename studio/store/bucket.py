"""An object store as a blob store, through fsspec.

Every call has a time limit, passing failures are tried again, and what stays broken is told in one
sentence.
"""

import inspect
import json
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import MethodType
from typing import Any, TypeVar

from studio.problems import Unavailable
from studio.store.stored_blob import StoredBlob

Result = TypeVar("Result")
_log = logging.getLogger(__name__)
_SCHEMES = {"gcs": "gs", "s3a": "s3"}
"""Other spellings of a scheme, and the one that the store's own tools use."""
_CALL_SECONDS = 10.0
_READ_SECONDS = 30.0
_SLOWEST_BYTES_PER_SECOND = 100_000
_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 4.0
_REFUSALS = (PermissionError, NotImplementedError, TypeError, ValueError)
_NO_CREDENTIALS = {"NoCredentialsError", "PartialCredentialsError", "DefaultCredentialsError"}
_OPTIONS: dict[str, dict[str, Any]] = {
    # Their own retries would make one call last for minutes.
    "s3": {"config_kwargs": {"retries": {"max_attempts": 1, "mode": "standard"}}},
    "gs": {},
}


class Bucket:
    """Objects under a prefix of a bucket; their names are already checked.

    Objects are replaced whole by these services: a reader sees the old bytes or the new ones.

    Args:
        url: ``s3://bucket/prefix``, ``gs://bucket/prefix`` or what else fsspec knows.
        patience_seconds: for how long a passing failure is tried again.
    """

    def __init__(self, url: str, patience_seconds: float = 20.0) -> None:
        scheme, _, rest = url.partition("://")
        self.url = f"{_SCHEMES.get(scheme, scheme)}://{rest.rstrip('/')}"
        self._patience = patience_seconds
        self._gate = threading.Lock()
        self._opened: tuple[Any, str] | None = None

    def put(self, name: str, data: bytes) -> None:
        """Write an object and return once the store has it."""
        seconds = _CALL_SECONDS + len(data) / _SLOWEST_BYTES_PER_SECOND
        try:
            self._call("pipe_file", name, data, seconds=seconds)
        except FileNotFoundError as problem:  # not the object: the bucket
            raise Unavailable("blobs_refused") from problem

    def get(self, name: str) -> bytes:
        """All bytes.

        Raises:
            FileNotFoundError: there is no such object.
        """
        return bytes(self._call("cat_file", name, seconds=_READ_SECONDS))

    def read_range(self, name: str, start: int, end: int) -> bytes:
        """Bytes ``start`` to before ``end``, fewer where the object ends.

        Raises:
            FileNotFoundError: there is no such object.
        """
        end = min(end, self.size(name))  # beyond it, some services answer with an error
        if start >= end:
            return b""
        return bytes(self._call("cat_file", name, start=start, end=end, seconds=_READ_SECONDS))

    def size(self, name: str) -> int:
        """How many bytes.

        Raises:
            FileNotFoundError: there is no such object.
        """
        return int(self._info(name)["size"])

    def exists(self, name: str) -> bool:
        """Whether there is such an object."""
        try:
            self._info(name)
        except FileNotFoundError:
            return False
        return True

    def delete(self, name: str) -> None:
        """Remove an object; no error when there is none."""
        try:
            self._call("rm_file", name)
        except FileNotFoundError:
            return

    def names(self, prefix: str) -> Iterator[StoredBlob]:
        """Objects two prefixes down whose names begin so. One prefix at a time is in memory."""
        root = self._file_system()[1]
        for kind in self._below(root, "directory", prefix):
            for owner in self._below(kind["name"], "directory", prefix):
                for info in self._below(owner["name"], "file", prefix):
                    yield StoredBlob(_name(info, root), int(info["size"]), _moment(info))

    def sweep(self) -> int:
        """Nothing to do: an interrupted upload leaves nothing under a name. Returns 0."""
        return 0

    def _below(self, path: str, kind: str, prefix: str) -> list[dict[str, Any]]:
        try:
            found = self._call("ls", path=path, detail=True, seconds=_READ_SECONDS)
        except FileNotFoundError:
            return []
        root = self._file_system()[1]

        def wanted(info: dict[str, Any]) -> bool:
            name = _name(info, root)
            on_the_way = name.startswith(prefix) or prefix.startswith(f"{name}/")
            return info["type"] == kind and bool(name) and on_the_way

        return sorted(filter(wanted, found), key=lambda info: str(info["name"]))

    def _info(self, name: str) -> dict[str, Any]:
        info: dict[str, Any] = self._call("info", name)
        if info.get("type") != "file":
            raise FileNotFoundError(name)
        return info

    def _call(
        self,
        method: str,
        name: str = "",
        /,
        *arguments: Any,
        seconds: float = _CALL_SECONDS,
        path: str = "",
        **options: Any,
    ) -> Any:
        """One request, again after passing failures.

        Raises:
            FileNotFoundError: the store says that there is no such object.
            Unavailable: ``blobs_unreachable``, ``blobs_refused``, ``blobs_library_missing``.
        """

        def once() -> Any:
            files, root = self._file_system()
            where = path or f"{root}/{name}"
            asynchronous = getattr(files, f"_{method}", None)
            if not (files.async_impl and inspect.iscoroutinefunction(asynchronous)):
                return getattr(files, method)(where, *arguments, **options)
            from fsspec.asyn import sync

            return sync(files.loop, asynchronous, where, *arguments, timeout=seconds, **options)

        return self._patiently(once)

    def _patiently(self, once: Callable[[], Result]) -> Result:
        end = time.monotonic() + self._patience
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                return once()
            except (FileNotFoundError, Unavailable):
                raise
            except Exception as problem:
                if _lasts(problem):
                    _log.warning("the blob store refuses: %s", type(problem).__name__)
                    raise Unavailable("blobs_refused") from problem
                if time.monotonic() + pause > end:
                    _log.warning("the blob store cannot be reached: %s", type(problem).__name__)
                    raise Unavailable("blobs_unreachable") from problem
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    def _file_system(self) -> tuple[Any, str]:
        with self._gate:
            if self._opened is None:
                self._opened = _open(self.url)
            return self._opened


def _lasts(problem: Exception) -> bool:
    """Whether trying again is in vain. What is not known by its kind comes there a little later."""
    if isinstance(problem, _REFUSALS) and not isinstance(problem, json.JSONDecodeError):
        return True
    if type(problem).__name__ in _NO_CREDENTIALS or str(problem).startswith("Forbidden:"):
        return True
    return str(getattr(problem, "code", "")) in {"400", "401", "403"}


def _open(url: str) -> tuple[Any, str]:
    from fsspec.core import url_to_fs

    scheme = url.partition("://")[0]
    # Else gcsfs asks for each bucket's kind by another protocol, with a permission of its own.
    os.environ.setdefault("GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT", "false")
    options = dict(_OPTIONS.get(scheme, {}))
    if scheme in _OPTIONS:
        # Other processes write to the same store: what was listed before says nothing.
        options.update(use_listings_cache=False, skip_instance_cache=True)
    try:
        files, root = url_to_fs(url, **options)
    except ImportError as problem:
        raise Unavailable("blobs_library_missing", scheme=scheme) from problem
    if scheme in _OPTIONS:
        _try_once(files)
    return files, root.rstrip("/")


def _try_once(files: Any) -> None:
    """Have a library try each request once: for how long to go on is decided here alone."""
    files.retries = 1
    plain = getattr(getattr(type(files), "_request", None), "__wrapped__", None)
    if plain is not None:  # gcsfs: its number of tries cannot be set
        files._request = MethodType(plain, files)  # noqa: SLF001


def _name(info: dict[str, Any], root: str) -> str:
    return str(info["name"]).removeprefix(root).strip("/")


def _moment(info: dict[str, Any]) -> datetime:
    for key in ("LastModified", "mtime", "updated", "modified", "created"):
        value = info.get(key)
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        if isinstance(value, (int, float)):
            value = datetime.fromtimestamp(value, UTC)
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime.fromtimestamp(0, UTC)
