"""Speech is found where it is, and sound begins and ends where it does."""

import numpy as np
import pytest
from scipy.signal import fftconvolve

from studio.audio.cues import cues
from studio.audio.frames import frames
from studio.audio.resample import resample
from studio.audio.silence import sound_bounds, speech_segments, total_seconds, trim
from tests.audio.speech import ENGLISH, KOREAN, espeak, kokoro, piper

VOICES = {
    "espeak": espeak,
    "espeak_korean": lambda: espeak(KOREAN, "ko"),
    "espeak_fast": lambda: espeak(ENGLISH, "en-us", 300),
    "piper": piper,
}


def silence(seconds: float, rate: int) -> np.ndarray:
    return np.zeros(round(seconds * rate), np.float32)


def voiced(name: str) -> tuple[np.ndarray, int]:
    samples, rate = VOICES[name]()
    return trim(samples, rate), rate


@pytest.mark.parametrize("name", VOICES)
@pytest.mark.parametrize(("before", "after"), [(0.0, 0.0), (0.1, 0.35), (0.733, 1.2)])
def test_edges_are_found_to_five_milliseconds(name, before, after):
    samples, rate = voiced(name)
    padded = np.concatenate((silence(before, rate), samples, silence(after, rate)))
    start, end = sound_bounds(padded, rate)
    assert start / rate == pytest.approx(before, abs=0.005)
    assert (len(padded) - end) / rate == pytest.approx(after, abs=0.005)


@pytest.mark.parametrize("rate", [8000, 16000, 24000, 44100, 48000])
def test_a_burst_is_found_at_any_rate(rate):
    time = np.arange(rate * 2) / rate
    burst = 0.3 * np.sin(2 * np.pi * 500 * time) * ((time >= 0.5) & (time < 1.25))
    start, end = sound_bounds(burst.astype(np.float32), rate)
    assert start / rate == pytest.approx(0.5, abs=0.002)
    assert end / rate == pytest.approx(1.25, abs=0.002)


def test_level_offset_and_noise_do_not_move_the_edges():
    samples, rate = voiced("piper")
    rng = np.random.default_rng(3)
    padded = np.concatenate((silence(0.5, rate), samples, silence(0.5, rate)))
    for changed in (
        padded * np.float32(0.01),
        padded + np.float32(0.1),
        padded + (rng.standard_normal(len(padded)) * 10 ** (-75 / 20)).astype(np.float32),
    ):
        start, end = sound_bounds(changed, rate)
        assert start / rate == pytest.approx(0.5, abs=0.02)
        assert (len(padded) - end) / rate == pytest.approx(0.5, abs=0.02)


def test_a_click_is_no_beginning():
    samples, rate = voiced("espeak")
    padded = np.concatenate((silence(0.5, rate), samples))
    padded[100:120] = 0.2
    assert sound_bounds(padded, rate)[0] / rate == pytest.approx(0.5, abs=0.005)


def test_silence_has_no_bounds():
    assert sound_bounds(silence(1, 24000), 24000) == (0, 0)
    assert sound_bounds(silence(0, 24000), 24000) == (0, 0)
    assert len(trim(silence(1, 24000), 24000)) == 0
    assert speech_segments(silence(1, 24000), 24000) == []
    assert speech_segments(silence(0, 24000), 24000) == []


def test_trimming_can_leave_some_silence():
    samples, rate = voiced("espeak")
    padded = np.concatenate((silence(0.5, rate), samples, silence(0.5, rate)))
    kept = trim(padded, rate, keep_seconds=0.1)
    assert len(kept) / rate == pytest.approx(len(samples) / rate + 0.2, abs=0.01)


@pytest.mark.parametrize("name", VOICES)
def test_speech_is_told_from_long_pauses(name):
    samples, rate = voiced(name)
    pieces = (silence(1, rate), samples, silence(1.5, rate), samples, silence(0.7, rate))
    segments = speech_segments(np.concatenate(pieces), rate)
    length = len(samples) / rate
    assert len(segments) == 2
    assert segments[0] == pytest.approx((1.0, 1.0 + length), abs=0.08)
    assert segments[1] == pytest.approx((2.5 + length, 2.5 + 2 * length), abs=0.08)


