"""What an engine needs before it can run, as JSON: weights, and environments of its own."""

from collections.abc import Sequence
from typing import Self

from pydantic import BaseModel

from studio.api.jobs import JobJson
from studio.locales import say
from studio.runtime.weight_states import SetState


class WeightsJson(BaseModel):
    """One set of weights; the engine's ``sets_serve`` says whether any of them will do."""

    name: str
    licence: str
    purpose: str | None
    present: bool
    gated: bool
    bytes: int | None
    """Of the whole set, about; null where nobody knows."""
    own_bytes: int
    """What the studio's own folder holds of it, a download's beginning included."""
    folder: str | None
    """A folder that a person named for it."""
    lacking: list[str]
    """Files that are not in that folder."""
    differs: bool
    """That folder's files are not the published ones."""
    how_to_get: str
    job: JobJson | None
    """The latest job about it, under way or lately ended."""

    @classmethod
    def of(cls, state: SetState, jobs: Sequence[JobJson], language: str) -> Self:
        """A set as JSON."""
        return cls(
            name=state.name,
            licence=state.licence,
            purpose=say(language, state.purpose) if state.purpose else None,
            present=state.present,
            gated=state.gated,
            bytes=state.bytes,
            own_bytes=state.own_bytes,
            folder=str(state.folder) if state.folder else None,
            lacking=list(state.lacking),
            differs=state.differs,
            how_to_get=say(language, state.how_to_get),
            job=next(
                (j for j in jobs if j.kind in ("weights", "verify") and j.detail == state.name),
                None,
            ),
        )


class EnvironmentJson(BaseModel):
    """Where the engine's libraries live."""

    kind: str
    cuda: bool
    """It is used on a graphics card."""
    state: str
    """``ready``, ``missing``, ``outdated`` or ``broken``."""
    disk_mb: int
    requirements: str | None
    job: JobJson | None
