"""Texts in finished files: a comment that players show, and fields that programs read.

Written into the files of `studio.audio.encode`; read from those, and from what other programs made
of them. A stranger's file is read within bounds and never believed to be well formed.
"""

from typing import Literal

from studio.audio.containers import mpeg
from studio.audio.tags import id3, remuxed, riff, vorbis
from studio.audio.tags.tags import Tags

__all__ = ["Tags", "read", "tagged"]


def tagged(data: bytes, file_format: Literal["wav", "flac", "mp3"], tags: Tags) -> bytes:
    """A file of `studio.audio.encode` with tags; the samples stay as they are.

    Args:
        data: the file.
        file_format: what it is.
        tags: what it is to say, each text below 64 KiB.
    """
    if file_format == "wav":
        return riff.tagged(data, tags)
    return vorbis.tagged_flac(data, tags) if file_format == "flac" else id3.tag(tags) + data


def read(data: bytes) -> Tags:
    """What a file says; empty where it says nothing or is no audio file that we know."""
    if data[:4] == b"RIFF":
        return riff.read(data)
    found = id3.read(data)
    at = mpeg.after_id3(data)
    if data[at : at + 4] == b"fLaC":
        return vorbis.read_flac(data[at:]) | found
    return found if found.comment or found.fields else remuxed.read(data)
