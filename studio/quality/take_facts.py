"""What is known of a take before it is judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from studio.quality.asr import Transcript
from studio.quality.ending import Ending
from studio.quality.said import Said, compare

_USUAL_PACE = {"ko": 0.17, "ja": 0.14, "zh": 0.22, "yue": 0.22}
_LATIN_PACE = 0.07
"""Seconds for a letter (a syllable of Korean, a character of Japanese or Chinese), usually."""


@dataclass(frozen=True)
class TakeFacts:
    """The measurements that `studio.quality.take_checks.check` goes by.

    Attributes:
        text: what was to be said.
        language: of the text, ISO 639 code without region.
        seconds: length of the take.
        speech: (start, end) in seconds, from `studio.quality.vad.speech`.
        ending: from `studio.quality.ending.ending`; None where nothing sounds.
        transcript: what was heard, written in ``language``; None where no recogniser is at hand.
        languages: (tag, probability) of the likeliest languages as heard, best first.
        other: what was heard, written in the likeliest language instead; see
            :attr:`needs_other`.
        reference_transcript: what is said in the reference clip of the voice.
        snr_db: from `studio.quality.noise.snr_db`.
        background: DNSMOS of the background, 1 (intrusive) to 5.
        clipping_ratio: from `studio.audio.clipping.clipping_ratio`.
        peak_dbfs: largest sample; None where all are zero.
        formant: the engine strings formants together: what it says ends abruptly by nature, and a
            recogniser that never heard its like understands it in English at best.
    """

    text: str
    language: str
    seconds: float
    speech: Sequence[tuple[float, float]] = ()
    ending: Ending | None = None
    transcript: Transcript | None = None
    languages: Sequence[tuple[str, float]] = ()
    other: Transcript | None = None
    reference_transcript: str = ""
    snr_db: float | None = None
    background: float | None = None
    clipping_ratio: float = 0.0
    peak_dbfs: float | None = None
    formant: bool = False

    @cached_property
    def said(self) -> Said | None:
        """The text beside the transcript; None without one, or where the text has no words."""
        if self.transcript is None:
            return None
        said = compare(self.text, self.transcript, self.language)
        return said if said.wanted else None

    @cached_property
    def confidence(self) -> float:
        """Mean probability of the words heard, by their letters; 0 where there are none."""
        return confidence(self.transcript)

    @cached_property
    def speech_seconds(self) -> float:
        """Seconds in which somebody speaks."""
        return sum(end - start for start, end in self.speech)

    @cached_property
    def usual_seconds(self) -> float | None:
        """How long reading the text usually takes, without pauses; None where that is unknown."""
        if self.said is None:
            return None
        pace = _USUAL_PACE.get(self.language, _LATIN_PACE)
        return pace * self.said.letters(0, len(self.said.wanted))

    @property
    def needs_other(self) -> bool:
        """The take may be in another language: :attr:`other` would tell."""
        if self.said is None or not self.languages:
            return False
        return self.languages[0][0] != self.language and self.said.agreement < FOREIGN_AGREEMENT


FOREIGN_AGREEMENT = 0.5
"""Share of the letters that another language leaves in place at most."""


def confidence(transcript: Transcript | None) -> float:
    """Mean probability of a transcript's words, by their letters; 0 where there are none."""
    words = transcript.words if transcript else ()
    letters = sum(len(word.text) for word in words)
    return sum(len(word.text) * word.probability for word in words) / letters if letters else 0.0
