"""The bandwidth that is measured is the one that the sound was given."""

import numpy as np
import pytest

from studio.audio.bandwidth import bandwidth, low_pass
from studio.audio.resample import resample
from tests.audio.speech import KOREAN, espeak, piper

VOICES = {"espeak": espeak, "korean": lambda: espeak(KOREAN, "ko"), "piper": piper}


@pytest.mark.parametrize("name", VOICES)
@pytest.mark.parametrize("cutoff", [3400, 5500, 8000])
def test_a_low_pass_is_found_again(name, cutoff):
    samples, rate = VOICES[name]()
    assert bandwidth(low_pass(samples, rate, cutoff), rate) == pytest.approx(cutoff, rel=0.04)


@pytest.mark.parametrize("name", VOICES)
def test_a_higher_rate_does_not_add_bandwidth(name):
    samples, rate = VOICES[name]()
    telephone = resample(samples, rate, 8000)
    assert bandwidth(resample(telephone, 8000, 48000), 48000) == pytest.approx(4000, rel=0.05)
    assert bandwidth(samples, rate) > 8500


def test_steady_noise_is_not_taken_for_the_voice():
    samples, rate = espeak()
    telephone = low_pass(samples, rate, 3400)
    noise = np.random.default_rng(1).standard_normal(len(samples)) * np.std(samples) * 0.05
    assert bandwidth((telephone + noise).astype(np.float32), rate) == pytest.approx(3400, rel=0.05)


def test_silence_has_no_bandwidth():
    assert bandwidth(np.zeros(24000, np.float32), 24000) is None
    assert bandwidth(np.ones(100, np.float32), 24000) is None


def test_a_low_pass_moves_nothing_and_keeps_what_is_below():
    rate = 24000
    time = np.arange(rate) / rate
    low, high = (np.sin(2 * np.pi * f * time).astype(np.float32) for f in (1000, 6000))
    out = low_pass(low + high, rate, 4000)
    assert len(out) == rate
    assert np.max(np.abs(out - low)[2000:-2000]) < 1e-3
    assert np.array_equal(low_pass(low, rate, 12000), low)
