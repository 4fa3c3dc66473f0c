"""Encode speech while it is being made: every piece of sound gives the bytes that can go out now.

Containers that end with a table or begin with a length are written as streams: what is not known
yet is left open, as internet radio does.
"""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from studio.audio.encode import pcm16, wav_stream_header
from studio.audio.errors import AudioError

if TYPE_CHECKING:
    import soxr

PCM_RATE = 24000
"""Hz. Bare PCM cannot say its rate; this is the one that clients of the API take it to have."""


@dataclass(frozen=True)
class _Kind:
    media_type: str
    rates: tuple[int, ...] = ()
    """Sample rates (Hz) it can hold, ascending; none: any."""
    container: str = ""
    codec: str = ""
    bits: int = 0
    """A second; 0: lossless."""
    form: str = "s16"
    """Sample format that the encoder takes."""
    options: tuple[tuple[str, str], ...] = ()
    """Of the container."""
    texts: bool = False
    """Whether it can carry texts at its beginning."""


_AAC_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
_KINDS = {
    "pcm": _Kind("audio/pcm", (PCM_RATE,)),
    "wav": _Kind("audio/wav"),
    "mp3": _Kind(
        "audio/mpeg",
        (16000, 22050, 24000, 32000, 44100, 48000),  # lower ones cannot hold 128 kbit/s
        "mp3",
        "libmp3lame",
        128_000,
        "fltp",
        (("write_xing", "0"), ("id3v2_version", "3")),  # a Xing frame is filled in at the end
        texts=True,
    ),
    "opus": _Kind(
        "audio/ogg",
        (8000, 12000, 16000, 24000, 48000),
        "ogg",
        "libopus",
        64_000,
        "s16",
        (("page_duration", "200000"),),  # microseconds; a page goes out when it is full
        texts=True,
    ),
    "aac": _Kind("audio/aac", _AAC_RATES, "adts", "aac", 128_000, "fltp"),
    "flac": _Kind("audio/flac", (), "flac", "flac", 0, "s16", texts=True),
}
FORMATS = tuple(_KINDS)
_LOWEST_AAC_FOR_128K = 22050
_STEP = 1 << 15


def media_type(name: str) -> str:
    """The media type of a format."""
    return _KINDS[name].media_type


class StreamEncoder:
    """One recording on its way to one listener. Not for several threads at once.

    Args:
        name: one of :data:`FORMATS`.
        sample_rate: of what will be fed, Hz. Where the format does not know it, the sound is
            resampled (soxr HQ, as a stream) to the next one that it knows.
        texts: put before the sound in formats that can carry texts.

    Raises:
        AudioError: ``cannot_encode``: no encoder for it here, or no such sample rate.
    """

    def __init__(self, name: str, sample_rate: int, texts: dict[str, str] | None = None) -> None:
        kind = _KINDS[name]
        self.media_type = kind.media_type
        self.sample_rate = _rate(kind, sample_rate)
        """Of what comes out, Hz."""
        self._resampler = _resampler(sample_rate, self.sample_rate)
        self._file: _Container | None = None
        self._head = b""
        if kind.container:
            try:
                self._file = _Container(kind, self.sample_rate, (texts or {}) if kind.texts else {})
            except Exception as problem:  # PyAV raises errors of FFmpeg and of its own
                raise AudioError("cannot_encode", format=name, sample_rate=sample_rate) from problem
        elif name == "wav":
            self._head = wav_stream_header(self.sample_rate)

    def feed(self, pcm: bytes) -> bytes:
        """What can go out after this sound.

        Args:
            pcm: 16-bit mono, little-endian; whole samples.
        """
        if self._resampler is not None:
            samples = np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32768)
            pcm = pcm16(self._resampler.resample_chunk(samples))
        return self._out(pcm)

    def end(self) -> bytes:
        """What is left, and how the format ends."""
        rest = b""
        if self._resampler is not None:
            last = self._resampler.resample_chunk(np.zeros(0, np.float32), last=True)
            rest = self._out(pcm16(last))
        if self._file is not None:
            return rest + self._file.end()
        return rest or self._out(b"")

    def close(self) -> None:
        """Let go of the encoder, also in the middle."""
        if self._file is not None:
            self._file.close()

    def _out(self, pcm: bytes) -> bytes:
        if self._file is not None:
            return self._file.feed(pcm)
        head, self._head = self._head, b""
        return head + pcm


class _Container:
    """An encoder and a muxer of FFmpeg over a file that only grows."""

    def __init__(self, kind: _Kind, rate: int, texts: dict[str, str]) -> None:
        import av

        self._sink = _Sink()
        options = {**dict(kind.options), "fflags": "+bitexact", "flush_packets": "1"}
        self._output = av.open(self._sink, "w", format=kind.container, options=options)
        self._stream: Any = self._output.add_stream(kind.codec, rate=rate)
        context: Any = self._stream.codec_context
        context.format, context.layout = kind.form, "mono"
        if kind.bits:
            context.bit_rate = kind.bits if kind.codec != "aac" else _aac_bits(kind, rate)
        for place in (self._output, self._stream):  # Ogg keeps texts with the stream
            place.metadata.update(texts)
        self._rate, self._form, self._position = rate, kind.form, 0
        self._closed = False

    def feed(self, pcm: bytes) -> bytes:
        import av

        for start in range(0, len(pcm), 2 * _STEP):
            part = np.frombuffer(pcm[start : start + 2 * _STEP], "<i2")
            if self._form == "fltp":
                array: Any = (part.astype(np.float32) / np.float32(32768))[None]
            else:
                array = part[None]
            frame = av.AudioFrame.from_ndarray(array, format=self._form, layout="mono")
            frame.sample_rate, frame.pts = self._rate, self._position
            self._position += part.size
            self._mux(self._stream.encode(frame))
        return self._sink.taken()

    def end(self) -> bytes:
        self._mux(self._stream.encode(None))
        self.close()
        return self._sink.taken()

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._output.close()

    def _mux(self, packets: Any) -> None:
        for packet in packets:
            self._output.mux(packet)


class _Sink(io.RawIOBase):
    """A file that can only be written on: FFmpeg then goes back to nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._bytes = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._bytes += data
        return len(data)

    def taken(self) -> bytes:
        """What was written since last asked."""
        taken = bytes(self._bytes)
        self._bytes.clear()
        return taken


def _rate(kind: _Kind, rate: int) -> int:
    if not kind.rates or rate in kind.rates:
        return rate
    return next((known for known in kind.rates if known >= rate), kind.rates[-1])


def _aac_bits(kind: _Kind, rate: int) -> int:
    """A frame of AAC holds 6144 bits a channel: low rates cannot spend as much."""
    return kind.bits if rate >= _LOWEST_AAC_FOR_128K else 4 * rate


def _resampler(rate: int, target: int) -> "soxr.ResampleStream | None":
    if rate == target:
        return None
    import soxr

    return soxr.ResampleStream(rate, target, 1, dtype="float32", quality="HQ")
