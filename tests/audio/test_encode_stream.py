"""Sound encoded piece by piece: any decoder reads it, and bytes go out before the sound is over."""

import io

import av
import numpy as np
import pytest

from studio.audio.encode import pcm16
from studio.audio.encode_stream import FORMATS, PCM_RATE, StreamEncoder, media_type

SECONDS = 2.0
HERTZ = 440.0


def tone(rate, seconds=SECONDS):
    time = np.arange(round(rate * seconds)) / rate
    return (0.3 * np.sin(2 * np.pi * HERTZ * time)).astype(np.float32)


def encoded(name, rate, step=0.2, samples=None, **texts):
    """The bytes after each piece; the last is what the end added."""
    samples = tone(rate) if samples is None else samples
    encoder = StreamEncoder(name, rate, texts)
    size = round(step * rate)
    pieces = [
        encoder.feed(pcm16(samples[start : start + size])) for start in range(0, samples.size, size)
    ]
    return [*pieces, encoder.end()]


def decoded(name, data):
    """(samples, rate, texts), read by FFmpeg."""
    if name == "pcm":
        return np.frombuffer(data, "<i2") / 32768, PCM_RATE, {}
    with av.open(io.BytesIO(data)) as file:
        stream = file.streams.audio[0]
        assert stream.channels == 1
        frames = [frame.to_ndarray().ravel() for frame in file.decode(stream)]
        samples = np.concatenate(frames)
        scale = 1.0 if samples.dtype.kind == "f" else float(np.iinfo(samples.dtype).max)
        return samples / scale, stream.rate, {**file.metadata, **stream.metadata}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("rate", [16000, 22050, 24000, 44100, 48000])
def test_any_decoder_hears_the_tone_at_its_pitch_length_and_level(name, rate):
    samples, heard_rate, _ = decoded(name, b"".join(encoded(name, rate)))
    assert samples.size / heard_rate == pytest.approx(SECONDS, abs=0.12)  # MP3 and AAC pad frames
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
    assert spectrum.argmax() * heard_rate / samples.size == pytest.approx(HERTZ, abs=1.0)
    middle = samples[samples.size // 4 : samples.size // 2]
    # LAME turns everything down by 5 % to leave room for peaks
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.3 / np.sqrt(2), rel=0.06)


@pytest.mark.parametrize("name", FORMATS)
def test_bytes_go_out_while_the_sound_is_being_made(name):
    pieces = encoded(name, 22050)
    assert len(b"".join(pieces[:4])) > 1000  # after 0.8 s, not only a header
    assert len(pieces[-1]) < 0.4 * len(b"".join(pieces))


@pytest.mark.parametrize("name", FORMATS)
def test_what_went_out_so_far_can_be_played_so_far(name):
    pieces = encoded(name, 24000)
    samples, rate, _ = decoded(name, b"".join(pieces[:6]))
    assert 0.5 < samples.size / rate <= 1.3


def test_bare_pcm_always_comes_at_the_rate_that_clients_expect():
    for rate in (16000, 22050, 24000, 44100):
        assert StreamEncoder("pcm", rate).sample_rate == PCM_RATE
        assert len(b"".join(encoded("pcm", rate))) == pytest.approx(2 * PCM_RATE * SECONDS, abs=4)


def test_lossless_formats_keep_every_sample():
    samples = tone(24000)
    for name in ("wav", "flac", "pcm"):
        heard, _, _ = decoded(name, b"".join(encoded(name, 24000, 0.13)))
        np.testing.assert_allclose(heard, np.rint(samples * 32768) / 32768, atol=1.5 / 32768)


@pytest.mark.parametrize("name", ["mp3", "opus", "flac"])
def test_formats_with_room_for_texts_say_what_they_are(name):
    _, _, texts = decoded(name, b"".join(encoded(name, 24000, comment="Synthetic speech; take: 1")))
    found = {key.lower(): text for key, text in texts.items()}
    assert found["comment"] == "Synthetic speech; take: 1"


@pytest.mark.parametrize("name", FORMATS)
def test_pieces_of_odd_lengths_and_none_at_all_end_well(name):
    rng = np.random.default_rng(1)
    samples = tone(22050)
    encoder = StreamEncoder(name, 22050)
    data, at = b"", 0
    while at < samples.size:
        size = int(rng.integers(1, 3000))
        data += encoder.feed(pcm16(samples[at : at + size]))
        at += size
    heard, rate, _ = decoded(name, data + encoder.end())
    assert heard.size / rate == pytest.approx(SECONDS, abs=0.12)
    silent = StreamEncoder(name, 22050)
    silent.end()
    StreamEncoder(name, 22050).close()


def test_every_format_has_its_media_type():
    assert [media_type(name) for name in FORMATS] == [
        "audio/pcm",
        "audio/wav",
        "audio/mpeg",
        "audio/ogg",
        "audio/aac",
        "audio/flac",
    ]
