"""A take's measures are those of its parts."""

import numpy as np
import pytest

from studio.audio.measure import measure
from tests.audio.speech import piper


def test_measures_of_a_take_with_silences():
    samples, rate = piper()
    before, after = np.zeros(rate // 2, np.float32), np.zeros(rate, np.float32)
    found = measure(np.concatenate((before, samples, after)), rate)
    bare = measure(samples, rate)
    assert found.seconds == pytest.approx(bare.seconds + 1.5)
    assert found.leading_silence == pytest.approx(bare.leading_silence + 0.5, abs=0.01)
    assert found.trailing_silence == pytest.approx(bare.trailing_silence + 1.0, abs=0.01)
    assert found.speech_seconds == pytest.approx(bare.speech_seconds, abs=0.05)
    assert found.loudness_lufs == pytest.approx(bare.loudness_lufs, abs=0.3)
    assert found.true_peak_dbtp >= found.peak_dbfs == bare.peak_dbfs


def test_silence_is_measured_as_silence():
    found = measure(np.zeros(24000, np.float32), 24000)
    assert (found.seconds, found.speech_seconds) == (1.0, 0.0)
    assert (found.leading_silence, found.trailing_silence) == (1.0, 0.0)
    assert found.loudness_lufs is found.peak_dbfs is found.true_peak_dbtp is None
    assert measure(np.zeros(0, np.float32), 24000).seconds == 0.0
