"""The planner: what difference a plan can detect, and how many raters a difference needs."""

import math
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from studio.locales import Note, note
from studio.problems import BadInput
from studio.store.database import Database
from studio.studies.owner.plan_change import changed
from studio.studies.owner.readiness import FEWEST_CONDITIONS, screens
from studio.studies.owner.rows import study_of, whole
from studio.studies.owner.scale import SHARES, farthest, unit
from studio.studies.plan import StudyPlan
from studio.studies.protocols import protocol

_CURVE = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
_SECONDS_A_CLIP = 6.0
_SECONDS_AN_ANSWER = 4.0
_UNITS = {"mean": "study.forecast.mean", "points": "study.forecast.points"}
_MOST_CONDITIONS = 100
_MOST_TEXTS = 10_000


class Point(BaseModel):
    """What so many raters would make of it."""

    model_config = ConfigDict(frozen=True)

    raters: int
    detectable: float | None
    power: float


class Needed(BaseModel):
    """What the wanted difference takes."""

    model_config = ConfigDict(frozen=True)

    raters: int
    answers: int
    answers_per_pair: int


class Forecast(BaseModel):
    """What a plan can show."""

    model_config = ConfigDict(frozen=True)

    raters: int
    trials: int
    conditions: int
    texts: int
    answers: int
    pairs: int
    answers_per_pair: float
    """Answers that bear on one comparison."""
    design_effect: float
    detectable: float | None
    """The smallest difference that is found with the wanted power; ``None``: none on the scale."""
    unit: str
    difference: float
    wanted: float
    """The power that is wanted."""
    power: float
    needed: Needed | None
    """``None``: no number of raters is enough with so few texts."""
    enough: bool
    minutes_per_rater: float
    sentence: Note
    assumptions: tuple[Note, ...]
    curve: tuple[Point, ...]


