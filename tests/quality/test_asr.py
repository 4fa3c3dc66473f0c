"""Whisper writes down real speech: the same each time, with its times, and within a bounded time."""

import time

import numpy as np
import pytest

from studio.problems import Unavailable
from studio.quality.asr import Transcript, detect_language, transcribe
from studio.runtime import wire
from tests.audio import speech


@pytest.fixture(scope="module")
def harbour(whisper):
    return transcribe(*speech.piper(), whisper)


def test_clean_speech_is_written_down_word_for_word(harbour):
    written = harbour.text.lower().replace("harbor", "harbour").replace(",", "")
    assert written == speech.ENGLISH.lower().replace(",", "")
    assert harbour.language == "en"
    assert harbour.language_probability > 0.9
    assert harbour.languages[0][0] == "en"
    assert len(harbour.languages) == 5


def test_words_lie_where_they_are_spoken(harbour):
    samples, rate = speech.piper()
    starts = [word.start for word in harbour.words]
    assert starts == sorted(starts)
    assert harbour.words[0].start < 0.3
    assert len(samples) / rate - 0.8 < harbour.words[-1].end <= len(samples) / rate
    quiet = next(word for word in harbour.words if word.text == "quiet")
    assert 0.5 < quiet.start < quiet.end < 1.4


def test_the_same_recording_always_gives_the_same_transcript(harbour, whisper):
    assert transcribe(*speech.piper(), whisper) == harbour


def test_a_transcript_survives_the_wire_between_processes(harbour):
    assert Transcript.from_json(wire.decode(wire.encode(harbour.to_json()))) == harbour


def test_what_lies_after_thirty_seconds_is_written_too(whisper):
    samples, rate = speech.piper()
    silence = np.zeros(rate // 2, np.float32)
    seven = np.concatenate([piece for _ in range(7) for piece in (samples, silence)])
    found = transcribe(seven, rate, whisper, language="en")
    assert found.text.lower().count("harbor") == 7
    assert found.words[-1].end > len(seven) / rate - 1.5


def test_a_tone_that_sends_the_model_into_a_loop_does_not_hold_the_bench(whisper):
    rate = 16_000
    hum = (0.1 * np.sin(2 * np.pi * 120 * np.arange(5 * rate) / rate)).astype(np.float32)
    started = time.process_time()
    found = transcribe(hum, rate, whisper, language="en")
    assert len(found.words) < 60
    assert time.process_time() - started < 20


@pytest.mark.parametrize("length", [0, 100])
def test_next_to_nothing_is_heard_as_nothing(whisper, length):
    found = transcribe(np.zeros(length, np.float32), 16_000, whisper)
    assert (found.text, found.words, found.segments) == ("", (), ())


def test_a_language_whisper_does_not_know_is_not_asked_of_it(whisper):
    samples, rate = speech.piper()
    assert transcribe(samples, rate, whisper, language="xx").language == "en"


def test_a_folder_without_a_model_is_refused_in_a_sentence(tmp_path):
    for name in ("config.json", "model.bin", "tokenizer.json"):
        (tmp_path / name).write_text("{}", encoding="utf-8")
    with pytest.raises(Unavailable, match="recogniser_broken"):
        transcribe(np.zeros(16_000, np.float32), 16_000, tmp_path)


def test_a_language_is_heard_without_writing_anything(whisper):
    languages = detect_language(*speech.piper(), whisper)
    assert languages[0][0] == "en"
    assert sum(p for _, p in languages) <= 1.001
