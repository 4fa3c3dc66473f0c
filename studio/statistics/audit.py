"""Whether anything but the voice tells conditions apart: a classifier tries to name them.

It gets only what a rater's machine could measure without listening. If it names conditions better
than chance on texts it has not learned from, something leaks. That test is made for what the
preparation of stimuli is to level (pads, loudness, format, delays), where any success is a fault,
and again with what is the voices' own (length, bandwidth), where success is no fault but is told.

Differences smaller than the preparation promises (5 ms of a pad, 0.1 LU), or than a network hides,
are set to nought first: a large study would find them significant, and nobody can hear them.

Significance is by permutation of the conditions within a trial (Ojala and Garriga 2010, Journal of
Machine Learning Research 11:1833-1863), which holds whatever differs between trials; it ends early
where ten of them have done as well (Besag and Clifford 1991, Biometrika 78:301-304).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from studio.statistics.holm import holm

METHOD = "blindness-tree-permutation/1"
LEVEL = 0.01
NATURAL = frozenset({"seconds", "bandwidth_hz", "true_peak"})
"""What belongs to a voice unless a study levels it (fair mode levels the bandwidth)."""
TOLERANCES: Mapping[str, float] = MappingProxyType(
    {
        "lead_seconds": 0.005,
        "tail_seconds": 0.005,
        "loudness_lufs": 0.1,
        "bandwidth_residual_hz": 500.0,
        "made_seconds": 0.02,
    }
)
"""Deviations from what is usual (from its trial's mean, for loudness) that count as none."""
_WITHIN_TRIAL = frozenset({"loudness_lufs"})
_GROWS_WITH = MappingProxyType({"made_seconds": "seconds"})
"""Longer sounds take longer to make: what is left beyond a straight line is looked at. A trial is
made as a whole, so the line is one through the trials."""
_PERMUTATIONS = 999
_SHUFFLES = 199
_ENOUGH = 10
_SURE = 1e-12
_DRAWS = 1000
_MOST_ROWS = 4000
_FOLDS = 5
_DEPTH = 4
_TAIL = 0.025

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Guess:
    """How well conditions were named on texts that were not learned from.

    accuracy: mean over conditions of the share of their stimuli that was named right, in [0, 1].
    low, high: ends of its 95 % interval, by a bootstrap over texts.
    chance: what guessing reaches.
    p: share of permutations that did as well (with the real one among them).
    """

    accuracy: float
    low: float
    high: float
    chance: float
    p: float


@dataclass(frozen=True)
class FeatureAudit:
    """One feature alone.

    natural: whether it is the voices' own.
    p: of no difference between conditions, corrected by Holm over the features of its family.
    tells: whether p is below `LEVEL`.
    medians: of each condition.
    """

    name: str
    natural: bool
    p: float
    tells: bool
    medians: Mapping[str, float]


@dataclass(frozen=True)
class Audit:
    """What an audit found.

    preparation: naming by what preparation is to level; everything: the voices' own as well.
        None where there is nothing to tell apart (fewer than two conditions, or two blocks).
    leaking: whether preparation gives conditions away.
    rows: stimuli looked at (of more, a sample).
    """

    preparation: Guess | None
    everything: Guess | None
    features: tuple[FeatureAudit, ...]
    leaking: bool
    rows: int
    method: str = METHOD


def audit(  # noqa: PLR0913 (a table of stimuli has these columns)
    features: Mapping[str, Sequence[float]],
    condition: Sequence[str],
    trial: Sequence[int],
    text: Sequence[int],
    *,
    natural: Collection[str] = NATURAL,
    seed: int = 0,
) -> Audit:
    """Audit served stimuli, one row each.

    Args:
        features: numbers of each row by name; finite. Loudness is looked at within its trial.
        condition: what each row was.
        trial: the screen each row was on; conditions are permuted within it. Where every trial has
            one row only (ACR), within texts.
        text: which text it said; no text is learned from and guessed at once.
        natural: features that are the voices' own.
        seed: of the permutations; the same rows and seed give the same audit.

    Raises:
        ValueError: columns of unlike length, or a number that is not finite.
    """
    table = _Table.of(features, condition, trial, text, seed)
    if table is None:
        return Audit(None, None, (), leaking=False, rows=len(condition))
    rng = np.random.default_rng(seed)
    ours = [name for name in table.columns if name not in natural]
    theirs = [name for name in table.columns if name in natural]
    alone = (*_alone(table, ours, rng, natural=False), *_alone(table, theirs, rng, natural=True))
    preparation = _guess(table, ours, seed, _SHUFFLES)
    everything = _guess(table, ours + theirs, seed, _SHUFFLES // 2)
    found = preparation is not None and preparation.p < LEVEL
    return Audit(
        preparation=preparation,
        everything=everything,
        features=alone,
        leaking=found or any(one.tells for one in alone if not one.natural),
        rows=len(table.condition),
    )


@dataclass(frozen=True, eq=False)
class _Table:
    """Rows as codes. block: what conditions are permuted within, ascending from 0."""

    columns: Mapping[str, Floats]
    raw: Mapping[str, Floats]
    names: tuple[str, ...]
    condition: Ints
    block: Ints
    text: Ints

    @classmethod
    def of(
        cls,
        features: Mapping[str, Sequence[float]],
        condition: Sequence[str],
        trial: Sequence[int],
        text: Sequence[int],
        seed: int,
    ) -> "_Table | None":
        names, codes = np.unique(np.asarray(condition, dtype=str), return_inverse=True)
        trials, texts = _dense(trial), _dense(text)
        raw = {name: np.asarray(column, dtype=np.float64) for name, column in features.items()}
        if any(len(one) != len(codes) for one in (trials, texts, *raw.values())):
            raise ValueError("every column needs as many rows as there are conditions")
        if not all(np.isfinite(column).all() for column in raw.values()):
            raise ValueError("features must be finite")
        block = trials if len(codes) and np.bincount(trials).max() > 1 else texts
        if len(codes) > _MOST_ROWS:
            blocks = np.random.default_rng(seed).permutation(block.max() + 1)
            size = np.bincount(block)[blocks].cumsum()
            kept = np.isin(block, blocks[: max(2, int(np.searchsorted(size, _MOST_ROWS)))])
            raw = {name: column[kept] for name, column in raw.items()}
            codes, trials = _dense(codes[kept]), _dense(trials[kept])
            texts, block = _dense(texts[kept]), _dense(block[kept])
        if len(np.unique(codes)) < 2 or len(np.unique(block)) < 2:  # noqa: PLR2004
            return None
        freed = raw | {
            name: _beyond(raw[name], _mean_within(trials, raw[other]))
            for name, other in _GROWS_WITH.items()
            if name in raw and other in raw
        }
        columns = {name: _levelled(name, column, trials) for name, column in freed.items()}
        return cls(columns, raw, tuple(names.tolist()), codes.astype(np.int64), block, texts)


def _dense(labels: Sequence[int] | Ints) -> Ints:
    return np.unique(np.asarray(labels), return_inverse=True)[1].astype(np.int64)


def _beyond(column: Floats, other: Floats) -> Floats:
    """What a straight line in another column does not explain (least squares)."""
    lean = other - other.mean()
    spread = float(lean @ lean)
    return column - (lean * float(lean @ column) / spread if spread else 0.0)


def _mean_within(trial: Ints, column: Floats) -> Floats:
    """Of each row, its trial's mean."""
    return (np.bincount(trial, weights=column) / np.bincount(trial))[trial]


def _levelled(name: str, column: Floats, trial: Ints) -> Floats:
    """A column as deviations, with nought for those within tolerance."""
    if name in _WITHIN_TRIAL and np.bincount(trial).max() > 1:
        centre = _mean_within(trial, column)
    else:
        centre = np.full(len(column), np.median(column))
    deviation = column - centre
    tolerance = TOLERANCES.get(name, 0.0)
    return np.sign(deviation) * np.maximum(np.abs(deviation) - tolerance, 0.0)


def _shuffles(table: _Table, number: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Conditions permuted within blocks, (number, n), one permutation a row."""
    order = np.argsort(table.block, kind="stable")
    keys = rng.random((number, len(order)))
    inside = np.argsort(table.block[order] + keys, axis=1)
    out = np.empty((number, len(order)), dtype=np.int64)
    out[:, order] = table.condition[order][inside]
    return out


def _alone(
    table: _Table, names: list[str], rng: np.random.Generator, *, natural: bool
) -> tuple[FeatureAudit, ...]:
    """Each feature by a rank test: spread of the conditions' mean ranks, against permutations."""
    from scipy.stats import rankdata

    if not names:
        return ()
    shuffled = _shuffles(table, _PERMUTATIONS, rng)
    k = len(table.names)
    size = np.maximum(np.bincount(table.condition, minlength=k), 1)

    def spread(ranks: Floats, codes: NDArray[np.int64]) -> float:
        mean = np.bincount(codes, weights=ranks, minlength=k) / size
        return float((size * (mean - ranks.mean()) ** 2).sum())

    ps = []
    for name in names:
        ranks = np.asarray(rankdata(table.columns[name]), dtype=np.float64)
        real = spread(ranks, table.condition)
        slack = 1e-9 * (1 + abs(real))
        beaten = sum(spread(ranks, codes) >= real - slack for codes in shuffled)
        ps.append((1 + beaten) / (1 + _PERMUTATIONS))
    corrected = holm(ps).tolist()
    return tuple(
        FeatureAudit(
            name=name,
            natural=natural,
            p=p,
            tells=p < LEVEL,
            medians={
                label: float(np.median(table.raw[name][table.condition == code]))
                for code, label in enumerate(table.names)
                if (table.condition == code).any()
            },
        )
        for name, p in zip(names, corrected, strict=True)
    )


def _guess(table: _Table, names: list[str], seed: int, shuffles: int) -> Guess | None:
    """Name conditions by a small decision tree, learned without the text it is asked about."""
    if not names:
        return None
    rows = np.column_stack([table.columns[name] for name in names])
    folds = _folds(table)
    codes = table.condition
    present = np.unique(codes)
    chance = 1 / len(present)
    right = _named(rows, codes, folds) == codes
    accuracy = _balanced(right, codes, present)
    rng = np.random.default_rng(seed + 1)
    low, high = _interval(right, table, present, rng)
    reached = tried = 0
    for shuffled in _shuffles(table, shuffles, rng):
        found = _named(rows, shuffled, folds) == shuffled
        reached += _balanced(found, shuffled, present) >= accuracy - _SURE
        tried += 1
        if reached == _ENOUGH:
            break
    p = reached / tried if reached == _ENOUGH else (1 + reached) / (1 + tried)
    return Guess(accuracy, min(low, accuracy), max(high, accuracy), chance, p)


def _folds(table: _Table) -> Ints:
    """Which fold each row is asked in: whole texts, or whole blocks where there is one text."""
    group = table.text if table.text.max() > 0 else table.block
    size = np.bincount(group)
    load = np.zeros(min(_FOLDS, len(size)))
    fold = np.empty(len(size), dtype=np.int64)
    for one in np.argsort(-size, kind="stable"):
        fold[one] = int(np.argmin(load))
        load[fold[one]] += size[one]
    return fold[group]


def _named(rows: Floats, codes: NDArray[np.int64], folds: Ints) -> NDArray[np.int64]:
    """What the tree takes each row for."""
    from sklearn.tree import DecisionTreeClassifier

    named = np.empty(len(codes), dtype=np.int64)
    for fold in range(int(folds.max()) + 1):
        asked = folds == fold
        tree = DecisionTreeClassifier(
            max_depth=_DEPTH,
            min_samples_leaf=max(3, len(codes) // 100),
            class_weight="balanced",
            random_state=0,
        )
        named[asked] = tree.fit(rows[~asked], codes[~asked]).predict(rows[asked])
    return named


def _balanced(right: NDArray[np.bool_], codes: NDArray[np.int64], present: Ints) -> float:
    return float(np.mean([right[codes == code].mean() for code in present]))


def _interval(
    right: NDArray[np.bool_], table: _Table, present: Ints, rng: np.random.Generator
) -> tuple[float, float]:
    """Percentile interval of the balanced accuracy, texts (or blocks) drawn with replacement."""
    group = table.text if table.text.max() > 0 else table.block
    groups = int(group.max()) + 1
    hits = np.stack(
        [
            np.bincount(group[table.condition == c], right[table.condition == c], groups)
            for c in present
        ]
    )
    asked = np.stack([np.bincount(group[table.condition == c], minlength=groups) for c in present])
    drawn = rng.multinomial(groups, np.full(groups, 1 / groups), size=_DRAWS)
    share = (drawn @ hits.T) / np.maximum(drawn @ asked.T, 1)
    low, high = np.quantile(share.mean(axis=1), [_TAIL, 1 - _TAIL])
    return float(low), float(high)
