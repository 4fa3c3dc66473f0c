"""How many spoilt recordings the reference doctor finds out, and how many good ones it blames.

Clips of the corpus become recordings: sentences of one voice with a pause between, room tone around
and behind them. Each is spoilt in one known way and shown to the doctor; the unspoilt ones at
several levels, too. Amounts are drawn anew for each recording, from wider ranges in "test" than in
"tune".
"""

import functools
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import corpus
from benchmarks.corpus import degrade
from studio.quality.doctor import examine

Samples = NDArray[np.float32]

_SECONDS = 4.5
_PAUSE, _BEFORE, _BEHIND = 0.5, 0.3, 0.4
_ROOM_TONE_DB = (42.0, 55.0)
_LEVELS_DBFS = (-32.0, -17.0)
_IN_SOUND_DB = 10.0
"""A cut goes through a sound that is at most so much weaker than the speech: within a closure or a
pause it would leave no trace."""


@dataclass(frozen=True)
class Recording:
    """A voice as a microphone gives it.

    Attributes:
        samples: float32 mono in [-1, 1], shape (n,).
        rate: Hz.
        engine: which engine spoke.
        voice: which of its voices.
    """

    samples: Samples
    rate: int
    engine: str
    voice: str


@dataclass(frozen=True)
class Outcome:
    """What came of a run.

    Attributes:
        faults: fault to (found, total).
        false_alarms: engine to (good recordings that were blamed, total).
        wrongly: what the good ones were blamed for, code to number.
        missed: notes on the spoilt ones that were not found out.
    """

    faults: dict[str, tuple[int, int]]
    false_alarms: dict[str, tuple[int, int]]
    wrongly: dict[str, int]
    missed: tuple[str, ...]


def run(split: corpus.Split, folder: Path | None = None, count: int | None = None) -> Outcome:
    """Try the doctor.

    Args:
        split: of the corpus.
        folder: where its clips are kept.
        count: clips for each engine; by default all.
    """
    good = recordings(split, folder, count)
    faults: dict[str, tuple[int, int]] = {}
    missed = []
    for fault, (codes, spoil) in FAULTS.items():
        found = total = 0
        for number, recording in enumerate(good):
            random = np.random.default_rng([number, *fault.encode()])
            spoilt = spoil(_Case(recording, good, split, random))
            if spoilt is None:
                continue
            said = _codes(*spoilt)
            total += 1
            found += bool(said & codes)
            if not said & codes:
                missed.append(f"{fault}: {recording.voice} {number}: {sorted(said)}")
        faults[fault] = found, total
    return Outcome(faults, *_false_alarms(good), tuple(missed))


def recordings(
    split: corpus.Split, folder: Path | None = None, count: int | None = None
) -> list[Recording]:
    """Good recordings of every voice, 4.5 s and longer."""
    clips = corpus.clips(split, count=count, folder=folder)
    voices = itertools.groupby(sorted(clips, key=lambda clip: clip.voice), lambda clip: clip.voice)
    return [
        _recorded(sentences, number)
        for number, sentences in enumerate(
            sentences for _, said in voices for sentences in _gathered(list(said))
        )
    ]


def _gathered(clips: list[corpus.Spoken]) -> Iterator[list[corpus.Spoken]]:
    """As many sentences together as make 4.5 s."""
    together: list[corpus.Spoken] = []
    for clip in clips:
        together.append(clip)
        if sum(one.seconds for one in together) >= _SECONDS:
            yield together
            together = []


def _recorded(clips: list[corpus.Spoken], number: int) -> Recording:
    random = np.random.default_rng(number)
    rate = clips[0].rate
    said = degrade.spliced([(clip.samples, rate) for clip in clips], rate, gap=_PAUSE)
    whole = np.concatenate(
        (np.zeros(round(_BEFORE * rate)), said, np.zeros(round(_BEHIND * rate)))
    ).astype(np.float32)
    tone = degrade.noise("pink", len(whole), rate, number)
    whole = degrade.with_noise(whole, rate, tone, random.uniform(*_ROOM_TONE_DB))
    whole = degrade.at_level(whole, rate, random.uniform(*_LEVELS_DBFS))
    return Recording(whole, rate, clips[0].engine, clips[0].voice)


def _false_alarms(good: list[Recording]) -> tuple[dict[str, tuple[int, int]], dict[str, int]]:
    alarms: dict[str, tuple[int, int]] = {}
    wrongly: dict[str, int] = {}
    for recording in good:
        said = _codes(recording.samples, recording.rate)
        blamed, total = alarms.get(recording.engine, (0, 0))
        alarms[recording.engine] = blamed + bool(said), total + 1
        for code in said:
            wrongly[code] = wrongly.get(code, 0) + 1
    return alarms, wrongly


def _codes(samples: Samples, rate: int) -> set[str]:
    steps = np.rint(samples * 32768).clip(-32768, 32767)
    as_stored = np.asarray(steps / 32768, np.float32)
    return {finding.code for finding in examine(as_stored, rate, None).findings}


@dataclass(frozen=True)
class _Case:
    """What a fault is made of."""

    recording: Recording
    good: list[Recording]
    split: corpus.Split
    random: np.random.Generator

    @property
    def samples(self) -> Samples:
        return self.recording.samples

    @property
    def rate(self) -> int:
        return self.recording.rate

    def between(self, tune: tuple[float, float], test: tuple[float, float]) -> float:
        """An amount of the split."""
        return float(self.random.uniform(*(tune if self.split == "tune" else test)))


