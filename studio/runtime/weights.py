"""The weights of models: where they lie, how they come, whether they are what cards promise."""

import dataclasses
import logging
import threading
from pathlib import Path

from studio.engines.card import Card, ModelCard, WeightSet
from studio.engines.registry import engine_class, engine_classes
from studio.problems import BadInput, NotFound, Unavailable
from studio.quality.models import MODELS
from studio.runtime.folders import Folders, whole_folder
from studio.runtime.origins import origins
from studio.runtime.own_copies import OwnCopies, lacking_in
from studio.runtime.revision import library_revision
from studio.runtime.sets import bytes_lacking, how_to_get, in_words
from studio.runtime.sources import Gated, Progress, Stop, Stopped, Unfetched, Unreached
from studio.runtime.stamps import Stamps
from studio.runtime.weight_places import WeightPlaces
from studio.runtime.weight_states import FileState, SetState, WeightsFound, WeightsMissing
from studio.settings import Settings

_MOST_NAMES = 12
_LONGEST_NAME = 80
log = logging.getLogger("studio.runtime")


class WeightStore:
    """Finds and fetches weights.

    In order: ``<models_dir>/<engine>/<set>/`` and ``<models_dir>/<engine>/`` where that setting is
    made, a folder named with :meth:`use`, the studio's own ``<data_dir>/models/<engine>/<set>/``,
    installed packages (copied to the own folder, which takes a moment once), and, only on request,
    the Hugging Face hub. Within each place the card's order of sets decides.
    """

    def __init__(self, settings: Settings) -> None:
        self._own = settings.data_dir / "models"
        self._folders = Folders(self._own / "folders.json")
        self._stamps = Stamps(self._own / ".stamps")
        self._copies = OwnCopies(self._own, self._stamps)
        self._places = WeightPlaces(settings.models_dir, self._folders, self._stamps, self._copies)

    # what there is

    def locate(self, card: ModelCard, set_name: str | None = None) -> WeightsFound | WeightsMissing:
        """Where the weights of an engine are. Big files are read once, not at each call.

        Args:
            card: the engine's.
            set_name: this set and no other.

        Raises:
            NotFound: the card has no such set.
        """
        if not card.weights:
            return WeightsFound(None, "", _revision(card))
        wanted = self._wanted(card, set_name)
        for folder, weights in self._places.of(card, wanted):
            if self._places.whole(card, folder, weights):
                return self._places.found(folder, weights)
        for weights in wanted:
            if found := self._places.unpacked(card, weights):
                return found
        first = wanted[0]
        return WeightsMissing(
            bytes_lacking(self._copies.folder(card, first), first), how_to_get(card, first)
        )

    def complete(self, card: ModelCard) -> list[WeightsFound]:
        """Every complete set, in the card's order; for an engine whose sets do different things."""
        found = (self.locate(card, weights.name) for weights in card.weights)
        return [one for one in found if isinstance(one, WeightsFound)]

    def require(self, card: ModelCard, set_name: str | None = None) -> WeightsFound:
        """Like :meth:`locate`.

        Raises:
            NotFound: the card has no such set.
            Unavailable: ``weights_missing``, or ``weight_set_missing`` where one was named.
        """
        found = self.locate(card, set_name)
        if isinstance(found, WeightsFound):
            return found
        size = "?" if found.bytes is None else in_words(found.bytes)
        if set_name is not None:
            raise Unavailable("weight_set_missing", engine=card.name, set=set_name, size=size)
        raise Unavailable("weights_missing", engine=card.name, size=size)

    def sets(self, card: ModelCard) -> list[SetState]:
        """All weight sets of an engine; a set that installed packages carry counts as present."""
        return [self._places.state(card, weights) for weights in card.weights]

    def card(self, name: str) -> ModelCard:
        """The card of an engine or of a model that measures.

        Raises:
            NotFound: there is neither.
            Unavailable: ``engine_not_loaded``, its module does not import.
        """
        return MODELS.get(name) or engine_class(name).card

    def names(self) -> list[str]:
        """What has weights: engines that import, then the models that measure."""
        engines = [name for name, kind in engine_classes().items() if kind.card.weights]
        return [*engines, *(name for name in MODELS if name not in engines)]

    # changing it

    def get(
        self,
        engine: str,
        progress: Progress | None = None,
        *,
        offline: bool = False,
        set_name: str | None = None,
        stop: threading.Event | None = None,
    ) -> WeightsFound:
        """Fetch an engine's weights: the first of its sets, in the card's order, that can be had.

        Args:
            engine: its name.
            progress: told bytes done and in total, over all files of the set.
            offline: installed packages only.
            set_name: this set and no other.
            stop: set to end it early; what arrived stays, and the next call goes on from there.

        Raises:
            NotFound: no such engine or set.
            Unavailable: ``hub_unreachable``, ``weights_unreachable``, ``weights_gated``,
                ``weights_corrupt`` or ``disk_full``.
            Stopped: ``stop`` was set.
        """
        card = self.card(engine)
        return self.fetch(card, progress, offline=offline, set_name=set_name, stop=stop)

    def fetch(
        self,
        card: ModelCard,
        progress: Progress | None = None,
        *,
        offline: bool = False,
        set_name: str | None = None,
        stop: threading.Event | None = None,
    ) -> WeightsFound:
        """:meth:`get` for a card at hand."""
        if not card.weights:
            return WeightsFound(None, "", _revision(card))
        wanted = self._wanted(card, set_name)
        refused: list[tuple[WeightSet, Unfetched]] = []
        for weights in wanted:
            skipped = tuple(f"{other.name}: {reason}" for other, reason in refused)
            for folder, _ in self._places.of(card, (weights,)):
                if self._places.whole(card, folder, weights):
                    return dataclasses.replace(self._places.found(folder, weights), skipped=skipped)
            try:
                self._copies.bring(
                    card, weights, progress or _silent, stop or threading.Event(), offline=offline
                )
            except Unfetched as reason:
                refused.append((weights, reason))
                log.info("weights %s of %s: %s", weights.name, card.name, reason)
                continue
            found = self._places.found(self._copies.folder(card, weights), weights)
            return dataclasses.replace(found, skipped=skipped)
        for _, refusal in refused:
            if isinstance(refusal, Gated):
                raise Unavailable(
                    "weights_gated",
                    engine=card.name,
                    repository=refusal.repository,
                    url=refusal.url,
                )
        for _, refusal in refused:
            if isinstance(refusal, Unreached):
                raise Unavailable("hub_unreachable", engine=card.name, host=refusal.host)
        reasons = "; ".join(f"{weights.name}: {reason}" for weights, reason in refused)
        raise Unavailable("weights_unreachable", engine=card.name, reason=reasons)

    def use(self, engine: str, set_name: str, folder: Path | None) -> SetState:
        """Let a folder of the person's serve as a set, in place; ``None``: not any more.

        Its files bear the names on the card. Other contents are welcome (a fine-tuned model): the
        state then says that they differ, and the model revision follows the content.

        Raises:
            NotFound: no such engine or set.
            BadInput: ``weights_folder_missing`` or ``weights_folder_lacks``.
        """
        card = self.card(engine)
        (weights,) = self._wanted(card, set_name)
        if folder is not None:
            folder = whole_folder(folder)
            if lacking := lacking_in(folder, weights):
                raise BadInput(
                    "weights_folder_lacks",
                    folder=str(folder),
                    files=_some(lacking),
                    set=set_name,
                    engine=engine,
                )
        self._folders.put(engine, set_name, folder)
        return self._places.state(card, weights)

    def verify(
        self,
        engine: str,
        progress: Progress | None = None,
        *,
        set_name: str | None = None,
        stop: Stop | None = None,
    ) -> list[FileState]:
        """Read every file of the engine's complete sets again and compare.

        With the hash on the card, or the one that was noted when the file came.

        Raises:
            NotFound: no such engine or set.
            Stopped: ``stop`` was set.
        """
        card = self.card(engine)
        wanted = self._wanted(card, set_name) if card.weights else ()
        whole = [
            (folder, weights)
            for folder, weights in self._places.of(card, wanted)
            if not lacking_in(folder, weights)
        ]
        total = sum((folder / file.name).stat().st_size for folder, w in whole for file in w.files)
        states: list[FileState] = []
        done = 0
        for folder, weights in whole:
            noted = origins(folder)
            for file in weights.files:
                if stop is not None and stop.is_set():
                    raise Stopped
                path = folder / file.name
                self._stamps.forget(path)
                found = self._stamps.sha256(path)
                promised = file.sha256 or (noted[file.name].sha256 if file.name in noted else None)
                good = None if promised is None else found == promised
                states.append(FileState(weights.name, path, found, good))
                done += path.stat().st_size
                (progress or _silent)(done, total)
        return states

    def remove(self, engine: str, set_name: str | None = None) -> int:
        """Delete the studio's own copies; returns the bytes freed.

        A folder named with :meth:`use` is forgotten, its files and those below ``models_dir`` are
        the person's and stay. What installed packages carry is copied again when the engine is
        next looked at.

        Raises:
            NotFound: no such engine or set.
        """
        card = self.card(engine)
        freed = 0
        for weights in self._wanted(card, set_name) if card.weights else ():
            self._folders.put(engine, weights.name, None)
            folder = self._copies.folder(card, weights)
            with self._copies.alone(folder, threading.Event()):
                freed += self._copies.delete(folder)
        if set_name is None:
            freed += self._copies.delete(self._own / card.name)  # sets of an earlier card
        return freed

    # inside

    def _wanted(self, card: ModelCard, set_name: str | None) -> tuple[WeightSet, ...]:
        found = tuple(w for w in card.weights if set_name in (None, w.name))
        if not found:
            named = (set_name or "")[:_LONGEST_NAME]
            known = _some([weights.name for weights in card.weights]) or "-"
            raise NotFound("unknown_weight_set", engine=card.name, set=named, known=known)
        return found


def _some(names: list[str]) -> str:
    """Names in a sentence, which need not be all of hundreds."""
    more = ["…"] if len(names) > _MOST_NAMES else []
    return ", ".join(names[:_MOST_NAMES] + more)


def _revision(card: ModelCard) -> str:
    return library_revision(card) if isinstance(card, Card) else card.name


def _silent(_done: int, _total: int) -> None:
    pass
