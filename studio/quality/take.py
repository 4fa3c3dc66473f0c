"""Everything that is measured on a take after it was heard. Runs in a bench's process only."""

import dataclasses
import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from studio.audio.encode import read_flac
from studio.audio.measure import measure as measure_levels
from studio.audio.resample import Samples
from studio.engines.registry import engine_class
from studio.locales import LanguageName, note
from studio.problems import NotFound, Unavailable
from studio.quality import naturalness, pitch, silences, speaker, speaking_rate, vad
from studio.quality.asr import Transcript, transcribe
from studio.quality.coverage import without_invented
from studio.quality.ending import ending
from studio.quality.figure import Finding
from studio.quality.moments import Moments, moments
from studio.quality.noise import METHOD as NOISE_METHOD
from studio.quality.noise import snr_db
from studio.quality.said import compare
from studio.quality.second_hearing import fill
from studio.quality.sheet import Sheet
from studio.quality.take_checks import TakeFacts, check
from studio.quality.wording import ErrorRate, error_rate

_CLOCK = "Voice Studio 1"
_LEVEL_METHODS = {
    "loudness_lufs": "ITU-R BS.1770-4",
    "peak_dbfs": "Voice Studio 1",
    "true_peak_dbtp": "ITU-R BS.1770-4",
    "clipping_ratio": "Voice Studio 1",
}
_TRUSTED_ERROR = 0.5
"""A transcript with more errors than this says nothing of how much was spoken."""


def measure(flac: bytes, about: Mapping[str, Any]) -> dict[str, Any]:
    """Measure and check a take.

    Args:
        flac: the take, as `studio.audio.encode.flac` wrote it.
        about: ``text``, ``language``, ``engine``; ``rtf``, ``ttfa_seconds`` and ``measures`` (of
            `studio.audio.measure`) as kept with the take, None or absent where unknown;
            ``reference``: FLAC of the clip it should sound like, or None, and
            ``reference_transcript``; ``whisper``: folder of the recogniser's weights, or None.

    Returns:
        ``figures`` and ``findings`` (`studio.quality.figure` as JSON), ``heard`` (what speech
        recognition understood, its ``edits`` beside the text and ``moments``, see
        `studio.quality.moments`; None where it was not asked),
        ``remarks`` (notes on what was not measured), ``part_seconds``.

    Raises:
        AudioError: the take cannot be read. Nothing else is raised: parts fail one by one.
    """
    samples, rate = read_flac(flac)
    sheet = Sheet()
    facts = _Facts(samples, rate, about, sheet)
    facts.kept()
    facts.levels()
    facts.time()
    facts.melody()
    facts.opinions()
    facts.likeness()
    facts.words()
    facts.pace()
    findings = facts.checks()
    return {
        **sheet.to_json(),
        "findings": [finding.to_json() for finding in findings],
        "heard": facts.heard,
    }


