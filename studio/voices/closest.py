"""The presets of an engine that sound most like a reference clip. A likeness, never a clone."""

import hashlib
import logging
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.engines.card import Card
from studio.engines.contract import Chunk, Preset, Request
from studio.engines.registry import engine_class
from studio.problems import BadInput, Problem, Unavailable
from studio.quality.speaker import encoder_name
from studio.store.database import Database
from studio.store.tables import EnrolmentRow, PresetEmbedding
from studio.voices.rows import keep_enrolment
from studio.voices.views import Preparing, PresetMatch

if TYPE_CHECKING:
    from studio.runtime.runtime import Runtime

Samples = NDArray[np.float32]
KIND = "closest_preset"
_EMBED = "studio.quality.speaker:embed"
_BENCH = "speech"
_EMBED_SECONDS = 120.0
"""The first call imports torch and compiles; later ones take a tenth of a second."""
_FAILURES_IN_A_ROW = 2

SENTENCES = {
    "en": "The north wind and the sun were disputing which of them was the stronger.",
    "ko": "바람과 해님이 서로 힘이 더 세다고 다투고 있었습니다.",
    "ja": "北風と太陽が、どちらが強いか言い争っていました。",
    "zh": "有一回，北风跟太阳在那儿争论谁的本领大。",
    "es": "El viento norte y el sol discutían sobre cuál de ellos era el más fuerte.",
    "fr": "La bise et le soleil se disputaient, chacun assurant qu'il était le plus fort.",
    "de": "Einst stritten sich Nordwind und Sonne, wer von ihnen wohl der Stärkere wäre.",
    "it": "Il vento del nord e il sole discutevano su chi dei due fosse il più forte.",
    "pt": "O vento norte e o sol discutiam qual dos dois era o mais forte.",
    "ru": "Однажды северный ветер и солнце спорили, кто из них сильнее.",
}
"""The opening of Aesop's fable that phoneticians record in every language: four to five seconds.
Twice as long made Kokoro's presets no more like themselves in another text (0.92 against 0.91)."""


