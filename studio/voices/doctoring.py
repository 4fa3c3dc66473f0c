"""Asking the reference doctor, whose models run elsewhere and may fail without harm to saving."""

import hashlib
import logging
import math
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from studio.locales import Note, note
from studio.problems import BadInput, Problem
from studio.runtime.runtime import Runtime
from studio.voices.clips import Clips
from studio.voices.doctor_views import (
    DoctorView,
    Examination,
    Part,
    ReferenceLength,
)
from studio.voices.recent import Recent
from studio.voices.views import CheckupView, Clip

_BENCH = "speech"
_SEE = "studio.quality.doctor:see"
_SEE_SECONDS = 120.0
"""The first call loads torch and the recogniser; later ones take two to six seconds."""
_KEPT_BYTES = 96 * 1024 * 1024
"""Three of the longest recordings, or some fifty of usual length."""
_REPORT_BYTES = 64 * 1024
SHORTEST_PART, LONGEST_PART = 3.0, 30.0
"""Seconds. Fewer do not clone; more are of use to no engine that reads a transcript."""
_SLACK = 0.05
_log = logging.getLogger(__name__)


class Recogniser(Protocol):
    """Finds the model that listens (`studio.runtime.asr_model`)."""

    def folder(self) -> Path | None:
        """Its folder, None where there is none."""
        ...

    def missing(self) -> Note:
        """What to say then."""
        ...


@dataclass(frozen=True)
class Seen:
    """Everything known of a recording.

    clip: ``None`` where the check-up refused it. reference: ``None`` where the doctor did not run
    or found nothing to use.
    """

    check: CheckupView
    doctor: DoctorView
    clip: Clip | None
    reference: Clip | None

    @property
    def view(self) -> Examination:
        """What a person is told."""
        return Examination(check=self.check, doctor=self.doctor)


class Doctor:
    """Examines recordings one after the other and remembers the last ones.

    Args:
        clips: decodes and checks.
        runtime: where the models run.
        recogniser: finds the model that listens.
    """

    def __init__(self, clips: Clips, runtime: Runtime, recogniser: Recogniser) -> None:
        self._clips = clips
        self._runtime = runtime
        self._recogniser = recogniser
        self._gate = threading.Lock()
        self._recent: Recent[Seen] = Recent(_KEPT_BYTES)

    def examine(
        self, data: bytes, part: Part | None = None, language: str = "", *, again: bool = False
    ) -> Seen:
        """Look at an upload, or remember what was seen of it.

        Args:
            data: the file.
            part: the stretch to use; ``None``: the best one is chosen.
            language: to write the transcript in; empty: the one that is heard.
            again: put up neither with an earlier failure of the doctor nor with a look that was
                taken without the language.

        Raises:
            BadInput: the file cannot be read, or ``part_unusable``.
        """
        recogniser = self._recogniser.folder()
        key = (hashlib.sha256(data).digest(), part, recogniser, language)
        # One at a time: whoever saves while the same upload is being examined gets that result.
        with self._gate:
            known = self._recent.get(key)
            if known is None and not again:
                known = self._recent.get((*key[:3], ""))
            if known is not None and (known.doctor.examined or not again):
                return known
            check, clip = self._clips.examine(data, keep=True)
            if clip is None:
                return Seen(check, DoctorView(examined=False, verdict="refused"), None, None)
            doctor, reference = self._see(clip, check, part, language, recogniser)
            seen = Seen(check, doctor, clip, reference)
            size = len(clip.flac) + (len(reference.flac) if reference else 0) + _REPORT_BYTES
            self._recent.put(key, seen, size)
            return seen

    def forget(self, clip_sha256: str) -> None:
        """Let go of a recording, in every form it is remembered in."""
        self._recent.forget(lambda seen: seen.clip is not None and seen.clip.sha256 == clip_sha256)

    def examine_stored(
        self, clip: Clip, check: CheckupView, part: Part | None, language: str
    ) -> tuple[DoctorView, Clip | None]:
        """Look at a clip that was kept earlier.

        Raises:
            BadInput: ``part_unusable``.
        """
        with self._gate:
            return self._see(clip, check, part, language, self._recogniser.folder())

    def _see(
        self,
        clip: Clip,
        check: CheckupView,
        part: Part | None,
        language: str,
        recogniser: Path | None,
    ) -> tuple[DoctorView, Clip | None]:
        wanted = None if part is None else checked_part(part, clip.seconds)
        try:
            found: dict[str, Any] = self._runtime.call(
                _SEE,
                clip.flac,
                None if recogniser is None else str(recogniser),
                {"part": wanted, "language": language or None},
                bench=_BENCH,
                timeout=_SEE_SECONDS,
            )
            flac = found.pop("reference_flac")
            reference = None if flac is None else self._clips.facts(flac)
            report = _report(found, reference, language, recogniser)
        except BadInput as refused:
            if part is not None:
                raise
            return DoctorView.not_run(check.verdict, _why(refused)), None
        except Problem as failed:
            _log.warning("the doctor did not come to an end: %s", failed)
            return DoctorView.not_run(check.verdict, _why(failed)), None
        except (KeyError, TypeError, ValueError):  # a report in a form that nobody knows
            _log.exception("the doctor's report cannot be read")
            reason = note("doctor.unchecked.failed", reason="report")
            return DoctorView.not_run(check.verdict, reason), None
        if recogniser is None:
            report = report.model_copy(
                update={"unchecked": (*report.unchecked, self._recogniser.missing())}
            )
        return report, reference