class _Facts:
    """What is known of the take so far; each method adds a part."""

    def __init__(self, samples: Samples, rate: int, about: Mapping[str, Any], sheet: Sheet) -> None:
        self.samples, self.rate, self.about, self.sheet = samples, rate, about, sheet
        self.seconds = len(samples) / rate
        self.language = str(about["language"]).lower().replace("_", "-").partition("-")[0]
        self.measures: dict[str, Any] = dict(about.get("measures") or {})
        self.speech: vad.Spans | None = None
        self.spoken: float | None = None
        self.snr: float | None = None
        self.background: float | None = None
        self.transcript: Transcript | None = None
        self.understood: Transcript | None = None
        self.errors: ErrorRate | None = None
        self.moments: Moments = []

    def kept(self) -> None:
        """What was measured while it was made."""
        self.sheet.add("seconds", self.seconds, _CLOCK)
        for name in ("rtf", "ttfa_seconds"):
            if self.about.get(name) is not None:
                self.sheet.add(name, float(self.about[name]), _CLOCK)

    def levels(self) -> None:
        """Loudness, peaks, clipping: kept with the take, measured where they are not."""
        with self.sheet.part("levels", note("measure.part.levels")):
            if not self.measures.keys() >= _LEVEL_METHODS.keys():
                self.measures = dict(vars(measure_levels(self.samples, self.rate)))
            for name, method in _LEVEL_METHODS.items():
                self.sheet.add(name, self.measures[name], method)

    def time(self) -> None:
        """Speech, pauses, noise between the words."""
        with self.sheet.part("pauses", note("measure.part.pauses")):
            quiet = silences.silences(self.samples, self.rate)
            longest = max(quiet.pauses, key=lambda p: p[1] - p[0], default=None)
            detail = {"start": longest[0], "end": longest[1]} if longest else {}
            method = silences.METHOD
            self.sheet.add("longest_silence_seconds", quiet.longest_seconds, method, detail)
            self.sheet.add("silence_share", quiet.share, method)
        with self.sheet.part("speech", note("measure.part.speech")):
            self.speech = vad.speech(self.samples, self.rate)
            self.spoken = silences.spoken_seconds(self.speech, quiet)
            self.sheet.add("speech_seconds", self.spoken, vad.method())
            self.snr = snr_db(self.samples, self.rate, self.speech)
            self.sheet.add("snr_db", self.snr, NOISE_METHOD)

    def melody(self) -> None:
        """Pitch and its range."""
        with self.sheet.part("pitch", note("measure.part.pitch")):
            found = pitch.pitch(self.samples, self.rate)
            detail = {"voiced_seconds": found.voiced_seconds}
            self.sheet.add("pitch_median_hz", found.median_hz, pitch.METHOD, detail)
            self.sheet.add("pitch_range_semitones", found.range_semitones, pitch.METHOD)

    def opinions(self) -> None:
        """Predicted naturalness."""
        with self.sheet.part("distillmos", note("measure.part.naturalness")):
            score = naturalness.distillmos(self.samples, self.rate)
            self.sheet.add("distillmos", score, naturalness.distillmos_name())
        with self.sheet.part("dnsmos", note("measure.part.noisiness")):
            found = naturalness.dnsmos(self.samples, self.rate)
            self.background = found.background if found else None
            method = naturalness.dnsmos_name()
            self.sheet.add("dnsmos_overall", found.overall if found else None, method)
            self.sheet.add("dnsmos_signal", found.signal if found else None, method)
            self.sheet.add("dnsmos_background", self.background, method)

    def likeness(self) -> None:
        """Speaker similarity to the reference, where there is one."""
        if self.about.get("reference") is None:
            return
        with self.sheet.part("similarity", note("measure.part.similarity")):
            own = speaker.embed(self.samples, self.rate)
            value = speaker.similarity(own, _reference(self.about["reference"]))
            self.sheet.add("speaker_similarity", value, speaker.encoder_name())

    def words(self) -> None:
        """What speech recognition understands, and how far it is from the text."""
        if self.about.get("whisper") is None:
            self.sheet.remarks.append(note("measure.remark.no_recogniser"))
            return
        if self.speech == ():
            self.sheet.remarks.append(note("measure.remark.nobody_speaks"))
            return
        with self.sheet.part("words", note("measure.part.words")):
            model = Path(self.about["whisper"])
            self.transcript = transcribe(self.samples, self.rate, model, language=self.language)
            if self.transcript.language != self.language:
                name = LanguageName(self.language)
                self.sheet.remarks.append(note("measure.remark.language", language=name))
                return
            speech = self.speech or ()
            plausible = without_invented(self.transcript, speech)
            self.understood = fill(plausible, self.samples, self.rate, model, speech)
            errors = error_rate(self.about["text"], self.understood.text, self.language)
            if errors.length:
                self.errors = errors
                self.sheet.add(errors.kind, errors.value, self.transcript.model, _counts(errors))
                said = compare(self.about["text"], self.understood, self.language)
                self.moments = moments(said, self.seconds)

    def pace(self) -> None:
        """Speaking rate."""
        if self.spoken is None:
            return
        with self.sheet.part("pace", note("measure.part.pace")):
            trusted = self.errors is not None and self.errors.value < _TRUSTED_ERROR
            heard = self.understood.text if self.understood and trusted else None
            text = self.about["text"]
            found = speaking_rate.speaking_rate(text, self.language, self.spoken, heard)
            if found is not None:
                detail = {"syllables": found.syllables, "counted_in": found.counted_in}
                method = speaking_rate.method(self.language)
                self.sheet.add("speaking_rate", found.value, method, detail)

    def checks(self) -> tuple[Finding, ...]:
        """What is wrong with the take."""
        if self.speech is None:
            return ()
        with self.sheet.part("checks", note("measure.part.checks")):
            facts = TakeFacts(
                text=self.about["text"],
                language=self.language,
                seconds=self.seconds,
                speech=self.speech,
                ending=ending(self.samples, self.rate),
                transcript=self.transcript,
                languages=self.transcript.languages if self.transcript else (),
                reference_transcript=self.about.get("reference_transcript") or "",
                snr_db=self.snr,
                background=self.background,
                clipping_ratio=self.measures.get("clipping_ratio") or 0.0,
                peak_dbfs=self.measures.get("peak_dbfs"),
                formant=_formant(self.about.get("engine")),
            )
            if facts.needs_other:
                other = transcribe(self.samples, self.rate, Path(self.about["whisper"]))
                facts = dataclasses.replace(facts, other=other)
            findings = check(facts)
            if any(one.code == "not_checked" for one in findings):
                self._doubt_the_recogniser()
            return findings
        return ()

    def _doubt_the_recogniser(self) -> None:
        """It does not understand this voice: how often it errs says nothing about the take."""
        for place, figure in enumerate(self.sheet.figures):
            if figure.name in ("wer", "cer"):
                detail = {**figure.detail, "uncertain": figure.value}
                self.sheet.figures[place] = dataclasses.replace(figure, value=None, detail=detail)

    @property
    def heard(self) -> dict[str, Any] | None:
        """What was understood, beside the text."""
        heard = self.understood or self.transcript
        if heard is None:
            return None
        return {
            "text": heard.text,
            "language": heard.language,
            "language_probability": heard.language_probability,
            "languages": [list(pair) for pair in heard.languages],
            "model": heard.model,
            "edits": _edits(self.errors) if self.errors else [],
            "moments": [list(moment) for moment in self.moments],
        }


def _counts(errors: ErrorRate) -> dict[str, int]:
    return {
        "substitutions": errors.substitutions,
        "deletions": errors.deletions,
        "insertions": errors.insertions,
        "length": errors.length,
    }


def _edits(errors: ErrorRate) -> list[dict[str, str]]:
    """The alignment in words: ``kind``, what should have been said, what was heard."""
    between = " " if errors.kind == "wer" else ""
    return [
        {
            "kind": edit.kind,
            "expected": between.join(t.text for t in errors.reference[slice(*edit.reference)]),
            "heard": between.join(t.text for t in errors.hypothesis[slice(*edit.hypothesis)]),
        }
        for edit in errors.edits
    ]


def _formant(engine: str | None) -> bool:
    """Whether an engine strings formants together."""
    try:
        return engine is not None and engine_class(engine).card.low_anchor
    except (NotFound, Unavailable):  # removed since the take was made
        return False


@functools.lru_cache(maxsize=8)
def _reference(flac: bytes) -> tuple[float, ...]:
    """The embedding of a reference clip; the takes of one order share it."""
    return tuple(speaker.embed(*read_flac(flac)))
