"""Pitch: right on tones that are known, and on voices without errors of an octave."""

import numpy as np
import pytest

from studio.quality.pitch import pitch, track
from tests.audio import speech

RATE = 24_000


def time(seconds=1.5):
    return np.arange(round(seconds * RATE)) / RATE


def buzz(hertz):
    """A pulse train's harmonics up to 8 kHz, falling by 6 dB an octave, with given phase (cycles)."""
    phase = np.cumsum(np.broadcast_to(hertz, time().shape)) / RATE
    top = int(8000 / np.max(hertz))
    return sum(np.sin(2 * np.pi * k * phase) / k for k in range(1, top)).astype(np.float32) * 0.2


@pytest.mark.parametrize("hertz", [70, 100, 160, 220, 330, 450, 600])
def test_the_pitch_of_a_tone_is_right_to_a_thousandth(hertz):
    for tone in (buzz(hertz), (0.3 * np.sin(2 * np.pi * hertz * time())).astype(np.float32)):
        measured = pitch(tone, RATE)
        assert measured.median_hz == pytest.approx(hertz, rel=1e-3)
        assert measured.range_semitones < 0.05
        assert measured.voiced_seconds == pytest.approx(1.5, abs=0.05)


def test_a_missing_fundamental_is_heard():
    tone = sum(np.sin(2 * np.pi * 150 * k * time()) for k in range(3, 9)).astype(np.float32) * 0.1
    assert pitch(tone, RATE).median_hz == pytest.approx(150, rel=1e-3)


def test_a_glide_has_the_range_it_goes_through():
    an_octave = 150 * 2 ** np.linspace(0, 1, len(time()))
    measured = pitch(buzz(an_octave), RATE)
    assert measured.range_semitones == pytest.approx(12 * 0.9, abs=0.4)  # 5th to 95th percentile
    assert measured.median_hz == pytest.approx(150 * 2**0.5, rel=0.01)


@pytest.mark.parametrize("level", [1.0, 0.001])
def test_level_and_an_offset_change_nothing(level):
    clean = speech.espeak()[0]
    moved = (level * clean + 0.01 * level).astype(np.float32)
    assert pitch(moved, 22050).median_hz == pytest.approx(pitch(clean, 22050).median_hz, rel=0.01)


def test_what_has_no_voice_has_no_pitch():
    noise = np.random.default_rng(1).standard_normal(2 * RATE).astype(np.float32) * 0.1
    for samples in (noise, np.zeros(RATE, np.float32), np.zeros(5, np.float32), noise[:0]):
        measured = pitch(samples, RATE)
        assert measured.median_hz is None
        assert measured.range_semitones is None


def test_a_womans_voice_is_above_a_mans():
    woman = pitch(*speech.kokoro(voice="jf_alpha"))
    man = pitch(*speech.kokoro(voice="jm_kumo"))
    assert 200 < woman.median_hz < 320  # librosa's pYIN: 255
    assert 75 < man.median_hz < 115  # librosa's pYIN: 90
    assert 5 < woman.range_semitones < 14
    assert 5 < man.range_semitones < 14


@pytest.mark.parametrize("voice", ["jf_alpha", "jm_kumo"])
def test_no_frame_of_a_voice_lies_an_octave_off(voice):
    heard = track(*speech.kokoro(voice=voice))
    heard = heard[heard > 0]
    assert np.mean(np.abs(np.log2(heard / np.median(heard))) > 0.85) < 0.01


@pytest.mark.parametrize("faster", [0.7, 1.3])
def test_played_faster_a_voice_is_higher_by_as_much_and_as_wide(faster):
    samples, rate = speech.kokoro(voice="jf_alpha")
    before, after = pitch(samples, rate), pitch(samples, round(rate * faster))
    assert after.median_hz / before.median_hz == pytest.approx(faster, rel=0.03)
    assert after.range_semitones == pytest.approx(before.range_semitones, abs=1.0)


def test_noise_20_db_below_does_not_move_the_pitch():
    samples, rate = speech.kokoro(voice="jf_alpha")
    noise = np.random.default_rng(2).standard_normal(len(samples)).astype(np.float32)
    noisy = samples + noise * np.std(samples) / 10
    assert pitch(noisy, rate).median_hz == pytest.approx(pitch(samples, rate).median_hz, rel=0.03)
