"""What kind of screen comes when: one rater's whole way through a study, known from the start."""

import math
import random
from dataclasses import dataclass

from studio.studies.plan import StudyPlan
from studio.studies.protocols import Kind, Protocol

APART = 4
"""At least so many screens lie between a screen and its mirrored repeat, where there are enough."""
_ROUNDS = 50
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Place:
    """One screen to come.

    Attributes:
        kind: what it is; the rater is told of training only.
        repeats: number (1, 2, …) of the screen that it mirrors; None for all other kinds.
    """

    kind: Kind
    repeats: int | None = None


def identical_pairs(protocol: Protocol) -> bool:
    """Whether two equal takes make sense on a screen: not where X is to be found among them."""
    return protocol.takes == 2 and protocol.reference != "equal"  # noqa: PLR2004 (A and B)


def numbers(plan: StudyPlan, protocol: Protocol) -> dict[Kind, int]:
    """How many screens of each kind a rater has.

    The plan's shares are of all screens that are not training, and at least kept. No kind of check
    has more screens than those that count.
    """
    shares: dict[Kind, float] = {
        "repeat": plan.repeats,
        "identical": plan.identical if identical_pairs(protocol) else 0.0,
        "attention": plan.attention,
    }
    checks: dict[Kind, int] = dict.fromkeys(shares, 0)
    for _ in range(_ROUNDS):
        total = plan.trials + sum(checks.values())
        wanted: dict[Kind, int] = {
            kind: min(plan.trials, math.ceil(share * total - _TINY))
            for kind, share in shares.items()
        }
        if wanted == checks:
            break
        checks = wanted
    return {"training": plan.training, "main": plan.trials, **checks}


def screens(plan: StudyPlan, protocol: Protocol) -> int:
    """How many screens a rater has in all, training included."""
    return sum(numbers(plan, protocol).values())


def schedule(plan: StudyPlan, protocol: Protocol, seed: str) -> tuple[Place, ...]:
    """A rater's screens in order: training first, then everything else interleaved by chance.

    Args:
        plan: of the study.
        protocol: of the study.
        seed: of this rater; the same gives the same, nobody else knows it.
    """
    chance = random.Random(seed)  # noqa: S311 (the seed is the secret)
    wanted = numbers(plan, protocol)
    order = [
        Place(kind) for kind in ("main", "identical", "attention") for _ in range(wanted[kind])
    ]
    chance.shuffle(order)
    places = list(range(len(order)))  # what comes, as positions in `order`; repeats are negative
    mains = [at for at in places if order[at].kind == "main"]
    early = [at for at in mains if at < len(order) - APART]
    late = [at for at in reversed(mains) if at not in early]
    chance.shuffle(early)
    late.sort()
    for at in (early + late)[: wanted["repeat"]]:
        after = places.index(at) + 1
        place = chance.randint(min(after + APART, len(places)), len(places))
        places.insert(place, -1 - at)
    first = plan.training + 1
    numbered = {at: first + place for place, at in enumerate(places)}
    training = [Place("training")] * plan.training
    return (
        *training,
        *(order[at] if at >= 0 else Place("repeat", numbered[-1 - at]) for at in places),
    )
