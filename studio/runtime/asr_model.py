"""Which speech recogniser the studio listens with: the setting ``asr_model`` made a folder.

A recogniser that is missing is no error: what needs it is left out and says so, with the command
that brings it.
"""

from pathlib import Path

from studio.locales import Note, note
from studio.quality.models import MODELS, WHISPER
from studio.runtime.sets import in_words
from studio.runtime.weight_states import WeightsFound
from studio.runtime.weights import WeightStore
from studio.settings import Settings

AUTO = "auto"
_SUGGESTED = "small"
"""The set to get where none is there and none was asked for: the large one is slow without a
graphics card, and the smallest hears too little beyond English."""


class Recogniser:
    """Finds the weights of the speech recogniser; nothing is fetched from the network.

    Args:
        settings: with ``asr_model``.
        weights: where weights are looked for.
    """

    def __init__(self, settings: Settings, weights: WeightStore) -> None:
        self._wanted = settings.asr_model
        self._weights = weights

    def folder(self) -> Path | None:
        """The folder to listen with: the set that was asked for, or the best one that is there.

        None where that is missing; another set never takes its place. Files are read once, so
        this may be asked before every take.
        """
        return self.found()[0]

    def found(self) -> tuple[Path | None, str | None]:
        """:meth:`folder`, and the name of its weight set."""
        card = MODELS[WHISPER]
        if self._wanted != AUTO and self._wanted not in _sets():
            return None, None
        found = self._weights.locate(card, None if self._wanted == AUTO else self._wanted)
        return (found.folder, found.set_name) if isinstance(found, WeightsFound) else (None, None)

    def missing(self) -> Note:
        """What to say where :meth:`folder` gives None: what is lacking, its size, the command."""
        if self._wanted != AUTO and self._wanted not in _sets():
            known = ", ".join((AUTO, *_sets()))
            return note("measuring_model.unknown_set", set=self._wanted, known=known)
        name = _SUGGESTED if self._wanted == AUTO else self._wanted
        size = _sets()[name]
        return note("measuring_model.recogniser_missing", set=name, size=in_words(size))


def _sets() -> dict[str, int]:
    """Sizes of the weight sets, bytes, by name."""
    return {
        weights.name: sum(file.bytes or 0 for file in weights.files)
        for weights in MODELS[WHISPER].weights
    }
