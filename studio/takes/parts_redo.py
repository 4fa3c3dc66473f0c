"""Making one part of a take again: a further attempt that shares the sound of the other parts."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from studio.problems import NotFound
from studio.store.tables import Take
from studio.takes.admission import Demand
from studio.takes.attempts import CHOSEN, another, derived_seed
from studio.takes.part_keys import PART_SEEDS
from studio.takes.parts_kept import PARTS, parts_of
from studio.takes.spending import HELD


def redone(session: Session, take: Take, attempts: Sequence[Take], index: int) -> Take:
    """The queued row of an attempt in which one part has another seed.

    As soon as it is done it stands for the take: who has a part redone was not content with it.

    Args:
        session: to write in.
        take: the attempt whose other parts are kept; done.
        attempts: all of them, the oldest first.
        index: of the part, from 0.

    Raises:
        NotFound: ``unknown_part``.
    """
    parts = parts_of(take)
    if not 0 <= index < len(parts):
        raise NotFound("unknown_part", part=index + 1, parts=len(parts))
    row = another(session, attempts, waited_for=True)
    seed = int(take.request.get("seed", 0))
    redone_before = dict(take.request.get(PART_SEEDS) or {})
    fresh = derived_seed(int(parts[index]["seed"]), row.attempt)
    row.request = {
        **row.request,
        "seed": seed,
        "wanted": {**row.request["wanted"], "seed": seed},
        PART_SEEDS: {**redone_before, str(index): fresh},
        HELD: _share(row, parts, index),
    }
    row.measures = {PARTS: _waiting(parts, index, fresh)}
    first = attempts[0]
    first.request = {**first.request, CHOSEN: row.id}
    return row


def demand(row: Take, take: Take, index: int) -> Demand:
    """What rendering one part asks for."""
    return Demand.of([row], parts_of(take)[index]["text"])


def _waiting(parts: Sequence[dict], index: int, seed: int) -> list[dict[str, Any]]:
    """The parts of a take of which one is to be made again; keys are settled when it is begun."""
    unknown = {"key": "", "start_seconds": None, "end_seconds": None}
    return [
        {**part, **unknown, "seed": seed if number == index else part["seed"]}
        for number, part in enumerate(parts)
    ]


def _share(row: Take, parts: Sequence[dict], index: int) -> dict[str, float]:
    """Of the money that the whole take holds, a part's."""
    whole = sum(len(part["text"]) for part in parts)
    share = len(parts[index]["text"]) / whole
    return {name: amount * share for name, amount in row.request.get(HELD, {}).items()}
