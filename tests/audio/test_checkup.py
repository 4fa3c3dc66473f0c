"""A reference clip gets the verdict that it deserves."""

import numpy as np
import pytest

from studio.audio.bandwidth import low_pass
from studio.audio.checkup import Rules, check
from studio.audio.decode import Clip, decode
from studio.audio.silence import trim
from tests.audio.files import CONTAINERS, make
from tests.audio.speech import KOREAN, espeak, kokoro, piper
from tests.audio.test_silence import unlike_speech

VOICES = {
    "espeak": espeak,
    "espeak_korean": lambda: espeak(KOREAN, "ko"),
    "piper": piper,
    "kokoro": kokoro,
}


def clip(samples: np.ndarray, rate: int) -> Clip:
    return Clip(np.asarray(samples, np.float32), rate, 1, "wav", "pcm_s16le", rate)


def voice(seconds: float, name: str = "espeak") -> tuple[np.ndarray, int]:
    """Continuous speech of so many seconds."""
    samples, rate = VOICES[name]()
    samples = trim(samples, rate)
    return np.tile(samples, 3)[: round(seconds * rate)], rate


def codes(found) -> list[str]:
    return [code for code, _ in found.reasons]


@pytest.mark.parametrize("name", VOICES)
def test_three_seconds_of_continuous_speech_are_usable(name):
    found = check(clip(*voice(3.0, name)))
    assert (found.verdict, found.reasons) == ("usable", [])
    assert found.speech_seconds == pytest.approx(3.0, abs=0.2)


@pytest.mark.parametrize("name", ["espeak", "espeak_korean", "piper"])
def test_three_seconds_wherever_they_are_cut_from_a_sentence(name):
    samples, rate = VOICES[name]()
    for start in range(int((len(samples) / rate - 3.0) * 10)):
        cut = samples[start * rate // 10 :][: 3 * rate]
        found = check(clip(cut, rate))
        assert found.verdict == "usable", (start, found)


@pytest.mark.parametrize("kind", CONTAINERS)
def test_three_seconds_are_usable_from_every_container(kind):
    samples, rate = voice(3.0)
    assert check(decode(make(kind, samples, rate))).verdict != "refused"


def test_silence_around_three_seconds_is_no_reason_to_refuse():
    samples, rate = voice(3.0)
    gap = np.zeros(rate, np.float32)
    found = check(clip(np.concatenate((gap, samples, gap)), rate))
    assert found.verdict == "usable"
    assert found.silence_seconds == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("seconds", [0.3, 1.0, 2.0, 2.5, 2.9])
def test_less_than_three_seconds_are_refused(seconds):
    samples, rate = voice(seconds)
    found = check(clip(samples, rate))
    assert found.verdict == "refused"
    assert found.reasons[0][0] == "too_little_speech"
    assert found.reasons[0][1]["needed_seconds"] == 3.0
    gap = np.zeros(5 * rate, np.float32)
    if 1.0 <= seconds < 2.6:  # a syllable alone is not known for speech
        assert codes(check(clip(np.concatenate((samples, gap)), rate))) == ["too_little_speech"]


def test_silence_is_refused():
    for samples in (np.zeros(24000 * 5), np.full(24000 * 5, 1e-5), np.zeros(10)):
        assert codes(check(clip(samples, 24000))) == ["silent"]


@pytest.mark.parametrize("name", unlike_speech())
def test_what_is_not_speech_is_refused(name):
    found = check(clip(unlike_speech()[name], 24000))
    assert (found.verdict, codes(found)) == ("refused", ["no_speech"])
    assert found.speech_seconds == 0.0


@pytest.mark.parametrize("name", ["espeak", "piper", "kokoro"])
def test_clipping_is_heard_at_full_scale_and_after_turning_down(name):
    samples, rate = voice(3.0, name)
    samples = samples / np.max(np.abs(samples))
    assert check(clip(samples, rate)).clipping_ratio < 0.0005
    flat = np.clip(4 * samples, -1, 1)
    for changed in (flat, np.round(0.4 * flat * 32768) / 32768):
        found = check(clip(changed, rate))
        assert (found.verdict, codes(found)) == ("warning", ["clipped"])
    assert "clipped" in codes(check(decode(make("mp3", flat, rate))))


@pytest.mark.parametrize(("snr", "noisy"), [(5, True), (12, True), (25, False), (40, False)])
def test_noise_is_measured_in_the_pauses(snr, noisy):
    samples, rate = voice(4.0, "piper")
    samples = np.concatenate((np.zeros(rate, np.float32), samples, np.zeros(rate, np.float32)))
    power = np.mean(samples[rate:-rate] ** 2)
    noise = np.random.default_rng(1).standard_normal(len(samples))
    found = check(clip(samples + noise * np.sqrt(power * 10 ** (-snr / 10)), rate))
    assert found.snr_db == pytest.approx(snr, abs=3)
    assert ("noisy" in codes(found)) == noisy


def test_noise_is_not_measured_without_a_pause():
    assert check(clip(*voice(3.0))).snr_db is None


def test_narrow_and_quiet_recordings_are_warned_about():
    samples, rate = voice(4.0)
    found = check(clip(low_pass(samples, rate, 3400), rate))
    assert (found.verdict, codes(found)) == ("warning", ["narrow_band"])
    assert found.reasons[0][1]["bandwidth_hz"] == pytest.approx(3400, abs=100)
    found = check(clip(samples * 0.05, rate))
    assert (found.verdict, codes(found)) == ("warning", ["too_quiet"])
    gap = np.zeros(8 * rate, np.float32)
    assert codes(check(clip(np.concatenate((samples, gap)), rate))) == ["mostly_silence"]


def test_rules_can_be_moved():
    samples, rate = voice(2.0)
    assert check(clip(samples, rate), Rules(min_speech_seconds=1.5)).verdict == "usable"
