"""Which conditions can be compared at all: components of the comparison graph."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Components:
    """Components of the graph whose nodes are conditions and whose edges are votes.

    weak: component id of each condition when an edge joins any two conditions compared at
        least once; int64, shape (k,). Ids count from 0 in the order of each component's first
        condition.
    strong: the same for the directed graph with an edge i -> j when i beat or tied j.
    identified: for each weak component, whether it is strongly connected.

    A maximum-likelihood fit exists only in a strongly connected component (Ford 1957, American
    Mathematical Monthly 64:28-33): otherwise some set of conditions never lost to the rest and
    its strength runs to infinity. The prior of `davidson` makes the penalised likelihood strictly
    concave with a finite maximum, so within a weak component, where a chain of votes links any
    two conditions, every difference is finite and informed by votes; weak connectivity suffices.
    Across weak components no vote says anything, and differences there would be the prior's
    alone: those are never ranked. Where `identified` is False the order rests partly on the prior.
    """

    weak: NDArray[np.int64]
    strong: NDArray[np.int64]
    identified: tuple[bool, ...]


def components(wins: NDArray[np.float64], ties: NDArray[np.float64]) -> Components:
    """Components of the comparison graph.

    wins: wins[i, j] votes for i over j, shape (k, k). ties: symmetric, shape (k, k).
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    edges = csr_array((np.asarray(wins) > 0) | (np.asarray(ties) > 0))
    if edges.shape[0] == 0:
        empty = np.empty(0, dtype=np.int64)
        return Components(empty, empty, ())
    weak = _by_first_member(connected_components(edges, connection="weak")[1])
    strong = _by_first_member(connected_components(edges, connection="strong")[1])
    identified = tuple(
        bool(np.unique(strong[weak == component]).size == 1)
        for component in range(int(weak.max()) + 1)
    )
    return Components(weak, strong, identified)


def _by_first_member(labels: NDArray[np.int32]) -> NDArray[np.int64]:
    """Renumber labels by where each first appears."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse]
