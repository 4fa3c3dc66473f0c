"""Who says the corpus: every voice in one split only, but for Piper's, which has one at hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from benchmarks.corpus.texts import Split


@dataclass(frozen=True)
class Speaker:
    """An engine's voice with the settings that make it this speaker."""

    engine: str
    preset: str
    languages: tuple[str, ...] = ("en",)
    options: Mapping[str, int | float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Engine and preset, the same for every setting: ``kokoro jf_alpha``."""
        return f"{self.engine} {self.preset}"


_STEADY = {"noise_scale": 0.0, "noise_w_scale": 0.0}
"""Piper draws without a seed; so it says a text the same way every time."""
_JOE = Speaker("piper", "en_US-joe-medium", options=_STEADY)
_BOTH = ("en", "ko")

SPEAKERS: dict[Split, tuple[Speaker, ...]] = {
    "tune": (
        Speaker("kokoro", "jf_alpha"),
        Speaker("kokoro", "jm_kumo"),
        _JOE,
        Speaker("espeak", "default", _BOTH),
        Speaker("espeak", "f2", _BOTH, {"rate": 160}),
        Speaker("espeak", "m3", _BOTH, {"pitch": 40}),
    ),
    "test": (
        Speaker("kokoro", "jf_gongitsune"),
        Speaker("kokoro", "jf_nezumi"),
        Speaker("kokoro", "jf_tebukuro"),
        _JOE,
        Speaker("espeak", "m1", _BOTH, {"rate": 165}),
        Speaker("espeak", "f1", _BOTH),
        Speaker("espeak", "m4", _BOTH, {"pitch": 60}),
        Speaker("espeak", "f4", _BOTH, {"rate": 155}),
    ),
}
"""In the order in which an engine's texts are dealt out to its voices."""

ENGINES = ("kokoro", "piper", "espeak")
"""The engines whose weights come in packages."""
