"""The places where weights may lie, in the order of preference, and what lies there."""

import hashlib
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

from studio.engines.card import ModelCard, WeightSet
from studio.problems import Unavailable
from studio.runtime.folders import Folders
from studio.runtime.own_copies import OwnCopies, files_in, lacking_in
from studio.runtime.sets import bytes_lacking, how_to_get, in_packages
from studio.runtime.sources import Unfetched
from studio.runtime.stamps import Stamps
from studio.runtime.weight_states import SetState, WeightsFound

log = logging.getLogger("studio.runtime")


class WeightPlaces:
    """Looks for weight sets; nothing is fetched, save what installed packages carry.

    Args:
        local: ``models_dir`` of the settings.
        folders: folders that a person named for sets.
        stamps: remembers what big files hash to.
        copies: the studio's own copies.
    """

    def __init__(
        self, local: Path | None, folders: Folders, stamps: Stamps, copies: OwnCopies
    ) -> None:
        self._local = local
        self._folders = folders
        self._stamps = stamps
        self._copies = copies

    def of(
        self, card: ModelCard, wanted: tuple[WeightSet, ...]
    ) -> Iterator[tuple[Path, WeightSet]]:
        """Folders where sets may lie, each with its set, in the order of preference."""
        if self._local is not None:
            for weights in wanted:
                yield self._local / card.name / weights.name, weights
                if card.sets_serve == "any" or _alone_in_names(card, weights):
                    yield self._local / card.name, weights
        for weights in wanted:
            if named := self._folders.of(card.name, weights.name):
                yield named, weights
        for weights in wanted:
            yield self._copies.folder(card, weights), weights

    def whole(self, card: ModelCard, folder: Path, weights: WeightSet) -> bool:
        """Whether a folder holds a whole set: of the person's choice, or as the card promises."""
        if folder == self._folders.of(card.name, weights.name):
            return not lacking_in(folder, weights)
        return self._copies.as_promised(folder, weights)

    def unpacked(self, card: ModelCard, weights: WeightSet) -> WeightsFound | None:
        """A set that installed packages carry, copied to the own folder; None where that fails."""
        if not in_packages(weights):
            return None
        try:
            self._copies.bring(card, weights, _untold, threading.Event(), offline=True)
        except (Unfetched, Unavailable, OSError) as problem:
            log.warning("weights %s of %s: %s", weights.name, card.name, problem)
            return None
        return self.found(self._copies.folder(card, weights), weights)

    def found(self, folder: Path, weights: WeightSet) -> WeightsFound:
        """A whole set as it lies in a folder, its revision made of its files' hashes."""
        digest = hashlib.sha256()
        for file in sorted(weights.files, key=lambda f: f.name):
            digest.update(f"{file.name}\0{self._stamps.sha256(folder / file.name)}\n".encode())
        return WeightsFound(folder, weights.name, f"{weights.name}-{digest.hexdigest()[:12]}")

    def state(self, card: ModelCard, weights: WeightSet) -> SetState:
        """How it stands with a set; one that installed packages carry counts as present."""
        named = self._folders.of(card.name, weights.name)
        lacking = lacking_in(named, weights) if named else []
        present = in_packages(weights) or any(
            self.whole(card, folder, weights) for folder, _ in self.of(card, (weights,))
        )
        return SetState(
            name=weights.name,
            licence=weights.licence,
            present=present,
            bytes=bytes_lacking(None, weights),
            how_to_get=how_to_get(card, weights),
            gated=weights.gated,
            purpose=weights.purpose,
            own_bytes=sum(
                path.stat().st_size for path in files_in(self._copies.folder(card, weights))
            ),
            folder=named,
            lacking=tuple(lacking),
            differs=bool(named and not lacking and not self._copies.as_promised(named, weights)),
        )


def _alone_in_names(card: ModelCard, weights: WeightSet) -> bool:
    """Whether no other set has files of the same names, so that files tell whose they are."""
    names = {file.name for file in weights.files}
    others = (file.name for other in card.weights if other is not weights for file in other.files)
    return names.isdisjoint(others)


def _untold(_done: int, _total: int) -> None:
    pass
