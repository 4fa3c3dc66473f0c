"""Fragility: the fewest votes without which another condition would be first.

After the fragility index of clinical trials (Walsh et al. 2014, Journal of Clinical Epidemiology
67:622-628) and the question of Broderick, Giordano and Meager (2020, arXiv 2011.14999) how few data
points carry a conclusion, which for leaderboards of preferences are often a handful. A condition is
first by its rating, in the component with the most votes.

Votes of the same pair with the same answer are exchangeable, so it is a search over how many to
take of each kind. All sets of one and of two votes are tried, so an answer up to three is exact.
Beyond that votes are taken one after another, each time of the kind that moves the leader's lead
over a rival most (by the influence function of the fit), for every rival; then any that turn out
not to be needed are put back. Every set is confirmed by a fit without it, so the number is never
too small a claim: `votes` suffice, and no fewer than `at_least` can.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.statistics.bootstrap import Tally, statistics_of, tally
from studio.statistics.davidson import Fit, Floats, Model, expectations, information, maximise
from studio.statistics.graph import components
from studio.statistics.votes import Votes, ordered

METHOD = "fragility-greedy/1"

# Ratings closer than this are equal.
_EQUAL = 1e-9
_BLOCK = 512
# Kinds of votes up to which all pairs of them are tried: 200 kinds make 20 000 fits.
_PAIRS_UP_TO = 200
_RATERS_UP_TO = 2000
# Steps of the search take so large a share of the votes already taken, one at least.
_STRIDE = 0.05
# A rival for whom the first order promises so many times the votes of a set in hand is left.
_HOPELESS = 1.5


@dataclass(frozen=True)
class Removal:
    """Votes of one kind to remove: `count` for `winner` over `loser`, or ties of the two."""

    winner: str
    loser: str
    tie: bool
    count: int


@dataclass(frozen=True, eq=False)
class Fragility:
    """What the first place hangs on.

    votes: so many removed votes suffice to change it; 0 where it is shared already; None where no
        removal does.
    at_least: no fewer can; `exact` where the two are equal.
    of: votes there are. first, then: who leads, and who would.
    removed: the votes, by kind. rows: one such set, indices into the votes given, ascending.
    raters: codes of the raters each of whom alone carries it: without them another is first.
    """

    votes: int | None
    at_least: int
    exact: bool
    of: int
    first: str
    then: str | None
    removed: tuple[Removal, ...]
    rows: NDArray[np.int64]
    raters: tuple[int, ...]
    method: str = METHOD


def fragility(votes: Votes, model: Model = "davidson") -> Fragility | None:
    """Search; see the module. None without votes."""
    if not len(votes):
        return None
    field = _Field(votes, model)
    none = np.zeros(0, dtype=np.int64)
    if field.then is not None:
        return Fragility(0, 0, True, len(votes), field.name, field.then, (), none, ())
    taken, at_least = field.few()
    if taken is None:
        taken = field.greedy()
    if taken is None:
        return Fragility(
            None, at_least, False, len(votes), field.name, None, (), none, field.raters()
        )
    number = int(taken.sum())
    return Fragility(
        votes=number,
        at_least=min(at_least, number),
        exact=number <= at_least,
        of=len(votes),
        first=field.name,
        then=field.names[field.leader_without(taken)],
        removed=field.removals(taken),
        rows=field.rows(taken),
        raters=field.raters(),
    )


class _Field:
    """The votes by kind, and fits without some of them.

    A kind is a row of the tally: 3 * pair + (0 first won, 1 second won, 2 tie).
    """

    def __init__(self, votes: Votes, model: Model) -> None:
        rows = ordered(votes)
        self.votes, self.model, self.names = votes, model, rows.conditions
        self.data: Tally = tally(rows)
        self.rater = rows.rater
        self.counts = self.data.counts().ravel()
        self.start: tuple[Floats, float] | None = None
        found = self.fit(np.zeros((1, len(self.counts))))
        self.found = found
        self.start = (found.theta[0], float(found.nu[0]))
        k = len(self.names)
        met = np.zeros((k, k))
        totals = self.data.counts().sum(axis=1)
        met[self.data.first, self.data.second] = totals
        label = components(np.zeros((k, k)), met + met.T).weak
        size = np.bincount(label, weights=(met + met.T).sum(axis=1))
        self.members = np.flatnonzero(label == np.argmax(size))
        theta = found.theta[0]
        self.first = int(self.members[np.argmax(theta[self.members])])
        near = [
            int(i)
            for i in self.members
            if i != self.first and theta[i] > theta[self.first] - _EQUAL
        ]
        self.name = self.names[self.first]
        self.then = self.names[near[0]] if near else None

    def fit(self, taken: Floats) -> Fit:
        """Fits without the votes taken of each kind, (D, kinds)."""
        counts = self.data.by_pair(self.counts - taken)
        k = len(self.names)
        return maximise(statistics_of(self.data, counts, k), self.model, start=self.start)

    def lead(self, taken: Floats) -> Floats:
        """The leader's lead over the best rival without the votes taken, (D,)."""
        found = []
        rivals = self.members[self.members != self.first]
        for begin in range(0, len(taken), _BLOCK):
            theta = self.fit(taken[begin : begin + _BLOCK]).theta
            found.append(theta[:, self.first] - theta[:, rivals].max(axis=1))
        return np.concatenate(found)

    def leader_without(self, taken: Floats) -> int:
        theta = self.fit(taken[None]).theta[0].copy()
        theta[self.first] = -np.inf
        return int(self.members[np.argmax(theta[self.members])])

    def few(self) -> tuple[Floats | None, int]:
        """A smallest set of one or two votes, if there is one; and how many it takes at least."""
        kinds = np.flatnonzero(self.counts)
        if len(self.members) < 2:  # noqa: PLR2004 - nobody else to be first
            return None, 1
        single = np.zeros((len(kinds), len(self.counts)))
        single[np.arange(len(kinds)), kinds] = 1
        lead = self.lead(single)
        if lead.min() < -_EQUAL:
            return single[np.argmin(lead)], 1
        if len(kinds) > _PAIRS_UP_TO:
            return None, 2
        first, second = np.triu_indices(len(kinds))
        for begin in range(0, len(first), _BLOCK):
            block = slice(begin, begin + _BLOCK)
            double = single[first[block]] + single[second[block]]
            double = double[(double <= self.counts).all(axis=1)]
            lead = self.lead(double) if len(double) else np.ones(1)
            if lead.min() < -_EQUAL:
                return double[np.argmin(lead)], 2
        return None, 3

    def greedy(self) -> Floats | None:
        """A small set that lets another be first; None where none was found."""
        best: Floats | None = None
        theta = self.found.theta[0]
        rivals = [int(i) for i in self.members if i != self.first]
        for rival in sorted(rivals, key=lambda i: -theta[i]):
            most = self.counts.sum() if best is None else best.sum()
            if best is not None and self._expected(rival) > _HOPELESS * most + 1:
                continue
            found = self._towards(rival, most)
            if found is not None and (best is None or found.sum() < best.sum()):
                best = found
        return None if best is None else self._without_needless(best)

    def _expected(self, rival: int) -> float:
        """Votes it takes for a rival to lead, to first order."""
        moves = self._influence(self.found, rival, np.zeros(len(self.counts)))
        theta = self.found.theta[0]
        move = float(moves[self.counts > 0].max())
        return float(theta[self.first] - theta[rival]) / move if move > 0 else np.inf

    def _towards(self, rival: int, most: float) -> Floats | None:
        """Take votes until the rival leads; None where it takes `most` votes or more."""
        taken, last, lead = np.zeros(len(self.counts)), None, np.inf
        found = self.found
        stride = 1
        while True:
            moves = self._influence(found, rival, taken)
            kind = int(np.argmax(np.where(self.counts - taken > 0, moves, -np.inf)))
            left = self.counts[kind] - taken[kind]
            if left <= 0 or moves[kind] <= 0:
                return None
            last = taken.copy()
            taken[kind] += min(stride, left)
            if taken.sum() >= most and stride == 1:
                return None
            found = self.fit(taken[None])
            lead = found.theta[0, self.first] - found.theta[0, rival]
            if lead < -_EQUAL:
                if stride == 1:
                    return taken
                # Too far, perhaps: back, and on by single votes.
                taken, stride = last, 1
                found = self.fit(taken[None])
            elif (stride == 1 and taken.sum() * _STRIDE < 1) or self._near(moves, kind, lead):
                stride = 1
            else:
                stride = max(1, int(taken.sum() * _STRIDE))

    @staticmethod
    def _near(moves: Floats, kind: int, lead: float) -> bool:
        """Whether some twenty more votes of the kind would do."""
        return bool(moves[kind] * 20 >= lead)

    def _influence(self, found: Fit, rival: int, taken: Floats) -> Floats:
        """How much closer the rival comes when one vote of each kind goes, to first order."""
        data, k = self.data, len(self.names)
        theta, nu = found.theta[0], float(found.nu[0])
        counted = statistics_of(data, data.by_pair((self.counts - taken)[None]), k)
        contrast = np.zeros(k + (self.model == "davidson"))
        contrast[self.first], contrast[rival] = 1.0, -1.0
        weight = np.linalg.solve(information(counted, found, self.model)[0], contrast)
        lead, level = expectations(theta[data.first] - theta[data.second], nu)
        along = weight[data.first] - weight[data.second]
        moves = np.stack(
            [along * (score - lead / 2) for score in (0.5, -0.5, 0.0)],
            axis=1,
        )
        if self.model == "davidson":
            moves += weight[k] * (np.array([0.0, 0.0, 1.0]) - level[:, None])
        return np.asarray(moves.ravel())

    def _without_needless(self, taken: Floats) -> Floats:
        """Put back, kind by kind, what is not needed."""
        taken = taken.copy()
        while True:
            kinds = np.flatnonzero(taken)
            fewer = np.repeat(taken[None], len(kinds), axis=0)
            fewer[np.arange(len(kinds)), kinds] -= 1
            lead = self.lead(fewer)
            if lead.min() >= -_EQUAL:
                return taken
            taken = fewer[np.argmin(lead)]

    def removals(self, taken: Floats) -> tuple[Removal, ...]:
        """The votes taken, by kind, most first."""
        found = []
        for kind in np.flatnonzero(taken):
            pair, how = divmod(int(kind), 3)
            names = [self.names[self.data.first[pair]], self.names[self.data.second[pair]]]
            if how == 1:
                names.reverse()
            tie = how == 2  # noqa: PLR2004 - a tie, see the class
            found.append(Removal(names[0], names[1], tie, int(taken[kind])))
        return tuple(sorted(found, key=lambda one: (-one.count, one.winner, one.loser)))

    def rows(self, taken: Floats) -> NDArray[np.int64]:
        """The first rows of each kind taken, indices into the votes as given."""
        code = {name: index for index, name in enumerate(self.names)}
        recode = np.array([code[name] for name in self.votes.conditions], dtype=np.int64)
        left, right = recode[self.votes.left], recode[self.votes.right]
        first, second = np.minimum(left, right), np.maximum(left, right)
        won = np.where(left == first, self.votes.outcome, -self.votes.outcome)
        found = []
        for kind in np.flatnonzero(taken):
            pair, how = divmod(int(kind), 3)
            of = (first == self.data.first[pair]) & (second == self.data.second[pair])
            of &= won == (1, -1, 0)[how]
            found.append(np.flatnonzero(of)[: int(taken[kind])])
        return np.sort(np.concatenate(found))

    def raters(self) -> tuple[int, ...]:
        """Raters without whom, one at a time, another leads; their codes as given."""
        number = self.data.raters
        if number < 2 or number > _RATERS_UP_TO or len(self.members) < 2:  # noqa: PLR2004
            return ()
        taken = np.zeros((number, len(self.counts)))
        np.add.at(taken, (self.data.rater[self.data.cell], self.data.row), 1)
        carrying = np.flatnonzero(self.lead(taken) < -_EQUAL)
        # Dense codes follow the labels' order, or that of the codes where there are none.
        used = np.unique(self.votes.rater)
        if self.votes.raters:
            used = np.array(sorted(used, key=lambda code: self.votes.raters[code]))
        return tuple(int(used[i]) for i in carrying)
