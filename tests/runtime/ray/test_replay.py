"""A render begun anew: each sample is passed on once, whatever the chunks' sizes."""

import threading

import numpy as np
import pytest

from studio.engines.contract import Chunk, Request
from studio.runtime.ray.replay import Differs, Replay
from studio.runtime.report import BatchItem

RATE = 24_000
SOUND = np.linspace(-0.5, 0.5, 1000, dtype=np.float32)


@pytest.fixture
def heard():
    return []


@pytest.fixture
def replay(heard):
    return Replay(BatchItem(Request("a", "en"), heard.append, threading.Event()))


def speak(item, sound, size, rate=RATE):
    for start in range(0, sound.size, size):
        item.on_chunk(Chunk(sound[start : start + size], rate))


@pytest.mark.parametrize("size", [1, 7, 300, 400, 1000])
def test_what_was_heard_is_not_heard_again(replay, heard, size):
    speak(replay.begun(), SOUND[:400], 100)
    speak(replay.begun(), SOUND[:350], 50)  # lost again, before it had caught up
    speak(replay.begun(), SOUND, size)
    np.testing.assert_array_equal(np.concatenate([c.samples for c in heard]), SOUND)
    assert all(chunk.samples.size for chunk in heard)


def test_another_rendering_is_refused_before_a_sample_of_it_is_heard(replay, heard):
    speak(replay.begun(), SOUND[:400], 100)
    with pytest.raises(Differs):
        speak(replay.begun(), SOUND[::-1], 100)
    assert sum(chunk.samples.size for chunk in heard) == 400


def test_another_rate_is_another_rendering(replay):
    speak(replay.begun(), SOUND[:400], 100)
    with pytest.raises(Differs):
        speak(replay.begun(), SOUND, 100, rate=48_000)
