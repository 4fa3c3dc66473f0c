"""Loudness and peaks against the values that ITU-R BS.1770-4 and EBU Tech 3341 give."""

import numpy as np
import pytest

from studio.audio.loudness import (
    decibels,
    integrated_loudness,
    peak,
    true_peak,
)
from tests.audio.speech import espeak


def sine(frequency: float, dbfs: float, rate: int, seconds: float) -> np.ndarray:
    """A sine whose peak is at a level in dBFS."""
    time = np.arange(round(rate * seconds)) / rate
    return (10 ** (dbfs / 20) * np.sin(2 * np.pi * frequency * time)).astype(np.float32)


@pytest.mark.parametrize("rate", [16000, 22050, 24000, 44100, 48000, 96000])
def test_the_reference_tone_reads_its_level_less_three(rate):
    # BS.1770-4: a 997 Hz sine at 0 dBFS in one channel reads -3.01 LKFS.
    assert integrated_loudness(sine(997, 0, rate, 3), rate) == pytest.approx(-3.01, abs=0.05)
    assert integrated_loudness(sine(997, -20, rate, 3), rate) == pytest.approx(-23.01, abs=0.05)


def test_the_weighting_is_that_of_the_recommendation():
    # Responses of the two filters of BS.1770-4, tables 1 and 2, at 48 kHz, re 997 Hz.
    for frequency, expected in ((50, -4.62), (100, -1.82), (2000, 2.38), (8000, 3.35)):
        tone, reference = sine(frequency, -20, 48000, 3), sine(997, -20, 48000, 3)
        relative = integrated_loudness(tone, 48000) - integrated_loudness(reference, 48000)
        assert relative == pytest.approx(expected, abs=0.03)


def test_quiet_passages_and_silence_are_gated():
    loud, quiet = sine(1000, -20, 48000, 30), sine(1000, -60, 48000, 10)
    alone = integrated_loudness(loud, 48000)
    assert integrated_loudness(np.concatenate((quiet, loud, quiet)), 48000) == pytest.approx(
        alone, abs=0.1
    )
    padded = np.concatenate((np.zeros(480000, np.float32), loud))
    assert integrated_loudness(padded, 48000) == pytest.approx(alone, abs=0.15)


def test_silence_has_no_loudness():
    assert integrated_loudness(np.zeros(48000, np.float32), 48000) is None
    assert integrated_loudness(np.zeros(0, np.float32), 48000) is None
    assert integrated_loudness(np.zeros(100, np.float32), 48000) is None
    assert integrated_loudness(sine(997, -90, 48000, 2), 48000) is None


def test_clips_below_one_block_are_measured_ungated():
    assert integrated_loudness(sine(997, -20, 48000, 0.2), 48000) == pytest.approx(-23.0, abs=0.2)


def test_a_gain_moves_loudness_by_as_much():
    samples, rate = espeak()
    before = integrated_loudness(samples, rate)
    quieter = samples * np.float32(10 ** (-7.5 / 20))
    assert integrated_loudness(quieter, rate) == pytest.approx(before - 7.5, abs=0.01)


def test_true_peak_sees_between_the_samples():
    # EBU Tech 3341, case 15 and on: a sine at a quarter of the rate, sampled 45 degrees off its
    # crests, peaks 3.01 dB above its samples.
    time = np.arange(48000) / 48000
    samples = (0.5 * np.sin(2 * np.pi * 12000 * time + np.pi / 4)).astype(np.float32)
    assert decibels(peak(samples)) == pytest.approx(-9.03, abs=0.01)
    middle = samples[1000:-1000] * np.hanning(46000).astype(np.float32)
    assert decibels(true_peak(middle, 48000)) == pytest.approx(-6.02, abs=0.2)
    assert true_peak(np.zeros(0, np.float32), 48000) == 0.0
    assert decibels(0.0) is None
