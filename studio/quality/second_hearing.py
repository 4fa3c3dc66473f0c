"""What Whisper passed over is heard again by itself: a transcript without holes, where that helps.

A whole recording has the model lose its place now and then; the stretch alone seldom does.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.quality.asr import Transcript, Word, transcribe
from studio.quality.coverage import Span, coverage, joined, without_invented
from studio.quality.wording import tokens

_LEAST_SECONDS = 0.4
"""A shorter hole is a word's end rather than a word."""
_MARGIN_SECONDS = 0.25
_ENDING_SECONDS = 0.6
"""A hole at the end up to so long may be the last word's own ending, which is then heard anew."""
_LEAD_SECONDS = 1.2
_MOST_HOLES = 3
"""More are no slip, and each costs as much as a whole window."""


def hear_out(
    samples: NDArray[np.float32],
    rate: int,
    model: Path,
    speech: Sequence[Span],
    *,
    language: str | None = None,
) -> Transcript:
    """Write down what is said, without words that nobody spoke, and holes heard a second time.

    Args:
        samples: float32 mono in [-1, 1], shape (n,).
        rate: sample rate, Hz.
        model: folder of the recogniser.
        speech: where there is speech, (start, end) in seconds (`studio.quality.vad.speech`).
        language: ISO 639 tag to write in; by default the likeliest.
    """
    first = transcribe(samples, rate, model, language=language)
    return fill(without_invented(first, speech), samples, rate, model, speech)


def fill(
    transcript: Transcript,
    samples: NDArray[np.float32],
    rate: int,
    model: Path,
    speech: Sequence[Span],
) -> Transcript:
    """The transcript with words for speech that has none; itself where nothing better is heard."""
    filled = _filled(transcript, samples, rate, model, speech)
    return _with_its_ending(filled, samples, rate, model, speech)


def _with_its_ending(
    transcript: Transcript,
    samples: NDArray[np.float32],
    rate: int,
    model: Path,
    speech: Sequence[Span],
) -> Transcript:
    """The last word lasts as long as the voice does, where the ending alone ends in it as well."""
    *_, hole = coverage(transcript, speech, len(samples) / rate).uncovered or (None,)
    if hole is None or not transcript.words or hole[1] - hole[0] > _ENDING_SECONDS:
        return transcript
    last = transcript.words[-1]
    if hole[0] < last.end or hole[1] < speech[-1][1]:
        return transcript
    begin = max(0.0, hole[0] - _LEAD_SECONDS)
    heard = transcribe(samples[round(begin * rate) :], rate, model, language=transcript.language)
    said = [tokens(word.text, transcript.language) for word in (*heard.words[-1:], last)]
    if said != [said[-1]] * 2:
        return transcript
    return replace(transcript, words=(*transcript.words[:-1], replace(last, end=hole[1])))


def _filled(
    transcript: Transcript,
    samples: NDArray[np.float32],
    rate: int,
    model: Path,
    speech: Sequence[Span],
) -> Transcript:
    seconds = len(samples) / rate
    before = coverage(transcript, speech, seconds)
    holes = [hole for hole in before.uncovered if hole[1] - hole[0] >= _LEAST_SECONDS]
    if not transcript.words or not 0 < len(holes) <= _MOST_HOLES:
        return transcript
    found = [
        word for hole in holes for word in _heard_again(hole, transcript, samples, rate, model)
    ]
    if not found:
        return transcript
    words = sorted((*transcript.words, *found), key=lambda word: word.start)
    filled = replace(transcript, words=tuple(words), text=joined(words, transcript.language))
    after = coverage(filled, speech, seconds)
    return filled if after.share > before.share and not after.empty else transcript


def _heard_again(
    hole: Span, transcript: Transcript, samples: NDArray[np.float32], rate: int, model: Path
) -> list[Word]:
    begin = max(0.0, hole[0] - _MARGIN_SECONDS)
    part = samples[round(begin * rate) : round((hole[1] + _MARGIN_SECONDS) * rate)]
    heard = transcribe(part, rate, model, language=transcript.language)
    moved = (replace(word, start=word.start + begin, end=word.end + begin) for word in heard.words)
    return [
        word
        for word in moved
        if hole[0] <= (word.start + word.end) / 2 <= hole[1]
        and not any(known.start <= word.start < known.end for known in transcript.words)
    ]
