"""Uploads of every container, rate and channel count become the sound that was put in."""

import io

import numpy as np
import pytest

from studio.audio.decode import DecodeLimits, decode
from studio.audio.errors import CODES, AudioError
from studio.audio.resample import mix, resample
from tests.audio.files import CONTAINERS, make
from tests.audio.speech import espeak

RATES = (8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000, 96000)
MP3_RATES = RATES[:-1]


def chirp(rate: int, seconds: float = 1.5) -> np.ndarray:
    """A sweep from 200 Hz to 3 kHz that swells once: unlike itself at every delay."""
    time = np.arange(round(rate * seconds)) / rate
    phase = 2 * np.pi * (200 * time + 2800 * time**2 / 2 / seconds)
    return (0.6 * np.sin(phase) * np.sin(np.pi * time / seconds)).astype(np.float32)


def likeness(one: np.ndarray, other: np.ndarray, most_delay: int) -> float:
    """The best normalised correlation over small delays."""
    size = 1 << (len(one) + len(other)).bit_length()
    product = np.fft.irfft(np.fft.rfft(one, size) * np.conj(np.fft.rfft(other, size)))
    near = np.concatenate((product[: most_delay + 1], product[-most_delay:]))
    return float(near.max() / np.linalg.norm(one) / np.linalg.norm(other))


