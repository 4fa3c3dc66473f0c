"""What is said in a recording: Whisper (Radford et al. 2022) by faster-whisper, in a bench only.

One greedy answer and no sampling, so that the same recording always gives the same transcript.
Nothing of the text to expect is told to the model: a hint would have it hear what it hopes for.
"""

import functools
import logging
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.engines.cores import available
from studio.problems import Unavailable

log = logging.getLogger("studio.quality")
RATE = 16_000
"""What Whisper hears, Hz."""
_BEAMS = 5
_LANGUAGES_TOLD = 5
_MOST_THREADS = 4
_COMPUTE = "int8"
"""The arithmetic: on a processor half the time of float32 and, for clean speech, the same words."""
_TOKENS_AT_LEAST = 24
_TOKENS_PER_SECOND = 14
"""More than anyone speaks (Korean: 10). Where the model falls into a loop, it ends here and not
after its 448 tokens, which take half a minute."""
_TOKENS_AT_MOST = 440
_FRAME = RATE // 100
"""Samples of one column of the spectrogram (10 ms)."""
_WINDOW_SECONDS = 20
"""The model sees 30 s at a time. Left to itself it cuts there, within a word, and of a sentence
that is said again and again it then leaves one out; in shorter stretches, cut in a pause, not."""
_CUT_AFTER_SECONDS = 10
_PAUSE_SECONDS = 0.2


@dataclass(frozen=True)
class Word:
    """A word as heard.

    Attributes:
        text: without the spaces around it, with its punctuation.
        start: seconds from the beginning of the recording.
        end: seconds; not before ``start``.
        probability: the model's own, 0–1.
    """

    text: str
    start: float
    end: float
    probability: float


@dataclass(frozen=True)
class Segment:
    """A stretch that the model wrote in one go.

    Attributes:
        start: seconds.
        end: seconds.
        no_speech: the model's probability that nobody speaks in the window it lies in, 0–1.
        avg_logprob: mean log-probability of the window's tokens (≤ 0; below −1 is a guess).
        compression: bytes of the window's text over its bytes compressed by zlib; above 2.4 it
            repeats itself.
    """

    start: float
    end: float
    no_speech: float
    avg_logprob: float
    compression: float


