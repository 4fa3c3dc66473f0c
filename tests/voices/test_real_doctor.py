"""The whole way with the models themselves: a recording, its doctor, its transcript, its voice."""

import numpy as np
import pytest

from studio.voices.saving import Application, Correction
from studio.voices.transcripts import TranscriptNotCovering
from tests.audio import files, speech
from tests.quality.conftest import whisper  # noqa: F401 (a fixture)

OWNER = "local"
STORY = [
    "An old lighthouse keeper counted the ships that passed along the coast every evening.",
    "His daughter painted them afterwards from memory, with far too many sails.",
    "When the storm came in October, nobody slept for three nights in a row.",
    "Then the wind turned, and the fishermen mended their nets in the morning sun.",
    "Visitors still ask for the paintings, although most of them were sold long ago.",
]


@pytest.fixture
def listening(bench, whisper):  # noqa: F811 (the fixture)
    bench.recogniser.path = whisper
    return bench


def given(transcript="", **more):
    return Application("Joe", "en", transcript, consent=True, **more)


def test_a_clip_is_heard_and_a_transcript_that_leaves_out_its_end_is_refused(listening):
    clip = files.make("wav", *speech.piper())
    doctor = listening.voices.doctor(clip).doctor
    assert doctor.recogniser == "whisper-base"
    assert doctor.language.tag == "en"
    assert doctor.transcript.coverage.proven
    assert "few boats moved slowly" in doctor.transcript.text
    assert doctor.unchecked == ()
    with pytest.raises(TranscriptNotCovering) as refusal:
        listening.voices.create(OWNER, clip, given(speech.ENGLISH.replace("towards the sea", "")))
    assert "towards the sea" in refusal.value.params["missing"]
    assert listening.files() == []
    saved = listening.voices.create(OWNER, clip, given(speech.ENGLISH))
    assert saved.transcript == speech.ENGLISH, "the person's spelling, not the recogniser's"


def test_of_a_long_recording_the_best_part_is_kept_with_its_own_transcript(listening):
    pieces = [speech.piper(sentence)[0] for sentence in STORY]
    pause = np.zeros(22050 // 2, np.float32)
    whole = np.concatenate([sound for piece in pieces for sound in (piece, pause)])
    clip = files.make("flac", whole, 22050)
    doctor = listening.voices.doctor(clip).doctor
    assert 3.0 <= doctor.part.end - doctor.part.start <= 15.0 < len(whole) / 22050
    assert doctor.transcript.coverage.proven
    with pytest.raises(TranscriptNotCovering) as refusal:
        listening.voices.create(OWNER, clip, given(" ".join(STORY)))
    assert refusal.value.params["added"]
    saved = listening.voices.create(OWNER, clip, given(doctor.transcript.text))
    reference = listening.voices.reference(OWNER, saved.id)
    seconds = len(reference.samples) / reference.rate
    assert seconds == pytest.approx(saved.reference.seconds)
    assert seconds <= 15.6
    tail = reference.samples[-int(0.4 * reference.rate) :]
    assert np.abs(tail).max() < 1e-4, "silence at the end, against bleeding phonemes"
    change = Correction(transcript="Nothing of the kind was ever said by anybody here.")
    with pytest.raises(TranscriptNotCovering):
        listening.voices.correct(OWNER, saved.id, change)
