"""Takes as engines spoil them, made out of clean speech, and takes with nothing wrong."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import corpus
from benchmarks.corpus import Line, Split, Spoken, degrade

Samples = NDArray[np.float32]
Made = tuple[Samples, str]
"""Samples at the clip's rate, and the text that was ordered."""

FAULTS = (
    "runaway", "cut_off", "words_missing", "words_repeated", "reference_leak", "inner_silence",
    "noisy", "wrong_language", "silent", "clipped",
)  # fmt: skip

_FEW_LETTERS = 8
"""A run of words with fewer can hardly be told from a recogniser's slip."""
_SNR_DB = {"tune": (0.0, 5.0, 10.0), "test": (2.0, 7.0, 12.0)}
_LOOP_SECONDS = {"tune": 1.2, "test": 0.9}
_PAUSES = {"tune": (2.0, 3.5), "test": (2.2, 2.8, 5.0)}
_CLIPPED = {"tune": (0.03, 0.1), "test": (0.02, 0.06)}


@dataclass(frozen=True)
class Take:
    """A take, and what is wrong with it.

    Attributes:
        samples: float32 mono in [-1, 1], shape (n,).
        rate: Hz.
        text: what was ordered.
        language: ISO 639 code of the text.
        fault: of :data:`FAULTS`; empty for a good take.
        reference_transcript: what is said in the reference clip of the voice.
        id: ``words_missing test/kokoro/en/07``.
    """

    samples: Samples
    rate: int
    text: str
    language: str
    fault: str
    engine: str
    reference_transcript: str
    id: str


@dataclass(frozen=True)
class _Lot:
    """What a fault is drawn by: chance, and which one of its kind it is."""

    random: np.random.Generator
    number: int


