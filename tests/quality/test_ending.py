"""How takes end: faded, broken off, silent."""

import numpy as np
import pytest

from benchmarks.corpus.degrade import padded
from studio.quality.ending import ending
from tests.audio.speech import piper


def test_speech_fades_and_cut_speech_does_not():
    samples, rate = piper()
    whole = ending(samples, rate)
    cut = ending(samples[: round((whole.end - 0.35) * rate)], rate)
    assert whole.end_db < -26
    assert cut.end_db > -20


def test_silence_behind_a_cut_does_not_hide_it():
    samples, rate = piper()
    cut = samples[: round((ending(samples, rate).end - 0.35) * rate)]
    assert ending(padded(cut, rate, 0, 1.0), rate).end_db > -20


def test_the_level_of_the_take_does_not_matter():
    samples, rate = piper()
    assert ending(samples / 8, rate).end_db == pytest.approx(ending(samples, rate).end_db, abs=3)


@pytest.mark.parametrize(
    "samples", [np.zeros(0), np.zeros(24000), np.full(24000, 0.1), np.zeros(3)]
)
def test_where_nothing_sounds_there_is_no_ending(samples):
    assert ending(samples.astype(np.float32), 24000) is None
