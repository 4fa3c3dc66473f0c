"""Signal-to-noise ratio against noise that was added in known amounts."""

import numpy as np
import pytest

from benchmarks.corpus import degrade
from studio.quality import noise, vad
from tests.audio import speech
from tests.quality import recordings


def measured(samples, rate):
    return noise.snr_db(samples, rate, vad.speech(samples, rate))


@pytest.mark.parametrize("kind", ["white", "pink", "hum"])
@pytest.mark.parametrize("snr", [25.0, 15.0, 5.0])
def test_it_is_what_was_added(kind, snr):
    clean, rate = recordings.spoken()
    added = degrade.noise(kind, len(clean), rate, 5)
    assert measured(degrade.with_noise(clean, rate, added, snr), rate) == pytest.approx(snr, abs=5)


def test_noise_is_heard_where_there_is_no_pause():
    said, rate = speech.piper()
    middle = said[rate : 4 * rate]  # one breath, words on both edges
    added = degrade.noise("white", len(middle), rate, 5)
    noisy = degrade.with_noise(middle, rate, added, 10.0)
    assert noise.snr_db(noisy, rate, ((0.0, 3.0),)) == pytest.approx(10.0, abs=4)


def test_voices_in_the_background_are_noise():
    clean, rate = recordings.spoken()
    voices = [speech.espeak(text, voice) for text in recordings.TEXTS for voice in ("ko", "en-us")]
    babble = degrade.babble(voices, len(clean), rate, 4)
    assert measured(degrade.with_noise(clean, rate, babble, 8.0), rate) < 15.0


@pytest.mark.parametrize("engine", [speech.piper, speech.espeak])
def test_clean_speech_stands_far_above(engine):
    assert measured(*recordings.spoken(engine)) > 30.0


def test_level_does_not_matter():
    clean, rate = recordings.spoken()
    assert measured(clean * np.float32(0.05), rate) == pytest.approx(measured(clean, rate), abs=1.5)


def test_without_speech_there_is_no_answer():
    assert noise.snr_db(np.zeros(22050, np.float32), 22050, ()) is None
    assert noise.snr_db(np.zeros(0, np.float32), 22050, ()) is None
