"""The corpus: splits that share nothing, clips kept as made, damage in the amount asked for."""

import numpy as np
import pytest

from benchmarks import corpus
from benchmarks.corpus import cache, degrade
from studio.quality.wording import tokens
from tests.audio.speech import espeak, piper


def test_the_splits_share_no_text_and_no_voice_but_pipers_only_one():
    for texts in (corpus.ENGLISH, corpus.KOREAN):
        assert not set(texts["tune"]) & set(texts["test"])
        assert len(set(texts["test"])) == len(texts["test"])
    tune, test = ({one.name for one in corpus.SPEAKERS[split]} for split in ("tune", "test"))
    assert tune & test == {"piper en_US-joe-medium"}


def test_no_text_is_another_one_with_a_word_changed():
    texts = [set(tokens(text, "en")) for both in corpus.ENGLISH.values() for text in both]
    alike = [
        (one, other)
        for place, one in enumerate(texts)
        for other in texts[:place]
        if len(one & other) > 0.6 * min(len(one), len(other)) and min(len(one), len(other)) > 4
    ]
    assert alike == []


def test_a_clip_is_rendered_once_and_read_back_the_same(tmp_path):
    shelf = cache.Shelf(tmp_path)
    sound = 0.3 * np.sin(np.arange(4000, dtype=np.float32))
    first, rate = shelf.get({"text": "a"}, lambda: (sound, 16000))
    again, _ = shelf.get({"text": "a"}, lambda: pytest.fail("rendered twice"))
    assert rate == 16000
    assert np.array_equal(first, again)
    assert np.abs(first - sound).max() < 1e-4
    assert (tmp_path / "manifest.jsonl").read_text(encoding="utf-8").count("\n") == 1


def test_clips_of_one_split_take_turns_among_its_voices(tmp_path):
    clips = corpus.clips(
        "test", engines=["espeak"], languages=["en", "ko"], count=5, folder=tmp_path
    )
    assert len(clips) == 10
    assert {clip.language for clip in clips} == {"en", "ko"}
    assert len({clip.voice for clip in clips}) == 4
    assert all(clip.seconds > 0.5 and clip.text for clip in clips)


@pytest.mark.parametrize("snr_db", [0.0, 12.0])
@pytest.mark.parametrize("kind", ["white", "pink", "hum"])
def test_noise_is_as_loud_as_asked_for(kind, snr_db):
    samples, rate = piper()
    added = degrade.noise(kind, len(samples), rate, 1)
    noisy = degrade.with_noise(samples, rate, added, snr_db)
    gain = float(np.dot(noisy, samples) / np.dot(samples, samples))
    left = np.mean(np.square(noisy - gain * samples))
    found = 10 * np.log10(degrade.speech_power(gain * samples, rate) / left)
    assert found == pytest.approx(snr_db, abs=0.3)


def test_babble_is_of_unit_power_and_repeatable():
    voices = [espeak(words_per_minute=pace) for pace in (150, 175, 200)]
    one, two = (degrade.babble(voices, 20000, 16000, 3) for _ in range(2))
    assert np.array_equal(one, two)
    assert np.mean(np.square(one)) == pytest.approx(1, rel=0.01)


def test_clipping_cuts_off_the_share_asked_for():
    samples, _ = piper()
    spoilt = degrade.clipped(samples, 0.05)
    assert np.mean(np.abs(spoilt) >= 0.9999) == pytest.approx(0.05, abs=0.002)


@pytest.mark.parametrize("rt60", [0.4, 1.0])
def test_reverberation_decays_by_sixty_decibels_in_its_time(rt60):
    rate = 16000
    click = np.zeros(rate * 3, np.float32)
    click[0] = 0.5
    tail = degrade.reverberant(click, rate, rt60, 1).astype(np.float64)
    energy = np.cumsum(np.square(tail[round(0.01 * rate) :])[::-1])[::-1]
    decay = 10 * np.log10(energy / energy[0])
    fell = (np.argmax(decay < -25) - np.argmax(decay < -5)) / rate  # T20 (ISO 3382-2), times three
    assert 3 * fell == pytest.approx(rt60, rel=0.1)


def test_cuts_pauses_and_levels_are_exact():
    samples, rate = piper()
    assert len(degrade.cut(samples, rate, 0.5, 0.25)) == (
        len(samples) - round(0.5 * rate) - round(0.25 * rate)
    )
    paused = degrade.with_pause(samples, rate, 1.0, 2.0)
    assert len(paused) - len(samples) == 2 * rate
    assert not paused[rate : 3 * rate].any()
    level = degrade.speech_power(degrade.at_level(samples, rate, -30.0), rate)
    assert 10 * np.log10(level) == pytest.approx(-30, abs=0.1)


def test_a_telephone_band_is_all_that_is_left():
    samples, rate = piper()
    spectrum = np.abs(np.fft.rfft(degrade.band_limited(samples, rate, 300, 3400))) ** 2
    hertz = np.fft.rfftfreq(len(samples), 1 / rate)
    outside = spectrum[(hertz < 150) | (hertz > 5000)].sum()
    assert outside < 1e-3 * spectrum.sum()
