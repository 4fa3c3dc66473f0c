"""Bootstrap draws of the vote counts, raters and texts resampled together.

The pigeonhole bootstrap (Owen 2007, Annals of Applied Statistics 1:386-411) for votes crossed by
two factors: each draw resamples the raters with replacement and, independently, the texts, and a
vote of rater r on text t counts u_r * v_t times. Where there is one rater only (or one text) that
factor cannot be resampled and the draw is by the other alone; where there is one of each, by votes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from studio.statistics.davidson import Statistics
from studio.statistics.votes import Ints, Ordered

Factor = Literal["rater", "text", "vote"]
Estimate = TypeVar("Estimate")

# Draws and cells taken at once, so that a block of weights (2 MB) stays in a core's cache.
_DRAWS = 64
_CELLS = 8192
# A sum of whole numbers in float32 is exact, in any order, up to here.
_EXACT = float(2**24)


@dataclass(frozen=True, eq=False)
class Tally:
    """Votes reduced to what the draws need: counts of each pair in each rater's text.

    first, second: the conditions of each pair that has votes, first < second, shape (p,).
    row: 3 * pair + (0 first won, 1 second won, 2 tie) of each vote, shape (n,).
    cell: which (rater, text) each vote belongs to, ascending, shape (n,).
    rater, text: those of each cell, shape (c,).
    """

    first: Ints
    second: Ints
    row: Ints
    cell: Ints
    rater: Ints
    text: Ints
    raters: int
    texts: int

    @property
    def clustered_by(self) -> tuple[Factor, ...]:
        """The factors a draw resamples."""
        factors: list[Factor] = []
        if self.raters > 1:
            factors.append("rater")
        if self.texts > 1:
            factors.append("text")
        return tuple(factors) or ("vote",)

    def counts(self) -> NDArray[np.float64]:
        """Votes of each pair as (p, 3): first won, second won, tie."""
        return self.by_pair(np.bincount(self.row, minlength=3 * len(self.first)).astype(np.float64))

    def by_pair(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Counts by row, shape (..., 3 p), as (..., p, 3)."""
        return rows.reshape(*rows.shape[:-1], len(self.first), 3)


def tally(votes: Ordered) -> Tally:
    """Group votes by pair and by (rater, text); rows in canonical order give cells in order."""
    k = len(votes.conditions)
    first, second = np.minimum(votes.left, votes.right), np.maximum(votes.left, votes.right)
    code = first * k + second
    used = np.flatnonzero(np.bincount(code, minlength=k * k))
    position = np.zeros(k * k, dtype=np.int64)
    position[used] = np.arange(len(used))
    won = np.where(votes.left == first, votes.outcome, -votes.outcome)
    kind = np.where(won == 1, 0, np.where(won == -1, 1, 2))
    place = votes.rater * max(votes.items, 1) + votes.item
    new = np.empty(len(place), dtype=np.bool_)
    new[:1] = True
    np.not_equal(place[1:], place[:-1], out=new[1:])
    return Tally(
        first=used // k if k else used,
        second=used % k if k else used,
        row=position[code] * 3 + kind,
        cell=np.cumsum(new) - 1,
        rater=votes.rater[new],
        text=votes.item[new],
        raters=votes.raters,
        texts=votes.items,
    )


def statistics_of(data: Tally, counts: NDArray[np.float64], conditions: int) -> Statistics:
    """What the likelihood needs of counts by pair, shape (d, p, 3)."""
    from scipy.sparse import csr_array

    pairs = len(data.first)
    incidence = csr_array(
        (
            np.tile([0.5, -0.5], pairs),
            np.stack([data.first, data.second], axis=1).ravel(),
            np.arange(0, 2 * pairs + 1, 2),
        ),
        shape=(pairs, conditions),
    )
    return Statistics(
        score=(counts[:, :, 0] - counts[:, :, 1]) @ incidence,
        ties=counts[:, :, 2].sum(axis=1),
        totals=counts.sum(axis=2),
        first=data.first,
        second=data.second,
    )


