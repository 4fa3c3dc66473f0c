"""Finished takes for the tests: short real speech, kept in memory."""

import hashlib
from dataclasses import dataclass

import numpy as np

from studio.problems import NotFound
from tests.audio.speech import espeak

VOICES = {"espeak/en-us": "en-us", "espeak/en-us+f3": "en-us+f3", "piper/joe": "en-us+m3"}


@dataclass(frozen=True)
class SpokenTake:
    take: str
    comparison: str
    condition: str
    language: str
    text_sha256: str


class SpokenTakes:
    """A `TakeSource`. Sounds are made when asked for, a text and voice at a time."""

    def __init__(self) -> None:
        self.known: list[SpokenTake] = []
        self.sounds: dict[str, tuple[np.ndarray, int]] = {}
        self.asked = 0

    def add(
        self,
        comparison: str,
        condition: str,
        text: str = "Hello.",
        language: str = "en",
        sound=None,
    ) -> SpokenTake:
        take = SpokenTake(
            take=f"take-{len(self.known)}",
            comparison=comparison,
            condition=condition,
            language=language,
            text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        )
        self.known.append(take)
        self.sounds[take.take] = sound or said(text, VOICES.get(condition, "en-us"))
        return take

    def candidates(self, comparison: str | None, owner: str) -> list[SpokenTake]:
        self.asked += 1
        found = [t for t in self.known if comparison in (None, t.comparison)]
        if comparison is not None and not found:
            raise NotFound("unknown_comparison")
        return found

    def samples(self, take: str) -> tuple[np.ndarray, int]:
        if take not in self.sounds:
            raise NotFound("unknown_take")
        return self.sounds[take]


def said(text: str, voice: str = "en-us") -> tuple[np.ndarray, int]:
    """Real speech at 22050 Hz with its own silences, levels apart by voice."""
    samples, rate = espeak(text, voice)
    gain = 0.3 + 0.2 * (len(voice) % 4)
    lead = np.zeros(rate * (1 + len(voice) % 3) // 10, np.float32)
    return np.concatenate([lead, samples * gain]).astype(np.float32), rate
