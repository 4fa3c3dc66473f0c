"""Which part of a long recording becomes the reference."""

import numpy as np
import pytest

from benchmarks.corpus import degrade
from studio.quality import vad
from studio.quality.best_part import Recording, best_part
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


def drawn(seconds, speech_there, floor=-80.0, **facts):
    """A recording as levels alone: speech at -20 dB that dips to the floor every 0.2 s."""
    level = np.full(round(seconds * 100), floor)
    for start, end in speech_there:
        level[round(100 * start) : round(100 * end)] = -20.0
    level[::20] = floor
    clipped = np.zeros(len(level))
    return Recording(seconds, level, speech_there, facts.pop("clipped", clipped), **facts)


def test_unbroken_speech_is_divided_at_a_quiet_moment():
    whole = drawn(40.0, ((0.0, 40.0),), floor=-30.0)
    whole.level[[610, 1330, 2100, 2700, 3400]] = -60.0
    start, end = best_part(whole)
    assert 3.0 <= end - start <= 15.0
    assert start in {0.0, 6.1, 13.3, 21.0, 27.0}
    assert end in {6.1, 13.3, 21.0, 27.0, 34.0}


def test_of_two_alike_the_clearer_is_taken_and_of_two_the_same_the_first():
    spans = ((1.0, 9.0), (12.0, 20.0))
    alike = drawn(21.0, spans)
    assert best_part(alike)[1] < 12.0
    hissing = drawn(21.0, spans)
    hissing.level[:1050] = np.maximum(hissing.level[:1050], -35.0)
    assert best_part(hissing)[0] > 9.0


def test_a_part_with_a_word_that_is_cut_off_is_left():
    spans = ((0.0, 8.0), (11.0, 19.0))
    assert best_part(drawn(20.0, spans))[0] == 0.0
    assert best_part(drawn(20.0, spans, cut_start=True))[0] > 8.0


def test_a_short_recording_is_kept_whole():
    samples, rate = recordings.spoken(text=recordings.TEXTS[1])
    start, end = examine(samples, rate, None).part
    speech_there = vad.speech(samples, rate)
    assert start <= speech_there[0][0]
    assert end >= speech_there[-1][1]


def test_silence_has_no_part():
    assert examine(np.zeros(5 * 22050, np.float32), 22050, None).part is None
