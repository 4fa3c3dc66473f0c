"""What is measured of a stimulus, held against stimuli whose faults are known."""

import numpy as np
import pytest

from studio.audio.encode import pcm16, wav_header
from studio.audio.nuisance import nuisance
from studio.audio.stimulus import StimulusSpec, make_pair
from tests.audio.speech import espeak, piper


def file(samples: np.ndarray, rate: int = 24000) -> bytes:
    data = pcm16(samples.astype(np.float32))
    return wav_header(rate, len(data)) + data


def opened(wav: bytes) -> np.ndarray:
    return np.frombuffer(wav[44:], dtype="<i2") / 32768


@pytest.fixture(scope="module")
def pair():
    return make_pair([espeak(), piper()], StimulusSpec(), np.random.default_rng(0))


def test_an_honest_pair_measures_alike_in_all_that_is_levelled(pair):
    one, other = (nuisance(stimulus.wav) for stimulus in pair)
    for name, tolerance in (
        ("lead_seconds", 0.005),
        ("tail_seconds", 0.005),
        ("loudness_lufs", 0.2),
    ):
        assert one[name] == pytest.approx(other[name], abs=tolerance)
    assert one["loudness_lufs"] == pytest.approx(pair[0].loudness_lufs, abs=0.01)
    assert one["rate_hz"] == other["rate_hz"] == 24000
    assert one["extra_bytes"] == other["extra_bytes"] == 44
    assert one["seconds"] == pytest.approx(pair[0].seconds)


def test_a_longer_pad_a_gain_and_a_low_pass_are_seen(pair):
    from studio.audio.bandwidth import low_pass

    sound = opened(pair[1].wav)
    honest = nuisance(pair[1].wav)
    padded = nuisance(file(np.concatenate((np.zeros(720), sound))))
    assert padded["lead_seconds"] - honest["lead_seconds"] == pytest.approx(0.030, abs=0.002)
    louder = nuisance(file(sound * 10 ** (1 / 20)))
    assert louder["loudness_lufs"] - honest["loudness_lufs"] == pytest.approx(1.0, abs=0.02)
    dull = nuisance(file(low_pass(sound.astype(np.float32), 24000, 4000.0)))
    assert dull["bandwidth_hz"] < 4200 < honest["bandwidth_hz"]


def test_silence_has_numbers_too():
    found = nuisance(file(np.zeros(24000)))
    assert found["loudness_lufs"] == -70
    assert found["bandwidth_hz"] == 0
    assert all(np.isfinite(value) for value in found.values())


def test_what_is_no_stimulus_is_refused():
    with pytest.raises(ValueError, match="not a stimulus"):
        nuisance(b"OggS" + bytes(100))
