"""A file that somebody wants to know the origin of: its texts and its sound. Runs on a bench."""

from typing import Any

from studio.audio.decode import DecodeLimits, decode
from studio.audio.errors import AudioError
from studio.audio.resample import resample
from studio.audio.tags import read

LIMITS = DecodeLimits(max_seconds=900.0, max_values=90_000_000)
"""Longer than a reference clip may be: a take of the longest text has six minutes."""
_RATE = 32_000
"""What the watermark's model works at; more would only travel between processes."""


def alive() -> bool:
    """Answer; a bench that cannot even do this is itself at fault, not the file."""
    return True


def opened(data: bytes, max_bytes: int) -> dict[str, Any]:
    """Read what a file says and, where it can be decoded, its sound.

    Returns:
        ``comment`` and ``fields`` (texts); ``container``, ``seconds``, ``samples`` (float32 mono)
        and ``rate`` (Hz), or None in their place and then ``problem`` (code, params of an
        `AudioError`).
    """
    tags = read(data)
    found: dict[str, Any] = {"comment": tags.comment, "fields": dict(tags.fields), "problem": None}
    limits = DecodeLimits(
        max_bytes=max_bytes, max_seconds=LIMITS.max_seconds, max_values=LIMITS.max_values
    )
    try:
        clip = decode(data, limits)
    except AudioError as problem:
        found["problem"] = {"code": problem.code, "params": dict(problem.params)}
        return {**found, "container": None, "seconds": None, "samples": None, "rate": None}
    rate = min(clip.sample_rate, _RATE)
    return {
        **found,
        "container": clip.container,
        "seconds": clip.seconds,
        "samples": resample(clip.samples, clip.sample_rate, rate),
        "rate": rate,
    }
