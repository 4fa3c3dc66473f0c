"""Nothing but the voice tells the stimuli of a trial apart: measured here by other means."""

import io
import itertools

import numpy as np
import pyloudnorm
import pytest
import soundfile

from studio.audio.bandwidth import bandwidth, low_pass
from studio.audio.errors import AudioError
from studio.audio.resample import resample
from studio.audio.stimulus import Stimulus, StimulusSpec, make_pair
from tests.audio.speech import ENGLISH, KOREAN, espeak, kokoro, piper

SPEC = StimulusSpec()


def silence(seconds: float, rate: int) -> np.ndarray:
    return np.zeros(round(seconds * rate), np.float32)


def takes() -> dict[str, tuple[np.ndarray, int]]:
    """Takes as unlike as engines make them: levels, rates, silences, noise, bandwidth."""
    robot, rate = espeak()
    korean, _ = espeak(KOREAN, "ko")
    human, human_rate = piper()
    noise = np.random.default_rng(1).standard_normal(len(human)) * 10 ** (-62 / 20)
    return {
        "espeak": (robot, rate),
        "quiet_with_long_silences": (
            np.concatenate((silence(1.1, rate), 0.02 * korean, silence(0.6, rate))),
            rate,
        ),
        "piper": (human, human_rate),
        "noisy": ((human + noise).astype(np.float32), human_rate),
        "telephone": (resample(human, human_rate, 8000), 8000),
        "high_rate": (resample(robot, rate, 48000), 48000),
        "beyond_full_scale": (1.7 * human, human_rate),
        "short": espeak("No.", "en-us"),
        "kokoro": kokoro("The harbour was quiet that morning."),
    }


PAIRS = [
    *itertools.combinations(
        ["espeak", "quiet_with_long_silences", "piper", "telephone", "beyond_full_scale"], 2
    ),
    ("noisy", "high_rate"),
    ("short", "piper"),
    ("kokoro", "espeak"),
]


def made(names, spec: StimulusSpec = SPEC, seed: int = 0) -> list[Stimulus]:
    return make_pair([takes()[name] for name in names], spec, np.random.default_rng(seed))


def played(stimulus: Stimulus) -> np.ndarray:
    samples, rate = soundfile.read(io.BytesIO(stimulus.wav))
    assert rate == SPEC.sample_rate
    assert samples.ndim == 1
    return samples


def edges(samples: np.ndarray, dbfs: float) -> tuple[float, float]:
    """Seconds before the first and after the last sample above a level."""
    loud = np.flatnonzero(np.abs(samples) > 10 ** (dbfs / 20))
    return loud[0] / SPEC.sample_rate, (len(samples) - 1 - loud[-1]) / SPEC.sample_rate


@pytest.mark.parametrize("fair", [False, True])
@pytest.mark.parametrize("names", PAIRS, ids="-".join)
def test_a_pair_is_alike_in_everything_but_the_voice(names, fair):
    pair = made(names, StimulusSpec(fair=fair))
    sounds = [played(stimulus) for stimulus in pair]
    meter = pyloudnorm.Meter(SPEC.sample_rate, filter_class="DeMan")
    levels = [meter.integrated_loudness(sound) for sound in sounds]
    assert abs(levels[0] - levels[1]) <= 0.2
    assert levels[0] == pytest.approx(pair[0].target_lufs, abs=0.2)
    assert pair[0].target_lufs == pair[1].target_lufs <= -23.0
    for sound in sounds:
        oversampled = resample(sound.astype(np.float32), SPEC.sample_rate, 8 * SPEC.sample_rate)
        assert 20 * np.log10(np.max(np.abs(oversampled))) <= -1.0 + 0.1
    for level in (-200, -60):  # digital silence, and about what an ear calls silence
        (a_before, a_after), (b_before, b_after) = (edges(sound, level) for sound in sounds)
        assert abs(a_before - b_before) <= 0.005
        assert abs(a_after - b_after) <= 0.005
        assert a_before == pytest.approx(SPEC.pad_seconds, abs=0.006)
        assert a_after == pytest.approx(SPEC.pad_seconds, abs=0.006)


