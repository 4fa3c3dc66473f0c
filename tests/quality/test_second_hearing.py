"""A hole in a transcript is heard again and filled with what is really said there."""

from dataclasses import replace

import numpy as np
import pytest

from studio.quality.asr import Word, transcribe
from studio.quality.coverage import coverage
from studio.quality.second_hearing import fill, hear_out
from studio.quality.vad import speech as speech_in
from studio.quality.wording import error_rate
from tests.audio import speech


@pytest.fixture(scope="module")
def spoken():
    samples, rate = speech.piper()
    return samples, rate, speech_in(samples, rate)


@pytest.fixture(scope="module")
def whole(spoken, whisper):
    samples, rate, _ = spoken
    return transcribe(samples, rate, whisper)


def test_a_sentence_that_was_passed_over_is_filled_in(spoken, whole, whisper):
    samples, rate, voiced = spoken
    first_half = replace(whole, words=whole.words[:6], text="The harbor was quiet that morning,")
    filled = fill(first_half, samples, rate, whisper, voiced)
    assert error_rate(speech.ENGLISH, filled.text, "en").value <= 0.13
    assert coverage(filled, voiced, len(samples) / rate).proven
    assert [word.start for word in filled.words] == sorted(word.start for word in filled.words)


def test_a_last_word_that_was_dropped_is_heard(spoken, whole, whisper):
    samples, rate, voiced = spoken
    dropped = replace(whole, words=whole.words[:-1], text=whole.text.removesuffix(" sea."))
    filled = fill(dropped, samples, rate, whisper, voiced)
    assert not coverage(dropped, voiced, len(samples) / rate).proven
    heard = filled.words[-1].text.lower().startswith("sea")
    assert heard or not coverage(filled, voiced, len(samples) / rate).proven


def test_a_last_word_that_ends_too_early_is_not_held_against_its_transcript(whisper):
    samples, rate = speech.piper("We shall see each other again tomorrow afternoon.")
    voiced, seconds = speech_in(samples, rate), len(samples) / rate
    whole = transcribe(samples, rate, whisper)
    last = whole.words[-1]
    early = replace(last, end=voiced[-1][1] - 0.5)
    hasty = replace(whole, words=(*whole.words[:-1], early))
    assert early.end > last.start
    assert not coverage(hasty, voiced, seconds).proven
    mended = fill(hasty, samples, rate, whisper, voiced)
    assert mended.text == whole.text
    assert coverage(mended, voiced, seconds).proven


def test_a_whole_transcript_stays_as_it_is(spoken, whole, whisper):
    samples, rate, voiced = spoken
    assert fill(whole, samples, rate, whisper, voiced) is whole
    assert hear_out(samples, rate, whisper, voiced) == whole


def test_a_hole_where_nobody_speaks_is_not_filled_with_inventions(spoken, whole, whisper):
    samples, rate, voiced = spoken
    silence = np.zeros(5 * rate, np.float32)
    longer = np.concatenate([samples, silence])
    claimed = (*voiced, (len(samples) / rate + 1, len(samples) / rate + 1.2))
    found = hear_out(longer, rate, whisper, claimed)
    assert error_rate(whole.text, found.text, "en").value == 0


def test_what_whisper_invents_over_silence_is_no_transcript(whisper):
    assert hear_out(np.zeros(5 * 22_050, np.float32), 22_050, whisper, ()).text == ""


def test_a_transcript_of_another_recording_is_not_mended(spoken, whole, whisper):
    samples, rate, voiced = spoken
    elsewhere = replace(whole, words=(Word("Hello.", 90.0, 91.0, 0.9),), text="Hello.")
    found = fill(elsewhere, samples, rate, whisper, voiced)
    assert not coverage(found, voiced, len(samples) / rate).proven