class Forecaster:
    """Looks ahead for a draft.

    Args:
        database: rows.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def forecast(
        self,
        owner: str,
        study_id: str,
        change: Mapping[str, Any],
        conditions: int | None = None,
        texts: int | None = None,
    ) -> Forecast:
        """What the study's plan, with a part of it changed, can show. Keeps nothing.

        Args:
            owner: whose study it is.
            study_id: the study.
            change: a part of `StudyPlan`.
            conditions: how many there will be; by default those there are, 2 at least.
            texts: how many there will be; by default those there are, 10 where there are none.

        Raises:
            NotFound: ``unknown_study``.
            BadInput: ``study_plan_value`` and its like; ``study_plan_below``: the difference is
                off the scale.
        """
        with self._database.read() as session:
            all_ = whole(session, study_of(session, owner, study_id))
        plan = changed(StudyPlan.model_validate(all_.study.plan), change)
        kind = all_.study.protocol
        bad = {item.text for item in all_.items if item.verdict == "bad"}
        have = len([one for one in all_.texts if one.position not in bad])
        if conditions is None:
            conditions = max(len(all_.conditions), FEWEST_CONDITIONS)
        if texts is None:
            texts = have or 10
        _inside("conditions", conditions, FEWEST_CONDITIONS, _MOST_CONDITIONS)
        _inside("texts", texts, 1, _MOST_TEXTS)
        seconds = [reference.seconds for reference in all_.references]
        clip = sum(seconds) / len(seconds) if seconds else _SECONDS_A_CLIP
        return forecast(plan, kind, conditions, texts, clip)


def forecast(
    plan: StudyPlan, kind: str, conditions: int, texts: int, clip_seconds: float = _SECONDS_A_CLIP
) -> Forecast:
    """What a plan can show.

    Args:
        plan: raters, trials, ties, level, difference and power.
        kind: the protocol's name.
        conditions: at least 2.
        texts: at least 1.
        clip_seconds: length of one stimulus, about.

    Raises:
        BadInput: ``study_plan_below``: the difference is off the scale.
    """
    from dataclasses import replace

    from studio.statistics.planning import TIES, Design, detectable, outlook, power

    if plan.difference >= farthest(kind):
        raise BadInput("study_plan_below", field="difference", limit=farthest(kind))
    trials = min(plan.trials, screens(protocol(kind), conditions, texts))
    design = Design(
        kind,  # type: ignore[arg-type]
        plan.raters,
        trials,
        conditions,
        texts,
        ties=TIES if plan.ties else 0.0,
        level=1 - plan.stopping.level,
    )
    found = outlook(design, plan.difference, plan.power)
    needed = None
    if found.raters_needed is not None and found.answers_needed is not None:
        share = found.precision.answers / found.precision.total
        needed = Needed(
            raters=found.raters_needed,
            answers=found.answers_needed,
            answers_per_pair=math.ceil(found.answers_needed * share),
        )
    curve = []
    for factor in _CURVE:
        raters = max(2, round(plan.raters * factor))
        other = replace(design, raters=raters)
        curve.append(
            Point(
                raters=raters,
                detectable=_rounded(detectable(other, plan.power)),
                power=round(power(other, plan.difference), 4),
            )
        )
    enough = found.power >= plan.power
    return Forecast(
        raters=plan.raters,
        trials=trials,
        conditions=conditions,
        texts=texts,
        answers=found.precision.total,
        pairs=design.pairs,
        answers_per_pair=round(found.precision.answers, 1),
        design_effect=round(found.precision.design_effect, 3),
        detectable=_rounded(found.detectable),
        unit=unit(kind),
        difference=plan.difference,
        wanted=plan.power,
        power=round(found.power, 4),
        needed=needed,
        enough=enough,
        minutes_per_rater=_minutes(plan, kind, conditions, trials, clip_seconds),
        sentence=_sentence(plan, kind, found.detectable, found.power, needed),
        assumptions=_assumptions(plan, kind, design.rater, design.text, design.ties),
        curve=tuple(curve),
    )


def _inside(field: str, value: int, least: int, most: int) -> None:
    if value < least:
        raise BadInput("study_plan_at_least", field=field, limit=least)
    if value > most:
        raise BadInput("study_plan_at_most", field=field, limit=most)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _minutes(
    plan: StudyPlan, kind: str, conditions: int, trials: int, clip_seconds: float
) -> float:
    """Of listening and answering, checks and training included."""
    takes = protocol(kind).takes or (conditions + plan.hidden_reference + plan.low_anchor)
    clips = takes + (protocol(kind).reference in ("recording", "equal"))
    checks = 1 + plan.repeats + plan.attention + plan.identical
    screen = clips * clip_seconds + _SECONDS_AN_ANSWER * max(takes, 1)
    return round((trials * checks + plan.training) * screen / 60, 1)


def _said(kind: str, difference: float) -> Note:
    """A difference in the protocol's unit."""
    if kind in SHARES:
        percent = round(100 * (0.5 + difference))
        return note("study.forecast.share", percent=percent, other=100 - percent)
    return note(_UNITS[unit(kind)], difference=round(difference, 2))


def _sentence(
    plan: StudyPlan,
    kind: str,
    smallest: float | None,
    power: float,
    needed: Needed | None,
) -> Note:
    percent = round(100 * power)
    wanted = _said(kind, plan.difference)
    if power >= plan.power:
        return note(
            "study.forecast.enough",
            difference=wanted,
            percent=percent,
            smallest=_said(kind, smallest or plan.difference),
        )
    if needed is None:
        return note("study.forecast.more_texts", difference=wanted, percent=percent)
    return note(
        "study.forecast.short",
        difference=wanted,
        percent=percent,
        wanted=round(100 * plan.power),
        raters=needed.raters,
    )


def _assumptions(
    plan: StudyPlan, kind: str, rater: float, text: float, ties: float
) -> tuple[Note, ...]:
    found = [note("study.forecast.clusters", rater=round(100 * rater), text=round(100 * text))]
    if kind in ("ab", "axy"):
        tied = note("study.forecast.ties", percent=round(100 * ties))
        found.append(tied if plan.ties else note("study.forecast.no_ties"))
    if kind not in SHARES:
        found.append(note("study.forecast.spread"))
    if plan.stopping.rule == "anytime":
        found.append(note("study.forecast.anytime"))
    return tuple(found)
