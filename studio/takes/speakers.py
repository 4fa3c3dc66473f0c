"""What takes need to know of voices; `studio.voices` fits this shape without being imported."""

from collections.abc import Sequence
from typing import Protocol

from studio.engines.contract import Enrolment


class CheckFacts(Protocol):
    """The part of a check-up that decides whether an engine can use a clip."""

    @property
    def speech_seconds(self) -> float: ...
    @property
    def seconds(self) -> float: ...


class VoiceFacts(Protocol):
    """A voice, as planning sees it."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def transcript(self) -> str: ...
    @property
    def check(self) -> CheckFacts: ...
    @property
    def reference_seconds(self) -> float | None:
        """Length of the part of the clip that engines get; None: they get all of it."""
        ...


class ReferenceFile(Protocol):
    """A voice's reference clip as engines get it: mono FLAC, and what is said in it."""

    @property
    def flac(self) -> bytes: ...
    @property
    def transcript(self) -> str: ...
    @property
    def language(self) -> str: ...


class Match(Protocol):
    """A preset and how alike it sounds to a reference clip (cosine of speaker embeddings)."""

    @property
    def preset(self) -> str: ...
    @property
    def similarity(self) -> float: ...


class VoiceLookup(Protocol):
    """Where voices come from. All raise ``NotFound`` for a voice that is not this owner's."""

    def get(self, owner: str, voice_id: str) -> VoiceFacts: ...

    def reference_flac(self, owner: str, voice_id: str) -> ReferenceFile: ...

    def closest_presets(self, owner: str, voice_id: str, engine: str) -> Sequence[Match]:
        """Presets of an engine, the most alike first. May take long the first time."""
        ...

    def known_closest_presets(
        self, owner: str, voice_id: str, engine: str
    ) -> Sequence[Match] | None:
        """The same as far as it costs nothing; ``None`` where something is yet to be measured."""
        ...

    def enrolment(
        self, owner: str, voice_id: str, engine: str, sets: tuple[str, ...] = ()
    ) -> tuple[str, Enrolment]:
        """The clip compiled for an engine that clones, and the key that stands for it.

        Args:
            owner: whose voice it is.
            voice_id: the voice.
            engine: name of the engine.
            sets: the weight set that compiles it, where the engine has several.
        """
        ...

    def forget_enrolment(
        self, owner: str, voice_id: str, engine: str, sets: tuple[str, ...] = ()
    ) -> None:
        """Drop what :meth:`enrolment` keeps: the service does not know it any more."""
        ...
