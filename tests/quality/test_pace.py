"""Syllables, pauses and pace."""

import re

import numpy as np
import pytest

from benchmarks.corpus.texts import KOREAN
from studio.quality.silences import silences, spoken_seconds
from studio.quality.speaking_rate import speaking_rate
from studio.quality.syllables import syllables
from studio.quality.vad import speech as speaking
from tests.audio import speech


@pytest.mark.parametrize("text", KOREAN["tune"] + KOREAN["test"])
def test_korean_syllables_are_its_characters(text):
    assert syllables(text, "ko") == len(re.findall("[가-힣]", text))


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("The harbour was quiet that morning.", "en", 9),
        ("Chaos at the piano: little rhythms.", "en-US", 11),
        ("They sent 12 flowers to the museum.", "en", 10),
        ("12명이 3시 45분에 왔다.", "ko", 13),
        ("今天天气很好，我们有12个人。", "zh", 13),
        ("今日はとてもいい天気ですね。", "ja", 14),
        ("12人で東京へ行きます。", "ja", 15),
        ("きゃっと、コーヒー", "ja", 7),
        ("Die Bäuerin läuft 21 Kilometer.", "de", 13),
        ("Bonjour, je m'appelle Léa.", "fr", 7),
        ("", "en", 0),
    ],
)
def test_syllables_are_those_of_the_text_as_it_is_read(text, language, count):
    assert syllables(text, language) == count


def test_a_language_that_cannot_be_read_has_no_syllables():
    assert syllables("hello", "xx") is None
    assert speaking_rate("hello", "xx", 1.0) is None


def with_pause(samples, rate, at, seconds):
    place = round(at * rate)
    gap = np.zeros(round(seconds * rate), np.float32)
    return np.concatenate((samples[:place], gap, samples[place:]))


def test_the_longest_pause_is_found_where_it_is():
    samples, rate = speech.espeak(speech.SHORT)
    spoilt = np.pad(with_pause(samples, rate, 1.5, 2.0), (rate, 0))
    found = silences(spoilt, rate)
    assert found.longest_seconds == pytest.approx(2.0, abs=0.15)
    (start, end) = max(found.pauses, key=lambda pause: pause[1] - pause[0])
    assert start == pytest.approx(2.5, abs=0.1)
    assert end == pytest.approx(4.5, abs=0.1)
    assert found.share > silences(samples, rate).share + 0.2


def test_silence_around_a_take_is_no_pause_in_it():
    samples, rate = speech.espeak(speech.SHORT)
    padded = np.pad(samples, 2 * rate)
    found, before = silences(padded, rate), silences(samples, rate)
    assert found.longest_seconds == pytest.approx(before.longest_seconds, abs=0.03)
    assert found.start == pytest.approx(before.start + 2, abs=0.02)
    assert found.end == pytest.approx(before.end + 2, abs=0.02)


def test_silence_has_no_pauses_to_speak_of():
    nothing = silences(np.zeros(24_000, np.float32), 24_000)
    assert nothing.longest_seconds is None
    assert nothing.share is None
    assert spoken_seconds([(0.0, 1.0)], nothing) == 0


def test_a_pause_and_noise_after_the_end_do_not_slow_the_pace():
    samples, rate = speech.kokoro()
    noise = np.random.default_rng(0).standard_normal(3 * rate).astype(np.float32) * 0.02
    spoilt = np.concatenate((with_pause(samples, rate, 1.5, 2.0), noise))

    def pace(sound):
        seconds = spoken_seconds(speaking(sound, rate), silences(sound, rate))
        return speaking_rate(speech.SHORT, "en", seconds).value

    assert pace(spoilt) == pytest.approx(pace(samples), rel=0.1)
    assert 4 < pace(samples) < 6.5


def test_faster_speech_has_the_higher_pace():
    def pace(words_per_minute):
        sound, rate = speech.espeak(words_per_minute=words_per_minute)
        seconds = spoken_seconds(speaking(sound, rate), silences(sound, rate))
        return speaking_rate(speech.ENGLISH, "en", seconds).value

    assert pace(300) > 1.4 * pace(175)


def test_what_was_heard_counts_where_it_is_far_from_the_text():
    text = "one two three four five six"
    assert speaking_rate(text, "en", 2.0).value == 3.0
    assert speaking_rate(text, "en", 2.0, heard="one two three four five").counted_in == "text"
    doubled = speaking_rate(text, "en", 4.0, heard=f"{text} {text}")
    assert (doubled.value, doubled.counted_in) == (3.0, "heard")


def test_next_to_no_speech_has_no_pace():
    assert speaking_rate("hello there", "en", 0.1) is None