def checked_part(part: Part, seconds: float) -> list[float]:
    """Start and end of a stretch of a recording.

    Raises:
        BadInput: ``part_unusable``: it is no stretch of 3 to 30 seconds within the recording.
    """
    start, end = part.start, min(part.end, seconds)
    numbers = all(math.isfinite(value) for value in (part.start, part.end))
    length = end - start
    if not (
        numbers
        and start >= 0.0
        and part.end <= seconds + _SLACK
        and SHORTEST_PART - _SLACK <= length <= LONGEST_PART + _SLACK
    ):
        raise BadInput(
            "part_unusable", seconds=round(seconds, 1), shortest=SHORTEST_PART, longest=LONGEST_PART
        )
    return [float(start), float(end)]


def _report(
    found: dict[str, Any], reference: Clip | None, language: str, recogniser: Path | None
) -> DoctorView:
    """The doctor's report, with what only this side knows."""
    report = DoctorView.from_json({**found, "reference": None})
    update: dict[str, Any] = {"recogniser": _name(recogniser)}
    if reference is not None:
        update["reference"] = _length(report, reference)
    if report.transcript is not None and language and not report.transcript.language:
        update["transcript"] = report.transcript.model_copy(update={"language": language})
    return report.model_copy(update=update)


def _length(report: DoctorView, reference: Clip) -> ReferenceLength:
    """Seconds of the reference, and of the speech that the chosen part holds."""
    spoken = reference.seconds
    if report.part is not None and report.picture is not None:
        start, end = report.part.start, report.part.end
        inside = (min(e, end) - max(s, start) for s, e in report.picture.speech)
        spoken = sum(length for length in inside if length > 0)
    return ReferenceLength(
        seconds=round(reference.seconds, 3), speech_seconds=round(min(spoken, reference.seconds), 3)
    )


def _name(recogniser: Path | None) -> str | None:
    return None if recogniser is None else f"{recogniser.parent.name}-{recogniser.name}"


def _why(problem: Problem) -> Note:
    """What the doctor's failure means for the person who waits."""
    if problem.code == "workbench_timeout":
        return note("doctor.unchecked.too_slow", seconds=float(problem.params.get("seconds", 0.0)))
    if problem.code == "workbench_crashed":
        return note("doctor.unchecked.crashed")
    reason = str(problem.params.get("reason", problem.code))
    return note("doctor.unchecked.failed", reason=reason)
