"""Recordings are joined so that nobody hears where, and the first one is handed on while made."""

import numpy as np
import pytest

from studio.audio.join import Joiner, own_pause
from studio.audio.loudness import integrated_loudness
from studio.audio.silence import quiet_stretches, sound_bounds
from tests.audio.seams import seams
from tests.audio.speech import ENGLISH, espeak, piper

RATE = 22_050
SEED = 3


def quiet(seconds, level=0.0):
    noise = np.random.default_rng(SEED).normal(0, 1, round(seconds * RATE))
    return (level * noise).astype(np.float32)


def voice(seconds=1.5, level=0.2, offset=0.0):
    """A hum that begins and ends abruptly, at its crest."""
    time = np.arange(round(seconds * RATE)) / RATE
    return (level * np.cos(2 * np.pi * 150 * time) + offset).astype(np.float32)


def joined(recordings, pause=0.4, chunk=None):
    """All of it, and where the parts lie, in seconds; with ``chunk`` the first is heard in those."""
    joiner = Joiner(RATE)
    out = []
    if chunk:
        whole = recordings[0]
        out += [joiner.hear(whole[at : at + chunk]) for at in range(0, len(whole), chunk)]
    out += [joiner.add(recording, pause) for recording in recordings]
    out.append(joiner.finish())
    return np.concatenate(out), [(span.start / RATE, span.end / RATE) for span in joiner.spans]


def pauses(recordings, **how):
    samples, places = joined(recordings, **how)
    return [seam.pause for seam in seams(samples, RATE, places)]


def test_one_recording_stays_as_it_is():
    samples, _ = espeak()
    assert np.array_equal(joined([samples], chunk=999)[0], samples)


@pytest.mark.parametrize("chunk", [77, 4410, 50_000])
def test_what_is_heard_early_is_the_same_whatever_the_chunks(chunk):
    samples, _ = espeak()
    recordings = [np.concatenate([samples, quiet(0.7)]), voice()]
    assert np.array_equal(joined(recordings, chunk=chunk)[0], joined(recordings)[0])


def test_the_first_recording_is_handed_on_while_it_is_made():
    samples, _ = espeak()
    joiner = Joiner(RATE)
    _, end = sound_bounds(samples, RATE)
    heard = sum(len(joiner.hear(part)) for part in np.array_split(samples[:end], 40))
    assert heard > end - 0.1 * RATE


def test_all_are_as_loud_as_the_first():
    samples, _ = piper()
    recordings = [samples, 0.25 * samples, np.clip(1.8 * samples, -1, 1)]
    whole, places = joined(recordings)
    assert max(abs(seam.loudness) for seam in seams(whole, RATE, places)) < 0.3


def test_nothing_is_made_so_loud_that_it_clips():
    sharp = quiet(1.0)
    sharp[5000:5010] = 0.9
    sharp += voice(1.0, 0.01)
    whole, _ = joined([voice(level=0.7), sharp])
    assert np.abs(whole).max() <= 0.98 + 1e-6


@pytest.mark.parametrize("wanted", [0.15, 0.4, 0.9])
@pytest.mark.parametrize(("after", "before"), [(0.0, 0.0), (0.05, 0.02), (0.3, 0.1), (1.5, 0.8)])
def test_the_pause_is_as_long_as_it_is_asked_for(wanted, after, before):
    recordings = [np.concatenate([voice(), quiet(after)]), np.concatenate([quiet(before), voice()])]
    for chunk in (None, 1000):
        (pause,) = pauses(recordings, pause=wanted, chunk=chunk)
        assert pause == pytest.approx(wanted, abs=0.012)


def test_no_click_where_recordings_begin_and_end_abruptly():
    whole, places = joined([voice(), voice(), voice()])
    assert max(seam.step for seam in seams(whole, RATE, places)) <= 1.0 + 1e-6


def test_no_step_where_recordings_have_an_offset():
    parts = [
        np.concatenate([quiet(0.2) + offset, voice(offset=offset), quiet(0.3) + offset])
        for offset in (0.05, -0.04)
    ]
    whole, ((_, end), (start, _)) = joined(parts)
    between = whole[round(end * RATE) : round(start * RATE)]
    assert np.abs(np.diff(between)).max() < 0.002
    assert between[0] > 0.03 > -0.03 > between[-1]


def test_a_pause_that_is_lengthened_sounds_as_the_room_does():
    parts = [
        np.concatenate([quiet(0.2, 0.001), voice(), quiet(0.2, 0.001)]),
        np.concatenate([quiet(0.1, 0.001), voice(), quiet(0.2, 0.001)]),
    ]
    whole, ((_, end), (start, _)) = joined(parts, pause=0.8)
    between = whole[round((end + 0.02) * RATE) : round((start - 0.02) * RATE)]
    levels = [np.sqrt(np.mean(np.square(part))) for part in np.array_split(between, 12)]
    assert min(levels) > 0.0005, "no hole in the room"
    assert max(levels) < 0.002


def test_a_recording_without_a_sound_is_a_pause():
    whole, places = joined([voice(), quiet(0.5), voice()])
    assert 3.0 < len(whole) / RATE < 4.5
    assert len(places) == 3


def test_pauses_are_found_between_sounds_alone():
    samples = np.concatenate(
        [quiet(0.4), voice(0.5), quiet(0.3), voice(0.5), quiet(0.04), voice(0.5), quiet(0.6)]
    )
    ((start, end),) = quiet_stretches(samples, RATE, 0.08)
    assert (start, end) == (pytest.approx(0.9, abs=0.005), pytest.approx(1.2, abs=0.005))


def test_a_click_does_not_end_a_pause():
    gap = quiet(0.3)
    gap[3000:3020] = 0.5
    samples = np.concatenate([voice(0.5), gap, voice(0.5)])
    assert [round(end - start, 2) for start, end in quiet_stretches(samples, RATE, 0.08)] == [0.3]


def test_silence_has_no_pauses():
    assert quiet_stretches(quiet(1.0), RATE, 0.08) == []


def test_a_speaker_tells_how_long_the_pauses_between_sentences_are():
    samples, _ = espeak("It rained. They stayed, as ever, at home. Nobody minded.")
    assert own_pause(samples, RATE, 3) == pytest.approx(0.29, abs=0.06)
    assert own_pause(espeak(ENGLISH)[0], RATE, 1) is None
    assert own_pause(voice(), RATE, 2) is None


def test_joining_does_not_change_how_loud_the_first_one_is():
    samples, _ = espeak()
    whole, ((start, end), _) = joined([samples, samples])
    first = whole[round(start * RATE) : round(end * RATE)]
    assert integrated_loudness(first, RATE) == pytest.approx(
        integrated_loudness(samples, RATE), abs=0.1
    )
