"""The first-position effect: how often what was heard first is chosen, whatever it is."""

import numpy as np

from studio.statistics.clustered import LEVEL, Estimate, share
from studio.statistics.votes import Votes


def first_position(votes: Votes, level: float = LEVEL) -> Estimate | None:
    """Share of the left (first heard) among the votes that are no ties, raters and texts allowed.

    One half where position does not matter and sides were balanced, as the studio balances them.
    Order effects are long known in paired comparisons (Davidson and Beaver 1977, Biometrics
    33:693-702); `adjusted` takes the effect out of the ratings. None without a decisive vote.
    """
    decisive = votes.outcome != 0
    if not decisive.any():
        return None
    return share(
        (votes.outcome[decisive] == 1).astype(np.float64),
        votes.rater[decisive].astype(np.int64),
        votes.item[decisive].astype(np.int64),
        level,
    )
