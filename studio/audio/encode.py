"""Turn arrays into files: WAV, FLAC and MP3, and the parts of a WAV that is still being made."""

import io
import struct

import numpy as np

from studio.audio.errors import AudioError
from studio.audio.resample import Samples, resample

_ENDLESS = 0xFFFFFFFF
_MP3_RATES = (16000, 22050, 24000, 32000, 44100, 48000)  # lower ones cannot hold 128 kbit/s
_MPEG1_FROM = 32000
_MPEG1_128K, _MPEG2_128K = 0.67, 0.2
"""128 kbit/s on libsndfile's scale from most to fewest bits (32 to 320, and 8 to 160 kbit/s)."""


def pcm16(samples: Samples) -> bytes:
    """Round to 16 bits, little-endian; what passes full scale stays at it.

    Args:
        samples: float32 mono, shape (n,).
    """
    scaled = np.rint(np.asarray(samples, dtype=np.float32) * np.float32(32768))
    return np.clip(scaled, -32768, 32767).astype("<i2").tobytes()


def wav_header(sample_rate: int, data_bytes: int) -> bytes:
    """Return the canonical 44 bytes before mono 16-bit samples.

    Args:
        sample_rate: Hz.
        data_bytes: length of the samples in bytes.
    """
    return _header(sample_rate, 36 + data_bytes, data_bytes)


def wav_stream_header(sample_rate: int) -> bytes:
    """Return the header of a WAV whose end is not known yet: both sizes are 0xFFFFFFFF."""
    return _header(sample_rate, _ENDLESS, _ENDLESS)


def _header(sample_rate: int, riff_bytes: int, data_bytes: int) -> bytes:
    form = struct.pack("<HHIIHH", 1, 1, sample_rate, 2 * sample_rate, 2, 16)
    return struct.pack("<4sI4s4sI", b"RIFF", riff_bytes, b"WAVE", b"fmt ", len(form)) + (
        form + struct.pack("<4sI", b"data", data_bytes)
    )


def wav(samples: Samples, sample_rate: int) -> bytes:
    """Encode as WAV, mono, 16 bits, with no chunk but `fmt ` and `data`."""
    data = pcm16(samples)
    return wav_header(sample_rate, len(data)) + data


def flac(samples: Samples, sample_rate: int) -> bytes:
    """Encode as FLAC, mono, 24 bits, with no metadata but STREAMINFO. For storage.

    What passes full scale stays at it. `read_flac` gives the samples back, rounded to 2^-23 once:
    storing what was read gives the same samples.

    Raises:
        AudioError: cannot_encode where FLAC does not know the sample rate.
    """
    import soundfile

    steps = np.rint(np.asarray(samples, dtype=np.float64) * (1 << 23))
    whole = np.clip(steps, -(1 << 23), (1 << 23) - 1).astype(np.int32) << 8
    out = io.BytesIO()
    try:
        soundfile.write(out, whole, sample_rate, format="FLAC", subtype="PCM_24")
    except (soundfile.SoundFileError, ValueError) as error:
        raise AudioError("cannot_encode", format="flac", sample_rate=sample_rate) from error
    return _only_streaminfo(out.getvalue())


def _only_streaminfo(data: bytes) -> bytes:
    """Drop the other metadata blocks (the encoder's name)."""
    at, last = 4, False
    streaminfo = b""
    while not last:
        last = bool(data[at] & 0x80)
        end = at + 4 + int.from_bytes(data[at + 1 : at + 4], "big")
        if data[at] & 0x7F == 0:
            streaminfo = bytes([0x80]) + data[at + 1 : end]
        at = end
    return data[:4] + streaminfo + data[at:]


def read_flac(data: bytes) -> tuple[Samples, int]:
    """Read what `flac` wrote.

    Returns:
        (float32 mono, shape (n,); sample rate in Hz).

    Raises:
        AudioError: unreadable.
    """
    import soundfile

    try:
        samples, rate = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    except (soundfile.SoundFileError, ValueError) as error:
        raise AudioError("unreadable") from error
    return np.ascontiguousarray(samples[:, 0]), int(rate)


def mp3(samples: Samples, sample_rate: int) -> bytes:
    """Encode as MP3, mono, at a constant 128 kbit/s, without ID3 tags.

    A sample rate that MP3 does not know at this bit rate becomes 24 or 48 kHz. What passes full
    scale stays at it.
    """
    import soundfile

    if sample_rate not in _MP3_RATES:
        target = 24000 if sample_rate < _MPEG1_FROM else 48000
        samples, sample_rate = resample(samples, sample_rate, target), target
    out = io.BytesIO()
    soundfile.write(
        out,
        np.clip(samples, -1.0, 1.0),
        sample_rate,
        format="MP3",
        subtype="MPEG_LAYER_III",
        bitrate_mode="CONSTANT",
        compression_level=_MPEG1_128K if sample_rate >= _MPEG1_FROM else _MPEG2_128K,
    )
    return out.getvalue()