@dataclass(frozen=True)
class Transcript:
    """What was heard.

    Attributes:
        text: the whole of it, in the script of the language.
        language: ISO 639 tag it was written in: the one asked for, else the likeliest.
        language_probability: that the recording is in ``language``, as heard in its first 30 s.
        languages: the likeliest five, (tag, probability), best first; heard, not asked for.
        words: in order; for languages without spaces, short runs of characters.
        segments: in order.
        model: library, version and weights: ``faster-whisper 1.2.1 base``.
    """

    text: str
    language: str
    language_probability: float
    languages: tuple[tuple[str, float], ...]
    words: tuple[Word, ...]
    segments: tuple[Segment, ...]
    model: str

    def to_json(self) -> dict[str, Any]:
        """A plain form for the database and the wire between processes."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Transcript":
        """The inverse of :meth:`to_json`; lists may stand for tuples."""
        return cls(
            text=data["text"],
            language=data["language"],
            language_probability=data["language_probability"],
            languages=tuple((tag, p) for tag, p in data["languages"]),
            words=tuple(Word(**word) for word in data["words"]),
            segments=tuple(Segment(**segment) for segment in data["segments"]),
            model=data["model"],
        )


def model_name(model: Path) -> str:
    """Library, version and weight set, without loading it: ``faster-whisper 1.2.1 base``."""
    import importlib.metadata

    return f"faster-whisper {importlib.metadata.version('faster-whisper')} {model.name}"


def transcribe(
    samples: NDArray[np.float32], rate: int, model: Path, *, language: str | None = None
) -> Transcript:
    """Write down what is said.

    Args:
        samples: float32 mono in [-1, 1], shape (n,).
        rate: sample rate, Hz.
        model: folder of a CTranslate2 conversion of Whisper; its name is the weight set's.
        language: ISO 639 tag to write in; the likeliest where it is None or unknown to Whisper.

    Raises:
        Unavailable: ``recogniser_broken``, the folder holds no model that can be loaded.

    Returns:
        The transcript. Its words may be wrong, too many or too few: `studio.quality.coverage`
        tells whether they cover the recording.
    """
    heard = _prepared(samples, rate)
    listener = _listener(str(model))
    windows = _windows(heard)
    languages = _languages(listener, heard, windows[0][1])
    likeliest = languages[0][0]
    written = language if language and language in listener.supported_languages else likeliest
    found, _ = listener.transcribe(
        heard,
        language=written,
        beam_size=_BEAMS,
        temperature=0.0,
        clip_timestamps=[frame / 100 for window in windows for frame in window],
        max_new_tokens=_most_tokens(heard),
        condition_on_previous_text=False,
        word_timestamps=True,
    )
    segments = list(found)
    return Transcript(
        text="".join(segment.text for segment in segments).strip(),
        language=written,
        language_probability=float(dict(languages).get(written, 0.0)),
        languages=tuple(languages[:_LANGUAGES_TOLD]),
        words=tuple(
            Word(word.word.strip(), float(word.start), float(word.end), float(word.probability))
            for segment in segments
            for word in segment.words or ()
            if word.word.strip()
        ),
        segments=tuple(
            Segment(
                float(one.start),
                float(one.end),
                float(one.no_speech_prob),
                float(one.avg_logprob),
                float(one.compression_ratio),
            )
            for one in segments
        ),
        model=model_name(model),
    )


def detect_language(
    samples: NDArray[np.float32], rate: int, model: Path
) -> tuple[tuple[str, float], ...]:
    """The likeliest five languages of the first 30 s: (ISO 639 tag, probability), best first."""
    heard = _prepared(samples, rate)
    languages = _languages(_listener(str(model)), heard, _windows(heard)[0][1])
    return tuple(languages[:_LANGUAGES_TOLD])


def _most_tokens(heard: NDArray[np.float32]) -> int:
    seconds = min(heard.size / RATE, _WINDOW_SECONDS)
    return min(_TOKENS_AT_MOST, round(_TOKENS_AT_LEAST + _TOKENS_PER_SECOND * seconds))


def _prepared(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    import soxr

    return np.asarray(soxr.resample(np.asarray(samples, dtype=np.float32), rate, RATE), np.float32)


def _windows(heard: NDArray[np.float32]) -> list[tuple[int, int]]:
    """Where to cut a long recording: stretches of 10 ms frames, from pause to pause."""
    frames = max(1, heard.size // _FRAME)
    starts = [0]
    while frames - starts[-1] > 100 * _WINDOW_SECONDS:
        first = starts[-1] + 100 * _CUT_AFTER_SECONDS
        last = starts[-1] + 100 * _WINDOW_SECONDS
        power = np.square(heard[first * _FRAME : last * _FRAME]).reshape(-1, _FRAME).sum(axis=1)
        width = round(100 * _PAUSE_SECONDS)
        quiet = np.convolve(power, np.ones(width), mode="valid")
        latest = quiet.size - 1 - int(np.argmin(quiet[::-1]))
        starts.append(first + latest + width // 2)
    return list(zip(starts, [*starts[1:], frames], strict=True))


def _languages(listener: Any, heard: NDArray[np.float32], frames: int) -> list[tuple[str, float]]:
    """All languages, best first, as heard in the first so many frames of 10 ms."""
    from faster_whisper.audio import pad_or_trim

    if not listener.model.is_multilingual:
        return [("en", 1.0)]
    features = listener.feature_extractor(heard)[:, :-1][:, :frames]  # as transcribe() cuts it
    found = listener.model.detect_language(listener.encode(pad_or_trim(features)))[0]
    return [(token[2:-2], float(probability)) for token, probability in found]


@functools.cache
def _listener(model: str) -> Any:
    from faster_whisper import WhisperModel

    class Listener(WhisperModel):
        """Keeps the last window it encoded, which is heard twice: for language and for words."""

        _window: NDArray[np.float32] | None = None
        _encoded: Any = None

        def encode(self, features: NDArray[np.float32]) -> Any:
            if self._window is None or not np.array_equal(self._window, features):
                self._encoded = super().encode(features)
                self._window = features.copy()
            return self._encoded

    threads = 0 if os.environ.get("OMP_NUM_THREADS") else available(_MOST_THREADS)
    try:
        return Listener(
            model,
            device="cpu",  # graphics cards are for engines
            compute_type=_COMPUTE,
            cpu_threads=threads,
            local_files_only=True,
        )
    except Exception as problem:  # a folder of a person's may hold anything
        log.warning("no recogniser in %s: %r", model, problem)
        raise Unavailable("recogniser_broken", folder=model) from problem
