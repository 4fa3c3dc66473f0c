"""Which two takes come next: pure functions from counts to a random draw."""

import itertools
import random
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from studio.listening.source import Candidate


@dataclass(frozen=True, slots=True)
class Kind:
    """What the board counts together: a language and two conditions, the first sorting first."""

    language: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two takes of one comparison with different conditions; ``first``'s condition sorts first."""

    first: Candidate
    second: Candidate

    @property
    def takes(self) -> frozenset[str]:
        """The two take ids, without an order."""
        return frozenset((self.first.take, self.second.take))


class Pool:
    """All pairs that could be asked, by kind."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        comparisons: dict[str, list[Candidate]] = defaultdict(list)
        for candidate in candidates:
            comparisons[candidate.comparison].append(candidate)
        self.kinds: dict[Kind, list[Pair]] = defaultdict(list)
        for members in comparisons.values():
            for one, other in itertools.combinations(members, 2):
                if one.condition != other.condition:
                    pair = Pair(one, other) if one.condition < other.condition else Pair(other, one)
                    kind = Kind(one.language, pair.first.condition, pair.second.condition)
                    self.kinds[kind].append(pair)

    def draw(
        self,
        votes: Mapping[Kind, int],
        texts: Callable[[Kind], Mapping[str, int]],
        judged: Collection[frozenset[str]] = frozenset(),
        refused: Collection[frozenset[str]] = frozenset(),
        chance: random.Random | None = None,
    ) -> Pair | None:
        """Draw a pair; ``None`` when there is none left.

        First a kind. While the graph of conditions of a language (an edge where a pair has votes)
        is not connected, only kinds that join two of its parts; then all, in proportion to
        1 / (1 + votes). Then one of its pairs, in proportion to 1 / (1 + trials on its text) ** 2.
        Pairs that this rater has judged come only when there are no others.

        Args:
            votes: how many votes each kind has.
            texts: how many trials of a kind each text (by its hash) had.
            judged: take pairs that this rater has voted on.
            refused: take pairs that cannot be made into stimuli.
            chance: source of chance; the operating system's by default.
        """
        chance = chance or random.SystemRandom()
        usable = self._without(refused)
        fresh = {
            kind: left
            for kind, pairs in usable.items()
            if (left := [pair for pair in pairs if pair.takes not in judged])
        }
        open_kinds = fresh or usable
        if not open_kinds:
            return None
        component = _components(votes)
        bridges = [k for k in open_kinds if _joins(k, component)]
        kinds = bridges or list(open_kinds)
        weights = [1 / (1 + votes.get(kind, 0)) for kind in kinds]
        kind = chance.choices(kinds, weights)[0]
        pairs = open_kinds[kind]
        asked = texts(kind)
        weights = [1 / (1 + asked.get(pair.first.text_sha256, 0)) ** 2 for pair in pairs]
        return chance.choices(pairs, weights)[0]

    def _without(self, refused: Collection[frozenset[str]]) -> Mapping[Kind, list[Pair]]:
        if not refused:
            return self.kinds
        kept = {
            kind: [pair for pair in pairs if pair.takes not in refused]
            for kind, pairs in self.kinds.items()
        }
        return {kind: pairs for kind, pairs in kept.items() if pairs}


def _components(votes: Mapping[Kind, int]) -> Callable[[str, str], tuple[str, str]]:
    """Part of a language's graph that a condition is in, named by one of its members."""
    parent: dict[tuple[str, str], tuple[str, str]] = {}

    def root(language: str, condition: str) -> tuple[str, str]:
        node = (language, condition)
        while (above := parent.get(node, node)) != node:
            parent[node] = parent.get(above, above)
            node = above
        return node

    for kind, number in votes.items():
        if number:
            parent[root(kind.language, kind.first)] = root(kind.language, kind.second)
    return root


def _joins(kind: Kind, root: Callable[[str, str], tuple[str, str]]) -> bool:
    return root(kind.language, kind.first) != root(kind.language, kind.second)
