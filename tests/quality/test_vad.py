"""Finding speech: real voices with real pauses, and what is no speech."""

import numpy as np
import pytest

from studio.quality import vad
from tests.audio import speech


def with_pause(seconds):
    """A sentence, silence, the sentence again; where the silence lies."""
    said, rate = speech.piper()
    joined = np.concatenate((said, np.zeros(round(seconds * rate), np.float32), said))
    return joined, rate, len(said) / rate


@pytest.mark.parametrize("engine", [speech.piper, speech.espeak])
def test_speech_is_found_nearly_from_its_start_to_its_end(engine):
    said, rate = engine()
    silent = np.zeros(rate, np.float32)
    spans = vad.speech(np.concatenate((silent, said, silent)), rate)
    assert spans[0][0] == pytest.approx(1.0, abs=0.15)
    assert spans[-1][1] == pytest.approx(1.0 + len(said) / rate, abs=0.35)


def test_a_pause_is_a_gap():
    joined, rate, at = with_pause(2.0)
    gap = max(vad.gaps(vad.speech(joined, rate), len(joined) / rate), key=lambda g: g[1] - g[0])
    assert gap[0] == pytest.approx(at, abs=0.3)
    assert gap[1] == pytest.approx(at + 2.0, abs=0.15)


def test_quiet_speech_is_speech():
    joined, rate, _ = with_pause(1.0)
    loud = vad.total(vad.speech(joined, rate))
    assert vad.total(vad.speech(joined * np.float32(0.003), rate)) == pytest.approx(loud, rel=0.05)


def test_noise_hum_and_silence_are_not():
    rate = 22050
    random = np.random.default_rng(3)
    seconds = np.arange(4 * rate) / rate
    assert vad.speech(np.zeros(4 * rate, np.float32), rate) == ()
    assert vad.speech(random.normal(0, 0.1, 4 * rate).astype(np.float32), rate) == ()
    assert vad.speech((0.3 * np.sin(2 * np.pi * 50 * seconds)).astype(np.float32), rate) == ()
    assert vad.speech(np.zeros(0, np.float32), rate) == ()


def test_spans_stay_within_the_recording_and_ascend():
    joined, rate, _ = with_pause(0.6)
    spans = vad.speech(joined[: len(joined) - rate // 2], rate)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert edges[0] >= 0.0
    assert edges[-1] <= (len(joined) - rate // 2) / rate


def test_gaps_and_spans_fill_the_time():
    spans = ((0.5, 1.0), (2.0, 3.0))
    assert vad.gaps(spans, 3.5) == ((0.0, 0.5), (1.0, 2.0), (3.0, 3.5))
    assert vad.gaps((), 2.0) == ((0.0, 2.0),)
    assert vad.total(spans) == 1.5
