"""A person's transcript against what was heard: theirs counts, unless it cannot belong to the clip.

Engines that read the transcript take the words that it lacks, or has too many, for words still to
be said or said already: their takes leak the clip's words or do not end. So what a person typed is
held against the recogniser's text, but only where that accounts for all of the speech, and in the
language that the person named; whoever is sure of theirs insists. A transcript that nobody can
hold against anything is still held against the time it takes to read.
"""

import logging
from collections.abc import Mapping, Sequence

from studio.engines.reading_time import longest_reading
from studio.locales import Note, note
from studio.problems import BadInput, Problem
from studio.runtime.runtime import Runtime
from studio.voices.doctor_views import DoctorView, HeardTranscript

INSIST = "insist_transcript"
_BENCH = "speech"
_JUDGE = "studio.voices.transcript_judging:compare"
_JUDGE_SECONDS = 60.0
_FASTEST_CHARACTER, _FASTEST_SYLLABLE = 0.03, 0.08
"""Seconds: auctioneers reach 33 letters or 12 syllables a second, nobody more."""
_DENSE = frozenset({"ko", "ja", "zh", "yue"})
_GRACE_SECONDS = 1.0
_SEPARATOR = " … "
_log = logging.getLogger(__name__)


class TranscriptNotCovering(BadInput):
    """What was typed and what was heard do not belong together.

    ``params`` have both texts, ``typed`` and ``heard``, and the stretches in which they differ.

    Args:
        typed: the person's text.
        heard: the recogniser's.
        differing: stretches of the one that the other lacks, ``missing`` and ``added``.
        part: start and end of what was listened to, seconds.
    """

    def __init__(
        self,
        typed: str,
        heard: str,
        differing: Mapping[str, Sequence[str]],
        part: tuple[float, float],
    ) -> None:
        super().__init__(
            "transcript_not_covering",
            typed=typed,
            heard=heard,
            missing=_SEPARATOR.join(differing["missing"]),
            added=_SEPARATOR.join(differing["added"]),
            start=round(part[0], 1),
            end=round(part[1], 1),
            insist=INSIST,
        )
        # A note within the sentence: `locales.text` puts it into words.
        self.params["difference"] = self._difference()  # type: ignore[assignment]

    def _difference(self) -> Note | str:
        missing, added = self.params["missing"], self.params["added"]
        if missing and added:
            return note("transcript.both", missing=missing, added=added)
        if missing:
            return note("transcript.missing", missing=missing)
        return note("transcript.added", added=added) if added else ""


class TranscriptRule:
    """Decides whether a transcript may go with a recording.

    Args:
        runtime: the process that compares texts.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def hold(
        self, typed: str, language: str, doctor: DoctorView | None, speech_seconds: float
    ) -> None:
        """Refuse a transcript that cannot be what is said.

        Args:
            typed: as the person gave it; nothing is no transcript, and always right.
            language: of the speech, as the person said.
            doctor: what was heard, if anything.
            speech_seconds: in the recording that engines get.

        Raises:
            TranscriptNotCovering: the recogniser accounts for all of the speech and the person's
                text does not cover it, or says more.
            BadInput: ``transcript_takes_longer``, ``transcript_too_little``: nothing was heard to
                compare with, but nobody can read that much, or that little, in the time.
        """
        if not typed.strip():
            return
        heard = doctor.transcript if doctor is not None else None
        if doctor is None or heard is None or not comparable(doctor, heard, language):
            _hold_against_time(typed, language, speech_seconds)
        elif (differing := self._differing(typed, doctor, heard)) is not None:
            part = doctor.part
            place = (part.start, part.end) if part is not None else (0.0, speech_seconds)
            raise TranscriptNotCovering(typed, heard.text, differing, place)

    def _differing(
        self, typed: str, doctor: DoctorView, heard: HeardTranscript
    ) -> Mapping[str, Sequence[str]] | None:
        probability = doctor.language.probability if doctor.language else 0.0
        said = heard.model_dump(mode="json") | {
            "language": _written_in(doctor, heard),
            "probability": probability,
        }
        try:
            found: Mapping[str, Sequence[str]] = self._runtime.call(
                _JUDGE, typed, said, bench=_BENCH, timeout=_JUDGE_SECONDS
            )
        except Problem as failed:  # saving does not hang on it
            _log.warning("a transcript could not be compared: %s", failed)
            return None
        return found if any(found.values()) else None


def comparable(doctor: DoctorView, heard: HeardTranscript, language: str) -> bool:
    """Whether what was heard can stand against what a person says was said.

    What was written in the language that they named, but sounded like another, is doubtful.
    """
    sounded = doctor.language.tag if doctor.language else ""
    return (
        sounded == _written_in(doctor, heard) == language
        and heard.coverage.proven
        and bool(heard.text.strip())
    )


def _written_in(doctor: DoctorView, heard: HeardTranscript) -> str:
    return heard.language or (doctor.language.tag if doctor.language else "")


def _hold_against_time(typed: str, language: str, seconds: float) -> None:
    read = [character for character in typed if character.isalnum()]
    # Latin letters are no syllables in a Korean sentence either
    syllables = sum(not character.isascii() for character in read) if language in _DENSE else 0
    characters = len(read)
    needed = _FASTEST_SYLLABLE * syllables + _FASTEST_CHARACTER * (characters - syllables)
    facts: dict[str, str | float] = {
        "characters": characters,
        "seconds": round(seconds, 1),
        "insist": INSIST,
    }
    if needed > seconds + _GRACE_SECONDS:
        raise BadInput("transcript_takes_longer", **facts)
    if seconds > longest_reading(typed, language):
        raise BadInput("transcript_too_little", **facts)
