"""What of a stimulus could tell its condition apart from the voice: measured on the file as sent.

The audit of blindness (`studio.statistics.audit`) reads these; a rater could, too.
"""

import numpy as np

from studio.audio.bandwidth import bandwidth
from studio.audio.loudness import integrated_loudness, true_peak
from studio.audio.silence import sound_bounds

_HEADER = 44
_FULL_SCALE = 32768
_SILENT_LUFS = -70.0


def nuisance(wav: bytes) -> dict[str, float]:
    """Measure a stimulus.

    Args:
        wav: as `studio.audio.stimulus` makes it: 44 bytes of header, then mono 16-bit samples.

    Returns:
        ``seconds`` of the whole file; ``lead_seconds`` and ``tail_seconds``, silence before the
        first and after the last sound, to 1 ms; ``loudness_lufs`` (BS.1770, -70 for silence);
        ``true_peak`` (linear); ``bandwidth_hz`` (0 for silence); ``rate_hz``; ``extra_bytes``, what
        the file holds beside its samples.

    Raises:
        ValueError: not such a file.
    """
    if len(wav) < _HEADER or wav[:4] != b"RIFF" or wav[36:40] != b"data":
        raise ValueError("not a stimulus")
    rate = int.from_bytes(wav[24:28], "little")
    said = int.from_bytes(wav[40:44], "little")
    whole = np.frombuffer(wav[_HEADER : _HEADER + said], dtype="<i2")
    samples = whole.astype(np.float32) / np.float32(_FULL_SCALE)
    start, end = sound_bounds(samples, rate)
    loudness = integrated_loudness(samples, rate)
    return {
        "seconds": len(samples) / rate,
        "lead_seconds": start / rate,
        "tail_seconds": (len(samples) - end) / rate,
        "loudness_lufs": _SILENT_LUFS if loudness is None else loudness,
        "true_peak": true_peak(samples, rate),
        "bandwidth_hz": bandwidth(samples, rate) or 0.0,
        "rate_hz": float(rate),
        "extra_bytes": float(len(wav) - 2 * len(samples)),
    }