class ClosestPresets:
    """Ranks presets by speaker similarity; measures each preset once for each model revision.

    Args:
        database: where embeddings are kept.
        runtime: renders the presets and runs the speaker encoder, both in other processes.
    """

    def __init__(self, database: Database, runtime: "Runtime") -> None:
        self._database = database
        self._runtime = runtime
        self._gates: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._progress: dict[str, Preparing] = {}

    def rank(
        self, clip_sha256: str, clip: Callable[[], tuple[Samples, int]], engine: str
    ) -> list[PresetMatch]:
        """All presets, the most alike first. Renders those that were never measured.

        Args:
            clip_sha256: the clip's hash, under which its own embedding is kept.
            clip: gives the clip's samples and rate; called only where they are needed.
            engine: name of an engine whose card offers closest presets.

        Raises:
            BadInput: ``no_closest_preset``; ``no_voice_to_compare`` when the clip has none.
            Unavailable: the engine cannot speak now.
        """
        card = offering(engine)
        revision = self._runtime.model_revision(engine)
        presets = self._runtime.presets(engine)
        with self._gates[engine]:
            self._measure_presets(card, revision, presets)
            mine = self._clip_embedding(clip_sha256, engine, revision, clip)
        return _ranked(mine, presets, self._measured(card, revision, presets))

    def known(self, clip_sha256: str, engine: str) -> list[PresetMatch] | None:
        """The ranking where it costs nothing, ``None`` where something is yet to be measured."""
        card = offering(engine)
        revision = self._runtime.model_revision(engine)
        presets = self._runtime.presets(engine)
        mine = self._stored_clip_embedding(clip_sha256, engine, revision)
        measured = self._measured(card, revision, presets)
        if mine is None or any(preset.id not in measured for preset in presets):
            return None
        return _ranked(mine, presets, measured)

    def preparing(self, engine: str) -> Preparing | None:
        """How far the measuring of presets is; ``None`` while none is going on."""
        return self._progress.get(engine)

    def _measure_presets(self, card: Card, revision: str, presets: list[Preset]) -> None:
        done = self._measured(card, revision, presets)
        missing = [preset for preset in presets if preset.id not in done]
        failures = 0
        try:
            for count, preset in enumerate(missing):
                total = len(presets)
                self._progress[card.name] = Preparing(
                    done=total - len(missing) + count, total=total
                )
                try:
                    self._measure(card, revision, preset)
                    failures = 0
                except Problem:
                    failures += 1
                    if failures == min(_FAILURES_IN_A_ROW, len(presets)):
                        raise
                    _log.warning("preset %s of %s could not be measured", preset.id, card.name)
        finally:
            self._progress.pop(card.name, None)

    def _measure(self, card: Card, revision: str, preset: Preset) -> None:
        language = _language(card, preset)
        chunks: list[Chunk] = []
        request = Request(
            text=SENTENCES[language],
            language=language,
            preset=preset.id,
            options=engine_class(card.name).Options().model_dump(),
        )
        self._runtime.render(card.name, request, chunks.append, threading.Event())
        if not chunks:
            raise Unavailable("no_voice_to_compare")
        samples = np.concatenate([chunk.samples for chunk in chunks])
        embedding = self._embed(samples, chunks[0].sample_rate)
        row = PresetEmbedding(
            engine=card.name,
            model_revision=revision,
            preset=preset.id,
            encoder=_encoder(language),
            embedding=embedding,
        )

        def keep(session: Session) -> None:
            session.merge(row)

        self._database.write(keep)

    def _measured(
        self, card: Card, revision: str, presets: list[Preset]
    ) -> dict[str, NDArray[np.float64]]:
        encoders = {preset.id: _encoder(_language(card, preset)) for preset in presets}
        query = select(PresetEmbedding).where(
            PresetEmbedding.engine == card.name, PresetEmbedding.model_revision == revision
        )
        with self._database.read() as session:
            return {
                row.preset: np.array(row.embedding, dtype=np.float64)
                for row in session.scalars(query)
                if encoders.get(row.preset) == row.encoder
            }

    def _clip_embedding(
        self,
        clip_sha256: str,
        engine: str,
        revision: str,
        clip: Callable[[], tuple[Samples, int]],
    ) -> NDArray[np.float64]:
        stored = self._stored_clip_embedding(clip_sha256, engine, revision)
        if stored is not None:
            return stored
        embedding = self._embed(*clip())
        row = EnrolmentRow(
            clip_sha256=clip_sha256,
            engine=engine,
            model_revision=revision,
            kind=KIND,
            values={"encoder": encoder_name(), "embedding": embedding},
            arrays_blob=None,
        )
        self._database.write(lambda session: keep_enrolment(session, row))
        return np.array(embedding, dtype=np.float64)

    def _stored_clip_embedding(
        self, clip_sha256: str, engine: str, revision: str
    ) -> NDArray[np.float64] | None:
        with self._database.read() as session:
            row = session.get(EnrolmentRow, (clip_sha256, engine, revision))
        if row is None or row.kind != KIND or row.values.get("encoder") != encoder_name():
            return None
        return np.array(row.values["embedding"], dtype=np.float64)

    def _embed(self, samples: Samples, rate: int) -> list[float]:
        found: list[float] | None = self._runtime.call(
            _EMBED, samples, rate, bench=_BENCH, timeout=_EMBED_SECONDS
        )
        if not found:
            raise BadInput("no_voice_to_compare")
        return found


_log = logging.getLogger(__name__)


def offering(engine: str) -> Card:
    """The card of an engine that offers closest presets.

    Raises:
        BadInput: ``no_closest_preset``.
        NotFound: ``unknown_engine``.
    """
    card = engine_class(engine).card
    if not card.cloning.closest_preset:
        raise BadInput("no_closest_preset", engine=card.title)
    return card


def _language(card: Card, preset: Preset) -> str:
    """A language that the engine speaks properly, if possible one the preset is meant for."""
    proper = [tag for tag in card.languages if tag in SENTENCES]
    meant = [tag for tag in preset.languages if tag in proper]
    if not proper:
        raise Unavailable("no_closest_preset", engine=card.title)
    return "en" if "en" in (meant or proper) else (meant or proper)[0]


def _encoder(language: str) -> str:
    """The measuring method in one string: another encoder or sentence measures anew."""
    sentence = hashlib.sha256(SENTENCES[language].encode()).hexdigest()[:8]
    return f"{encoder_name()} {language}-{sentence}"


def _ranked(
    mine: NDArray[np.float64], presets: list[Preset], measured: dict[str, Any]
) -> list[PresetMatch]:
    matches = [
        PresetMatch(
            preset=preset.id,
            title=preset.title,
            similarity=round(float(np.clip(mine @ measured[preset.id], 0.0, 1.0)), 4),
        )
        for preset in presets
        if preset.id in measured
    ]
    return sorted(matches, key=lambda match: -match.similarity)
