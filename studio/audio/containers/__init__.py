"""Which container a file is, by its first bytes, and what it claims: never by its name."""

from studio.audio.containers import ebml, flac, isobmff, mpeg, ogg, riff
from studio.audio.containers.facts import Facts
from studio.audio.errors import AudioError

__all__ = ["Facts", "inspect"]


def inspect(data: bytes) -> Facts:
    """Recognise a container and read its headers, without decoding anything.

    Args:
        data: a whole file.

    Raises:
        AudioError: unknown_format, unsupported_codec, unreadable, truncated, no_audio.
    """
    for kind in (riff, ogg, isobmff, ebml):
        if kind.matches(data):
            return kind.inspect(data)
    at = mpeg.after_id3(data)  # FLAC, MP3 and AAC may follow ID3 tags
    if at and at >= len(data):
        raise AudioError("truncated")
    if flac.matches(data, at):
        return flac.inspect(data, at)
    if mpeg.matches_mp3(data, at):
        return mpeg.inspect_mp3(data, at)
    if mpeg.matches_adts(data, at):
        return mpeg.inspect_adts(data, at)
    raise AudioError("unknown_format")
