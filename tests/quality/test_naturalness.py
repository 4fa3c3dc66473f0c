"""Predicted opinions: the packages' own answers, and in the right order for what is spoilt."""

import numpy as np
import pytest

from studio.audio.resample import resample
from studio.engines.torchaudio_native import ensure_torchaudio
from studio.quality.naturalness import distillmos, distillmos_name, dnsmos, dnsmos_name
from tests.audio import speech


@pytest.fixture(scope="module")
def clean():
    samples, rate = speech.piper()
    return resample(samples, rate, 16_000), 16_000


def noisy(samples, snr_db, seed=0):
    noise = np.random.default_rng(seed).standard_normal(len(samples)).astype(np.float32)
    spoilt = samples + noise * np.std(samples) / 10 ** (snr_db / 20)
    return np.clip(spoilt, -1, 1).astype(np.float32)


def test_distillmos_gives_the_packages_answer(clean):
    ensure_torchaudio()
    import torch
    from distillmos import ConvTransformerSQAModel

    ten_seconds = np.resize(clean[0], 160_000)
    with torch.inference_mode():
        expected = float(ConvTransformerSQAModel().eval()(torch.from_numpy(ten_seconds)[None]))
    assert distillmos(ten_seconds, 16_000) == pytest.approx(expected, abs=1e-4)


def test_dnsmos_gives_the_packages_answer(clean):
    from speechmos import dnsmos as package

    for seconds in (3.0, 11.5):
        samples = 0.7 * np.resize(clean[0], round(16_000 * seconds))
        expected = package.run(samples, 16_000)
        found = dnsmos(samples, 16_000)
        # a short clip is heard in up to seven shifted repetitions by the package, in six here
        assert found.overall == pytest.approx(expected["ovrl_mos"], abs=0.05)
        assert found.signal == pytest.approx(expected["sig_mos"], abs=0.05)
        assert found.background == pytest.approx(expected["bak_mos"], abs=0.05)


def test_noise_lowers_every_opinion_and_most_of_all_that_of_the_background(clean):
    samples, rate = clean
    before, after = dnsmos(samples, rate), dnsmos(noisy(samples, 5), rate)
    assert before.background - after.background > 1.0
    assert before.overall - after.overall > 0.4
    assert distillmos(samples, rate) - distillmos(noisy(samples, 5), rate) > 0.8


def test_a_long_take_is_heard_from_its_beginning_to_its_end(clean):
    samples, rate = clean
    good = np.resize(samples, 20 * rate)
    for spoilt in (slice(0, 5 * rate), slice(-5 * rate, None)):
        bad = good.copy()
        bad[spoilt] = noisy(good[spoilt], 0)
        assert dnsmos(bad, rate).background < dnsmos(good, rate).background - 0.2
        assert distillmos(bad, rate) < distillmos(good, rate) - 0.2


def test_nobody_has_an_opinion_of_silence_or_of_a_tenth_of_a_second(clean):
    for samples in (np.zeros(16_000, np.float32), clean[0][:1600], clean[0][:0]):
        assert distillmos(samples, 16_000) is None
        assert dnsmos(samples, 16_000) is None


def test_a_sample_beyond_full_scale_is_no_obstacle(clean):
    assert 1 <= dnsmos(clean[0] * 3, 16_000).overall <= 5
    assert 1 <= distillmos(clean[0] * 3, 16_000) <= 5


def test_methods_name_model_and_version():
    assert distillmos_name().startswith("distillmos 0.")
    assert dnsmos_name().startswith("DNSMOS P.835 (speechmos 0.")
