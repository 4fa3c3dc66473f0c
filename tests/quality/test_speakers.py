"""One voice or several."""

import numpy as np
import pytest

from benchmarks.corpus import degrade
from studio.quality import vad
from studio.quality.speakers import speakers
from tests.audio import speech
from tests.quality import recordings


def found(samples, rate):
    return speakers(samples, rate, vad.speech(samples, rate))


@pytest.mark.parametrize("engine", [speech.piper, speech.espeak])
def test_one_voice_in_two_texts_is_one(engine):
    clips = [engine(text) for text in recordings.TEXTS]
    rate = clips[0][1]
    alone = found(degrade.spliced(clips, rate), rate)
    assert not alone.several
    assert alone.at is None
    assert alone.others == ()


@pytest.mark.parametrize("gap", [0.0, 0.8])
def test_another_voice_is_noticed_and_placed(gap):
    clips = [speech.piper(recordings.TEXTS[0]), speech.espeak(recordings.TEXTS[1], "en-us+f2")]
    rate = clips[0][1]
    both = found(degrade.spliced(clips, rate, gap=gap), rate)
    assert both.several
    assert both.at == pytest.approx(len(clips[0][0]) / rate + gap / 2, abs=1.0)


def test_people_who_take_turns_are_several():
    halves = []
    for text in recordings.TEXTS:
        halves += [speech.piper(text), speech.espeak(text, "en-us+f2")]
    rate = halves[0][1]
    assert found(degrade.spliced(halves, rate), rate).several


def test_the_other_one_is_told_apart_from_the_main_speaker():
    long, rate = degrade.spliced([speech.piper(t) for t in recordings.TEXTS], 22050), 22050
    short = speech.espeak(recordings.TEXTS[0], "en-us+f2")
    both = found(degrade.spliced([(long, rate), short], rate), rate)
    assert all(end <= len(long) / rate + 1.0 for _, end in both.main)
    assert all(start >= len(long) / rate - 1.0 for start, _ in both.others)
    assert both.others


def test_too_little_speech_gives_no_answer():
    said, rate = speech.piper()
    assert found(said[: 2 * rate], rate) is None
    assert speakers(np.zeros(rate, np.float32), rate, ()) is None
