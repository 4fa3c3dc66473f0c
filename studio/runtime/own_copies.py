"""The studio's own copies of weights: fetched, checked and deleted, one at a time for each set."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from studio.engines.card import ModelCard, WeightFile, WeightSet
from studio.runtime.disk import filling, need_disk
from studio.runtime.origins import record
from studio.runtime.sets import learned_sizes, sources_of
from studio.runtime.sources import (
    Fetched,
    Gated,
    Progress,
    Stop,
    Stopped,
    Unfetched,
    Unreached,
    fetch,
)
from studio.runtime.stamps import Stamps
from studio.runtime.turnstile import Turnstile


class OwnCopies:
    """Keeps weight sets below ``<root>/<engine>/<set>/``.

    Args:
        root: the folder of all of them; made when needed.
        stamps: remembers what big files hash to.
    """

    def __init__(self, root: Path, stamps: Stamps) -> None:
        self._root = root
        self._stamps = stamps
        self._lock = threading.Lock()
        self._turnstiles: dict[Path, Turnstile] = {}

    def folder(self, card: ModelCard, weights: WeightSet) -> Path:
        """Where a set is kept, whether or not it is there."""
        return self._root / card.name / weights.name

    def as_promised(self, folder: Path, weights: WeightSet) -> bool:
        """Whether a folder holds a whole set, each file as the card describes it."""
        return all(self._good(folder / checked(file.name), file) for file in weights.files)

    def _good(self, path: Path, file: WeightFile) -> bool:
        if not path.is_file() or (file.bytes is not None and path.stat().st_size != file.bytes):
            return False
        return file.sha256 is None or self._stamps.sha256(path) == file.sha256

    def bring(
        self,
        card: ModelCard,
        weights: WeightSet,
        told: Progress,
        stop: threading.Event,
        *,
        offline: bool,
    ) -> None:
        """Fetch what a set lacks.

        Raises:
            Unfetched, Gated: no source gives it now.
            Stopped: ``stop`` was set.
            Unavailable: ``disk_full`` or ``weights_corrupt``.
        """
        folder = self.folder(card, weights)
        with self.alone(folder, stop):
            lacking = [f for f in weights.files if not self._good(folder / checked(f.name), f)]
            if offline and (absent := [f for f in lacking if not sources_of(f, offline=True)]):
                raise Unfetched("not in an installed package: " + ", ".join(f.name for f in absent))
            sizes = learned_sizes(lacking, offline=offline)
            need_disk(self._root, sum(sizes))
            done, total = 0, sum(sizes)
            for file, size in zip(lacking, sizes, strict=True):
                target = folder / file.name
                target.parent.mkdir(parents=True, exist_ok=True)

                def within(part: int, whole: int, done: int = done, size: int = size) -> None:
                    told(done + part, max(total - size + whole, done + part))

                with filling(self._root, size):
                    fetched = _fetch_any(file, target, within, stop, offline=offline)
                self._stamps.put(target, fetched.sha256)
                if fetched.origin:
                    record(folder, file.name, fetched)
                done += target.stat().st_size
            told(done, done)

    def delete(self, folder: Path) -> int:
        """Delete a folder of ours and what was noted of its files; returns the bytes freed."""
        files = files_in(folder)
        freed = sum(path.stat().st_size for path in files)
        for path in files:
            self._stamps.forget(path)
        shutil.rmtree(folder, ignore_errors=True)
        return freed

    @contextmanager
    def alone(self, folder: Path, stop: threading.Event) -> Iterator[None]:
        """One at a time writes to a set's own folder."""
        with self._lock:
            turnstile = self._turnstiles.setdefault(folder, Turnstile())
        if not turnstile.enter(stop):
            raise Stopped
        try:
            yield
        finally:
            turnstile.leave()


def _fetch_any(
    file: WeightFile, target: Path, told: Progress, stop: Stop, *, offline: bool
) -> Fetched:
    """From the first source that gives it."""
    reasons: list[Unfetched] = []
    for source in sources_of(file, offline=offline):
        try:
            return fetch(source, file, target, told, stop)
        except Unfetched as reason:
            reasons.append(reason)
    for refusal in reasons:
        if isinstance(refusal, Gated | Unreached):
            raise refusal
    raise Unfetched("; ".join(map(str, reasons)) or "no source")


def lacking_in(folder: Path, weights: WeightSet) -> list[str]:
    """Names of a set's files that are not in a folder."""
    return [f.name for f in weights.files if not (folder / checked(f.name)).is_file()]


def files_in(folder: Path) -> list[Path]:
    """All files below a folder, which need not exist."""
    return [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []


def checked(name: str) -> str:
    """A file name of a card, which must stay below the engine's folder."""
    if name.startswith("/") or ".." in Path(name).parts:
        raise ValueError(f"weights may not lie at {name!r}")
    return name
