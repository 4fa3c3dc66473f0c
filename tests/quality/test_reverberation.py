"""The room, against simulated rooms of known reverberation time."""

import numpy as np
import pytest

from benchmarks.corpus import degrade
from studio.quality.reverberation import reverberation
from tests.audio import speech
from tests.quality import recordings


@pytest.mark.parametrize("engine", [speech.piper, speech.espeak])
def test_speech_without_a_room_is_dry(engine):
    assert reverberation(*recordings.spoken(engine)).room == "dry"


@pytest.mark.parametrize("engine", [speech.piper, speech.espeak])
@pytest.mark.parametrize("seconds", [0.6, 1.2])
def test_a_hall_is_heard(engine, seconds):
    clean, rate = recordings.spoken(engine)
    found = reverberation(degrade.reverberant(clean, rate, seconds, 3), rate)
    assert found.room == "echoing"


def test_a_living_room_lies_between():
    clean, rate = recordings.spoken()
    found = reverberation(degrade.reverberant(clean, rate, 0.3, 3, direct_db=5), rate)
    assert found.room == "some"


def test_longer_reverberation_gives_a_longer_hint():
    clean, rate = recordings.spoken()
    hints = [
        reverberation(degrade.reverberant(clean, rate, seconds, 3), rate).seconds
        for seconds in (0.2, 0.4, 0.8, 1.6)
    ]
    assert hints == sorted(hints)
    assert hints[2] == pytest.approx(0.8, rel=0.5)


def test_noise_is_not_taken_for_dryness_nor_for_a_room():
    rate = 22050
    steady = np.random.default_rng(2).normal(0, 0.1, 3 * rate).astype(np.float32)
    assert reverberation(steady, rate) is None
    assert reverberation(np.zeros(3 * rate, np.float32), rate) is None
    assert reverberation(np.zeros(10, np.float32), rate) is None


@pytest.mark.parametrize("engine", [speech.piper, speech.espeak])
@pytest.mark.parametrize("snr", [30.0, 20.0])
def test_dry_speech_in_noise_does_not_echo(engine, snr):
    clean, rate = recordings.spoken(engine)
    noise = degrade.noise("pink", len(clean), rate, 3)
    found = reverberation(degrade.with_noise(clean, rate, noise, snr), rate)
    assert found is None or found.room != "echoing"
