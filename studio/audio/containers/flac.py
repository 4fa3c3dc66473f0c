"""FLAC: the STREAMINFO block (RFC 9639, section 8.2)."""

from studio.audio.containers.facts import Facts
from studio.audio.errors import AudioError

_STREAMINFO_BYTES = 34


def matches(data: bytes, at: int = 0) -> bool:
    """Say whether a FLAC stream begins at a byte."""
    return data[at : at + 4] == b"fLaC"


def inspect(data: bytes, at: int = 0) -> Facts:
    """Read rate, channels and length of the stream that begins at a byte.

    Raises:
        AudioError: unreadable or truncated.
    """
    header = data[at + 4 : at + 8 + _STREAMINFO_BYTES]
    if len(header) < 4 + _STREAMINFO_BYTES:
        raise AudioError("truncated")
    if header[0] & 0x7F != 0 or int.from_bytes(header[1:4], "big") != _STREAMINFO_BYTES:
        raise AudioError("unreadable")
    packed = int.from_bytes(header[14:22], "big")  # 20 bits rate, 3 channels, 5 depth, 36 length
    rate = packed >> 44
    channels = (packed >> 41 & 0b111) + 1
    frames = packed & (1 << 36) - 1
    return Facts(
        "flac",
        "flac",
        rate,
        channels,
        frames / rate if rate and frames else None,
        frames=frames or None,
        start=at,
    )
