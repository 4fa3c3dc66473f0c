"""The plan of a study: everything that must not depend on what the answers turn out to be."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0.0, le=1.0)]


class Exclusions(BaseModel):
    """Which raters the result leaves out; ``None`` switches a rule off.

    Results are shown with and without them, and how many each rule removed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    attention_failed: Annotated[int, Field(ge=1)] | None = 2
    """Out goes who failed so many attention checks or more."""
    consistency_below: Share | None = 0.5
    """Out goes who answered mirrored repeats without contradiction in a smaller share (of at least
    four); a tie beside a choice is no contradiction."""
    favouring_p: Annotated[float, Field(gt=0, lt=0.2)] | None = 0.005
    """Out goes who favours one condition more than everyone else's answers explain; how likely the
    test is to remove an honest rater."""
    one_sided: Annotated[float, Field(gt=0, lt=0.2)] | None = 0.001
    """Out goes who chooses one position more often than chance explains; the level, over all
    raters (Holm)."""
    headphones_failed: bool = False
    """Out goes who failed the headphone check and was let in."""
    mushra_reference: bool = True
    """BS.1534-3: out goes who rated the hidden reference below 90 in more than 15 % of trials."""


class Stopping(BaseModel):
    """When a study has enough.

    ``fixed``: when its target is reached. ``anytime``: a confidence sequence for each pair may be
    looked at after every answer, and the study closes when it is enough (or the target is
    reached). ``owner``: when its owner closes it; results stay shut until then.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: Literal["fixed", "anytime", "owner"] = "fixed"
    level: Annotated[float, Field(gt=0, lt=0.5)] = 0.05
    """Error of the intervals, and of the confidence sequence under continuous looking."""


class StudyPlan(BaseModel):
    """Fixed when the study opens."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    raters: Annotated[int, Field(ge=1, le=100_000)] = 20
    """How many are to finish."""
    trials: Annotated[int, Field(ge=1, le=500)] = 20
    """Counted trials of one rater, checks not counted."""
    sitting: Annotated[int, Field(ge=1, le=100)] = 20
    """After so many screens a rater is offered a rest; they go on later with the same link."""
    training: Annotated[int, Field(ge=0, le=5)] = 2
    """Screens to get used to it, whose answers do not count."""
    headphones: Literal["required", "offered", "off"] = "offered"
    """Required: without passing nobody rates. Offered: may be skipped, and the result says so."""
    ties: bool = True
    """AB and AXY: whether no difference may be answered."""
    retries: bool = False
    """Hear the attempt that the studio shows after its checks (up to the retries ordered), instead
    of the first. One rule for all conditions; told with the result."""
    hidden_reference: bool = True
    """MUSHRA, where there is a recording of every text."""
    low_anchor: bool = True
    """MUSHRA: one of the takes, low-passed at 3.5 kHz."""
    fair_bandwidth: bool = False
    """Low-pass the stimuli of a screen to the narrowest among them."""
    loudness_lufs: Annotated[float, Field(ge=-40, le=-14)] = -23.0
    repeats: Share = 0.10
    """Mirrored repeats among a rater's screens: self-consistency."""
    identical: Share = 0.05
    """Pairs of the same take: the floor of coin flips. Screens with two takes only."""
    attention: Share = 0.05
    """Screens with a spoilt stimulus that every listener hears."""
    sampling: Literal["adaptive", "uniform"] = "adaptive"
    """Which pairs come: those that teach more, by chance, or all alike."""
    exclusions: Exclusions = Exclusions()
    stopping: Stopping = Stopping()
    difference: Annotated[float, Field(gt=0, le=100)] = 0.10
    """The smallest difference that matters: of a share from one half (AB, AXY, ABX), or of means
    on the scale."""
    power: Annotated[float, Field(gt=0.5, lt=1)] = 0.8
    sealed: bool = True
    """Publish hashes of plan and answer key at the start."""
