"""The one thing that would make a better recording: the gravest finding decides."""

from collections.abc import Sequence

from studio.locales import Note
from studio.quality.figure import Finding

GRAVEST_FIRST = (
    "silent",
    "no_speech",
    "too_little_speech",
    "several_speakers",
    "very_noisy",
    "clipped",
    "echoing",
    "noisy",
    "narrow_band",
    "cut_start",
    "cut_end",
    "too_quiet",
    "mostly_silence",
    "transcript_incomplete",
    "transcript_doubtful",
)
"""By what engines make of it: another voice or noise is cloned, a weak level can be repaired."""

_GOOD_SECONDS = 6.0
"""Most engines clone better from so much speech than from three seconds."""


def advice(findings: Sequence[Finding], speech_seconds: float) -> Note:
    """Say in one sentence how to record better.

    Args:
        findings: of the doctor, in any order.
        speech_seconds: of the reference.

    Returns:
        A sentence ``doctor.advice.*``: of the gravest finding; without one, to record a little
        more where there is little; else that nothing needs to be better.
    """
    found = {finding.code for finding in findings}
    for code in GRAVEST_FIRST:
        if code in found:
            return Note(f"doctor.advice.{code}")
    return Note("doctor.advice.longer" if speech_seconds < _GOOD_SECONDS else "doctor.advice.fine")
