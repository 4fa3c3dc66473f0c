"""The weights of engines: where they lie, how they come, whether they are what cards promise."""

import dataclasses
import hashlib
import logging
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from studio.engines.card import Card, WeightFile, WeightSet
from studio.engines.registry import engine_class, engine_classes
from studio.locales import Note
from studio.problems import Unavailable
from studio.runtime.revision import library_revision
from studio.runtime.sets import (
    bytes_lacking,
    how_to_get,
    in_packages,
    in_words,
    size_of,
    sources_of,
)
from studio.runtime.sources import Progress, Unfetched, fetch
from studio.runtime.stamps import Stamps
from studio.settings import Settings

_SPARE_BYTES = 200_000_000
"""Free disk left over after a download."""
log = logging.getLogger("studio.runtime")


@dataclass(frozen=True)
class WeightsFound:
    """A complete set of weights, or an engine that needs none."""

    folder: Path | None
    """Where the files lie; None for an engine without weights."""
    set_name: str
    revision: str
    """Changes when the model changes; never empty."""
    skipped: tuple[str, ...] = ()
    """Sets that come before it in the card's order and could not be fetched, with the reason."""


@dataclass(frozen=True)
class WeightsMissing:
    """No set is complete."""

    bytes: int | None
    """What the set that ``get`` would fetch first lacks; None when a size is not known."""
    note: Note
    """What to do about it."""


@dataclass(frozen=True)
class SetState:
    """One weight set of an engine as the engines page shows it."""

    name: str
    licence: str
    present: bool
    bytes: int | None
    """Of the whole set."""
    how_to_get: Note


@dataclass(frozen=True)
class FileState:
    """One file as ``verify`` found it."""

    set_name: str
    path: Path
    sha256: str
    """Read from the file now."""
    good: bool | None
    """None where the card states no hash."""


