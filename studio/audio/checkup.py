"""The check-up of a reference clip: what is in it, and whether a voice can be made of it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from studio.audio.bandwidth import bandwidth
from studio.audio.clipping import clipping_ratio
from studio.audio.cues import cues
from studio.audio.decode import Clip
from studio.audio.frames import HOP_SECONDS, Frames, frames
from studio.audio.loudness import decibels, integrated_loudness, peak
from studio.audio.silence import active_frames, segments_of, total_seconds

Verdict = Literal["usable", "warning", "refused"]

_GUARD_FRAMES = 5  # 50 ms after speech still ring, 50 ms before it already breathe
_MIN_PAUSE_FRAMES = 10
_BEST_SNR_DB = 90.0  # what 16 bits can say; digital silence would be infinite


@dataclass(frozen=True)
class Rules:
    """Where a clip stops being good.

    Attributes:
        min_speech_seconds: what cloning engines ask for at least, and the studio promises.
        edge_tolerance_seconds: how much less is still accepted as that. A person who records
            "three seconds" loses a moment before the first word and after the last, and
            the measure itself is good to some 20 ms a side. Pauses inside (under 0.5 s) count
            as speech anyway. The clip as a whole must be as long as the rule says, to 50 ms
            (codecs round to their frames).
        silent_dbfs: a peak below this is an unplugged microphone.
        max_clipping: share of clipped samples. Clipping 3 dB deep gives 0.0005 to 0.004 on
            synthetic speech, 6 dB gives 0.002 and more; it is heard, and cloned, from about here.
        min_snr_db: below, engines clone the room as well; a quiet office gives 30 and more.
        min_bandwidth_hz: telephone is 3400, "wideband" 7000; below, the copy sounds muffled.
        min_loudness_lufs: speech at a proper distance is recorded at -30 to -16; far below, the
            microphone's own noise comes up with the voice.
        min_speech_share: below, most of what the engine reads is not the voice.
    """

    min_speech_seconds: float = 3.0
    edge_tolerance_seconds: float = 0.3
    length_tolerance_seconds: float = 0.05
    silent_dbfs: float = -55.0
    max_clipping: float = 0.001
    min_snr_db: float = 15.0
    min_bandwidth_hz: float = 4500.0
    min_loudness_lufs: float = -40.0
    min_speech_share: float = 0.4


@dataclass(frozen=True)
class Checkup:
    """What the check-up found.

    Attributes:
        verdict: "usable", "warning" (usable, but read the reasons) or "refused".
        reasons: (code, parameters), the refusals first. Codes that refuse: silent, no_speech,
            too_little_speech. Codes that warn: clipped, noisy, narrow_band, too_quiet,
            mostly_silence.
        seconds: length of the clip.
        speech_seconds: of it speech, pauses under 0.5 s included; 0 where nothing is like speech.
        bandwidth_hz: see `bandwidth`; None for silence.
        loudness_lufs: see `integrated_loudness`; None for silence.
        peak_dbfs: largest sample; None for digital silence.
        clipping_ratio: share of samples in clipped crests, in [0, 1].
        snr_db: power of speech over that of the pauses; None where no pause allows it.
        silence_seconds: what is not speech.
    """

    verdict: Verdict
    reasons: list[tuple[str, dict[str, float]]]
    seconds: float
    speech_seconds: float
    bandwidth_hz: float | None
    loudness_lufs: float | None
    peak_dbfs: float | None
    clipping_ratio: float
    snr_db: float | None
    silence_seconds: float


def check(clip: Clip, rules: Rules | None = None) -> Checkup:
    """Measure a reference clip and judge it.

    Args:
        clip: from `decode`.
        rules: thresholds; the defaults of `Rules` where None.
    """
    rules = rules or Rules()
    analysed = frames(clip.samples, clip.sample_rate)
    segments = segments_of(analysed) if cues(analysed).like_speech else []
    speech = total_seconds(segments)
    found = Checkup(
        verdict="usable",
        reasons=[],
        seconds=clip.seconds,
        speech_seconds=min(speech, clip.seconds),
        bandwidth_hz=bandwidth(clip.samples, clip.sample_rate),
        loudness_lufs=integrated_loudness(clip.samples, clip.sample_rate),
        peak_dbfs=decibels(peak(clip.samples)),
        clipping_ratio=max(clipping_ratio(clip.samples), clip.overs),
        snr_db=_snr(analysed, segments),
        silence_seconds=max(0.0, clip.seconds - speech),
    )
    refusals = _refusals(found, rules)
    warnings = [] if refusals else _warnings(found, rules)
    verdict: Verdict = "refused" if refusals else "warning" if warnings else "usable"
    return Checkup(**{**vars(found), "verdict": verdict, "reasons": [*refusals, *warnings]})


def _refusals(found: Checkup, rules: Rules) -> list[tuple[str, dict[str, float]]]:
    """Name the one thing that makes the clip useless; what is wrong beside it does not matter."""
    if found.loudness_lufs is None or found.peak_dbfs is None:
        return [("silent", {})]
    if found.peak_dbfs < rules.silent_dbfs:
        return [("silent", {})]
    short = found.seconds < rules.min_speech_seconds - rules.length_tolerance_seconds
    needed = rules.min_speech_seconds - rules.edge_tolerance_seconds
    if not short and found.speech_seconds == 0.0:
        return [("no_speech", {})]
    if short or found.speech_seconds < needed:
        return [
            (
                "too_little_speech",
                {
                    "speech_seconds": round(found.speech_seconds, 1),
                    "needed_seconds": rules.min_speech_seconds,
                },
            )
        ]
    return []


def _warnings(found: Checkup, rules: Rules) -> list[tuple[str, dict[str, float]]]:
    out: list[tuple[str, dict[str, float]]] = []
    if found.clipping_ratio > rules.max_clipping:
        out.append(("clipped", {"percent": round(100 * found.clipping_ratio, 2)}))
    if found.snr_db is not None and found.snr_db < rules.min_snr_db:
        out.append(("noisy", {"snr_db": round(found.snr_db, 1)}))
    if found.bandwidth_hz is not None and found.bandwidth_hz < rules.min_bandwidth_hz:
        out.append(("narrow_band", {"bandwidth_hz": round(found.bandwidth_hz, -2)}))
    if found.loudness_lufs is not None and found.loudness_lufs < rules.min_loudness_lufs:
        out.append(("too_quiet", {"loudness_lufs": round(found.loudness_lufs, 1)}))
    if found.speech_seconds < rules.min_speech_share * found.seconds:
        out.append(
            ("mostly_silence", {"percent": round(100 * found.silence_seconds / found.seconds)})
        )
    return out


def _snr(analysed: Frames, segments: list[tuple[float, float]]) -> float | None:
    """Compare the power within the speech with that of the pauses, 50 ms off every sound."""
    speaking = np.zeros(len(analysed.level_db), np.bool_)
    for start, end in segments:
        speaking[round(start / HOP_SECONDS) : round(end / HOP_SECONDS)] = True
    pause = ~_widened(active_frames(analysed), _GUARD_FRAMES)
    if not speaking.any() or pause.sum() < _MIN_PAUSE_FRAMES:
        return None
    power = np.power(10.0, analysed.level_db / 10, dtype=np.float64)
    noise = float(np.mean(power[pause]))
    speech = max(float(np.mean(power[speaking])) - noise, noise * 1e-3)
    return float(min(10 * np.log10(speech / noise), _BEST_SNR_DB))


def _widened(marks: npt.NDArray[np.bool_], by: int) -> npt.NDArray[np.bool_]:
    return np.convolve(np.pad(marks, by), np.ones(2 * by + 1), mode="valid") > 0
