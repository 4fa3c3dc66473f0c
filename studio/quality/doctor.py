"""The reference doctor: one recording in, what is wrong with it, its best part and a clean copy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from studio.audio.bandwidth import bandwidth
from studio.audio.clipping import clipped
from studio.audio.encode import flac, read_flac
from studio.audio.loudness import decibels, integrated_loudness, peak
from studio.audio.resample import Samples
from studio.locales import Note
from studio.problems import BadInput
from studio.quality import noise, reverberation, speakers, vad
from studio.quality.advice import advice
from studio.quality.best_part import Recording, best_part
from studio.quality.edges import edges
from studio.quality.figure import Figure, Finding
from studio.quality.hearing import Heard, hear
from studio.quality.judging import Facts, findings
from studio.quality.levels import HOP_SECONDS, levels
from studio.quality.picture import picture
from studio.quality.repair import repair
from studio.quality.reverberation import Reverberation

Verdict = Literal["usable", "warning", "refused"]
Span = tuple[float, float]

SHORT_SECONDS = 20.0
"""A recording up to so long is judged as a whole; of a longer one only the part that is kept."""
SHORTEST_PART, LONGEST_PART = 1.0, 30.0
"""Seconds of a part that a person may choose."""
_BANDWIDTH_BELOW_PEAK_DB = 45.0
_BRIDGED_SECONDS = 0.5
"""Shorter pauses belong to speech where its share is told."""


@dataclass(frozen=True)
class Report:
    """What the doctor found and made.

    Attributes:
        verdict: ``refused`` with a fault, ``warning`` with any other finding.
        findings: faults first; sentences ``doctor.finding.<code>``.
        figures: see `studio.quality.catalogue`.
        advice: what would make a better recording, a sentence ``doctor.advice.*``.
        heard: what is said in the part, times of the whole; None without a recogniser or speech.
        part: (start, end) in seconds of the whole recording; None without speech.
        repairs: what was done to the reference, sentences ``doctor.repair.*``.
        picture: see `studio.quality.picture.picture`.
        reference: float32 mono, shape (m,), at the recording's own rate: the part, repaired.
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    figures: tuple[Figure, ...]
    advice: Note
    heard: Heard | None
    part: Span | None
    repairs: tuple[Note, ...]
    picture: dict[str, Any]
    reference: Samples

    def to_json(self) -> dict[str, Any]:
        """A plain form without the samples."""
        heard, part = self.heard, self.part
        return {
            "verdict": self.verdict,
            "findings": [finding.to_json() for finding in self.findings],
            "figures": [figure.to_json() for figure in self.figures],
            "advice": self.advice.to_json(),
            "language": heard.language_json() if heard else None,
            "transcript": heard.to_json() if heard else None,
            "recogniser": heard.model if heard else None,
            "part": {"start": part[0], "end": part[1]} if part else None,
            "repairs": [note.to_json() for note in self.repairs],
            "picture": self.picture,
        }


def see(recording: bytes, whisper: str | None, options: Mapping[str, Any]) -> dict[str, Any]:
    """Examine a kept clip; the bench's entry.

    Args:
        recording: FLAC as `studio.audio.encode.flac` writes it.
        whisper: folder of the speech recogniser; None: no transcript, no language.
        options: ``part``: [start, end] in seconds to take instead of the best part;
            ``language``: ISO 639 tag to transcribe in.

    Returns:
        `Report.to_json`, with ``reference_flac`` (None without speech) and ``reference``
        (``seconds``) beside it.

    Raises:
        BadInput: part_too_short.
    """
    samples, rate = read_flac(recording)
    part = options.get("part")
    report = examine(
        samples,
        rate,
        Path(whisper) if whisper else None,
        part=(float(part[0]), float(part[1])) if part else None,
        language=options.get("language"),
    )
    return report.to_json() | {
        "reference_flac": flac(report.reference, rate) if report.part else None,
        "reference": {"seconds": len(report.reference) / rate} if report.part else None,
    }


