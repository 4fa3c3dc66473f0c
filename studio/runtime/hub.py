"""Fetching one file from a Hugging Face hub: what it is, then its bytes from where they stopped."""

import errno
import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from studio.engines.card import HubFile

Progress = Callable[[int, int], None]
"""Gets bytes done and bytes in total; the total is 0 while it is not known."""

_BLOCK = 1 << 18
_TELL_SECONDS = 0.1
_PAUSE = 1.0
_REACH_SECONDS = 6.0
_STALL_SECONDS = 30.0
_HUB = "https://huggingface.co"
_FORBIDDEN = (401, 403)
_PARTIAL = 206
FULL = (errno.ENOSPC, errno.EDQUOT)
"""No room on the disk, or none for us."""


class Stop(Protocol):
    """Set when nobody wants the file any more; ``threading.Event`` fits."""

    def is_set(self) -> bool: ...


class Unfetched(Exception):
    """This source cannot give the file now; the text is for logs and the command line."""


class Unreached(Unfetched):
    """The hub does not answer at all.

    Args:
        host: its name; an address may hold a password.
    """

    def __init__(self, host: str) -> None:
        super().__init__(f"{host} cannot be reached")
        self.host = host


class Gated(Unfetched):
    """The hub gives the file only to people who agreed to its terms there.

    Args:
        repository: the model's name on the hub.
        url: the page to agree on.
    """

    def __init__(self, repository: str, url: str) -> None:
        super().__init__(f"{repository} is only for people who agreed to its terms: {url}")
        self.repository = repository
        self.url = url


class Stopped(Exception):
    """The person changed their mind. What arrived stays, to go on from."""


@dataclass(frozen=True)
class Remote:
    """A file as the hub describes it."""

    url: str
    """Where its bytes are; may be valid for a while only."""
    commit: str
    """What the revision of the card stood for; empty where the hub does not say."""
    etag: str
    size: int | None

    @property
    def sha256(self) -> str | None:
        """The content's hash: the hub's tag of every large file is one."""
        tag = self.etag.lower()
        return tag if len(tag) == 64 and not tag.strip("0123456789abcdef") else None  # noqa: PLR2004


def hub_address() -> str:
    """Where the hub is: ``HF_ENDPOINT``, else the public one."""
    return os.environ.get("HF_ENDPOINT", _HUB).rstrip("/")


def reached() -> str:
    """The hub's address, once it answered anything at all.

    Raises:
        Unreached: it does not.
    """
    from huggingface_hub.utils import get_session

    endpoint = hub_address()
    try:  # the library itself tries for half a minute, and this may be a laptop without a network
        get_session().head(endpoint, timeout=_REACH_SECONDS)
    except OSError as problem:
        raise Unreached(urlsplit(endpoint).netloc.rpartition("@")[2]) from problem
    return endpoint


def look(source: HubFile, endpoint: str) -> Remote:
    """Ask the hub what a file is.

    Raises:
        Gated: agree first.
        Unfetched: it does not have the file, or does not answer.
    """
    from huggingface_hub import get_hf_file_metadata, hf_hub_url
    from huggingface_hub.utils import logging

    logging.set_verbosity_error()
    url = hf_hub_url(source.repository, source.path, revision=source.revision, endpoint=endpoint)
    try:
        found = get_hf_file_metadata(url, timeout=_REACH_SECONDS, endpoint=endpoint)
    except (OSError, ValueError) as problem:  # requests' and the hub's errors are OSErrors
        raise _refusal(source, endpoint, problem) from problem
    return Remote(found.location, found.commit_hash or "", found.etag or "", found.size)


def _refusal(source: HubFile, endpoint: str, problem: Exception) -> Unfetched:
    status = getattr(getattr(problem, "response", None), "status_code", None)
    if status in _FORBIDDEN:
        return Gated(source.repository, f"{endpoint}/{source.repository}")
    first = str(problem).strip().partition("\n")[0]
    return Unfetched(f"{type(problem).__name__}: {first}")


def download(source: HubFile, folder: Path, told: Progress, stop: Stop) -> tuple[Path, Remote]:
    """Bring a file's bytes into a folder.

    Args:
        source: which file.
        folder: where unfinished files wait. What an earlier attempt left there of the same content
            is gone on from.
        told: progress within this file, at most ten times a second.
        stop: looked at between blocks.

    Returns:
        The finished file, not yet checked, and what the hub says of it.

    Raises:
        Gated, Unfetched: as :func:`look`, or the connection broke and does not come back.
        Stopped: ``stop`` was set.
        OSError: the disk is full.
    """
    endpoint = reached()
    folder.mkdir(parents=True, exist_ok=True)
    while True:
        remote = look(source, endpoint)
        tag = hashlib.sha256(f"{source.path}\0{remote.etag}".encode()).hexdigest()[:24]
        part = folder / f"{tag}.part"
        before = _size(part)
        try:
            _more(remote, part, endpoint, told, stop)
        except (OSError, ValueError) as problem:
            if getattr(problem, "errno", None) in FULL:
                raise
            if _size(part) > before:  # cut off, but it moves: go on from there
                _pause(stop)
                continue
            raise _refusal(source, endpoint, problem) from problem
        return part, remote


def _more(remote: Remote, part: Path, endpoint: str, told: Progress, stop: Stop) -> None:
    """What is missing of a file, in one request."""
    from huggingface_hub.utils import build_hf_headers, get_session

    first = _size(part)
    if remote.size is not None and first > remote.size:
        part.unlink()
        first = 0
    if first and first == remote.size:
        return
    # The person's token is for the hub, not for whoever stores the bytes.
    own = urlsplit(remote.url).netloc == urlsplit(endpoint).netloc
    headers = {**(build_hf_headers() if own else {}), "Accept-Encoding": "identity"}
    if first:
        headers["Range"] = f"bytes={first}-"
    with get_session().get(
        remote.url, headers=headers, stream=True, timeout=(_REACH_SECONDS, _STALL_SECONDS)
    ) as answer:
        answer.raise_for_status()
        done = first if answer.status_code == _PARTIAL else 0
        with part.open("ab" if done else "wb") as output, _ended_by(stop, answer.raw):
            said = 0.0
            for block in answer.iter_content(_BLOCK):
                output.write(block)
                done += len(block)
                if stop.is_set():
                    raise Stopped
                if (now := time.monotonic()) - said >= _TELL_SECONDS:
                    said = now
                    told(done, remote.size or 0)
    if remote.size is not None and done > remote.size:
        part.unlink()
        raise Unfetched(f"{done} bytes came instead of {remote.size}")
    if remote.size is not None and done < remote.size:
        raise OSError(f"{done} bytes came instead of {remote.size}")
    told(done, done)


@contextmanager
def _ended_by(stop: Stop, raw: object) -> Iterator[None]:
    """End a read that waits for a silent server as soon as ``stop`` is set."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_TELL_SECONDS):
            if stop.is_set():
                with suppress(Exception):  # already closed: then nothing waits any more
                    raw.shutdown()  # type: ignore[attr-defined]
                return

    thread = threading.Thread(target=watch, name="download-stop", daemon=True)
    thread.start()
    try:
        yield
    except Exception as problem:
        if stop.is_set():
            raise Stopped from problem
        raise
    finally:
        over.set()
        thread.join()


def _pause(stop: Stop) -> None:
    until = time.monotonic() + _PAUSE
    while time.monotonic() < until:
        if stop.is_set():
            raise Stopped
        time.sleep(_TELL_SECONDS)


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
