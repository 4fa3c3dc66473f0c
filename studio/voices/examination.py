"""What is done to a stranger's file and to kept clips. Runs in the workbench process only."""

import hashlib
import math
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.audio.checkup import check
from studio.audio.decode import DecodeLimits, decode
from studio.audio.draw import peaks
from studio.audio.encode import flac, read_flac, wav

TOO_LITTLE = "too_little_speech"
_PEAKS = 400
"""Slices of the waveform on the page: as many as a wide card has pairs of pixels."""


def alive() -> bool:
    """Answer; a bench that cannot even do this is itself at fault, not the file."""
    return True


def examine(
    data: bytes, max_bytes: int, max_seconds: float, keep: bool, short: bool = False
) -> dict[str, Any]:
    """Decode an upload and check it up.

    Args:
        data: the file as it came.
        max_bytes: size at most.
        max_seconds: length at most.
        keep: also make what is kept of a clip that was not refused.
        short: and of one that was refused for nothing but too little speech.

    Returns:
        ``checkup`` (the fields of `CheckupView`, each reason ``{"code", "params"}``) and, where
        asked, ``flac`` (mono, 24 bit) and ``sha256`` of its samples.

    Raises:
        AudioError: the file cannot become a clip.
    """
    clip = decode(data, DecodeLimits(max_bytes=max_bytes, max_seconds=max_seconds))
    found = check(clip)
    waveform = peaks(clip.samples, _PEAKS)
    facts = asdict(found)
    facts.pop("silence_seconds")
    checkup = {name: _finite(value) for name, value in facts.items()}
    checkup["reasons"] = [{"code": code, "params": params} for code, params in found.reasons]
    checkup |= {
        "container": clip.container,
        "codec": clip.codec,
        "sample_rate": clip.native_rate,
        "channels": clip.channels_in,
        "peaks": list(zip(waveform[::2], waveform[1::2], strict=True)),
    }
    result: dict[str, Any] = {"checkup": checkup}
    codes = [code for code, _ in found.reasons]
    if keep and (found.verdict != "refused" or (short and codes[:1] == [TOO_LITTLE])):
        kept = flac(clip.samples, clip.sample_rate)
        result |= {"flac": kept, "sha256": _sha256(*read_flac(kept))}
    return result


def samples(kept: bytes) -> tuple[NDArray[np.float32], int]:
    """Samples (float32 mono, shape (n,)) and rate (Hz) of a kept clip."""
    return read_flac(kept)


def facts(kept: bytes) -> tuple[str, float]:
    """SHA-256 of a kept clip's samples, and its seconds."""
    signal, rate = read_flac(kept)
    return _sha256(signal, rate), len(signal) / rate


def as_wav(kept: bytes) -> bytes:
    """A kept clip as WAV, mono, 16 bit."""
    return wav(*read_flac(kept))


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _sha256(signal: NDArray[np.float32], rate: int) -> str:
    digest = hashlib.sha256(f"{rate} Hz ".encode())
    digest.update(np.ascontiguousarray(signal, dtype="<f4").tobytes())
    return digest.hexdigest()