def examine(
    samples: Samples,
    rate: int,
    whisper: Path | None,
    *,
    part: Span | None = None,
    language: str | None = None,
) -> Report:
    """Examine a recording.

    Args:
        samples: float32 mono in [-1, 1], shape (n,).
        rate: Hz.
        whisper: folder of the speech recogniser, or None.
        part: (start, end) in seconds to take instead of the best part.
        language: ISO 639 tag to transcribe in; by default the one that is heard.

    Raises:
        BadInput: part_too_short.
    """
    seconds = len(samples) / rate
    speech = vad.speech(samples, rate)
    flat = clipped(samples)
    voices = speakers.speakers(samples, rate, speech)
    wanted = _within(part, seconds) if part else _best(samples, rate, speech, flat, voices)
    judged = (0.0, seconds) if part is None and seconds <= SHORT_SECONDS else wanted
    judged = judged or (0.0, seconds)
    piece, talk = _piece(samples, rate, judged), _inside(speech, judged)
    kept = _piece(samples, rate, wanted or judged)
    own = _inside(speech, wanted) if wanted else ()
    heard = None
    if whisper is not None and wanted is not None and own:
        heard = hear(kept, rate, own, whisper, language=language).later(wanted[0])
    room = reverberation.reverberation(piece, rate)
    facts = Facts(
        peak_dbfs=decibels(peak(samples)),
        speech_seconds=vad.total(own),
        speech_share=_share(speech, seconds),
        snr_db=noise.snr_db(piece, rate, talk),
        bandwidth_hz=bandwidth(piece, rate, _BANDWIDTH_BELOW_PEAK_DB),
        loudness_lufs=integrated_loudness(piece, rate),
        clipping_ratio=float(np.mean(_piece(flat, rate, judged))) if len(flat) else 0.0,
        reverberation=room,
        edges=edges(piece, rate, talk),
        speakers=_heard_in(voices, part),
        proven=heard.proven if heard else None,
        uncovered_seconds=vad.total(heard.uncovered) if heard else 0.0,
    )
    found = findings(facts)
    repaired = repair(kept, rate, own)
    return Report(
        verdict=_verdict(found),
        findings=found,
        figures=_figures(facts, seconds, room),
        advice=advice(found, facts.speech_seconds),
        heard=heard,
        part=wanted,
        repairs=repaired.repairs if wanted else (),
        picture=picture(samples, rate, speech, flat),
        reference=repaired.samples,
    )


def _within(part: Span, seconds: float) -> Span:
    """What there is of a part that a person chose."""
    start = min(max(0.0, part[0]), seconds)
    end = min(max(start, part[1]), seconds, start + LONGEST_PART)
    if end - start < SHORTEST_PART:
        raise BadInput("part_too_short", seconds=round(end - start, 2), needed=SHORTEST_PART)
    return start, end


def _best(
    samples: Samples,
    rate: int,
    speech: vad.Spans,
    flat: np.ndarray,
    voices: speakers.Speakers | None,
) -> Span | None:
    whole = edges(samples, rate, speech)
    level = levels(samples, rate)
    hop = rate * HOP_SECONDS
    counted = np.concatenate(([0], np.cumsum(flat)))
    at = np.rint(np.arange(len(level) + 1) * hop).astype(np.int64)
    return best_part(
        Recording(
            seconds=len(samples) / rate,
            level=level,
            speech=speech,
            clipped=np.diff(counted[np.minimum(at, len(flat))]) / hop,
            others=voices.others if voices else (),
            cut_start=whole.cut_start,
            cut_end=whole.cut_end,
        )
    )


def _heard_in(voices: speakers.Speakers | None, part: Span | None) -> speakers.Speakers | None:
    """A part that a person chose is judged for itself: others beside it do not matter."""
    if voices is None or part is None or _inside(voices.others, part):
        return voices
    return speakers.Speakers(voices.likeness, False, None, voices.main, ())


def _piece(values: np.ndarray, rate: int, span: Span) -> np.ndarray:
    return values[round(span[0] * rate) : round(span[1] * rate)]


def _inside(spans: Sequence[Span], part: Span) -> vad.Spans:
    """What lies within a part, in seconds of the part."""
    start, end = part
    return tuple(
        (max(a, start) - start, min(b, end) - start) for a, b in spans if a < end and b > start
    )


def _share(speech: vad.Spans, seconds: float) -> float:
    silent = sum(b - a for a, b in vad.gaps(speech, seconds) if b - a >= _BRIDGED_SECONDS)
    return 1 - silent / seconds if seconds else 0.0


def _verdict(found: Sequence[Finding]) -> Verdict:
    if any(finding.severity == "fault" for finding in found):
        return "refused"
    return "warning" if found else "usable"


def _figures(facts: Facts, seconds: float, room: Reverberation | None) -> tuple[Figure, ...]:
    voices = facts.speakers
    return (
        Figure("seconds", seconds, "s", "Voice Studio 1"),
        Figure("speech_seconds", facts.speech_seconds, "s", vad.method()),
        Figure("snr_db", facts.snr_db, "dB", noise.METHOD),
        Figure("clipping_ratio", facts.clipping_ratio, "share", "Voice Studio 1"),
        Figure("loudness_lufs", facts.loudness_lufs, "LUFS", "ITU-R BS.1770-4"),
        Figure("peak_dbfs", facts.peak_dbfs, "dBFS", "Voice Studio 1"),
        Figure("bandwidth_hz", facts.bandwidth_hz, "Hz", "Voice Studio 1"),
        Figure(
            "reverberation_seconds",
            room.seconds if room else None,
            "s",
            reverberation.METHOD,
            {"room": room.room} if room else {},
        ),
        Figure("voice_likeness", voices.likeness if voices else None, "cosine", speakers.method()),
    )
