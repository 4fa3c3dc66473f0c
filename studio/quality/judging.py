"""Where a recording stops being good as a reference, and what is said about it then."""

from dataclasses import dataclass

from studio.quality.edges import Edges
from studio.quality.figure import Finding, Severity
from studio.quality.reverberation import Reverberation
from studio.quality.speakers import SURELY_APART, Speakers


@dataclass(frozen=True)
class Rules:
    """Limits, tuned on the "tune" split of `benchmarks.corpus`.

    Attributes:
        silent_dbfs: a peak below this is an unplugged microphone.
        min_speech_seconds: what cloning engines ask for at least.
        tolerance_seconds: how much less still counts as that: a person who records "three seconds"
            loses a moment before the first word and after the last.
        max_clipping: share of clipped samples. Clipping 3 dB deep gives 0.0003 and more; the
            speech of the corpus has none.
        min_snr_db: below, engines clone the noise as well; a quiet office gives 30 and more.
        hopeless_snr_db: below, little else is cloned.
        min_bandwidth_hz: telephone is 3400; below this the copy sounds muffled.
        min_loudness_lufs: speech at a proper distance is recorded at -30 to -16; far below, the
            microphone's own noise comes up with the voice.
        min_speech_share: below, most of the recording is not the voice.
    """

    silent_dbfs: float = -55.0
    min_speech_seconds: float = 3.0
    tolerance_seconds: float = 0.4
    max_clipping: float = 0.0002
    min_snr_db: float = 20.0
    hopeless_snr_db: float = 5.0
    min_bandwidth_hz: float = 6000.0
    min_loudness_lufs: float = -38.0
    min_speech_share: float = 0.4


@dataclass(frozen=True)
class Facts:
    """What was measured on a recording.

    Attributes:
        peak_dbfs: largest sample; None for digital silence.
        speech_seconds: in the chosen part.
        speech_share: of the whole recording, pauses under half a second included.
        snr_db, bandwidth_hz, loudness_lufs, clipping_ratio, reverberation, edges: of what is
            judged: the whole of a short recording, the part of a long one.
        speakers: of the whole recording; None where it is too short to tell.
        proven: whether the transcript covers the part; None without one.
        uncovered_seconds: speech in the part that has no words.
    """

    peak_dbfs: float | None
    speech_seconds: float
    speech_share: float
    snr_db: float | None
    bandwidth_hz: float | None
    loudness_lufs: float | None
    clipping_ratio: float
    reverberation: Reverberation | None
    edges: Edges
    speakers: Speakers | None
    proven: bool | None = None
    uncovered_seconds: float = 0.0


def findings(facts: Facts, rules: Rules | None = None) -> tuple[Finding, ...]:
    """Judge a recording.

    Returns:
        Findings, faults first: with a fault the recording should not be cloned from. Where there
        is no speech, what is wrong beside that does not matter and is left out.
    """
    rules = rules or Rules()
    hopeless = _hopeless(facts, rules)
    if hopeless:
        return (hopeless,)
    found = [*_voice(facts, rules), *_sound(facts, rules), *_edges(facts.edges)]
    if facts.speech_share < rules.min_speech_share:
        share = round(100 * (1 - facts.speech_share))
        found.append(Finding("mostly_silence", "warning", {"percent": share}))
    if facts.proven is False:
        seconds = round(facts.uncovered_seconds, 1)
        found.append(
            Finding("transcript_incomplete", "warning", {"seconds": seconds})
            if seconds > 0
            else Finding("transcript_doubtful", "warning")
        )
    return tuple(sorted(found, key=lambda one: one.severity != "fault"))


def _hopeless(facts: Facts, rules: Rules) -> Finding | None:
    if facts.peak_dbfs is None or facts.peak_dbfs < rules.silent_dbfs:
        return Finding("silent", "fault")
    if facts.speech_seconds == 0.0:
        return Finding("no_speech", "fault")
    return None


def _voice(facts: Facts, rules: Rules) -> list[Finding]:
    found = []
    if facts.speech_seconds < rules.min_speech_seconds - rules.tolerance_seconds:
        params = {"seconds": round(facts.speech_seconds, 1), "needed": rules.min_speech_seconds}
        found.append(Finding("too_little_speech", "fault", params))
    if facts.speakers is not None and facts.speakers.several:
        at = round(facts.speakers.at or 0.0, 1)
        sure = facts.speakers.likeness < SURELY_APART
        found.append(Finding("several_speakers", "fault" if sure else "warning", {"at": at}))
    return found


def _sound(facts: Facts, rules: Rules) -> list[Finding]:
    found = []
    if facts.clipping_ratio > rules.max_clipping:
        percent = round(100 * facts.clipping_ratio, 2)
        found.append(Finding("clipped", "warning", {"percent": percent}))
    if facts.snr_db is not None and facts.snr_db < rules.min_snr_db:
        hopeless = facts.snr_db < rules.hopeless_snr_db
        severity: Severity = "fault" if hopeless else "warning"
        code = "very_noisy" if hopeless else "noisy"
        found.append(Finding(code, severity, {"snr_db": max(0.0, round(facts.snr_db, 1))}))
    if facts.reverberation is not None and facts.reverberation.room == "echoing":
        seconds = round(facts.reverberation.seconds, 1)
        found.append(Finding("echoing", "warning", {"seconds": seconds}))
    if facts.bandwidth_hz is not None and facts.bandwidth_hz < rules.min_bandwidth_hz:
        hertz = round(facts.bandwidth_hz, -2)
        found.append(Finding("narrow_band", "warning", {"bandwidth_hz": hertz}))
    if facts.loudness_lufs is None or facts.loudness_lufs < rules.min_loudness_lufs:
        loudness = round(facts.loudness_lufs, 1) if facts.loudness_lufs is not None else -70.0
        found.append(Finding("too_quiet", "warning", {"loudness_lufs": loudness}))
    return found


def _edges(edges: Edges) -> list[Finding]:
    found = []
    if edges.cut_start:
        found.append(Finding("cut_start", "warning"))
    if edges.cut_end:
        found.append(Finding("cut_end", "warning"))
    return found
