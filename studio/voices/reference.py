"""Which recording of a voice an engine gets: the prepared reference, or the clip as it came."""

from dataclasses import dataclass

from studio.engines.card import Card
from studio.engines.registry import engine_class
from studio.store.tables import Voice


@dataclass(frozen=True)
class Sent:
    """What goes to one engine.

    Attributes:
        card: the engine's.
        blob: where the recording is kept.
        sha256: of the recording's samples.
        transcript: what is said in it, or nothing.
        language: what is spoken in it.
        speech_seconds: in it.
    """

    card: Card
    blob: str
    sha256: str
    transcript: str
    language: str
    speech_seconds: float


def sent_to(voice: Voice, engine: str) -> Sent:
    """The recording that an engine gets of a voice.

    An engine that wants more speech than the reference holds, and reads no transcript, gets the
    whole clip where that has enough. A transcript is of the reference alone, so that an engine
    that reads it always gets the reference.

    Raises:
        NotFound: ``unknown_engine``.
    """
    card = engine_class(engine).card
    cloning, whole = card.cloning, float(voice.checkup["speech_seconds"])
    if voice.reference_blob is None or voice.reference_sha256 is None or not voice.doctor:
        return _clip(card, voice, voice.transcript, whole)
    best = float(voice.doctor["reference"]["speech_seconds"])
    if cloning.transcript == "unused" and best < cloning.min_seconds <= whole:
        return _clip(card, voice, "", whole)
    return Sent(
        card,
        voice.reference_blob,
        voice.reference_sha256,
        voice.transcript,
        voice.language,
        best,
    )


def _clip(card: Card, voice: Voice, transcript: str, speech_seconds: float) -> Sent:
    return Sent(
        card, voice.clip_blob, voice.clip_sha256, transcript, voice.language, speech_seconds
    )
