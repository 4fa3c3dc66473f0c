"""Which take of a pair is heard as A: random, and balanced within the pair and within the rater."""

import secrets
from collections.abc import Callable


def first_is_a(
    pair_lead: int, rater_lead: int, below: Callable[[int], int] = secrets.randbelow
) -> bool:
    """Toss Efron's biased coin (Efron 1971, Biometrika 58:403-417): 2/3 for the side owed.

    The two leads have a say each; where they disagree, or both are nought, the coin is fair. A coin
    that is never certain keeps the side unpredictable, and a lead does not grow with the number of
    trials as that of a fair coin does. The source is the operating system's random numbers.

    Args:
        pair_lead: trials of this pair with the first as A, less those with the first as B.
        rater_lead: the same over this rater's trials, first less second condition of the pair.
        below: ``below(n)`` draws a whole number in [0, n).
    """
    lead = _sign(pair_lead) + _sign(rater_lead)
    if lead == 0:
        return below(2) == 0
    owed = below(3) != 0
    return owed if lead < 0 else not owed


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
