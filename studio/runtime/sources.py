"""Fetching one file of weights from where it can come: installed packages, or a model hub."""

import hashlib
import importlib.util
import os
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from studio.engines.card import HubFile, PackageParts, WeightFile
from studio.problems import Unavailable
from studio.runtime.hub import Gated, Progress, Stop, Stopped, Unfetched, Unreached, download

__all__ = [
    "Fetched",
    "Gated",
    "Progress",
    "Stop",
    "Stopped",
    "Unfetched",
    "Unreached",
    "fetch",
    "part_paths",
]

_BLOCK = 1 << 20


@dataclass(frozen=True)
class Fetched:
    """A file that came."""

    sha256: str
    origin: str
    """The repository and the commit it came from; empty where packages carried it."""


def part_paths(source: PackageParts) -> list[Path] | None:
    """Where the parts lie, or None when a package or a part is not installed. Imports nothing."""
    paths = []
    for package, inside in source.parts:
        spec = importlib.util.find_spec(package)
        if spec is None:
            return None
        if spec.submodule_search_locations:
            folder = Path(next(iter(spec.submodule_search_locations)))
        else:
            folder = Path(spec.origin or "").parent
        if not (folder / inside).is_file():
            return None
        paths.append(folder / inside)
    return paths


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch(
    source: PackageParts | HubFile, file: WeightFile, target: Path, told: Progress, stop: Stop
) -> Fetched:
    """Bring one file to ``target``, whole and flushed or not at all.

    Args:
        source: where from.
        file: what is known of it; its SHA-256 is checked when the card or the hub states one.
        target: where to; its folder exists.
        told: progress within this file.
        stop: set to end it early.

    Raises:
        Unfetched: not from this source, not now.
        Stopped: ``stop`` was set; what came over the network stays, to go on from.
        Unavailable: ``weights_corrupt``: what came is not what the card promises. It is deleted.
    """
    if isinstance(source, PackageParts):
        return _join(source, file, target, told, stop)
    return _from_hub(source, file, target, told, stop)


def _join(
    source: PackageParts, file: WeightFile, target: Path, told: Progress, stop: Stop
) -> Fetched:
    paths = part_paths(source)
    if paths is None:
        raise Unfetched("not installed: " + " ".join(source.requirements))
    total, done = sum(path.stat().st_size for path in paths), 0
    digest = hashlib.sha256()
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        with unfinished.open("wb") as output:
            for path in paths:
                with path.open("rb") as part:
                    while block := part.read(_BLOCK):
                        if stop.is_set():
                            raise Stopped
                        output.write(block)
                        digest.update(block)
                        done += len(block)
                        told(done, total)
            output.flush()
            os.fsync(output.fileno())
        found = digest.hexdigest()
        _expect(file, found, file.sha256)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    _flush_folder(target.parent)
    return Fetched(found, "")


def _from_hub(
    source: HubFile, file: WeightFile, target: Path, told: Progress, stop: Stop
) -> Fetched:
    waiting = target.parent / ".downloads"
    part, remote = download(source, waiting, told, stop)
    found = sha256_of(part)
    try:
        _expect(file, found, file.sha256 or remote.sha256)
        with part.open("rb+") as output:
            os.fsync(output.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
        with suppress(OSError):  # another file's beginning waits there
            waiting.rmdir()
    _flush_folder(target.parent)
    return Fetched(found, f"{source.repository}@{remote.commit or source.revision}")


def _expect(file: WeightFile, found: str, promised: str | None) -> None:
    if promised is not None and promised != found:
        raise Unavailable("weights_corrupt", file=file.name, found=found[:12], sha256=promised[:12])


def _flush_folder(folder: Path) -> None:
    """Make a rename last through a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
