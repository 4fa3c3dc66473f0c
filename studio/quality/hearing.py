"""What is said in a reference, and whether the transcript covers all of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from studio.audio.resample import Samples
from studio.quality.asr import Word
from studio.quality.coverage import coverage
from studio.quality.second_hearing import hear_out

Span = tuple[float, float]


@dataclass(frozen=True)
class Heard:
    """A transcript with its proof. Times are seconds.

    Attributes:
        text: what is said.
        written_in: ISO 639 tag of the language that the text is written in.
        language: ISO 639 tag of the language that was heard.
        probability: of that language, 0-1.
        words: in order.
        model: library, version and weights of the recogniser.
        covered: share of the speech that has words, 0-1.
        uncovered: speech without words.
        proven: whether the transcript covers the speech.
    """

    text: str
    written_in: str
    language: str
    probability: float
    words: tuple[Word, ...]
    model: str
    covered: float
    uncovered: tuple[Span, ...]
    proven: bool

    def later(self, seconds: float) -> "Heard":
        """The same, with times of a recording that began so much earlier."""
        return replace(
            self,
            words=tuple(
                replace(word, start=word.start + seconds, end=word.end + seconds)
                for word in self.words
            ),
            uncovered=tuple((start + seconds, end + seconds) for start, end in self.uncovered),
        )

    def language_json(self) -> dict[str, Any]:
        """``tag`` and ``probability`` of the language that was heard."""
        return {"tag": self.language, "probability": self.probability}

    def to_json(self) -> dict[str, Any]:
        """A plain form: ``text``, ``language``, ``words``, ``model`` and ``coverage``."""
        return {
            "text": self.text,
            "language": self.written_in,
            "words": [dict(vars(word)) for word in self.words],
            "model": self.model,
            "coverage": {
                "share": self.covered,
                "uncovered": [list(span) for span in self.uncovered],
                "proven": self.proven,
            },
        }


def hear(
    samples: Samples,
    rate: int,
    speech: Sequence[Span],
    whisper: Path,
    *,
    language: str | None = None,
) -> Heard:
    """Transcribe a recording: what was passed over heard again, what was made up left out.

    Args:
        samples: float32 mono in [-1, 1], shape (n,).
        rate: Hz.
        speech: (start, end) in seconds.
        whisper: folder of the recogniser.
        language: ISO 639 tag to write in; by default the one that is heard.
    """
    heard = hear_out(samples, rate, whisper, speech, language=language)
    found = coverage(heard, speech, len(samples) / rate)
    tag, probability = heard.languages[0]
    return Heard(
        text=heard.text,
        written_in=heard.language,
        language=tag,
        probability=probability,
        words=heard.words,
        model=heard.model,
        covered=found.share,
        uncovered=found.uncovered,
        proven=found.proven,
    )
