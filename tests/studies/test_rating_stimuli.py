"""The stimuli of a screen: one dress for all of them, made again byte for byte, measured as sent."""

import io

import numpy as np
import pytest
import soundfile

from studio.audio.anchor import low_anchor, spoilt
from studio.audio.bandwidth import bandwidth
from studio.audio.headphone_check import RATE, clip
from studio.audio.nuisance import nuisance
from studio.listening.raters import new_key
from studio.problems import Conflict
from tests.audio.speech import espeak
from tests.studies.rating import Opened, fitting, give, listen

RECORDINGS = {"axy": 2, "smos": 2, "mushra": 4}


def clips(rating, trial, key) -> dict[str, bytes]:
    return {s.slot: rating.clip(s.url.rsplit("/", 1)[1], key).data for s in trial.slots}


@pytest.mark.parametrize("protocol", ["ab", "axy", "abx", "acr", "smos", "ccr", "mushra"])
def test_all_sounds_of_a_screen_wear_one_dress_and_are_measured(
    service, database, blobs, takes, protocol
):
    study = Opened(database, blobs, takes, protocol, recordings=RECORDINGS.get(protocol, 0))
    rating, key = service(), new_key()
    rating.begin(study.invite, key, "en")
    for trial in rating.trials(study.invite, key).trials:
        made = clips(rating, trial, key)
        found = {slot: nuisance(wav) for slot, wav in made.items()}
        loudness = [one["loudness_lufs"] for one in found.values()]
        assert max(loudness) - min(loudness) <= 0.2
        for pad in ("lead_seconds", "tail_seconds"):
            pads = [one[pad] for one in found.values()]
            assert max(pads) - min(pads) <= 0.005
        assert {(one["rate_hz"], one["extra_bytes"]) for one in found.values()} == {(24000, 44)}
        row = next(t for t in study.trials if t.token == trial.token)
        assert row.listen_seconds == pytest.approx(sum(one["seconds"] for one in found.values()))
        kept = row.preparation["slots"]
        for slot, measured in found.items():
            assert kept[slot]["nuisance"].items() >= measured.items()
            assert kept[slot]["nuisance"]["made_seconds"] > 0
            assert "bandwidth_residual_hz" in kept[slot]["nuisance"]
        assert row.preparation["specification"]["target_lufs"] == -23.0


@pytest.mark.parametrize("protocol", ["ab", "abx", "mushra"])
def test_a_restart_sends_the_same_bytes(service, database, blobs, takes, protocol):
    study = Opened(
        database,
        blobs,
        takes,
        protocol,
        recordings=RECORDINGS.get(protocol, 0),
        attention=1.0,
        repeats=0,
        identical=0,
        trials=2,
        training=0,
        fair_bandwidth=True,
    )
    before, key = service(), new_key()
    before.begin(study.invite, key, "en")
    while trials := before.trials(study.invite, key).trials:
        assert clips(before, trials[0], key) == clips(service(), trials[0], key)
        listen(before, trials[0], key)
        give(before, study.invite, key, trials[0], fitting(trials[0], protocol))
    assert {t.kind for t in study.trials} == {"main", "attention"}


def test_one_take_is_never_twice_the_same_file(service, database, blobs, takes):
    study = Opened(database, blobs, takes, texts=1, conditions=2, repeats=0.9, identical=0.9)
    rating, key, seen = service(), new_key(), []
    rating.begin(study.invite, key, "en")
    for trial in rating.trials(study.invite, key).trials:
        seen += clips(rating, trial, key).values()
    assert len(set(seen)) == len(seen) == 4


def test_a_clip_whose_take_is_gone_is_refused_and_nothing_else_is_sent(
    service, database, blobs, takes
):
    study = Opened(database, blobs, takes)
    rating, key = service(), new_key()
    rating.begin(study.invite, key, "en")
    trial = rating.trials(study.invite, key).trials[0]
    takes.sounds.clear()
    with pytest.raises(Conflict, match="clip_gone"):
        listen(service(), trial, key)
    rating.begin(study.invite, other := new_key(), "en")
    with pytest.raises(Conflict, match="no_screen"):
        rating.trials(study.invite, other)


