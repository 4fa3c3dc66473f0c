"""Turn an uploaded file into a clip: every bound is checked before and while decoding.

FFmpeg opens the bytes with one demuxer and a few decoders, chosen by us from the first bytes. It
never guesses, so that playlists, scripts and other formats that name further files or addresses
cannot make it open them.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from studio.audio.containers import Facts, inspect
from studio.audio.errors import AudioError
from studio.audio.resample import Samples, mix

_PCM = tuple(f"pcm_{kind}" for kind in ("u8", "s16le", "s24le", "s32le", "f32le", "f64le"))
_CODECS = {
    "wav": (*_PCM, "pcm_alaw", "pcm_mulaw"),
    "flac": ("flac",),
    "mp3": ("mp3float", "mp3"),
    "aac": ("aac",),
    "ogg": ("opus", "libopus", "vorbis", "flac"),
    "mp4": ("aac", "alac", "opus", "libopus", "mp3float", "mp3", "flac"),
    "webm": ("opus", "libopus", "vorbis", "aac", "mp3float", "mp3", "flac"),
}
_FORMATS = "wav,flac,mp3,aac,ogg,mov,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,matroska,webm"
_FLOAT_CODECS = ("pcm_f32le", "pcm_f64le")
_MAX_PEAK = 8.0
"""+18 dBFS. Float files may pass full scale a little; far beyond it they are not audio, or
integers written into a float file by mistake."""


@dataclass(frozen=True)
class DecodeLimits:
    """What an upload may be at most.

    Attributes:
        max_bytes: size of the file.
        max_seconds: length; no engine uses more than five minutes of reference.
        max_channels: 8 is 7.1 surround; more is not a recording of a voice.
        min_rate: Hz; telephone.
        max_rate: Hz; the highest of common sound cards.
        max_values: decoded values (samples of all channels), which bounds memory: 160 MB.
    """

    max_bytes: int = 25 * 1024 * 1024
    max_seconds: float = 300.0
    max_channels: int = 8
    min_rate: int = 8000
    max_rate: int = 192_000
    max_values: int = 40_000_000


@dataclass(frozen=True)
class Clip:
    """A decoded recording.

    Attributes:
        samples: float32 mono in [-1, 1], shape (n,).
        sample_rate: of `samples`, Hz.
        channels_in: channels of the file, before they were folded into one.
        container: "wav", "flac", "mp3", "aac", "ogg", "mp4" or "webm".
        codec: FFmpeg's name of the codec, for example "opus".
        native_rate: Hz; below `sample_rate` where the encoder says that it got another (Opus).
        overs: share of samples beyond full scale that a lossy codec had to make up, in [0, 1]:
            its source was clipped, or nearly.
    """

    samples: Samples
    sample_rate: int
    channels_in: int
    container: str
    codec: str
    native_rate: int
    overs: float = 0.0

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.sample_rate


@dataclass
class _Decoded:
    codec: str
    rate: int = 0
    blocks: list[Samples] = field(default_factory=list)


def decode(data: bytes, limits: DecodeLimits | None = None) -> Clip:
    """Decode a WAV, FLAC, MP3, AAC, Ogg, MP4 or WebM file to mono.

    The name of the file plays no part. Channels are averaged (see `mix`); the sample rate stays.

    Args:
        data: the whole file.
        limits: bounds; the defaults of `DecodeLimits` where None.

    Raises:
        AudioError: one of the codes of an upload in `studio.audio.errors.CODES`.
    """
    limits = limits or DecodeLimits()
    if not data:
        raise AudioError("empty")
    if len(data) > limits.max_bytes:
        raise AudioError(
            "too_large", megabytes=_mb(len(data)), limit_megabytes=_mb(limits.max_bytes)
        )
    facts = inspect(data)
    _check(facts.rate, facts.channels, facts.seconds, limits)
    decoded = _read(data, facts, limits)
    channels = _joined(decoded, facts)
    return _clip(channels, decoded, facts)


def _mb(size: int) -> float:
    return round(size / 1024 / 1024, 1)


def _check(
    rate: int | None, channels: int | None, seconds: float | None, limits: DecodeLimits
) -> None:
    if rate is not None and not limits.min_rate <= rate <= limits.max_rate:
        raise AudioError(
            "bad_sample_rate", sample_rate=rate, low=limits.min_rate, high=limits.max_rate
        )
    if channels is not None and channels > limits.max_channels:
        raise AudioError("too_many_channels", channels=channels, limit=limits.max_channels)
    allowed = _allowed_seconds(rate, channels, limits)
    if seconds is not None and seconds > allowed:
        raise AudioError("too_long", limit_seconds=allowed)


def _allowed_seconds(rate: int | None, channels: int | None, limits: DecodeLimits) -> float:
    if not rate or not channels:
        return limits.max_seconds
    return min(limits.max_seconds, limits.max_values // (rate * channels))


def _read(data: bytes, facts: Facts, limits: DecodeLimits) -> _Decoded:
    """Decode the only audio stream that matters; turn every failure of FFmpeg into a code."""
    import av

    source = io.BytesIO(
        data if not facts.start and not facts.end else data[facts.start : facts.end]
    )
    options = {
        "codec_whitelist": ",".join(_CODECS[facts.container]),
        "format_whitelist": _FORMATS,
        "protocol_whitelist": "none",
    }
    try:
        with av.open(
            source,
            mode="r",
            format=facts.demuxer,
            options=options,
            io_open=_refuse_to_open,
            metadata_errors="replace",
        ) as container:
            return _read_stream(container, facts, limits)
    except AudioError:
        raise
    except (av.error.FFmpegError, ValueError, LookupError, OSError, ArithmeticError) as error:
        # Nothing of its message is kept: it may quote the file, and says nothing to its owner.
        raise AudioError("unreadable") from error


def _refuse_to_open(*_: object) -> NoReturn:
    """Stand where FFmpeg would open a further file or address that the upload names."""
    raise PermissionError


def _read_stream(container: Any, facts: Facts, limits: DecodeLimits) -> _Decoded:
    stream = container.streams.best("audio")
    if stream is None:
        raise AudioError("no_audio")
    if stream.codec_context is None or stream.codec_context.name not in _CODECS[facts.container]:
        raise AudioError("unsupported_codec")
    seconds = facts.seconds
    if seconds is None and facts.frames is None and container.duration:
        seconds = container.duration / 1_000_000  # FFmpeg counts microseconds
    _check(stream.codec_context.sample_rate or None, None, seconds, limits)
    decoded = _Decoded(stream.codec_context.codec.canonical_name)
    count = 0
    for frame in _frames(container, stream):
        block = _planes(frame)
        if not decoded.blocks:
            decoded.rate = frame.sample_rate
            _check(decoded.rate, block.shape[0], None, limits)
            most = _allowed_seconds(decoded.rate, block.shape[0], limits) * decoded.rate
        elif frame.sample_rate != decoded.rate or len(block) != len(decoded.blocks[0]):
            raise AudioError("unreadable")  # two recordings in one file
        count += block.shape[1]
        if count > most:
            raise AudioError("too_long", limit_seconds=most / decoded.rate)
        if not np.isfinite(block).all():
            raise AudioError("not_finite")
        decoded.blocks.append(block)
    return decoded


def _frames(container: Any, stream: Any) -> Iterator[Any]:
    for packet in container.demux(stream):
        yield from packet.decode()


def _planes(frame: Any) -> Samples:
    """Return a frame as float32, shape (channels, n)."""
    values: npt.NDArray[Any] = frame.to_ndarray()
    channels = frame.layout.nb_channels
    if not frame.format.is_planar:
        values = values.reshape(-1, channels).T
    if values.dtype == np.uint8:
        return (values.astype(np.float32) - np.float32(128)) / np.float32(128)
    if values.dtype.kind == "i":
        return values.astype(np.float32) * np.float32(-1 / np.iinfo(values.dtype).min)
    with np.errstate(over="ignore"):  # beyond float32 becomes infinite, and is refused
        return values.astype(np.float32)


def _joined(decoded: _Decoded, facts: Facts) -> Samples:
    channels = (
        np.concatenate(decoded.blocks, axis=1) if decoded.blocks else np.zeros((1, 0), np.float32)
    )
    if facts.frames is not None and channels.shape[1] < facts.frames:
        raise AudioError("truncated")
    if channels.shape[1] == 0:
        raise AudioError("no_audio")
    return channels


def _clip(channels: Samples, decoded: _Decoded, facts: Facts) -> Clip:
    peak = float(np.max(np.abs(channels)))
    if peak > _MAX_PEAK:
        raise AudioError("out_of_range", limit=_MAX_PEAK)
    overs = 0.0
    if peak > 1.0:
        if decoded.codec not in _FLOAT_CODECS:
            overs = float(np.mean(np.abs(channels) > 1.0))
        channels = channels / np.float32(peak)  # one linear gain: nothing is cut off
    native = facts.native_rate
    if native is None or not 0 < native <= decoded.rate:
        native = decoded.rate
    return Clip(
        mix(channels),
        decoded.rate,
        channels.shape[0],
        facts.container,
        decoded.codec,
        native,
        overs,
    )
