"""A few words said at once, to hear how they are read: no take, nothing is kept."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from studio.engines.contract import Chunk, Preset, Request
from studio.engines.registry import engine_class
from studio.problems import BadInput, NotFound, Unavailable
from studio.runtime.runtime import Runtime
from studio.store.database import Database
from studio.takes.acceptance import LicenceService
from studio.takes.order import clean
from studio.takes.prices import Prices
from studio.takes.pronunciations import bare_code
from studio.takes.rows import recent_rtf

LONGEST = 200
"""Characters that are said to try them."""
_QUICK = 0.5
"""A loaded engine whose takes come faster than this (RTF) is preferred to the quickest of all."""


@dataclass(frozen=True)
class Tried:
    """What was said.

    Attributes:
        wav: the file.
        engine: title of the engine that spoke.
    """

    wav: bytes
    engine: str


@dataclass(frozen=True)
class _Voice:
    engine: str
    preset: Preset
    rank: tuple[float, float]


class Trying:
    """Says a few words with a free engine on this machine that needs no waiting for.

    Args:
        database: how fast engines were.
        runtime: renders.
        licences: which licences were accepted.
        prices: what costs something is never asked.
    """

    def __init__(
        self, database: Database, runtime: Runtime, licences: LicenceService, prices: Prices
    ) -> None:
        self._database = database
        self._runtime = runtime
        self._licences = licences
        self._prices = prices

    def say(self, text: str, language: str) -> Tried:
        """Say it now.

        Args:
            text: at most 200 characters.
            language: ISO 639 code.

        Raises:
            BadInput: nothing to say, or too much; what the engine refuses.
            Unavailable: ``nothing_to_try_with``: no such engine speaks the language, or the one
                that does fails.
        """
        from studio.audio.encode import wav

        said, code = clean(text, "text"), bare_code(language)
        if not any(c.isalnum() for c in said):
            raise BadInput("text_empty")
        if len(said) > LONGEST:
            raise BadInput("too_long_to_try", characters=len(said), limit=LONGEST)
        voice = min(self._voices(code), key=lambda one: one.rank, default=None)
        if voice is None:
            raise Unavailable("nothing_to_try_with")
        kind = engine_class(voice.engine)
        options = kind.Options().model_dump(mode="json")
        request = Request(said, code, preset=voice.preset.id, options=options)
        chunks: list[Chunk] = []
        self._runtime.render(voice.engine, request, chunks.append, threading.Event())
        import numpy as np

        samples = np.concatenate([chunk.samples for chunk in chunks])
        return Tried(wav(samples, chunks[0].sample_rate), kind.card.title)

    def _voices(self, language: str) -> Iterator[_Voice]:
        for state in self._runtime.states():
            if state.state not in ("ready", "loaded"):
                continue
            try:
                card = engine_class(state.name).card
            except (NotFound, Unavailable):
                continue
            local = set(card.hardware.runs_on) & {"cpu", "cuda"}
            free = self._prices.of(card) is None and self._licences.accepted(state.name)
            spoken = language in card.languages and language not in card.language_faults
            preset = next((one for one in state.presets if one.speaks(language)), None)
            if not (local and free and spoken and preset):
                continue
            rank = self._rank(state.name, loaded=state.state == "loaded", anchor=card.low_anchor)
            if rank is not None:
                yield _Voice(state.name, preset, rank)

    def _rank(self, engine: str, *, loaded: bool, anchor: bool) -> tuple[float, float] | None:
        """Loaded ones that are quick, then the anchor, which always is; nobody waits for others."""
        if anchor:
            return 1.0, 0.0
        with self._database.read() as session:
            rtf = recent_rtf(session, engine)
        usual = median(rtf) if rtf else None
        return (0.0, usual) if loaded and usual is not None and usual < _QUICK else None
