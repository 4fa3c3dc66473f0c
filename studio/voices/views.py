"""What the service says about clips and voices: typed, language-free, ready for any door."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from studio.locales import Note

Verdict = Literal["usable", "warning", "refused"]


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class CheckupView(_View):
    """What was found in a recording, and whether it can serve as a reference clip."""

    verdict: Verdict
    reasons: tuple[Note, ...] = ()
    """What is wrong and what to do, the gravest first."""
    seconds: float
    speech_seconds: float
    bandwidth_hz: float | None
    loudness_lufs: float | None
    """Integrated loudness (ITU-R BS.1770-4); ``None`` for silence."""
    peak_dbfs: float | None
    clipping_ratio: float
    """Share of samples that are clipped, 0 to 1."""
    snr_db: float | None
    container: str
    codec: str
    sample_rate: int
    """Hz, of the file."""
    channels: int
    """Of the file, before they were folded into one."""
    peaks: tuple[tuple[int, int], ...] = ()
    """Lowest and highest sample of equal slices, -127 to 127: a waveform to draw."""

    def to_json(self) -> dict[str, Any]:
        """A plain form for the database."""
        return self.model_dump(mode="json", exclude={"reasons"}) | {
            "reasons": [reason.to_json() for reason in self.reasons]
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "CheckupView":
        """The inverse of :meth:`to_json`."""
        reasons = tuple(Note.from_json(reason) for reason in data["reasons"])
        return cls.model_validate({**data, "reasons": reasons})


class ConsentView(_View):
    """Who agreed to what, when, about which recording. It outlives the voice."""

    id: str
    voice_id: str
    owner: str
    """Who agreed."""
    speaker: str
    """Whose voice it is, as they said; empty: their own."""
    given_at: datetime
    statement: str
    """The sentence that was agreed to, as it was shown."""
    locale: str
    """The language it was shown in."""
    clip_sha256: str
    """Of the recording's samples."""
    about: Literal["speech", "sharing"] = "speech"
    """That the voice is cloned, or that everybody with an account uses it."""
    withdrawn_at: datetime | None = None
    """When sharing ended."""
    voice_exists: bool = True


class PresetMatch(_View):
    """How alike a preset and a reference clip sound."""

    preset: str
    title: str
    similarity: float
    """Cosine of the two speaker embeddings, 0 to 1. It is a likeness, not a clone."""


class Preparing(_View):
    """How far the one-time measuring of an engine's presets has come."""

    done: int
    total: int


@dataclass(frozen=True)
class Reference:
    """A voice's reference for those who work with its samples.

    samples: float32 mono in [-1, 1], shape (n,). rate: Hz.
    """

    name: str
    samples: NDArray[np.float32]
    rate: int
    transcript: str
    language: str
    sha256: str


@dataclass(frozen=True)
class Clip:
    """A recording as it is kept.

    flac: mono, 24 bit. sha256: of its rate and samples. seconds: its length.
    """

    flac: bytes
    sha256: str
    seconds: float


@dataclass(frozen=True)
class ReferenceFile:
    """A voice's reference as it is kept, with what is said in it.

    flac: mono, 24 bit. sha256: of its rate and samples.
    """

    flac: bytes
    transcript: str
    language: str
    sha256: str


class EnrolmentView(_View):
    """Whether a voice is compiled for an engine."""

    engine: str
    title: str
    state: Literal["ready", "pending", "failed", "open", "ask", "impossible"]
    """``open``: it could be, and nobody started it. ``ask``: the recording would go to a service
    outside, or cost money, so that a person has to ask for it."""
    reason: Note | None = None
    """Why it is not ready, and what to do."""
    can_start: bool = False
    paid: bool = False
    """It leaves this machine, or costs money."""
