"""The leaderboard of a pairwise test: ratings, intervals, ranks and the record of each pair."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.statistics.bootstrap import Factor, Tally, resample, statistics_of, tally
from studio.statistics.davidson import Fit, Floats, Model, fit, maximise, points
from studio.statistics.graph import components
from studio.statistics.intervals import Spread, clustered_interval, naive_interval, spread
from studio.statistics.proportion import Share, wilson
from studio.statistics.votes import Votes, ordered

METHOD = "davidson-map-pigeonhole/2"
DRAWS = 1000
SEED = 1970

# Published ratings are rounded to a millionth of a point, far above what differs between two
# processors' floating point, so that the same votes give the same board on another machine too.
_DECIMALS = 6
_FEWEST_DRAWS = 2


@dataclass(frozen=True)
class Standing:
    """One condition on a board.

    rating: points on an Elo scale whose mean over the component is 1500; None without a vote.
    low, high: ends of the 95 % interval that allows for raters and texts, points.
    naive_low, naive_high: ends of the 95 % interval as if every vote were independent, points.
    rank: 1 + the conditions of the same component whose interval lies wholly above; None
        without a vote.
    votes: how many votes had this condition in them.
    component: which of the board's components it belongs to; never compare across them.
    design_effect: variance that allows for raters and texts over the naive one.
    """

    condition: str
    rating: float | None
    low: float | None
    high: float | None
    naive_low: float | None
    naive_high: float | None
    rank: int | None
    votes: int
    component: int
    design_effect: float | None


@dataclass(frozen=True)
class Record:
    """What two conditions did against each other, seen from `first`.

    share: of `first`, a tie counting half, with Wilson's interval as if votes were independent.
    """

    first: str
    second: str
    wins: int
    losses: int
    ties: int
    share: Share


@dataclass(frozen=True)
class Component:
    """Conditions linked by votes.

    identified: whether the order stands on votes alone; False where some conditions never lost
        or tied against the others, so that the distance between them rests partly on the prior.
    """

    conditions: tuple[str, ...]
    votes: int
    identified: bool


@dataclass(frozen=True)
class Board:
    """A leaderboard and what it stands on.

    standings: by component (most votes first), then by rating.
    records: every pair that has votes, in order of the names.
    nu: Davidson's tie parameter, 0 under Bradley-Terry. Two equals tie with probability
        nu / (2 + nu).
    clustered_by: the factors the bootstrap resampled: rater and text, only one of them where
        there was a single rater or text, or ("vote",) where there was one of each.
    converged: whether the fit and every draw reached the maximum of the likelihood.
    method, votes_sha256: version of the method, and the hash of the votes in canonical order.
    """

    standings: tuple[Standing, ...]
    records: tuple[Record, ...]
    components: tuple[Component, ...]
    model: Model
    nu: float
    votes: int
    raters: int
    texts: int
    clustered_by: tuple[Factor, ...]
    draws: int
    seed: int
    converged: bool
    method: str
    votes_sha256: str


@dataclass(frozen=True, eq=False)
class Point:
    """Ratings without intervals, from kept counts.

    ratings: points, shape (k,), mean 1500 within a component; NaN for a condition without a vote.
    component: weak component of each condition, (k,).
    """

    ratings: Floats
    nu: float
    component: NDArray[np.int64]
    converged: bool


def point(wins: Floats, ties: Floats, model: Model = "davidson") -> Point:
    """Ratings from counts that are kept up to date vote by vote.

    wins: wins[i, j] votes for i over j, shape (k, k). ties: symmetric, shape (k, k).
    """
    found = fit(wins, ties, model)
    voted = (np.asarray(wins) + np.asarray(wins).T + np.asarray(ties)).sum(axis=1) > 0
    return Point(
        ratings=np.where(voted, points(found.theta), np.nan),
        nu=float(found.nu),
        component=components(wins, ties).weak,
        converged=bool(found.converged),
    )


def board(
    votes: Votes,
    model: Model = "davidson",
    draws: int = DRAWS,
    seed: int = SEED,
) -> Board:
    """Rate and rank the conditions of a test.

    draws: bootstrap draws, at least 2; 1000 or more for a board that is shown.

    The same votes, model, draws and seed give the same board, bit for bit, whatever the order of
    the votes.

    Raises ValueError for fewer than 2 draws or an unknown model.
    """
    if draws < _FEWEST_DRAWS:
        raise ValueError("a bootstrap needs at least 2 draws")
    rows = ordered(votes)
    data = tally(rows)
    field = _field(rows.conditions, data)
    found = maximise(statistics_of(data, data.counts()[None], len(field.names)), model)
    errors = spread(data, found, field.component, model)
    drawn, converged = _drawn(data, found, draws, seed, model)
    return Board(
        standings=_standings(field, found, errors, drawn),
        records=_records(field),
        components=_components(field),
        model=model,
        nu=round(float(found.nu[0]), 2 * _DECIMALS),
        votes=len(rows),
        raters=rows.raters,
        texts=rows.items,
        clustered_by=data.clustered_by,
        draws=draws,
        seed=seed,
        converged=converged and bool(found.converged[0]),
        method=METHOD,
        votes_sha256=rows.digest,
    )


@dataclass(frozen=True, eq=False)
class _Field:
    """The conditions of a board with their counts.

    wins, ties: as in `point`. votes: of each condition, (k,).
    component: weak component of each condition, numbered by votes, most first, (k,).
    identified: of each component, see `Components`.
    """

    names: tuple[str, ...]
    wins: Floats
    ties: Floats
    votes: Floats
    component: NDArray[np.int64]
    identified: tuple[bool, ...]


def _field(names: tuple[str, ...], data: Tally) -> _Field:
    k, counts = len(names), data.counts()
    wins, ties = np.zeros((k, k)), np.zeros((k, k))
    wins[data.first, data.second] = counts[:, 0]
    wins[data.second, data.first] = counts[:, 1]
    ties[data.first, data.second] = ties[data.second, data.first] = counts[:, 2]
    votes = (wins + wins.T + ties).sum(axis=1)
    graph = components(wins, ties)
    size = np.bincount(graph.weak, weights=votes)
    by_size = np.argsort(-size, kind="stable")
    number = np.empty(len(size), dtype=np.int64)
    number[by_size] = np.arange(len(size))
    return _Field(
        names=names,
        wins=wins,
        ties=ties,
        votes=votes,
        component=number[graph.weak],
        identified=tuple(graph.identified[label] for label in by_size),
    )


def _drawn(data: Tally, found: Fit, number: int, seed: int, model: Model) -> tuple[Floats, bool]:
    """Strengths of each bootstrap draw, (draws, k), and whether all of them converged."""
    k = found.theta.shape[1]
    start = (found.theta[0], float(found.nu[0]))

    def estimate(counts: Floats) -> Fit:
        return maximise(statistics_of(data, counts, k), model, start=start)

    blocks = resample(data, number, seed, estimate)
    drawn = np.concatenate([block.theta for block in blocks])
    return drawn, all(bool(block.converged.all()) for block in blocks)


def _standings(field: _Field, found: Fit, errors: Spread, drawn: Floats) -> tuple[Standing, ...]:
    theta, component = found.theta[0], field.component
    rating, low, high, naive_low, naive_high = (
        np.round(points(end), _DECIMALS)
        for end in (
            theta,
            *clustered_interval(theta, errors, drawn),
            *naive_interval(theta, errors),
        )
    )
    above = (low[None, :] > high[:, None]) & (component[None, :] == component[:, None])
    effect = np.ones(len(theta))
    np.divide(errors.clustered, errors.naive, out=effect, where=errors.naive > 0)
    effect = np.round(np.maximum(effect, 1.0) ** 2, _DECIMALS)

    def standing(i: int) -> Standing:
        if not field.votes[i]:
            nothing = (None, None, None, None, None, None)
            return Standing(field.names[i], *nothing, 0, int(component[i]), None)
        return Standing(
            condition=field.names[i],
            rating=float(rating[i]),
            low=float(low[i]),
            high=float(high[i]),
            naive_low=float(naive_low[i]),
            naive_high=float(naive_high[i]),
            rank=1 + int(above[i].sum()),
            votes=int(field.votes[i]),
            component=int(component[i]),
            design_effect=float(effect[i]),
        )

    order = sorted(range(len(theta)), key=lambda i: (component[i], -rating[i], field.names[i]))
    return tuple(standing(i) for i in order)


def _records(field: _Field) -> tuple[Record, ...]:
    found = []
    for i, j in np.argwhere(np.triu(field.wins + field.wins.T + field.ties, 1) > 0):
        wins, losses, ties = int(field.wins[i, j]), int(field.wins[j, i]), int(field.ties[i, j])
        found.append(
            Record(
                first=field.names[i],
                second=field.names[j],
                wins=wins,
                losses=losses,
                ties=ties,
                share=wilson(wins + ties / 2, wins + losses + ties),
            )
        )
    return tuple(found)


def _components(field: _Field) -> tuple[Component, ...]:
    found = []
    for label, identified in enumerate(field.identified):
        members = np.flatnonzero(field.component == label)
        found.append(
            Component(
                conditions=tuple(field.names[i] for i in members),
                votes=int(field.votes[members].sum()) // 2,
                identified=identified,
            )
        )
    return tuple(found)