def resample(
    data: Tally,
    number: int,
    seed: int,
    estimate: Callable[[NDArray[np.float64]], Estimate],
    threads: int = 2,
) -> list[Estimate]:
    """Apply `estimate` to the counts of `number` bootstrap draws, block by block, in order.

    estimate: called from several threads with counts of at most 64 draws, shape (d, p, 3) as in
        `Tally.counts`; float64 whole numbers.

    The same tally, number and seed give the same counts bit for bit, however many threads.
    """
    from concurrent.futures import ThreadPoolExecutor

    rng = np.random.Generator(np.random.PCG64(seed))
    by_vote = data.clustered_by == ("vote",)
    block = (_vote_blocks if by_vote else _clustered_blocks)(data, number, rng)
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda begin: estimate(block(begin)), range(0, number, _DRAWS)))


def _vote_blocks(
    data: Tally, number: int, rng: np.random.Generator
) -> Callable[[int], NDArray[np.float64]]:
    counts = data.counts().ravel()
    total = int(counts.sum())
    rows = np.zeros((number, 0))
    if total:
        rows = rng.multinomial(total, counts / total, size=number).astype(np.float64)
    return lambda begin: data.by_pair(rows[begin : begin + _DRAWS])


def _clustered_blocks(
    data: Tally, number: int, rng: np.random.Generator
) -> Callable[[int], NDArray[np.float64]]:
    resampled = [
        (_multiplicities(size, number, rng), index)
        for size, index in ((data.raters, data.rater), (data.texts, data.text))
        if size > 1
    ]
    blocks = _blocks(data)

    def block(begin: int) -> NDArray[np.float64]:
        weights = [
            (np.ascontiguousarray(times[:, begin : begin + _DRAWS], dtype=np.float32), index)
            for times, index in resampled
        ]
        rows = _weighted(data, blocks, weights, np.float32)
        if rows.max(initial=0.0) >= _EXACT:
            rows = _weighted(data, blocks, weights, np.float64)
        return data.by_pair(np.ascontiguousarray(rows.T, dtype=np.float64))

    return block


def _multiplicities(size: int, number: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """How often each of `size` clusters is drawn, `size` times with replacement: (size, number).

    One byte each, for a million raters make a thousand million of them: 255 clusters or fewer
    cannot be drawn more often than that, and of more none is, short of a chance of 1e-500.
    """
    found = np.empty((size, number), dtype=np.uint8)
    for begin in range(0, number, _DRAWS):
        width = min(_DRAWS, number - begin)
        picked = rng.integers(0, size, size=(width, size))
        picked += np.arange(width)[:, None] * size
        times = np.bincount(picked.ravel(), minlength=width * size)
        found[:, begin : begin + width] = times.reshape(width, size).T
    return found


def _blocks(data: Tally) -> list[tuple[slice, Any]]:
    """Counts as sparse matrices (3 p, cells of the block), with the cells each one covers."""
    from scipy.sparse import coo_array

    found: list[tuple[slice, Any]] = []
    for begin in range(0, len(data.rater), _CELLS):
        end = min(begin + _CELLS, len(data.rater))
        a, b = np.searchsorted(data.cell, [begin, end])
        ones = np.ones(b - a, dtype=np.float32)
        matrix = coo_array(
            (ones, (data.row[a:b], data.cell[a:b] - begin)),
            shape=(3 * len(data.first), end - begin),
        )
        found.append((slice(begin, end), matrix.tocsc()))
    return found


def _weighted(
    data: Tally,
    blocks: list[tuple[slice, Any]],
    weights: list[tuple[NDArray[np.float32], Ints]],
    dtype: type[np.floating],
) -> NDArray[np.floating]:
    """Counts by row under each draw's weights, (3 p, draws)."""
    rows = np.zeros((3 * len(data.first), weights[0][0].shape[1]), dtype=dtype)
    for cells, matrix in blocks:
        taken = [of[index[cells]] for of, index in weights]
        product = taken[0]
        for more in taken[1:]:
            product *= more
        rows += matrix @ product.astype(dtype, copy=False)
    return rows