Spoilt = tuple[Samples, int] | None


def _noisy(case: _Case) -> Spoilt:
    kind = ("white", "pink", "hum", "babble")[int(case.random.integers(4))]
    count, seed = len(case.samples), int(case.random.integers(1 << 30))
    if kind == "babble":
        others = [(one.samples, one.rate) for one in case.good if one.voice != case.recording.voice]
        chosen = [others[i] for i in case.random.choice(len(others), 6)]
        added = degrade.babble(chosen, count, case.rate, seed)
    else:
        added = degrade.noise(kind, count, case.rate, seed)  # type: ignore[arg-type]
    snr = case.between((4, 14), (0, 15))
    return degrade.with_noise(case.samples, case.rate, added, snr), case.rate


def _overdriven(case: _Case) -> Spoilt:
    depth = case.between((3.5, 8), (3, 12))
    top = float(np.max(np.abs(case.samples)))
    ceiling = top * 10 ** (-depth / 20)
    turned_down = case.random.choice([1.0, 0.9, 0.5])
    cut = np.clip(case.samples, -ceiling, ceiling) * np.float32(turned_down / ceiling)
    return np.asarray(cut, np.float32), case.rate


def _reverberant(case: _Case) -> Spoilt:
    seconds, direct = case.between((0.6, 1.2), (0.6, 1.8)), case.between((-3, 3), (-6, 3))
    seed = int(case.random.integers(1 << 30))
    return degrade.reverberant(case.samples, case.rate, seconds, seed, direct_db=direct), case.rate


def _cut(case: _Case, side: str) -> Spoilt:
    samples, rate = case.samples, case.rate
    frame = round(0.04 * rate)
    levels = np.sqrt(
        np.mean(np.square(samples[: len(samples) // frame * frame]).reshape(-1, frame), axis=1)
    )
    loud = np.sqrt(degrade.speech_power(samples, rate)) * 10 ** (-_IN_SOUND_DB / 20)
    places = np.flatnonzero(levels > loud)
    near = places[places < places[0] + 30] if side == "start" else places[places > places[-1] - 30]
    at = int(case.random.choice(near)) * frame + int(case.random.integers(frame))
    if side == "start":
        return degrade.cut(samples, rate, start=at / rate), rate
    return degrade.cut(samples, rate, end=(len(samples) - at) / rate), rate


def _two_voices(case: _Case) -> Spoilt:
    """Another engine's voice, or another of Kokoro's: eSpeak's are settings of one synthesiser.

    Three of Kokoro's voices, all of the split "test", are as alike to the speaker encoder as one
    voice is to itself (0.75 to 0.89); those pairs are what is missed.
    """
    own = case.recording
    others = [
        one
        for one in case.good
        if one.engine != own.engine or (own.engine == "kokoro" and one.voice != own.voice)
    ]
    other = others[int(case.random.integers(len(others)))]
    pair = [(own.samples, own.rate), (other.samples, other.rate)]
    return degrade.spliced(pair, own.rate, gap=case.between((0.0, 0.5), (0.0, 1.0))), own.rate


def _telephone(case: _Case) -> Spoilt:
    """Through a telephone's band, or stored at its 8 kHz, in turns."""
    high = case.between((3300, 3500), (3000, 4000))
    limited = degrade.band_limited(case.samples, case.rate, 300, high)
    if case.random.random() < 0.5:
        limited = degrade.at_rate(degrade.at_rate(limited, case.rate, 8000), 8000, case.rate)
    return limited, case.rate


def _faint(case: _Case) -> Spoilt:
    level = case.between((-54, -46), (-60, -45))
    return degrade.at_level(case.samples, case.rate, level), case.rate


def _short(case: _Case) -> Spoilt:
    seconds = case.between((1.2, 2.0), (0.8, 2.2))
    start = round((_BEFORE - 0.1) * case.rate)
    return case.samples[start : start + round((seconds + 0.1) * case.rate)], case.rate


def _mostly_silent(case: _Case) -> Spoilt:
    silence = round(case.between((2.2, 3), (2, 6)) * len(case.samples))
    tone = np.resize(case.samples[: round(_BEFORE * case.rate / 2)], silence)
    at = int(case.random.integers(silence))
    return np.concatenate((tone[:at], case.samples, tone[at:])), case.rate


FAULTS: dict[str, tuple[set[str], Callable[[_Case], Spoilt]]] = {
    "noise": ({"noisy", "very_noisy"}, _noisy),
    "clipping": ({"clipped"}, _overdriven),
    "reverberation": ({"echoing"}, _reverberant),
    "cut start": ({"cut_start"}, functools.partial(_cut, side="start")),
    "cut end": ({"cut_end"}, functools.partial(_cut, side="end")),
    "two voices": ({"several_speakers"}, _two_voices),
    "telephone": ({"narrow_band"}, _telephone),
    "too quiet": ({"too_quiet"}, _faint),
    "too little speech": ({"too_little_speech", "no_speech"}, _short),
    "mostly silence": ({"mostly_silence"}, _mostly_silent),
}
"""Fault to the findings that name it, and what makes it."""
