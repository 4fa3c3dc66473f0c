"""Pictures show where and at which frequency there is sound."""

import io
import time

import numpy as np
import pytest
from PIL import Image

from studio.audio.draw import peaks, spectrogram_png
from tests.audio.speech import espeak


def picture(samples: np.ndarray, rate: int, width: int = 400, height: int = 120) -> np.ndarray:
    """Brightness, shape (height, width), the lowest frequency in the first row."""
    image = Image.open(io.BytesIO(spectrogram_png(samples, rate, width, height)))
    assert image.size == (width, height)
    return np.asarray(image.convert("L"), float)[::-1]


@pytest.mark.parametrize("frequency", [100, 440, 2000, 7000])
def test_a_tone_is_a_line_at_its_frequency(frequency):
    wave = np.sin(2 * np.pi * frequency * np.arange(48000) / 24000).astype(np.float32)
    row = int(np.argmax(picture(wave, 24000)[:, 50:350].mean(axis=1)))
    expected = 119 * np.log(frequency / 80) / np.log(8000 / 80)
    assert row == pytest.approx(expected, abs=4)


def test_silence_is_dark_and_speech_bright():
    samples, rate = espeak()
    both = np.concatenate((np.zeros(len(samples), np.float32), samples))
    image = picture(both, rate)
    assert image[:, :190].max() < 20
    assert image[:, 210:].mean() > 40
    assert len(np.unique(picture(np.zeros(1000, np.float32), 24000))) == 1
    assert len(np.unique(picture(np.zeros(0, np.float32), 24000))) == 1


def test_brightness_only_rises_along_the_palette():
    from studio.audio.draw import _palette

    lightness = _palette().astype(float) @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(lightness) >= -0.5).all()
    assert lightness[-1] > 240


def test_peaks_are_the_extremes_of_their_spans():
    samples = np.zeros(6000, np.float32)
    samples[1000], samples[1005], samples[5999] = 1.0, -0.5, 2.0
    found = np.array(peaks(samples, 600)).reshape(600, 2)
    assert found[100].tolist() == [-64, 127]
    assert found[599].tolist() == [0, 127]
    assert not found[[0, 99, 101, 598]].any()
    assert peaks(samples[:0], 3) == [0] * 6
    assert len(peaks(samples[:7], 600)) == 1200
    assert all(type(value) is int for value in peaks(samples, 5))


def test_ten_seconds_are_drawn_within_30_ms():
    samples, rate = espeak()
    ten = np.tile(samples, 4)[: 10 * rate]
    spectrogram_png(ten, rate)

    def once() -> float:
        start = time.process_time()
        peaks(ten)
        spectrogram_png(ten, rate)
        return time.process_time() - start

    assert min(once() for _ in range(5)) < 0.030
