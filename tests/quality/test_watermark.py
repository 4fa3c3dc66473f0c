"""The watermark: inaudible, in place, found after common treatment, and never where none was put."""

import io
import subprocess
import sys

import av
import numpy as np
import pytest

from studio.audio.decode import decode
from studio.audio.encode import flac, read_flac
from studio.audio.resample import resample
from studio.quality import perth_model
from studio.quality.watermark import THRESHOLD, detect, look, mark, mark_flac
from tests.audio.speech import KOREAN, espeak, piper


@pytest.fixture(scope="module")
def plain():
    return piper()


@pytest.fixture(scope="module")
def marked(plain):
    return mark(*plain)


def mp3(samples, rate, kilobits):
    """As another program encodes it."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp3") as file:
        stream = file.add_stream("libmp3lame", rate=rate, layout="mono")
        stream.bit_rate = kilobits * 1000
        frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
        frame.sample_rate = rate
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    clip = decode(out.getvalue())
    return clip.samples, clip.sample_rate


def test_a_mark_is_found_and_none_is_found_where_none_was_put(plain, marked):
    rate = plain[1]
    assert detect(marked, rate).found
    assert detect(marked, rate).share == 1
    found = detect(*plain)
    assert not found.found
    assert found.confidence < 0.3 < THRESHOLD
    for text, voice in ((KOREAN, "ko"), ("Nobody knew that a letter would arrive.", "en-us")):
        assert not detect(*espeak(text, voice)).found
        assert detect(mark(*espeak(text, voice)), 22050).found


def test_marking_keeps_length_and_place_and_adds_only_the_mark(plain, marked):
    samples, rate = plain
    assert marked.shape == samples.shape
    assert marked.dtype == np.float32
    change = (marked - samples).astype(np.float64)
    assert 10 * np.log10(np.sum(samples.astype(np.float64) ** 2) / np.sum(change**2)) > 14
    power = np.abs(np.fft.rfft(change)) ** 2
    high = np.fft.rfftfreq(change.size, 1 / rate) > 2300
    assert power[high].sum() < 1e-5 * power.sum(), "above its band the sound is as it was"
    assert np.abs(change[: rate // 100]).max() <= np.abs(change).max() / 10


def test_digital_silence_stays_silent_and_nothing_gets_louder_than_full_scale(plain):
    samples, rate = plain
    quiet = np.zeros(rate, np.float32)
    loud = samples / np.abs(samples).max()
    both = mark(np.concatenate([quiet, loud, quiet]), rate)
    assert np.abs(both).max() <= 1
    assert np.abs(both[: rate // 2]).max() < 1e-4
    assert not mark(quiet, rate).any()
    assert mark(quiet[:0], rate).size == 0


@pytest.mark.parametrize(
    "treat",
    [
        pytest.param(lambda x, r: mp3(x, r, 128), id="mp3-128"),
        pytest.param(lambda x, r: mp3(x, r, 64), id="mp3-64"),
        pytest.param(lambda x, r: (resample(x, r, 16000), 16000), id="16-kHz"),
        pytest.param(lambda x, r: (x * np.float32(0.1), r), id="20-dB-down"),
        pytest.param(lambda x, r: (x[r // 2 : -r // 2], r), id="trimmed"),
        pytest.param(lambda x, r: (np.rint(x * 32768).astype(np.float32) / 32768, r), id="16-bit"),
    ],
)
def test_a_mark_survives_common_treatment(plain, marked, treat):
    assert detect(*treat(marked, plain[1])).found
    assert not detect(*treat(*plain)).found


def test_a_marked_part_is_found_in_a_longer_recording(plain, marked):
    samples, rate = plain
    whole = np.concatenate([samples] * 6 + [marked] * 2)
    found = detect(whole, rate)
    assert found.found
    assert 0 < found.share < 0.6
    assert not detect(np.concatenate([samples] * 6), rate).found


def test_long_sounds_are_marked_without_a_seam(plain):
    samples, rate = plain
    whole = np.concatenate([samples] * 6)
    change = mark(whole, rate) - whole
    assert detect(whole + change, rate).share == 1
    jumps = np.abs(np.diff(change))
    assert jumps.max() < 0.1


def test_what_is_not_speech_is_not_judged():
    time = np.arange(72_000) / 24_000
    hum = sum(np.sin(2 * np.pi * 50 * n * time) / n for n in range(1, 10))
    for sound in (0.05 * hum, 0.3 * np.sin(2 * np.pi * 440 * time), np.zeros(72_000)):
        found = look(sound.astype(np.float32), 24_000)
        assert (found["found"], found["confidence"]) == (False, None)


def test_hum_behind_a_voice_is_not_taken_for_a_mark(plain):
    samples, rate = plain
    time = np.arange(samples.size) / rate
    hum = sum(np.sin(2 * np.pi * 50 * n * time) / n for n in range(1, 10))
    level = np.sqrt(np.mean(samples**2)) / np.sqrt(np.mean(hum**2))
    noisy = (samples + 10 ** (-15 / 20) * level * hum).astype(np.float32)
    assert not detect(noisy, rate).found


def test_a_stored_take_is_marked_and_looked_at(plain):
    samples, rate = plain
    made = mark_flac(flac(samples, rate))
    assert made["confidence"] >= THRESHOLD
    assert detect(*read_flac(made["flac"])).found
    beep = 0.2 * np.sin(np.arange(24_000) / 8).astype(np.float32)
    assert mark_flac(flac(beep, 24_000))["flac"] is None


def test_loading_says_nothing_on_stdout_and_leaves_no_stand_in():
    code = (
        "import sys; from studio.quality import perth_model; perth_model.network();"
        "assert 'pkg_resources' not in sys.modules or sys.modules['pkg_resources'].__file__"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr[-500:]
    assert perth_model.name().startswith("resemble-perth 1.")