@pytest.mark.parametrize("kind", CONTAINERS)
def test_every_container_gives_back_its_sound_at_every_rate(kind):
    for rate in MP3_RATES if kind == "mp3" else RATES:
        samples = chirp(rate)
        clip = decode(make(kind, samples, rate))
        assert clip.sample_rate == (48000 if "opus" in clip.codec else rate)
        back = resample(clip.samples, clip.sample_rate, rate)
        assert likeness(back, samples, rate // 4) > 0.98, rate
        assert clip.seconds == pytest.approx(1.5, abs=0.3)  # codecs pad to whole frames
        assert clip.samples.dtype == np.float32
        assert clip.samples.ndim == 1


@pytest.mark.parametrize("kind", CONTAINERS)
def test_stereo_becomes_mono_at_the_same_level(kind):
    samples = chirp(24000)
    clip = decode(make(kind, samples, 24000, channels=2))
    assert clip.channels_in == 2
    assert np.std(clip.samples) == pytest.approx(np.std(samples), rel=0.1)


@pytest.mark.parametrize(
    ("kind", "step"),
    [("wav", 1 / 32768), ("flac", 1 / 32768), ("wav24", 2**-23), ("alac", 1 / 32768)],
)
def test_lossless_containers_lose_nothing(kind, step):
    samples = chirp(22050)
    clip = decode(make(kind, samples, 22050))
    assert len(clip.samples) == len(samples)
    assert np.max(np.abs(clip.samples - samples)) <= 1.01 * step


def test_a_recording_without_sizes_or_duration_is_whole():
    data = make("webm_live", chirp(48000), 48000)
    assert b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" in data  # Segment of unknown size
    assert decode(data).seconds == pytest.approx(1.5, abs=0.05)


def test_six_channels_are_folded_and_nine_refused():
    planes = np.tile(chirp(24000), (9, 1))
    import soundfile

    def file(channels: int) -> bytes:
        out = io.BytesIO()
        soundfile.write(out, planes[:channels].T, 24000, format="WAV", subtype="PCM_16")
        return out.getvalue()

    assert decode(file(6)).channels_in == 6
    assert decode(file(8)).channels_in == 8
    with pytest.raises(AudioError) as refused:
        decode(file(9))
    assert (refused.value.code, refused.value.params) == (
        "too_many_channels",
        {"channels": 9, "limit": 8},
    )


def test_cover_art_and_tags_do_not_matter():
    data = make("mp3", chirp(24000), 24000)
    picture = b"\0image/png\0\x03\0" + b"\x89PNG\r\n\x1a\n" + bytes(3000)
    frame = b"APIC" + len(picture).to_bytes(4, "big") + b"\0\0" + picture
    size = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    tagged = b"ID3\x03\0\0" + size + frame + data + b"TAG" + b"title".ljust(125, b"\0")
    assert np.array_equal(decode(tagged).samples, decode(data).samples)


def test_the_bytes_decide_and_not_the_name():
    assert decode(make("opus", chirp(24000), 24000)).container == "ogg"
    assert decode(make("m4a", chirp(24000), 24000)).codec == "aac"
    assert decode(make("alac", chirp(24000), 24000)).codec == "alac"


@pytest.mark.parametrize(
    ("kind", "limits", "code"),
    [
        ("wav", DecodeLimits(max_seconds=1.0), "too_long"),
        ("webm_live", DecodeLimits(max_seconds=1.0), "too_long"),
        ("adts", DecodeLimits(max_seconds=1.0), "too_long"),
        ("flac", DecodeLimits(max_values=24000), "too_long"),
        ("mp3", DecodeLimits(max_bytes=1000), "too_large"),
        ("wav", DecodeLimits(max_channels=1), "too_many_channels"),
        ("m4a", DecodeLimits(min_rate=32000), "bad_sample_rate"),
        ("webm_live", DecodeLimits(max_rate=44100), "bad_sample_rate"),
    ],
)
def test_every_limit_holds(kind, limits, code):
    data = make(kind, chirp(24000), 24000, channels=2)
    decode(data)
    with pytest.raises(AudioError) as refused:
        decode(data, limits)
    assert refused.value.code == code
    assert set(refused.value.params) == set(CODES[code])


def test_decoding_stops_at_the_limit_where_the_header_is_silent(monkeypatch):
    import studio.audio.decode as module

    seen = []
    planes = module._planes
    monkeypatch.setattr(module, "_planes", lambda frame: seen.append(1) or planes(frame))
    data = make("webm_live", np.tile(chirp(48000), 20), 48000)
    with pytest.raises(AudioError):
        decode(data, DecodeLimits(max_seconds=1.0))
    assert len(seen) * 0.02 < 1.2


def test_an_upload_cannot_make_the_decoder_open_anything(monkeypatch, tmp_path):
    import studio.audio.decode as module

    opened = []
    monkeypatch.setattr(module, "_refuse_to_open", lambda *names: opened.append(names) or 1 / 0)
    secret = tmp_path / "secret.wav"
    secret.write_bytes(make("wav", chirp(24000), 24000))
    for text in (f"ffconcat version 1.0\nfile '{secret}'\n", f"#EXTM3U\n#EXTINF:3,\n{secret}\n"):
        with pytest.raises(AudioError) as refused:
            decode(text.encode())
        assert refused.value.code == "unknown_format"
    assert opened == []


def test_refusals_carry_no_text_of_the_decoder():
    data = bytearray(make("flac", chirp(24000), 24000))
    data[len(data) // 2 :] = bytes(len(data) - len(data) // 2)
    with pytest.raises(AudioError) as refused:
        decode(bytes(data))
    assert str(refused.value) in ("unreadable", "truncated")


def test_louder_than_full_scale_is_turned_down_as_a_whole():
    samples = 3 * chirp(24000)
    clip = decode(make("wav_float", samples, 24000))
    assert np.max(np.abs(clip.samples)) == pytest.approx(1.0)
    assert np.allclose(clip.samples, samples / np.max(np.abs(samples)), atol=1e-6)
    assert clip.overs == 0.0


def test_what_a_lossy_codec_made_up_beyond_full_scale_is_counted():
    samples, rate = espeak()
    assert decode(make("mp3", 0.5 * samples, rate)).overs == 0.0
    assert decode(make("mp3", np.clip(4 * samples, -1, 1), rate)).overs > 0.001


def test_dead_and_opposite_channels_do_not_weaken_the_voice():
    voice = chirp(24000)
    assert np.array_equal(mix(np.stack((voice, 0 * voice))), voice)
    assert np.array_equal(mix(np.stack((voice, -voice))), voice)
    assert np.allclose(mix(np.stack((voice, 0.5 * voice))), 0.75 * voice, atol=1e-6)


def test_an_error_survives_the_trip_between_processes():
    import pickle

    error = pickle.loads(pickle.dumps(AudioError("too_long", limit_seconds=3)))
    assert (error.code, error.params) == ("too_long", {"limit_seconds": 3})
