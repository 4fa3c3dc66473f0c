"""MP3 and AAC in ADTS: both are a row of frames, walked here from the first to the last."""
# ruff: noqa: PLR2004 (the numbers are the format's own)

from collections.abc import Callable
from dataclasses import dataclass

from studio.audio.containers.facts import Facts
from studio.audio.errors import AudioError

_MP3_BITRATES = {  # kbit/s of layer III: MPEG-1, and MPEG-2 with 2.5
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_MP3_RATES = {0b11: (44100, 48000, 32000), 0b10: (22050, 24000, 16000), 0b00: (11025, 12000, 8000)}
_ADTS_RATES = (
    *(96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050),
    *(16000, 12000, 11025, 8000, 7350),
)
_ADTS_SAMPLES = 1024
_INFO_WITHIN = 64  # an Xing or Info tag begins within so many bytes of the first frame
_HAS_FRAMES = 1


@dataclass(frozen=True)
class _Frame:
    size: int
    rate: int
    channels: int
    samples: int


_Reader = Callable[[bytes, int], _Frame | None]


def after_id3(data: bytes) -> int:
    """Return the byte after the ID3v2 tags at the start (0 where there are none)."""
    at = 0
    while data[at : at + 3] == b"ID3" and len(data) >= at + 10:
        size = 0
        for byte in data[at + 6 : at + 10]:
            size = size << 7 | byte & 0x7F
        footer = 10 if data[at + 5] & 0x10 else 0
        at += 10 + size + footer
    return at


def matches_mp3(data: bytes, at: int) -> bool:
    """Say whether an MP3 frame begins at a byte."""
    return _mp3_frame(data, at) is not None


def matches_adts(data: bytes, at: int) -> bool:
    """Say whether an ADTS frame begins at a byte."""
    return _adts_frame(data, at) is not None


def inspect_mp3(data: bytes, at: int) -> Facts:
    """Walk the frames of an MP3.

    Raises:
        AudioError: truncated where the last frame is cut, or where the encoder's own tag promises
            more frames than there are; unreadable where a lone frame is followed by other things.
    """
    first = _mp3_frame(data, at)
    count, end = _walk(data, at, _mp3_frame)
    if first is None:
        raise AudioError("unreadable")
    promised = _promised_frames(data[at : at + first.size])
    if promised is not None and count - 1 < promised:
        raise AudioError("truncated")
    return _facts("mp3", "mp3", first, count, (at, end))


def inspect_adts(data: bytes, at: int) -> Facts:
    """Walk the frames of an AAC stream.

    Raises:
        AudioError: truncated or unreadable, as for MP3.
    """
    first = _adts_frame(data, at)
    count, end = _walk(data, at, _adts_frame)
    if first is None:
        raise AudioError("unreadable")
    return _facts("aac", "aac", first, count, (at, end))


def _facts(container: str, demuxer: str, first: _Frame, count: int, span: tuple[int, int]) -> Facts:
    return Facts(
        container,
        demuxer,
        first.rate,
        first.channels or None,
        count * first.samples / first.rate,
        start=span[0],
        end=span[1],
    )


def _walk(data: bytes, at: int, read: _Reader) -> tuple[int, int]:
    """Count frames from a byte on; return the count and the byte after the last whole one."""
    count = 0
    while at < len(data):
        frame = read(data, at)
        if frame is None:
            break
        if at + frame.size > len(data):
            raise AudioError("truncated")
        at += frame.size
        count += 1
    if count < 2 and at < len(data):
        raise AudioError("unreadable")  # eleven bits of sync and nothing after: chance
    return count, at


def _mp3_frame(data: bytes, at: int) -> _Frame | None:
    head = data[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 0b11, head[1] >> 1 & 0b11
    bitrate_index, rate_index, padding = head[2] >> 4, head[2] >> 2 & 0b11, head[2] >> 1 & 1
    if version not in _MP3_RATES or layer != 0b01 or rate_index == 0b11:
        return None
    if bitrate_index in (0, 15):
        return None
    mpeg1 = version == 0b11
    bitrate = _MP3_BITRATES[1 if mpeg1 else 2][bitrate_index] * 1000
    rate = _MP3_RATES[version][rate_index]
    samples = 1152 if mpeg1 else 576
    channels = 1 if head[3] >> 6 == 0b11 else 2
    return _Frame(samples // 8 * bitrate // rate + padding, rate, channels, samples)


def _promised_frames(frame: bytes) -> int | None:
    """Read the frame count of the encoder's tag, which has a silent frame of its own."""
    for name in (b"Xing", b"Info"):
        at = frame.find(name, 0, _INFO_WITHIN)
        if at >= 0 and len(frame) >= at + 12 and frame[at + 7] & _HAS_FRAMES:
            return int.from_bytes(frame[at + 8 : at + 12], "big")
    return None


def _adts_frame(data: bytes, at: int) -> _Frame | None:
    head = data[at : at + 7]
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
        return None
    index = head[2] >> 2 & 0xF
    size = (head[3] & 0b11) << 11 | head[4] << 3 | head[5] >> 5
    if index >= len(_ADTS_RATES) or size < 7:
        return None
    channels = (0, 1, 2, 3, 4, 5, 6, 8)[(head[2] & 1) << 2 | head[3] >> 6]
    return _Frame(size, _ADTS_RATES[index], channels, _ADTS_SAMPLES * ((head[6] & 0b11) + 1))
