"""What is encoded can be read back, by other readers too."""

import io
import struct

import numpy as np
import pytest
import soundfile

from studio.audio.decode import decode
from studio.audio.encode import flac, mp3, pcm16, read_flac, wav, wav_stream_header
from studio.audio.errors import AudioError
from tests.audio.speech import espeak


def test_wav_is_a_canonical_header_and_the_samples():
    samples, rate = espeak()
    data = wav(samples, rate)
    assert len(data) == 44 + 2 * len(samples)
    assert data[:4] + data[8:16] + data[36:40] == b"RIFFWAVEfmt data"
    assert struct.unpack("<I", data[4:8])[0] == len(data) - 8
    back, back_rate = soundfile.read(io.BytesIO(data), dtype="float32")
    assert back_rate == rate
    assert np.array_equal(back, samples)  # eSpeak speaks 16 bits


def test_an_endless_wav_declares_no_end():
    header = wav_stream_header(24000)
    assert len(header) == 44
    assert header[4:8] == header[40:44] == b"\xff" * 4
    ended = header[:4] + struct.pack("<I", 36 + 8) + header[8:40] + struct.pack("<I", 8)
    assert ended + pcm16(np.zeros(4, np.float32)) == wav(np.zeros(4, np.float32), 24000)


def test_beyond_full_scale_stays_at_full_scale():
    steps = np.frombuffer(pcm16(np.array([-9, -1, -0.5, 0, 0.5, 1, 9], np.float32)), "<i2")
    assert steps.tolist() == [-32768, -32768, -16384, 0, 16384, 32767, 32767]


def test_flac_is_exact_to_24_bits_and_then_for_good():
    rng = np.random.default_rng(1)
    samples = rng.uniform(-1.2, 1.2, 10000).astype(np.float32)
    back, rate = read_flac(flac(samples, 24000))
    assert rate == 24000
    assert np.max(np.abs(back - np.clip(samples, -1, 1))) <= 2**-23
    again, _ = read_flac(flac(back, 24000))
    assert np.array_equal(again, back)


def test_flac_carries_nothing_but_the_sound():
    data = flac(espeak()[0], 22050)
    assert data[4] == 0x80  # the first metadata block, STREAMINFO, is the last
    assert b"libFLAC" not in data
    assert np.array_equal(soundfile.read(io.BytesIO(data), dtype="float32")[0], espeak()[0])
    assert np.array_equal(decode(data).samples, espeak()[0])
    with pytest.raises(AudioError):
        read_flac(b"fLaC" + bytes(100))


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 24000, 44100, 48000, 96000])
def test_mp3_has_a_constant_bit_rate_and_no_tags(rate):
    time = np.arange(rate * 5) / rate
    samples = (0.5 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)
    data = mp3(samples, rate)
    assert data[0] == 0xFF
    assert not data.startswith(b"ID3")
    clip = decode(data)
    assert clip.seconds == pytest.approx(5.0, abs=0.1)
    assert 8 * len(data) / clip.seconds == pytest.approx(128_000, rel=0.06)
    assert np.std(clip.samples) == pytest.approx(0.354, abs=0.02)
