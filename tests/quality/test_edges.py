"""Speech that is cut off, and speech that begins and ends by itself."""

import numpy as np
import pytest

from studio.quality import vad
from studio.quality.edges import edges
from tests.audio import speech
from tests.quality import recordings


def found(samples, rate):
    return edges(samples, rate, vad.speech(samples, rate))


@pytest.mark.parametrize("engine", [speech.piper, speech.espeak])
def test_whole_sentences_are_not_cut(engine):
    whole = found(*recordings.spoken(engine))
    assert not whole.cut_start
    assert not whole.cut_end


def loud_moment(samples, rate, from_seconds):
    """The loudest 20 ms in the half second from there."""
    width = rate // 50
    first = round(from_seconds * rate)
    power = [np.mean(np.square(samples[i : i + width])) for i in range(first, first + rate // 2)]
    return first + int(np.argmax(power)) + width // 2


@pytest.mark.parametrize("engine", [speech.piper, speech.espeak])
def test_a_cut_through_a_word_is_found_on_its_side(engine):
    samples, rate = recordings.spoken(engine)
    at = loud_moment(samples, rate, 0.8)
    begins = found(samples[at:], rate)
    assert (begins.cut_start, begins.cut_end) == (True, False)
    at = loud_moment(samples, rate, 3.0)
    ends = found(samples[:at], rate)
    assert (ends.cut_start, ends.cut_end) == (False, True)


def test_a_click_at_the_edge_is_no_word():
    samples, rate = recordings.spoken()
    clicked = samples.copy()
    clicked[: rate // 100] = 0.3 * np.sign(np.sin(np.arange(rate // 100)))
    assert not found(clicked, rate).cut_start


def test_noise_throughout_is_no_cut():
    samples, rate = recordings.spoken()
    noise = np.random.default_rng(1).normal(0, 0.06, len(samples)).astype(np.float32)
    noisy = found(samples + noise, rate)
    assert not noisy.cut_start
    assert not noisy.cut_end


def test_silence_has_no_cut_edges():
    nothing = edges(np.zeros(22050, np.float32), 22050, ())
    assert not nothing.cut_start
    assert not nothing.cut_end