@pytest.mark.parametrize(("pause", "expected"), [(0.3, 1), (0.8, 2)])
def test_short_pauses_belong_to_the_speech(pause, expected):
    samples, rate = voiced("espeak_fast")
    both = np.concatenate((samples, silence(pause, rate), samples))
    assert len(speech_segments(both, rate)) == expected


@pytest.mark.parametrize("snr", [30, 20, 10])
def test_noise_does_not_hide_where_the_speech_is(snr):
    samples, rate = voiced("piper")
    padded = np.concatenate((silence(1.5, rate), samples, silence(1.5, rate)))
    power = np.mean(samples**2) * 10 ** (-snr / 10)
    noise = np.random.default_rng(5).standard_normal(len(padded)) * np.sqrt(power)
    found = speech_segments((padded + noise).astype(np.float32), rate)
    assert total_seconds(found) == pytest.approx(len(samples) / rate, abs=0.35)
    assert found[0][0] == pytest.approx(1.5, abs=0.2)


@pytest.mark.parametrize("name", VOICES)
def test_every_voice_is_like_speech_even_by_telephone_and_in_noise(name):
    samples, rate = VOICES[name]()
    rng = np.random.default_rng(2)
    noise = rng.standard_normal(len(samples)) * np.sqrt(np.mean(samples**2)) * 10 ** (-5 / 20)
    telephone = resample(samples, rate, 8000)
    tail = np.exp(-np.arange(rate // 2) / rate * 12) * rng.standard_normal(rate // 2)
    room = fftconvolve(samples, tail)[: len(samples)].astype(np.float32)
    for changed, at in (
        (samples, rate),
        (telephone, 8000),
        (samples + noise.astype(np.float32), rate),
        (room / np.max(np.abs(room)), rate),
    ):
        assert cues(frames(changed, at)).like_speech


def test_kokoro_is_like_speech_and_found():
    samples, rate = kokoro()
    assert cues(frames(samples, rate)).like_speech
    assert total_seconds(speech_segments(samples, rate)) > 2.5


def unlike_speech() -> dict[str, np.ndarray]:
    """Sounds at 24 kHz that nobody should clone."""
    rate = 24000
    time = np.arange(rate * 5) / rate
    rng = np.random.default_rng(0)
    tone, noise = 0.3 * np.sin(2 * np.pi * 440 * time), 0.1 * rng.standard_normal(len(time))
    brown = np.cumsum(rng.standard_normal(len(time))) * 1e-3
    steps = 440 * 2 ** (np.floor(time * 3) % 8 / 12)
    return {
        "tone": tone,
        "hum": sum(0.2 / k * np.sin(2 * np.pi * 50 * k * time) for k in (1, 3, 5)),
        "white noise": noise,
        "brown noise": brown - brown.mean(),
        "slow beeps": tone * (np.sin(2 * np.pi * time) > 0),
        "fast beeps": tone * (np.sin(8 * np.pi * time) > 0),
        "bursts of noise": noise * (np.sin(6 * np.pi * time) > 0),
        "waves of noise": noise * (1 + np.sin(8 * np.pi * time)),
        "sweep": 0.3 * np.sin(2 * np.pi * (100 * time + 400 * time**2)),
        "siren": 0.3 * np.sin(2 * np.pi * np.cumsum(700 + 300 * np.sin(np.pi * time)) / rate),
        "melody": 0.3 * np.sin(2 * np.pi * np.cumsum(steps) / rate) * np.exp(-((time * 3) % 1) * 4),
        "buzz": 0.3 * ((time * 120) % 1 - 0.5),
        "clicks": (np.arange(len(time)) % (rate // 2) == 0) * 0.8,
    }


@pytest.mark.parametrize("name", unlike_speech())
def test_tones_noise_and_alarms_are_not_like_speech(name):
    assert not cues(frames(unlike_speech()[name].astype(np.float32), 24000)).like_speech
