"""What is repaired in a reference, and that the voice stays what it was."""

import numpy as np
import pytest

from studio.audio.loudness import integrated_loudness, true_peak
from studio.quality import vad
from studio.quality.repair import SILENCE_SECONDS, repair
from tests.quality import recordings


def repaired(samples, rate):
    return repair(samples, rate, vad.speech(samples, rate))


def codes(found):
    return [note.code.removeprefix("doctor.repair.") for note in found.repairs]


def test_an_offset_goes():
    samples, rate = recordings.spoken()
    found = repaired(samples + np.float32(0.05), rate)
    assert abs(np.mean(found.samples)) < 1e-3
    assert "offset_removed" in codes(found)
    assert "offset_removed" not in codes(repaired(samples, rate))


@pytest.mark.parametrize("gain_db", [-30.0, -10.0, 6.0])
def test_every_level_becomes_the_reference_level_without_clipping(gain_db):
    samples, rate = recordings.spoken()
    found = repaired(samples * np.float32(10 ** (gain_db / 20)), rate)
    assert true_peak(found.samples, rate) <= 10 ** (-0.99 / 20)
    loudness = integrated_loudness(found.samples, rate)
    at_peak = true_peak(found.samples, rate) > 10 ** (-1.01 / 20)
    assert at_peak or loudness == pytest.approx(-20.0, abs=0.3)


def test_the_voice_is_changed_by_an_offset_and_a_factor_only():
    samples, rate = recordings.spoken(before=0.2, after=0.3)
    found = repaired(samples * np.float32(0.1) + np.float32(0.02), rate)
    start, end = round(0.5 * rate), round(4.0 * rate)
    original = samples[start:end]
    window = found.samples[: end + rate // 10]
    shift = np.argmax(np.correlate(window, original, "valid"))
    copy = window[shift : shift + len(original)]
    factor = float(copy @ original / (original @ original))
    assert np.max(np.abs(copy - factor * original)) < 2e-3


def test_silence_around_the_speech_is_cut_and_told():
    samples, rate = recordings.spoken(before=3.0, after=2.0)
    found = repaired(samples, rate)
    assert "silence_trimmed" in codes(found)
    assert len(found.samples) / rate == pytest.approx(
        len(samples) / rate - 5.0 + 0.5 + SILENCE_SECONDS, abs=0.4
    )
    before = vad.total(vad.speech(samples, rate))
    assert vad.total(vad.speech(found.samples, rate)) == pytest.approx(before, abs=0.2)


def test_a_long_pause_is_shortened_within_its_silence():
    first, rate = recordings.spoken()
    samples = np.concatenate((first, recordings.silence(3.0, rate), first))
    found = repaired(samples, rate)
    assert "pauses_shortened" in codes(found)
    longest = max(b - a for a, b in vad.gaps(vad.speech(found.samples, rate)[:], 8.0))
    assert longest < 1.0
    before = vad.total(vad.speech(samples, rate))
    assert vad.total(vad.speech(found.samples, rate)) == pytest.approx(before, abs=0.3)
    steps = np.abs(np.diff(found.samples))
    assert steps.max() <= np.abs(np.diff(samples)).max() * 10 ** (found.gain_db / 20) * 1.01


def test_half_a_second_of_silence_stands_at_the_end():
    found = repaired(*recordings.spoken())
    tail = found.samples[-round(SILENCE_SECONDS * 22050) :]
    assert not tail.any()
    assert codes(found)[-1] == "silence_appended"


def test_what_needs_nothing_is_told_nothing_else():
    samples, rate = recordings.spoken(before=0.2, after=0.2)
    once = repaired(samples, rate)
    assert codes(repaired(once.samples[: -rate // 2], rate)) == ["silence_appended"]


def test_silence_survives():
    found = repair(np.zeros(22050, np.float32), 22050, ())
    assert not found.samples.any()
