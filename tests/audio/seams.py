"""What can be measured of the places where recordings were joined."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from studio.audio.loudness import integrated_loudness

_AROUND_SECONDS = 0.01
_DC_SECONDS = 0.03


@dataclass(frozen=True)
class Seam:
    """A place between two parts.

    Attributes:
        step: the largest jump from one sample to the next in the pause and 10 ms around it, as a
            share of the largest one inside the parts.
        dc: how far the mean of the pause's last 30 ms is from that of its first, full scale 1.
        loudness: the later part's less the earlier one's, LU.
        pause: seconds.
    """

    step: float
    dc: float
    loudness: float
    pause: float


def seams(samples, rate, spans):
    """The seams between the parts of a recording, in order.

    Args:
        samples: float32 mono, shape (n,).
        rate: Hz.
        spans: (start, end) of each part in seconds.
    """
    places = [(round(start * rate), round(end * rate)) for start, end in spans]
    around, dc = round(_AROUND_SECONDS * rate), round(_DC_SECONDS * rate)
    jumps = np.abs(np.diff(samples.astype(np.float64)))
    inside = max(jumps[start + around : end - around].max() for start, end in places)
    levels = [integrated_loudness(samples[start:end], rate) for start, end in places]
    found = []
    for number, ((_, end), (start, _)) in enumerate(pairwise(places)):
        found.append(
            Seam(
                step=float(jumps[end - around : start + around].max() / inside),
                dc=float(abs(samples[start - dc : start].mean() - samples[end : end + dc].mean())),
                loudness=levels[number + 1] - levels[number],
                pause=(start - end) / rate,
            )
        )
    return found