class Workshop:
    """Makes takes of one split; the same ones every time.

    Args:
        split: whose texts, voices and amounts.
        folder: the corpus's; see :func:`benchmarks.corpus.clips`.
    """

    def __init__(self, split: Split, folder: Path | None = None) -> None:
        self._split: Split = split
        self._folder = folder
        self._makers: dict[str, Callable[[Spoken, _Lot], Made]] = {
            "runaway": self._runaway,
            "cut_off": self._cut_off,
            "words_missing": self._missing,
            "words_repeated": self._repeated,
            "reference_leak": self._leak,
            "inner_silence": self._inner_silence,
            "noisy": self._noisy,
            "wrong_language": self._wrong_language,
            "silent": self._silent,
            "clipped": self._clipped,
        }

    def good(self, engine: str, count: int | None = None) -> Iterator[Take]:
        """Good takes: as rendered, between silences, quiet, and with a breath of noise."""
        for language in ("en", "ko"):
            clips = corpus.clips(
                self._split, engines=[engine], languages=[language], count=count,
                folder=self._folder,
            )  # fmt: skip
            for number, clip in enumerate(clips):
                samples = self._harmless(clip, number)
                yield self._take(clip, "", samples, clip.text)

    def faulty(self, fault: str, engine: str, count: int) -> Iterator[Take]:
        """Takes with one fault, as many as asked for, of texts long enough to have it."""
        clips = corpus.clips(self._split, engines=[engine], folder=self._folder)
        fit = [clip for clip in clips if len(clip.text.split()) >= 5]
        order = np.random.default_rng(_number(fault + self._split)).permutation(len(fit))
        for number, index in enumerate(order[:count]):
            clip = fit[index]
            lot = _Lot(np.random.default_rng(_number(fault + clip.id)), number)
            samples, text = self._makers[fault](clip, lot)
            yield self._take(clip, fault, samples, text)

    def _take(self, clip: Spoken, fault: str, samples: Samples, text: str) -> Take:
        korean = any("가" <= letter <= "힣" for letter in text)
        return Take(
            samples, clip.rate, text, "ko" if korean else "en", fault, clip.engine,
            self._other(clip).text, f"{fault or 'good'} {clip.id}",
        )  # fmt: skip

    def _other(self, clip: Spoken) -> Spoken:
        """Another text by the same voice: what its reference clip would say."""
        texts = corpus.ENGLISH[self._split]
        place = texts.index(clip.text) if clip.text in texts else 0
        longer = [text for text in texts[place + 1 :] + texts[:place] if len(text) > 60]
        return self._say(longer[0], clip)

    def _say(self, text: str, clip: Spoken) -> Spoken:
        """The text by the voice of a clip."""
        speaker = next(
            one
            for one in corpus.SPEAKERS[self._split]
            if one.engine == clip.engine and one.name == clip.voice
        )
        return corpus.spoken(Line(text, "en", speaker, self._split, clip.id), self._folder)

    def _harmless(self, clip: Spoken, number: int) -> Samples:
        if number % 4 == 1:
            return degrade.padded(clip.samples, clip.rate, 0.3, 0.6)
        if number % 4 == 2:
            return degrade.at_level(clip.samples, clip.rate, -32.0)
        if number % 4 == 3:
            hiss = degrade.noise("pink", len(clip.samples), clip.rate, number)
            return degrade.with_noise(clip.samples, clip.rate, hiss, 40.0)
        return clip.samples

    def _runaway(self, clip: Spoken, lot: _Lot) -> Made:
        trimmed = _sounding(clip)
        gap = np.zeros(round(clip.rate * lot.random.uniform(0.1, 0.6)), np.float32)
        if lot.number % 3 == 0:  # goes on with words of its own
            more = _sounding(self._other(clip))
        elif lot.number % 3 == 1:  # gibberish: speech backwards
            more = np.concatenate([_sounding(self._other(clip))[::-1]] * 2)
        else:  # its last sounds over and over
            more = np.tile(trimmed[-round(_LOOP_SECONDS[self._split] * clip.rate) :], 5)
            gap = gap[:0]
        return np.concatenate([trimmed, gap, more]), clip.text

    def _cut_off(self, clip: Spoken, lot: _Lot) -> Made:
        """In the middle of the last word, or some words earlier; never only in its fading."""
        voice = _voiced(clip)
        words = clip.text.split()
        last = len(words[-1]) / len(clip.text) * len(voice)
        share = lot.random.uniform(0.4, 0.7)
        less = max(share * last, 0.2 * clip.rate)
        if lot.number % 2:
            less = last + share * len(words[-2]) / len(clip.text) * len(voice)
        return voice[: len(voice) - round(less)], clip.text

    def _missing(self, clip: Spoken, lot: _Lot) -> Made:
        words = clip.text.split()
        start, end = _run(words, lot.random)
        return self._say(" ".join(words[:start] + words[end:]), clip).samples, clip.text

    def _repeated(self, clip: Spoken, lot: _Lot) -> Made:
        words = clip.text.split()
        start, end = _run(words, lot.random)
        return self._say(" ".join(words[:end] + words[start:]), clip).samples, clip.text

    def _leak(self, clip: Spoken, lot: _Lot) -> Made:
        words = self._other(clip).text.split()
        led = _sounding(self._say(" ".join(words[-int(lot.random.integers(3, 7)) :]), clip))
        gap = np.zeros(round(clip.rate * lot.random.uniform(0.05, 0.3)), np.float32)
        return np.concatenate([led, gap, clip.samples]), clip.text

    def _inner_silence(self, clip: Spoken, lot: _Lot) -> Made:
        frame = round(0.03 * clip.rate)
        first, last = (round(share * len(clip.samples) / frame) for share in (0.25, 0.75))
        power = [
            float(np.mean(np.square(clip.samples[place * frame : (place + 1) * frame])))
            for place in range(first, last)
        ]
        quietest = (first + int(np.argmin(power)) + 0.5) * frame / clip.rate
        pauses = _PAUSES[self._split]
        paused = degrade.with_pause(
            clip.samples, clip.rate, quietest, pauses[lot.number % len(pauses)]
        )
        if lot.number % 2:
            hiss = degrade.noise("pink", len(paused), clip.rate, lot.number)
            paused = degrade.with_noise(paused, clip.rate, hiss, 35.0)
        return paused, clip.text

    def _noisy(self, clip: Spoken, lot: _Lot) -> Made:
        count, rate = len(clip.samples), clip.rate
        seed = int(lot.random.integers(1 << 30))
        kind = lot.number % 4
        if kind == 3:
            others = [text for text in corpus.ENGLISH[self._split] if text != clip.text][:6]
            voices = [self._say(text, clip) for text in others]
            added = degrade.babble([(v.samples, v.rate) for v in voices], count, rate, seed)
        elif kind == 0:
            added = degrade.noise("white", count, rate, seed)
        elif kind == 1:
            added = degrade.noise("pink", count, rate, seed)
        else:
            added = degrade.noise("hum", count, rate, seed)
        levels = _SNR_DB[self._split]
        snr_db = levels[lot.number // 4 % len(levels)]
        return degrade.with_noise(clip.samples, rate, added, snr_db), clip.text

    def _wrong_language(self, clip: Spoken, lot: _Lot) -> Made:
        korean = corpus.clips(
            self._split, engines=["espeak"], languages=["ko"], folder=self._folder
        )
        longest = sorted(korean, key=lambda one: -len(one.text))
        other = longest[lot.number % (len(longest) * 2 // 3)]
        if lot.number % 2 and clip.engine == "espeak":
            return degrade.at_rate(other.samples, other.rate, clip.rate), clip.text
        return clip.samples, other.text

    def _silent(self, clip: Spoken, lot: _Lot) -> Made:
        if lot.number % 2:
            hiss = degrade.noise("white", len(clip.samples), clip.rate, lot.number)
            return hiss * np.float32(10 ** (lot.random.uniform(-75, -55) / 20)), clip.text
        return np.zeros_like(clip.samples), clip.text

    def _clipped(self, clip: Spoken, lot: _Lot) -> Made:
        shares = _CLIPPED[self._split]
        return degrade.clipped(clip.samples, shares[lot.number % len(shares)]), clip.text


def _run(words: list[str], random: np.random.Generator) -> tuple[int, int]:
    """Two to five words in a row, never all of them."""
    while True:
        count = int(random.integers(2, min(6, len(words) - 1)))
        start = int(random.integers(0, len(words) - count + 1))
        if sum(map(len, words[start : start + count])) >= _FEW_LETTERS:
            return start, start + count


def _sounding(clip: Spoken) -> Samples:
    """The clip without the silence around it."""
    loud = np.flatnonzero(np.abs(clip.samples) > 0.003)
    return clip.samples[loud[0] : loud[-1] + 1]


def _voiced(clip: Spoken) -> Samples:
    """The clip up to where its voice has faded 25 dB below the speech."""
    frame = round(0.01 * clip.rate)
    whole = clip.samples[: len(clip.samples) // frame * frame].reshape(-1, frame)
    power = np.mean(np.square(whole.astype(np.float64)), axis=1)
    loud = np.flatnonzero(power > degrade.speech_power(clip.samples, clip.rate) * 10**-2.5)
    return clip.samples[: (loud[-1] + 1) * frame]


def _number(name: str) -> int:
    """A seed for a name, the same on every machine."""
    return int.from_bytes(name.encode(), "big") % (2**61 - 1)
