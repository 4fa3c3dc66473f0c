"""Which part of a long recording becomes the reference."""

import numpy as np
import pytest

from benchmarks.corpus import degrade
from studio.quality import vad
from studio.quality.doctor import examine
from tests.audio import speech
from tests.quality import recordings


def joined(*pieces, rate=22050, pause=0.8):
    """Pieces of sound with room tone between, and where each of them lies."""
    out, spans, at = [], [], 0.0
    for piece in pieces:
        out += [recordings.silence(pause, rate), np.asarray(piece, np.float32)]
        spans.append((at + pause, at + pause + len(piece) / rate))
        at = spans[-1][1]
    return np.concatenate([*out, recordings.silence(pause, rate)]), rate, spans


def inside(part, span, slack=0.6):
    return part[0] >= span[0] - slack and part[1] <= span[1] + slack


def good(text=speech.ENGLISH):
    return recordings.roomy(speech.piper(text)[0], 22050, 0.0, 0.0)


@pytest.fixture(scope="module")
def long_recording():
    """40 s: noisy, good, clipped, good and quiet sentences."""
    clean, other = good(), good(recordings.TEXTS[1])
    rate = 22050
    noisy = degrade.with_noise(clean, rate, degrade.noise("white", len(clean), rate, 3), 5.0)
    top = float(np.max(np.abs(clean)))
    clipped = np.clip(clean, -0.4 * top, 0.4 * top) * np.float32(2.45 / top)
    return joined(noisy, clipped, clean, other, clipped, noisy, noisy)


def test_it_avoids_noise_and_clipping(long_recording):
    samples, rate, spans = long_recording
    part = examine(samples, rate, None).part
    assert inside(part, (spans[2][0], spans[3][1]))


def test_it_is_3_to_15_seconds_long(long_recording):
    samples, rate, _ = long_recording
    start, end = examine(samples, rate, None).part
    assert 3.0 <= end - start <= 15.0
    many = np.tile(samples, 4)
    start, end = examine(many, rate, None).part
    assert 3.0 <= end - start <= 15.0


def test_it_begins_and_ends_in_pauses(long_recording):
    samples, rate, _ = long_recording
    part = examine(samples, rate, None).part
    speech_there = vad.speech(samples, rate)
    assert not any(start + 0.05 < edge < end - 0.05 for edge in part for start, end in speech_there)


def test_it_is_the_same_every_time(long_recording):
    samples, rate, _ = long_recording
    assert examine(samples, rate, None).part == examine(samples.copy(), rate, None).part


def test_it_keeps_to_one_voice():
    own = [good(), good(recordings.TEXTS[1])]
    other = recordings.roomy(speech.espeak(recordings.TEXTS[1], "en-us+f2")[0], 22050, 0.0, 0.0)
    samples, rate, spans = joined(*own, other)
    report = examine(samples, rate, None)
    assert inside(report.part, (spans[0][0], spans[1][1]))
    assert "several_speakers" in {finding.code for finding in report.findings}


def test_unbroken_speech_is_divided_at_a_quiet_moment():
    said, rate = speech.piper()
    breathless = np.tile(said[rate // 2 : 4 * rate], 7)
    start, end = examine(breathless, rate, None).part
    assert 3.0 <= end - start <= 15.0


def test_a_short_recording_is_kept_whole():
    samples, rate = recordings.spoken(text=recordings.TEXTS[1])
    start, end = examine(samples, rate, None).part
    speech_there = vad.speech(samples, rate)
    assert start <= speech_there[0][0]
    assert end >= speech_there[-1][1]


def test_silence_has_no_part():
    assert examine(np.zeros(5 * 22050, np.float32), 22050, None).part is None
