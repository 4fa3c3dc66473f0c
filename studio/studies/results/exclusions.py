"""Whom the plan's rules leave out: each rule by itself, fixed before the first answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studio.locales import Note, note
from studio.statistics.favouring import LEVEL, Crowd, Favour, favouring, one_sided
from studio.statistics.holm import holm
from studio.studies.dataset import Dataset
from studio.studies.results.counted import comparisons, counted
from studio.studies.results.reliability import Reliability

FEWEST_REPEATS = 4
"""With fewer, a share of them says nothing about a rater."""
_REFERENCE_FROM = 90
_REFERENCE_SHARE = 0.15


@dataclass(frozen=True)
class Rule:
    """One rule and whom it leaves out.

    Attributes:
        name: field of `studio.studies.plan.Exclusions`.
        limit: its value in the plan.
        raters: ids, in order.
    """

    name: str
    limit: float | bool
    raters: tuple[str, ...]


@dataclass(frozen=True)
class Excluded:
    """What all rules together leave out.

    Attributes:
        rules: those that are switched on and apply to the protocol, in the plan's order.
        favours: every rater's leaning, for pairs; empty elsewhere.
        crowds: conditions with how many raters lean to them; empty elsewhere.
        impossible: rules that could not be computed, with the reason.
    """

    rules: tuple[Rule, ...]
    favours: tuple[Favour, ...]
    crowds: tuple[Crowd, ...]
    impossible: Mapping[str, Note]

    @property
    def raters(self) -> frozenset[str]:
        """Everybody who is left out by any rule."""
        return frozenset(rater for rule in self.rules for rater in rule.raters)

    def by_rater(self, rater: str) -> list[str]:
        """Names of the rules that leave a rater out."""
        return [rule.name for rule in self.rules if rater in rule.raters]


def excluded(data: Dataset, checks: Mapping[str, Reliability]) -> Excluded:
    """Apply the plan's rules.

    The order of rules does not matter: each is applied to everybody. A test that looks at all
    raters together (favouring) is made on everybody's answers.
    """
    plan, kind = data.plan.exclusions, data.protocol
    favours: tuple[Favour, ...] = ()
    crowds: tuple[Crowd, ...] = ()
    impossible: dict[str, Note] = {}
    rules: list[Rule] = []

    def rule(name: str, limit: Any, raters: Sequence[str]) -> None:
        rules.append(Rule(name, limit, tuple(sorted(raters))))

    if plan.attention_failed is not None:
        limit = plan.attention_failed
        rule(
            "attention_failed",
            limit,
            [who for who, one in checks.items() if one.asked - one.passed >= limit],
        )
    if plan.consistency_below is not None and kind.name != "abx":
        share = plan.consistency_below
        rule(
            "consistency_below",
            share,
            [
                who
                for who, one in checks.items()
                if one.repeats >= FEWEST_REPEATS and 1 - one.contradicted / one.repeats < share
            ],
        )
    if kind.name in ("ab", "axy", "ccr"):
        favours, crowds = _judged(data, plan.favouring_p or LEVEL)
        if plan.favouring_p is not None:
            rule(
                "favouring_p",
                plan.favouring_p,
                [one.rater for one in favours if one.flagged],
            )
    if plan.one_sided is not None and kind.takes == 2:  # noqa: PLR2004 (two places)
        who = sorted(checks)
        ps = one_sided([checks[one].first for one in who], [checks[one].decisive for one in who])
        corrected = holm(ps)
        rule(
            "one_sided",
            plan.one_sided,
            [one for one, p in zip(who, corrected, strict=True) if p < plan.one_sided],
        )
    if plan.headphones_failed:
        answered = set(checks)
        rule(
            "headphones_failed",
            True,
            [one.id for one in data.raters if one.headphones == "failed" and one.id in answered],
        )
    if plan.mushra_reference and kind.name == "mushra":
        if data.plan.hidden_reference and _has_reference(data):
            rule("mushra_reference", True, _missed_reference(data))
        else:
            impossible["mushra_reference"] = note("result.reason.no_hidden_reference")
    return Excluded(tuple(rules), favours, crowds, impossible)


def _judged(data: Dataset, level: float) -> tuple[tuple[Favour, ...], tuple[Crowd, ...]]:
    """Every rater's leaning, and the conditions with a crowd behind them."""
    rows = comparisons(counted(data))
    if not len(rows):
        return (), ()
    found = favouring(rows.votes(data.labels), level)
    return found.raters, found.crowds


def _reference_scores(data: Dataset) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for one in data.of_kind("main"):
        for name, value in one.answer["scores"].items():
            if one.slot(name).role == "reference":
                found.setdefault(one.rater, []).append(float(value))
    return found


def _has_reference(data: Dataset) -> bool:
    return bool(_reference_scores(data))


def _missed_reference(data: Dataset) -> list[str]:
    """BS.1534-3, 4.1.2: below 90 for more than 15 % of the screens."""
    return [
        rater
        for rater, scores in _reference_scores(data).items()
        if sum(score < _REFERENCE_FROM for score in scores) > _REFERENCE_SHARE * len(scores)
    ]