class WeightStore:
    """Finds and fetches weights.

    In order: ``<models_dir>/<engine>/`` and ``<models_dir>/<engine>/<set>/`` where that setting is
    made, the studio's own ``<data_dir>/models/<engine>/<set>/``, installed packages (copied to the
    own folder, which takes a moment once), and, only on request, the Hugging Face hub. Within each
    place the card's order of sets decides.
    """

    def __init__(self, settings: Settings) -> None:
        self._local = settings.models_dir
        self._own = settings.data_dir / "models"
        self._stamps = Stamps(self._own / ".stamps")
        self._fetching = threading.Lock()

    def locate(self, card: Card) -> WeightsFound | WeightsMissing:
        """Where the weights of an engine are. Big files are read once, not at each call."""
        if not card.weights:
            return WeightsFound(None, "", library_revision(card))
        for folder, weights in self._places(card):
            if self._complete(folder, weights):
                return self._found(folder, weights)
        for weights in card.weights:
            if in_packages(weights):
                try:
                    self._bring(card, weights, _silent, offline=True)
                except (Unfetched, Unavailable, OSError) as problem:
                    log.warning("weights %s of %s: %s", weights.name, card.name, problem)
                    continue
                return self._found(self._folder(card, weights), weights)
        first = card.weights[0]
        return WeightsMissing(
            bytes_lacking(self._folder(card, first), first), how_to_get(card, first)
        )

    def require(self, card: Card) -> WeightsFound:
        """Like :meth:`locate`.

        Raises:
            Unavailable: ``weights_missing``.
        """
        found = self.locate(card)
        if isinstance(found, WeightsMissing):
            size = "?" if found.bytes is None else in_words(found.bytes)
            raise Unavailable("weights_missing", engine=card.name, size=size)
        return found

    def sets(self, card: Card) -> list[SetState]:
        """All weight sets of an engine; a set that installed packages carry counts as present."""
        states = []
        for weights in card.weights:
            places = [folder for folder, other in self._places(card) if other is weights]
            present = in_packages(weights) or any(self._complete(p, weights) for p in places)
            size = bytes_lacking(None, weights)
            states.append(
                SetState(weights.name, weights.licence, present, size, how_to_get(card, weights))
            )
        return states

    def get(
        self,
        engine: str,
        progress: Progress | None = None,
        *,
        offline: bool = False,
        set_name: str | None = None,
    ) -> WeightsFound:
        """Fetch an engine's weights: the first of its sets, in the card's order, that can be had.

        Args:
            engine: its name.
            progress: told bytes done and in total, over all files of the set.
            offline: installed packages only.
            set_name: this set and no other.

        Raises:
            NotFound: no such engine.
            Unavailable: ``weights_unreachable``, ``weights_corrupt`` or ``disk_full``.
        """
        return self.fetch(engine_class(engine).card, progress, offline=offline, set_name=set_name)

    def fetch(
        self,
        card: Card,
        progress: Progress | None = None,
        *,
        offline: bool = False,
        set_name: str | None = None,
    ) -> WeightsFound:
        """:meth:`get` for a card at hand."""
        if not card.weights:
            return WeightsFound(None, "", library_revision(card))
        reasons: list[str] = []
        for weights in card.weights:
            if set_name not in (None, weights.name):
                continue
            for folder, other in self._places(card):
                if other is weights and self._complete(folder, weights):
                    found = self._found(folder, weights)
                    return dataclasses.replace(found, skipped=tuple(reasons))
            try:
                self._bring(card, weights, progress or _silent, offline=offline)
            except Unfetched as reason:
                reasons.append(f"{weights.name}: {reason}")
                log.info("weights %s of %s: %s", weights.name, card.name, reason)
                continue
            found = self._found(self._folder(card, weights), weights)
            return dataclasses.replace(found, skipped=tuple(reasons))
        raise Unavailable("weights_unreachable", engine=card.name, reason="; ".join(reasons) or "-")

    def verify(self, engine: str) -> list[FileState]:
        """Read every file of the engine's complete sets again and compare with the card."""
        states = []
        card = engine_class(engine).card
        for folder, weights in self._places(card):
            paths = [(file, folder / file.name) for file in weights.files]
            if not all(path.is_file() for _, path in paths):
                continue
            for file, path in paths:
                self._stamps.forget(path)
                found = self._stamps.sha256(path)
                good = None if file.sha256 is None else found == file.sha256
                states.append(FileState(weights.name, path, found, good))
        return states

    def remove(self, engine: str) -> int:
        """Delete the studio's own copies; returns the bytes freed.

        A folder named by ``models_dir`` is the person's, not ours, and stays. What installed
        packages carry is copied again when the engine is next looked at.
        """
        folder = self._own / engine_class(engine).card.name
        if not folder.is_dir():
            return 0
        files = [path for path in folder.rglob("*") if path.is_file()]
        freed = sum(path.stat().st_size for path in files)
        for path in files:
            self._stamps.forget(path)
        shutil.rmtree(folder)
        return freed

    def engines(self) -> list[str]:
        """Names of all engines that have weights; those that do not import are left out."""
        return [name for name, kind in engine_classes().items() if kind.card.weights]

    # inside

    def _folder(self, card: Card, weights: WeightSet) -> Path:
        return self._own / card.name / weights.name

    def _places(self, card: Card) -> Iterator[tuple[Path, WeightSet]]:
        """Folders where a set may lie, in the order of preference."""
        if self._local is not None:
            for weights in card.weights:
                yield self._local / card.name / weights.name, weights
                yield self._local / card.name, weights
        for weights in card.weights:
            yield self._folder(card, weights), weights

    def _complete(self, folder: Path, weights: WeightSet) -> bool:
        """Whether all files are there and are what the card promises."""
        return all(self._good(folder / _checked(file.name), file) for file in weights.files)

    def _good(self, path: Path, file: WeightFile) -> bool:
        if not path.is_file() or (file.bytes is not None and path.stat().st_size != file.bytes):
            return False
        return file.sha256 is None or self._stamps.sha256(path) == file.sha256

    def _found(self, folder: Path, weights: WeightSet) -> WeightsFound:
        digest = hashlib.sha256()
        for file in sorted(weights.files, key=lambda f: f.name):
            digest.update(f"{file.name}\0{self._stamps.sha256(folder / file.name)}\n".encode())
        return WeightsFound(folder, weights.name, f"{weights.name}-{digest.hexdigest()[:12]}")

    def _bring(self, card: Card, weights: WeightSet, told: Progress, *, offline: bool) -> None:
        """Fetch what a set lacks into the own folder."""
        with self._fetching:
            folder = self._folder(card, weights)
            lacking = [f for f in weights.files if not self._good(folder / _checked(f.name), f)]
            if offline and (absent := [f for f in lacking if not sources_of(f, offline=True)]):
                raise Unfetched("not in an installed package: " + ", ".join(f.name for f in absent))
            sizes = [size_of(file) or 0 for file in lacking]
            _need_disk(self._own, sum(sizes))
            done, total = 0, sum(sizes)
            for file, size in zip(lacking, sizes, strict=True):
                target = folder / file.name
                target.parent.mkdir(parents=True, exist_ok=True)

                def within(part: int, whole: int, done: int = done, size: int = size) -> None:
                    told(done + part, max(total - size + whole, done + part))

                sha256 = _fetch_any(file, target, within, offline=offline)
                self._stamps.put(target, sha256)
                done += target.stat().st_size
            told(done, done)


def _fetch_any(file: WeightFile, target: Path, told: Progress, *, offline: bool) -> str:
    """From the first source that gives it."""
    reasons = []
    for source in sources_of(file, offline=offline):
        try:
            return fetch(source, file, target, told)
        except Unfetched as reason:
            reasons.append(str(reason))
    raise Unfetched("; ".join(reasons) or "no source")


def _need_disk(folder: Path, needed: int) -> None:
    existing = next(p for p in (folder.absolute(), *folder.absolute().parents) if p.exists())
    free = shutil.disk_usage(existing).free
    if needed and free < needed + _SPARE_BYTES:
        raise Unavailable("disk_full", needed=in_words(needed), free=in_words(free))


def _checked(name: str) -> str:
    """A file name of a card, which must stay below the engine's folder."""
    if name.startswith("/") or ".." in Path(name).parts:
        raise ValueError(f"weights may not lie at {name!r}")
    return name


def _silent(_done: int, _total: int) -> None:
    pass