def test_files_hold_a_canonical_header_and_samples_only():
    pair = made(("espeak", "piper"))
    for stimulus in pair:
        wav = stimulus.wav
        assert int.from_bytes(wav[4:8], "little") == len(wav) - 8
        assert int.from_bytes(wav[40:44], "little") == len(wav) - 44
        assert stimulus.seconds == pytest.approx((len(wav) - 44) / 2 / SPEC.sample_rate)
        pcm = np.frombuffer(wav[44:], "<i2")
        assert np.array_equal(pcm / 32768, played(stimulus))
    one, other = (bytearray(stimulus.wav[:44]) for stimulus in pair)
    one[4:8] = other[4:8] = one[40:44] = other[40:44] = bytes(4)
    assert one == other


def test_the_gain_is_one_number():
    samples, rate = espeak()
    quiet = resample(samples, rate, SPEC.sample_rate)
    stimulus = make_pair([(quiet, SPEC.sample_rate), piper()], SPEC, np.random.default_rng(0))[0]
    out = played(stimulus)
    gained = quiet * 10 ** (stimulus.gain_db / 20)
    middle = gained[len(gained) // 4 : 3 * len(gained) // 4]
    best = np.argmax(np.correlate(out, middle[:8000], "valid"))
    assert np.max(np.abs(out[best : best + len(middle)] - middle)) < 3 / 32768


def test_a_peak_lowers_all_alike():
    samples, rate = espeak()
    peaky = samples.copy()
    peaky[10000:10012] = 3 * np.hanning(12) * np.max(np.abs(samples))
    pair = make_pair([(peaky, rate), piper()], SPEC, np.random.default_rng(0))
    assert pair[0].target_lufs < -25
    assert pair[0].loudness_lufs == pytest.approx(pair[1].loudness_lufs, abs=0.05)
    assert pair[0].true_peak_dbtp == pytest.approx(-1.0, abs=0.1)
    peaky[10000:10012] *= 10
    with pytest.raises(AudioError) as refused:
        make_pair([(peaky, rate), piper()], SPEC, np.random.default_rng(0))
    assert refused.value.code == "cannot_match"


def test_fair_mode_brings_all_to_the_narrowest_and_says_so():
    pair = made(("telephone", "espeak"), StimulusSpec(fair=True))
    assert pair[0].low_pass_hz == pair[1].low_pass_hz == pair[0].bandwidth_hz
    assert pair[1].bandwidth_hz > 9000
    widths = [bandwidth(played(stimulus), SPEC.sample_rate) for stimulus in pair]
    assert widths[0] == pytest.approx(widths[1], rel=0.05)
    plain = made(("telephone", "espeak"))
    assert plain[0].low_pass_hz is None
    assert plain[0].bandwidth_hz == pair[0].bandwidth_hz
    assert bandwidth(played(plain[1]), SPEC.sample_rate) > 9000


def test_the_same_take_is_another_file_in_another_trial():
    first, second = made(("espeak", "piper"), seed=1), made(("espeak", "piper"), seed=2)
    assert first[0].wav != second[0].wav
    difference = played(first[0]) - played(second[0])
    assert np.max(np.abs(difference)) <= 2 / 32768  # inaudible
    assert made(("espeak", "piper"), seed=1)[0].wav == first[0].wav


def test_more_than_two_at_once():
    names = ("espeak", "piper", "telephone", "quiet_with_long_silences")
    four = made(names)
    levels = [stimulus.loudness_lufs for stimulus in four]
    assert max(levels) - min(levels) <= 0.2
    assert four[0].mismatch_lu == max(levels) - min(levels)


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (np.zeros(48000, np.float32), "no_sound"),
        (np.zeros(0, np.float32), "no_sound"),
        (np.full(48000, 0.3, np.float32), "no_sound"),
        (np.concatenate((np.zeros(20000), np.ones(40), np.zeros(20000))).astype("f4"), "no_sound"),
        (np.sin(np.arange(1200) / 5).astype(np.float32), "too_short"),
        (np.full(48000, np.nan, np.float32), "not_finite"),
    ],
)
def test_what_cannot_be_a_stimulus_is_refused(bad, code):
    with pytest.raises(AudioError) as refused:
        make_pair([espeak(), (bad, 24000)], SPEC, np.random.default_rng(0))
    assert refused.value.code == code
    assert refused.value.params.get("index", 1) == 1


def test_takes_are_left_as_they_are():
    samples, rate = espeak(ENGLISH)
    copy = samples.copy()
    narrow = low_pass(samples, rate, 4000)
    make_pair([(samples, rate), (narrow, rate)], StimulusSpec(fair=True), np.random.default_rng(0))
    assert np.array_equal(samples, copy)
