"""Intervals for a share of votes."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Share:
    """A share in [0, 1] with its 95 % interval."""

    value: float
    low: float
    high: float


def wilson(successes: float, trials: float, z: float = 1.959963984540054) -> Share:
    """Wilson's score interval for a binomial share (Wilson 1927, JASA 22:209-212).

    successes: in [0, trials]; may be fractional, for ties that count as half a win. A half-win
    varies less than a coin toss, so the interval is then too wide rather than too narrow.
    trials: 0 gives the share 0.5 with the interval [0, 1].

    Raises ValueError when successes lies outside [0, trials].
    """
    if not 0 <= successes <= trials:
        raise ValueError("successes must lie between 0 and trials")
    if trials == 0:
        return Share(0.5, 0.0, 1.0)
    share = successes / trials
    spread = z * z / trials
    centre = (share + spread / 2) / (1 + spread)
    half = math.sqrt(share * (1 - share) * spread + spread * spread / 4) / (1 + spread)
    return Share(share, max(0.0, centre - half), min(1.0, centre + half))
