"""A transcript is proven by its recording: halves, dropped words and inventions are found out."""

from dataclasses import replace

import numpy as np
import pytest

from studio.quality.asr import Segment, Transcript, Word, transcribe
from studio.quality.coverage import agrees, coverage, without_invented
from studio.quality.vad import speech as speech_in
from tests.audio import speech


class Heard:
    """A recording, where there is speech in it, and what Whisper wrote."""

    def __init__(self, samples, rate, whisper, language="en"):
        self.seconds = len(samples) / rate
        self.speech = speech_in(samples, rate)
        self.transcript = transcribe(samples, rate, whisper, language=language)

    def coverage(self, words=None):
        transcript = self.transcript if words is None else replace(self.transcript, words=words)
        return coverage(transcript, self.speech, self.seconds)


TEXTS = (
    speech.ENGLISH,
    "Our train leaves at 7:15 from platform 9, so please be there early.",
    "In the evening we sat by the fire and told each other stories of the sea.",
)


@pytest.fixture(scope="module", params=TEXTS)
def piper(request, whisper):
    return Heard(*speech.piper(request.param), whisper)


@pytest.fixture(scope="module")
def harbour(whisper):
    return Heard(*speech.piper(), whisper)


def test_a_whole_transcript_is_proven(piper):
    found = piper.coverage()
    assert found.proven, found
    assert found.share > 0.97


def test_a_whole_transcript_of_an_espeak_voice_is_proven(whisper):
    assert Heard(*speech.espeak(), whisper).coverage().proven


