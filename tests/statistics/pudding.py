"""Real votes: the chocolate pudding preferences of Davidson (1970), JASA 65:317-328.

People tasted two of six brands of pudding and said which they preferred, or had no preference. The
table is as published; worths and tie parameter are those of his seven rounds of iteration.
"""

import numpy as np

# Brand i, brand j, tastings, preferred i, preferred j, no preference.
TABLE = (
    (1, 2, 57, 19, 22, 16),
    (1, 3, 47, 16, 19, 12),
    (2, 3, 48, 19, 19, 10),
    (1, 4, 54, 18, 23, 13),
    (2, 4, 51, 23, 19, 9),
    (3, 4, 54, 19, 20, 15),
    (1, 5, 50, 13, 19, 18),
    (2, 5, 48, 16, 20, 12),
    (3, 5, 48, 16, 15, 17),
    (4, 5, 47, 17, 14, 16),
    (1, 6, 51, 18, 21, 12),
    (2, 6, 54, 22, 20, 12),
    (3, 6, 41, 13, 18, 10),
    (4, 6, 51, 14, 19, 18),
    (5, 6, 44, 11, 21, 12),
)
WORTHS = (0.1388, 0.1730, 0.1617, 0.1654, 0.1587, 0.2024)
NU = 0.7468


def counts() -> tuple[np.ndarray, np.ndarray]:
    """Wins and ties, (6, 6) each."""
    wins, ties = np.zeros((6, 6)), np.zeros((6, 6))
    for i, j, tastings, first, second, neither in TABLE:
        assert first + second + neither == tastings
        wins[i - 1, j - 1], wins[j - 1, i - 1] = first, second
        ties[i - 1, j - 1] = ties[j - 1, i - 1] = neither
    return wins, ties


def rows() -> tuple[list[int], list[int], list[int]]:
    """The same votes one by one: left, right, outcome (1, -1, 0)."""
    left, right, outcome = [], [], []
    for i, j, _, first, second, neither in TABLE:
        for answer, times in ((1, first), (-1, second), (0, neither)):
            left += [i - 1] * times
            right += [j - 1] * times
            outcome += [answer] * times
    return left, right, outcome
