"""A recording as it is drawn: its waveform with speech, silence and clipping marked."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.audio.draw import peaks
from studio.audio.resample import Samples
from studio.quality.vad import Spans, gaps

_SLICES = 600
_SILENCE_SECONDS = 0.3
_TOGETHER_SECONDS = 0.05
"""Clipped crests so near to each other are one mark."""
_MOST_MARKS = 200


def picture(
    samples: Samples,
    rate: int,
    speech: Sequence[tuple[float, float]],
    clipped: npt.NDArray[np.bool_],
) -> dict[str, Any]:
    """What the page needs to draw a recording.

    Args:
        samples: float32 mono in [-1, 1], shape (n,).
        rate: Hz.
        speech: (start, end) in seconds.
        clipped: which samples are clipped, shape (n,).

    Returns:
        ``peaks``: lowest and highest value of 600 equal slices, [[low, high], ...] in [-127, 127];
        ``speech``, ``silence`` (0.3 s and more), ``clipping`` (200 at most): [[start, end], ...]
        in seconds; ``seconds``.
    """
    seconds = len(samples) / rate
    flat = peaks(samples, _SLICES)
    silent = [gap for gap in gaps(speech, seconds) if gap[1] - gap[0] >= _SILENCE_SECONDS]
    return {
        "peaks": [list(pair) for pair in zip(flat[::2], flat[1::2], strict=True)],
        "speech": _rounded(speech),
        "silence": _rounded(silent),
        "clipping": _rounded(clipped_spans(clipped, rate)[:_MOST_MARKS]),
        "seconds": seconds,
    }


def clipped_spans(clipped: npt.NDArray[np.bool_], rate: int) -> Spans:
    """Where a recording is clipped: (start, end) in seconds, crests 50 ms apart taken as one."""
    at = np.flatnonzero(clipped)
    if at.size == 0:
        return ()
    breaks = np.flatnonzero(np.diff(at) > _TOGETHER_SECONDS * rate)
    first = np.concatenate(([0], breaks + 1))
    last = np.concatenate((breaks, [len(at) - 1]))
    return tuple(
        (float(at[a] / rate), float((at[b] + 1) / rate)) for a, b in zip(first, last, strict=True)
    )


def _rounded(spans: Sequence[tuple[float, float]]) -> list[list[float]]:
    return [[round(start, 3), round(end, 3)] for start, end in spans]