def test_a_transcript_of_the_first_half_is_not_proven(piper):
    words = piper.transcript.words
    found = piper.coverage(words[: len(words) // 2])
    assert not found.proven
    assert found.share < 0.8
    assert found.uncovered[-1][1] > piper.seconds - 0.6


def test_a_transcript_of_the_second_half_is_not_proven(piper):
    words = piper.transcript.words
    found = piper.coverage(words[len(words) // 2 :])
    assert not found.proven
    assert found.uncovered[0][0] < 0.5


def test_a_transcript_without_its_last_word_is_not_proven(harbour):
    assert harbour.transcript.words[-1].text == "sea."
    assert not harbour.coverage(harbour.transcript.words[:-1]).proven


def test_a_word_stretched_over_others_does_not_hide_them(harbour):
    """Where Whisper leaves words out, its alignment stretches the next one over them."""
    first, *_, last = harbour.transcript.words
    kept = harbour.transcript.words[:6]
    stretched = Word("towards", kept[-1].end, last.start, 0.5)
    assert not harbour.coverage((*kept, stretched, last)).proven
    assert not harbour.coverage((Word("the", first.start, last.start, 0.5), last)).proven


def test_what_whisper_writes_over_silence_is_flagged_and_can_be_left_out(whisper):
    found = Heard(np.zeros(5 * 22_050, np.float32), 22_050, whisper)
    assert found.transcript.words, "Whisper invents words over silence; if not, this tests nothing"
    proof = found.coverage()
    assert not proof.proven
    assert proof.empty == found.transcript.words
    assert without_invented(found.transcript, found.speech).text == ""


def test_what_whisper_writes_over_noise_is_flagged(whisper):
    rate = 16_000
    noise = np.random.default_rng(0).normal(size=5 * rate).astype(np.float32) * 0.05
    found = Heard(noise, rate, whisper)
    assert found.transcript.words
    assert not found.coverage().proven


def test_a_sentence_invented_after_the_speech_is_left_out_and_the_rest_stays(harbour):
    end = harbour.seconds
    invented = (Word("Thank", end + 1, end + 1.4, 0.6), Word("you.", end + 1.4, end + 1.9, 0.6))
    transcript = replace(harbour.transcript, words=(*harbour.transcript.words, *invented))
    proof = coverage(transcript, harbour.speech, end + 3)
    assert proof.empty == invented
    assert not proof.proven
    kept = without_invented(transcript, harbour.speech)
    assert kept.words == harbour.transcript.words
    assert kept.text == harbour.transcript.text
    assert coverage(kept, harbour.speech, end + 3).proven


def test_a_word_that_the_detector_of_speech_missed_is_not_taken_for_an_invention():
    words = tuple(
        Word(text, start, start + 0.4, 0.9)
        for text, start in (("is", 0.0), ("eighteen", 0.6), ("deep", 1.6))
    )
    transcript = Transcript("is eighteen deep", "en", 1.0, (), words, (), "")
    missed = ((0.0, 0.35), (1.57, 2.05))
    assert coverage(transcript, missed, 2.1).empty == ()
    assert without_invented(transcript, missed) == transcript
    far_apart = ((0.0, 0.35), (3.0, 3.5))
    there = replace(transcript, words=(words[0], replace(words[1], start=1.2, end=1.6)))
    assert coverage(there, far_apart, 3.6).empty == there.words[1:]


def test_a_loop_of_words_that_take_no_time_is_not_taken_for_speech(harbour):
    last = harbour.transcript.words[-1]
    loop = tuple(Word("sea,", last.end, last.end, 0.9) for _ in range(12))
    proof = harbour.coverage((*harbour.transcript.words, *loop))
    assert set(proof.empty) == set(loop)
    assert not proof.proven


def test_a_sentence_said_again_and_again_is_counted_each_time(whisper):
    samples, rate = speech.piper()
    pause = np.zeros(rate // 2, np.float32)
    four = Heard(np.concatenate([p for _ in range(4) for p in (samples, pause)]), rate, whisper)
    assert four.coverage().proven == (four.transcript.text.lower().count("harbor") == 4)
    whole = [word for word in four.transcript.words if not 5.1 < word.start < 9.5]
    assert not four.coverage(tuple(whole)).proven


def test_silence_without_words_lacks_nothing_but_proves_nothing():
    empty = Transcript("", "en", 1.0, (), (), (), "")
    found = coverage(empty, (), 5.0)
    assert (found.share, found.proven) == (1.0, False)
    assert coverage(empty, ((1.0, 3.0),), 5.0).share == 0.0


def test_words_beyond_the_recording_do_not_break_the_proof():
    segment = Segment(0, 9, 0.0, -0.2, 1.0)
    odd = Transcript("a", "en", 1.0, (), (Word("a", 7.0, 6.5, 0.1),), (segment,), "")
    assert not coverage(odd, ((0.0, 2.0), (4.0, 9.0)), 5.0).proven


ACCEPTED = [
    "The harbor was quiet that morning, and only a few boats moved slowly towards the sea.",
    "the harbour was quiet that morning and only few boats moved slowly toward the sea",
    "The harbour was quite that mourning, and only a few goats moved slowly towards the sea.",
]
REFUSED = [
    ("The harbour was quiet that morning,", "sea"),
    ("and only a few boats moved slowly towards the sea.", "harbo"),
    ("The harbour was quiet that morning, and only a few boats moved slowly.", "towards the sea"),
    ("The harbour was quiet, and only a few boats moved slowly towards the sea.", "that morning"),
    ("", "quiet"),
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_corrections_of_a_transcript_agree_with_it(harbour, text):
    assert agrees(text, harbour.transcript, "en").agrees


@pytest.mark.parametrize(("text", "missing"), REFUSED)
def test_a_text_that_leaves_out_what_was_said_does_not_agree(harbour, text, missing):
    found = agrees(text, harbour.transcript, "en")
    assert not found.agrees
    assert missing in " ".join(found.missing).lower()


def test_a_text_that_goes_on_after_the_clip_does_not_agree(harbour):
    found = agrees(f"{speech.ENGLISH} The sun was not up yet.", harbour.transcript, "en")
    assert not found.agrees
    assert found.added == ("The sun was not up yet",)


def test_korean_texts_agree_whatever_their_spaces():
    heard = Transcript("오늘 아침 항구는 조용했고 작은 배 몇 척만", "ko", 1.0, (), (), (), "")
    assert agrees("오늘아침 항구는 조용했고, 작은 배 몇척만.", heard, "ko").agrees
    found = agrees("오늘 아침 항구는 조용했고", heard, "ko")
    assert not found.agrees
    assert "작은 배" in found.missing[0]