def test_fair_bandwidth_goes_by_the_narrowest_take_and_not_by_the_anchor(
    service, database, blobs, takes
):
    study = Opened(database, blobs, takes, "mushra", recordings=4, fair_bandwidth=True, attention=0)
    rating, key = service(), new_key()
    rating.begin(study.invite, key, "en")
    rating.trials(study.invite, key)
    for trial in study.trials:
        cutoffs = {one["low_pass_hz"] for one in trial.preparation["slots"].values()}
        assert len(cutoffs) == 1
        assert cutoffs.pop() > 4500
        (anchor,) = [one["slot"] for one in trial.slots if one["role"] == "anchor"]
        heard = trial.preparation["slots"][anchor]["nuisance"]["bandwidth_hz"]
        assert heard < 3700


def likeness(one: bytes, other: bytes) -> float:
    """Largest normalised cross-correlation of two clips."""
    a, b = (np.frombuffer(wav[44:], "<i2").astype(np.float64) for wav in (one, other))
    size = len(a) + len(b)
    both = np.fft.irfft(np.fft.rfft(a, size) * np.conj(np.fft.rfft(b, size)), size)
    return float(both.max() / np.sqrt(np.sum(a**2) * np.sum(b**2)))


def test_an_attention_check_plays_a_spoilt_take_beside_the_same_take_unspoilt(
    service, database, blobs, takes
):
    checks = {"trials": 2, "training": 0, "repeats": 0, "attention": 1.0, "identical": 1.0}
    study = Opened(database, blobs, takes, **checks)
    rating, key, found = service(), new_key(), {}
    rating.begin(study.invite, key, "en")
    while trials := rating.trials(study.invite, key).trials:
        made = clips(rating, trials[0], key)
        found[trials[0].token] = likeness(made["a"], made["b"])
        listen(rating, trials[0], key)
        give(rating, study.invite, key, trials[0], {"choice": "tie"})
    by_kind = {t.kind: found[t.token] for t in study.trials}
    assert by_kind["identical"] > 0.99
    assert by_kind["main"] < 0.7
    assert by_kind["attention"] == pytest.approx(0.87, abs=0.04)  # 5 dB of noise


def test_the_low_anchor_ends_at_three_and_a_half_kilohertz():
    samples, rate = espeak()
    assert bandwidth(samples, rate) > 5000
    assert bandwidth(low_anchor(samples, rate), rate) == pytest.approx(3500, rel=0.06)


def test_spoilt_speech_has_noise_five_decibels_below_it_and_none_in_its_pauses():
    samples, _ = espeak()
    noise = spoilt(samples, np.random.default_rng(1)) - samples
    ratio = 10 * np.log10(np.sum(samples**2) / np.sum(noise**2))
    assert ratio == pytest.approx(5.0, abs=0.3)
    assert not noise[samples == 0].any()


def parts(wav: bytes) -> list[np.ndarray]:
    sound, rate = soundfile.read(io.BytesIO(wav))
    assert (rate, sound.shape[1]) == (RATE, 2)
    gap, size = round(0.3 * RATE), round(0.8 * RATE)
    return [sound[at : at + size] for at in range(gap, len(sound) - gap, gap + size)]


def level(sound: np.ndarray, low: float, high: float) -> float:
    """dB between two frequencies."""
    power = np.abs(np.fft.rfft(sound)) ** 2
    frequency = np.fft.rfftfreq(len(sound), 1 / RATE)
    return float(10 * np.log10(power[(frequency > low) & (frequency < high)].mean() + 1e-12))


@pytest.mark.parametrize("odd", [1, 2, 3])
def test_huggins_pitch_is_in_neither_ear_alone_but_between_them(odd):
    intervals = parts(clip("huggins", odd, seed=7))
    assert len(intervals) == 3
    for number, both in enumerate(intervals, 1):
        left, right = both.T
        for ear in (left, right):  # flat: no ear alone hears a tone
            assert abs(level(ear, 582, 618) - level(ear, 300, 2000)) < 3
        beside = level(left - right, 300, 2000)
        if number == odd:
            assert level(left - right, 590, 610) > beside + 15
        else:
            assert np.abs(left - right).max() < 1e-4


@pytest.mark.parametrize("odd", [1, 2, 3])
def test_antiphase_tones_fool_loudspeakers_but_not_headphones(odd):
    intervals = parts(clip("antiphase", odd, seed=odd))
    ear = [float(np.sqrt(np.mean(one[:, 0] ** 2))) for one in intervals]
    room = [float(np.sqrt(np.mean(one.sum(axis=1) ** 2))) for one in intervals]
    assert int(np.argmin(ear)) == odd - 1
    assert int(np.argmin(room)) != odd - 1
