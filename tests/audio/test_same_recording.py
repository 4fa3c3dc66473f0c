"""A copy of a recording is found whatever was done to it, another recording never."""

import io

import numpy as np
import pytest
import soundfile

from studio.audio.resample import resample
from studio.audio.same_recording import shared_seconds
from tests.audio import speech

OTHER = "She opened the letter slowly, as if the words might fly away when they saw the light."


def encoded(samples, rate, **how):
    file = io.BytesIO()
    soundfile.write(file, samples, rate, **how)
    file.seek(0)
    return soundfile.read(file, dtype="float32")


def copies():
    samples, rate = speech.espeak()
    noise = np.random.default_rng(7).normal(0, samples.std() * 0.3, samples.size)
    yield "itself", (samples, rate)
    yield "quieter and upside down", (-0.1 * samples, rate)
    yield "two seconds of it", (samples[rate : 3 * rate], rate)
    yield "between other sounds", (np.concatenate([np.zeros(rate // 3), samples, noise]), rate)
    yield "at 16 kHz", (resample(samples, rate, 16000), 16000)
    yield "noisy", ((samples + noise).astype(np.float32), rate)
    yield "MP3", encoded(samples, rate, format="MP3", compression_level=0.99)
    yield "Vorbis", encoded(samples, rate, format="OGG", compression_level=0.9)


@pytest.mark.parametrize(("name", "copy"), list(copies()), ids=[name for name, _ in copies()])
def test_a_copy_is_found_in_either_direction(name, copy):
    samples, rate = speech.espeak()
    other, other_rate = np.asarray(copy[0], dtype=np.float32), copy[1]
    assert shared_seconds(samples, rate, other, other_rate) >= 1.5
    assert shared_seconds(other, other_rate, samples, rate) >= 1.5


@pytest.mark.parametrize("voice", ["espeak", "piper"])
def test_another_recording_of_the_same_speaker_shares_nothing(voice):
    say = getattr(speech, voice)
    assert shared_seconds(*say(speech.ENGLISH), *say(OTHER)) == 0.0


def test_the_same_words_said_at_another_pace_are_another_recording():
    slower = speech.espeak(speech.ENGLISH, "en-us", 150)
    assert shared_seconds(*speech.espeak(), *slower) == 0.0


@pytest.mark.parametrize("length", [0, 1, 100, 7999])
def test_what_is_too_short_or_silent_shares_nothing(length):
    samples, rate = speech.espeak()
    assert shared_seconds(samples, rate, np.zeros(length, np.float32), 8000) == 0.0
    assert shared_seconds(samples, rate, np.zeros(80000, np.float32), 8000) == 0.0


def test_hum_in_both_is_no_shared_recording():
    hum = 0.01 * np.sin(2 * np.pi * 50 * np.arange(22050 * 6) / 22050)
    one, rate = speech.espeak()
    other, _ = speech.espeak(OTHER)
    with_hum = [(part + hum[: part.size]).astype(np.float32) for part in (one, other)]
    assert shared_seconds(with_hum[0], rate, with_hum[1], rate) == 0.0
