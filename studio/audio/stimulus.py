"""Blind stimuli: takes made alike in everything that is not the voice, for one trial at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from studio.audio.bandwidth import bandwidth, low_pass
from studio.audio.encode import pcm16, wav_header
from studio.audio.errors import AudioError
from studio.audio.loudness import decibels, integrated_loudness, true_peak
from studio.audio.resample import Samples, resample
from studio.audio.silence import sound_bounds

_ROUNDS = 4
_HEADROOM_DB = 0.05  # for rounding and dither
_NYQUIST_SHARE = 0.98  # a low-pass above this takes nothing away that resampling left
_STEP = 1 / 32768


@dataclass(frozen=True)
class StimulusSpec:
    """What the stimuli of a trial have in common.

    Attributes:
        sample_rate: Hz.
        target_lufs: common loudness (ITU-R BS.1770-4).
        lowest_target_lufs: the common loudness may have to be lowered for a peak, not below this:
            speech with 15 dB more crest than usual is a click.
        max_true_peak_dbtp: no stimulus passes it.
        max_mismatch_lu: between any two stimuli of the trial.
        pad_seconds: digital silence before the first and after the last sound.
        fade_seconds: raised cosine outside the sound, so that a cut does not click.
        min_sound_seconds: a take that sounds shorter is refused.
        fair: low-pass all to the narrowest bandwidth among them.
        lowest_low_pass_hz: of the fair mode; telephone, below it words suffer.
    """

    sample_rate: int = 24000
    target_lufs: float = -23.0
    lowest_target_lufs: float = -38.0
    max_true_peak_dbtp: float = -1.0
    max_mismatch_lu: float = 0.2
    pad_seconds: float = 0.25
    fade_seconds: float = 0.003
    min_sound_seconds: float = 0.1
    fair: bool = False
    lowest_low_pass_hz: float = 3400.0


@dataclass(frozen=True)
class Stimulus:
    """One sound of a trial.

    Attributes:
        wav: the file: 44 bytes of header, then mono 16-bit samples, nothing else.
        seconds: length, pads included.
        loudness_lufs: measured on the final samples.
        true_peak_dbtp: the same.
        gain_db: the one linear gain.
        target_lufs: the loudness that the trial agreed on.
        bandwidth_hz: of the take before anything was done to it; None where not measurable.
        low_pass_hz: cut-off that all stimuli of the trial got; None for none.
        mismatch_lu: largest difference in loudness within the trial.
    """

    wav: bytes
    seconds: float
    loudness_lufs: float
    true_peak_dbtp: float
    gain_db: float
    target_lufs: float
    bandwidth_hz: float | None
    low_pass_hz: float | None
    mismatch_lu: float


@dataclass
class _Part:
    """A take on its way: the padded sound at its own level, and where in it the sound lies."""

    padded: Samples
    core: slice
    loudness: float
    peak_db: float
    gain_db: float = 0.0


def make_pair(
    takes: Sequence[tuple[Samples, int]],
    spec: StimulusSpec,
    rng: np.random.Generator,
) -> list[Stimulus]:
    """Make the stimuli of one trial from its takes.

    One sample rate, mono, 16 bits; the fair low-pass; the same pads; one linear gain each. Nothing
    is compressed or limited: where a peak would pass, all are made quieter alike. Rounding uses
    triangular dither of one step drawn from `rng`, so that the same take in two trials
    is no two times the same file.

    Args:
        takes: (float32 mono of shape (n,), sample rate in Hz) of two or more.
        spec: what they are to have in common.
        rng: the trial's own randomness; never reuse a state.

    Returns:
        The stimuli, in the order of the takes.

    Raises:
        AudioError: no_sound or too_short (of the take `index`), not_finite, or cannot_match where
            no common loudness can be reached.
    """
    if not all(np.isfinite(samples).all() for samples, _ in takes):
        raise AudioError("not_finite")
    widths = [bandwidth(samples, rate) for samples, rate in takes]
    cutoff = _cutoff(widths, spec)
    parts = [_part(index, *take, cutoff, spec) for index, take in enumerate(takes)]
    target = min(
        spec.target_lufs,
        *(p.loudness - p.peak_db + spec.max_true_peak_dbtp - _HEADROOM_DB for p in parts),
    )
    if target < spec.lowest_target_lufs:
        raise _cannot_match(spec.target_lufs - target, spec)
    finals = [_levelled(part, target, spec, rng) for part in parts]
    loudness = [_loudness(final, spec.sample_rate) for final in finals]
    mismatch = max(loudness) - min(loudness)
    tops = [decibels(true_peak(_floats(final), spec.sample_rate)) or 0.0 for final in finals]
    if mismatch > spec.max_mismatch_lu or max(tops) > spec.max_true_peak_dbtp:
        raise _cannot_match(mismatch, spec)
    return [
        Stimulus(
            wav=wav_header(spec.sample_rate, len(final)) + final,
            seconds=len(part.padded) / spec.sample_rate,
            loudness_lufs=level,
            true_peak_dbtp=top,
            gain_db=part.gain_db,
            target_lufs=target,
            bandwidth_hz=width,
            low_pass_hz=cutoff,
            mismatch_lu=mismatch,
        )
        for final, part, level, top, width in zip(
            finals, parts, loudness, tops, widths, strict=True
        )
    ]


def _cannot_match(mismatch: float, spec: StimulusSpec) -> AudioError:
    return AudioError("cannot_match", mismatch_lu=round(mismatch, 2), limit_lu=spec.max_mismatch_lu)


def _cutoff(widths: list[float | None], spec: StimulusSpec) -> float | None:
    known = [width for width in widths if width is not None]
    if not spec.fair or not known:
        return None
    cutoff = max(min(known), spec.lowest_low_pass_hz)
    return cutoff if cutoff < _NYQUIST_SHARE * spec.sample_rate / 2 else None


def _part(
    index: int, samples: Samples, rate: int, cutoff: float | None, spec: StimulusSpec
) -> _Part:
    sound = resample(samples, rate, spec.sample_rate)
    if cutoff is not None:
        sound = low_pass(sound, spec.sample_rate, cutoff)
    padded, core = _padded(index, sound, spec)
    loudness = integrated_loudness(padded, spec.sample_rate)
    top = decibels(true_peak(padded, spec.sample_rate))
    if loudness is None or top is None:
        raise AudioError("no_sound", index=index)
    return _Part(padded, core, loudness, top)


def _padded(index: int, sound: Samples, spec: StimulusSpec) -> tuple[Samples, slice]:
    """Put the same silence around a sound; return it with the span that is not silence."""
    pad, fade = (round(s * spec.sample_rate) for s in (spec.pad_seconds, spec.fade_seconds))
    start, end = sound_bounds(sound, spec.sample_rate)
    if end == 0:
        raise AudioError("no_sound", index=index)
    seconds = (end - start) / spec.sample_rate
    if seconds < spec.min_sound_seconds:
        raise AudioError(
            "too_short",
            index=index,
            seconds=round(seconds, 2),
            limit_seconds=spec.min_sound_seconds,
        )
    for _ in range(_ROUNDS):
        sound = _faded(sound[max(0, start - fade) : end + fade], fade)
        # Fades and the silence around move the audible edges by a moment; so the edges are sought
        # again in what was cut, until they stay, and the pads are measured from them.
        start, end = (at - pad for at in sound_bounds(np.pad(sound, pad), spec.sample_rate))
        if end <= 0:
            raise AudioError("no_sound", index=index)
        if start <= 2 * fade and len(sound) - end <= 2 * fade:
            break
    before, after = pad - start, pad - (len(sound) - end)
    return np.pad(sound, (before, after)), slice(before, before + len(sound))


def _faded(sound: Samples, fade: int) -> Samples:
    """Let a sound begin and end in a raised cosine."""
    ramp = (0.5 - 0.5 * np.cos(np.pi * (np.arange(fade) + 0.5) / fade)).astype(np.float32)
    out = sound.astype(np.float32)
    out[:fade] *= ramp
    out[len(out) - fade :] *= ramp[::-1]
    return out


def _levelled(part: _Part, target: float, spec: StimulusSpec, rng: np.random.Generator) -> bytes:
    """Bring a part to the target; return its 16-bit samples, measured, not computed."""
    part.gain_db = target - part.loudness
    dither = (rng.random(len(part.padded)) - rng.random(len(part.padded))) * _STEP
    for _ in range(_ROUNDS):
        louder = part.padded * 10 ** (part.gain_db / 20)
        louder[part.core] += dither[part.core]
        final = pcm16(louder.astype(np.float32))
        error = target - _loudness(final, spec.sample_rate)
        if abs(error) < spec.max_mismatch_lu / 10:
            return final
        part.gain_db += error
    return final


def _floats(data: bytes) -> Samples:
    return np.frombuffer(data, dtype="<i2").astype(np.float32) * np.float32(_STEP)


def _loudness(data: bytes, rate: int) -> float:
    measured = integrated_loudness(_floats(data), rate)
    return -np.inf if measured is None else measured
