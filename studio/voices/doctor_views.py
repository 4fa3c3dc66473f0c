"""What the reference doctor says of a recording: typed, language-free, ready for any door."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from studio.locales import Note
from studio.quality.figure import Figure, Finding
from studio.voices.views import CheckupView, Verdict

Span = tuple[float, float]
"""Start and end in seconds of the recording."""


class _View(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class HeardLanguage(_View):
    """The language that the recogniser took the speech for."""

    tag: str
    probability: float


class HeardWord(_View):
    """A word of the transcript and where it is said (seconds of the recording)."""

    text: str
    start: float
    end: float
    probability: float


class CoverageView(_View):
    """How much of the speech the transcript accounts for."""

    share: float
    """0 to 1."""
    uncovered: tuple[Span, ...] = ()
    proven: bool
    """All of the speech, as far as can be known: only then does it stand against a person's."""


class HeardTranscript(_View):
    """What the recogniser understood of the chosen part: a proposal, never used unseen."""

    text: str
    language: str = ""
    """It was written in, which a person may have asked for; empty: in the one that was heard."""
    words: tuple[HeardWord, ...] = ()
    coverage: CoverageView


class Part(_View):
    """The stretch of the recording that becomes the reference (seconds)."""

    start: float
    end: float


class Picture(_View):
    """What a page draws: the waveform, and the stretches to mark in it."""

    seconds: float
    peaks: tuple[tuple[int, int], ...] = ()
    """Lowest and highest sample of equal slices, -127 to 127."""
    speech: tuple[Span, ...] = ()
    silence: tuple[Span, ...] = ()
    clipping: tuple[Span, ...] = ()


class ReferenceLength(_View):
    """How long the reference is (seconds), the silence at its end included, and its speech."""

    seconds: float
    speech_seconds: float


class DoctorView(_View):
    """The doctor's report on a recording."""

    examined: bool = True
    """``False``: the doctor could not run; then only ``verdict`` (the check-up's) and
    ``unchecked`` say anything."""
    verdict: Verdict
    """``refused``: a finding is a fault."""
    findings: tuple[Finding, ...] = ()
    figures: tuple[Figure, ...] = ()
    advice: Note | None = None
    """What would make it a better recording."""
    repairs: tuple[Note, ...] = ()
    """What was mended in the reference; the clip itself stays as it came."""
    language: HeardLanguage | None = None
    transcript: HeardTranscript | None = None
    part: Part | None = None
    picture: Picture | None = None
    reference: ReferenceLength | None = None
    recogniser: str | None = None
    """The model that listened, e.g. ``whisper-base``; ``None``: there was none."""
    unchecked: tuple[Note, ...] = ()
    """What could not be looked at, why, and what to do."""

    def to_json(self) -> dict[str, Any]:
        """A plain form for the database."""
        return self.model_dump(
            mode="json", exclude={"findings", "figures", "advice", "repairs", "unchecked"}
        ) | {
            "findings": [finding.to_json() for finding in self.findings],
            "figures": [figure.to_json() for figure in self.figures],
            "advice": self.advice.to_json() if self.advice else None,
            "repairs": [repair.to_json() for repair in self.repairs],
            "unchecked": [remark.to_json() for remark in self.unchecked],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "DoctorView":
        """The inverse of :meth:`to_json`; reads a report of `studio.quality.doctor`, too."""
        advice = data.get("advice")
        remarks = [*data.get("unchecked", ()), *data.get("remarks", ())]
        return cls.model_validate(
            {
                **data,
                "findings": tuple(Finding.from_json(each) for each in data.get("findings", ())),
                "figures": tuple(Figure.from_json(each) for each in data.get("figures", ())),
                "advice": Note.from_json(advice) if advice else None,
                "repairs": tuple(Note.from_json(each) for each in data.get("repairs", ())),
                "unchecked": tuple(Note.from_json(each) for each in remarks),
            }
        )

    @classmethod
    def not_run(cls, verdict: Verdict, why: Note) -> "DoctorView":
        """No report, and why."""
        return cls(examined=False, verdict=verdict, unchecked=(why,))

    def reasons(self, severity: Literal["fault", "warning"]) -> Sequence[Note]:
        """The findings of one weight as sentences."""
        found = (finding for finding in self.findings if finding.severity == severity)
        return tuple(Note(f"doctor.finding.{each.code}", each.params) for each in found)


class Examination(_View):
    """Both looks at a recording: the quick check-up and the doctor's."""

    check: CheckupView
    doctor: DoctorView
