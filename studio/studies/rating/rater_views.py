"""What a rater is told: nothing that tells a condition, a kind of screen, or the study's title."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel

from studio.studies.plan import StudyPlan
from studio.studies.rating.frozen import Frozen
from studio.studies.rating.shelf import Shelved

State = Literal["welcome", "rating", "finished", "closed", "full", "revoked", "waiting"]
CLIP_PATH = "/api/rater/clips"
TRIES = 3
"""How often the headphone check may be taken."""


class Scale(BaseModel):
    """Ends of a scale of whole numbers."""

    low: int
    high: int


class StudyView(BaseModel):
    """A study as its raters know it."""

    protocol: str
    question: str
    instruction: str | None
    """What the voices were told, where the question is whether they did it."""
    language: str
    """Of the texts."""
    choices: list[str]
    scale: Scale | None
    ties: bool
    training: int
    headphones: Literal["required", "offered", "off"]
    sitting: int
    screens: int
    """Of one rater in all, training included."""


class Progress(BaseModel):
    """How far a rater is."""

    done: int
    """Screens answered, training not counted."""
    of: int
    training_left: int
    until_rest: int
    """Screens until a rest is due; 0: now."""


class HeadphoneState(BaseModel):
    """Where a rater stands with the headphone check."""

    status: Literal["", "passed", "failed", "skipped"]
    required: bool
    may_skip: bool
    tries_left: int
    needed: bool
    """Whether it comes before the trials."""


class RaterView(BaseModel):
    """Everything a rater's page needs to begin or go on."""

    state: State
    study: StudyView | None = None
    progress: Progress | None = None
    headphones: HeadphoneState | None = None
    completion_code: str | None = None
    sign_in: str | None = None
    """Where to sign in first, where the studio asks for it."""


class SlotView(BaseModel):
    """One sound of a screen."""

    slot: str
    role: Literal["stimulus", "reference"]
    url: str


class TrialView(BaseModel):
    """One screen."""

    token: str
    number: int
    training: bool
    text: str
    instruction: str | None
    listen_seconds: float
    slots: list[SlotView]


class TrialsView(BaseModel):
    """The next screens."""

    state: State
    trials: list[TrialView]
    progress: Progress
    headphones: HeadphoneState
    completion_code: str | None = None


class Reply(BaseModel):
    """What follows an answer."""

    state: State
    progress: Progress
    completion_code: str | None = None


class HeadphoneTest(BaseModel):
    """One test of the headphone check."""

    number: int
    url: str


class HeadphoneTests(BaseModel):
    """The headphone check: in each clip, which of the intervals is the odd one?"""

    kind: Literal["huggins", "antiphase"]
    intervals: int
    needed: int
    attempt: int
    tests: list[HeadphoneTest]


def study_view(shelved: Shelved) -> StudyView:
    """A study as its raters know it."""
    study, plan = shelved.study, shelved.study.plan
    kind = study.protocol
    choices = [one for one in kind.choices if plan.ties or one != "tie"]
    return StudyView(
        protocol=kind.name,
        question=study.question,
        instruction=study.instruction or None,
        language=study.language,
        choices=choices,
        scale=None if kind.answer == "choice" else Scale(low=kind.low, high=kind.high),
        ties="tie" in choices,
        training=plan.training,
        headphones=plan.headphones,
        sitting=plan.sitting,
        screens=shelved.screens,
    )


def progress(shelved: Shelved, answered: int) -> Progress:
    """How far a rater is after so many answers."""
    plan = shelved.study.plan
    rest = answered % plan.sitting
    return Progress(
        done=max(0, answered - plan.training),
        of=shelved.screens - plan.training,
        training_left=max(0, plan.training - answered),
        until_rest=plan.sitting - rest if rest or not answered else 0,
    )


def headphone_state(plan: StudyPlan, status: str, attempts: int) -> HeadphoneState:
    """Where somebody stands who took the check so often with this outcome."""
    required = plan.headphones == "required"
    left = max(0, TRIES - attempts)
    open_yet = status in ("", "failed") if required else not status
    return HeadphoneState.model_validate(
        {
            "status": status,
            "required": required,
            "may_skip": plan.headphones == "offered",
            "tries_left": left,
            "needed": plan.headphones != "off" and open_yet,
        }
    )


def trial_view(study: Frozen, trial: Mapping[str, Any]) -> TrialView:
    """A screen as its rater knows it.

    Args:
        study: whose texts.
        trial: columns of the screen's row.
    """
    return TrialView(
        token=trial["token"],
        number=trial["number"],
        training=trial["kind"] == "training",
        text=study.texts[trial["text"]],
        instruction=study.instruction or None,
        listen_seconds=round(trial["listen_seconds"], 1),
        slots=[
            SlotView(
                slot=one["slot"],
                role="reference" if one["role"] == "reference" else "stimulus",
                url=f"{CLIP_PATH}/{one['clip']}",
            )
            for one in trial["slots"]
        ],
    )
