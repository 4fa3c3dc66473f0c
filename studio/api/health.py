"""Is the process up, and could it serve somebody now?"""

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from studio.api.dependencies import Language, StudioDep
from studio.locales import say
from studio.upkeep.readiness import Part

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The process answers; nothing else was asked."""

    status: Literal["ok"] = "ok"


class Reason(BaseModel):
    """Why the studio cannot serve now."""

    part: Part
    code: str
    message: str


class Readiness(BaseModel):
    """Whether requests would be served, and if not, why."""

    status: Literal["ready", "not_ready"]
    reasons: list[Reason]


@router.get("/healthz")
async def healthz() -> Health:
    """The process answers. It says nothing of the database: restarting would not mend that."""
    return Health()


@router.get("/readyz", responses={503: {"model": Readiness}})
def readyz(studio: StudioDep, tongue: Language, response: Response) -> Readiness:
    """Whether to send requests here: database reached and up to date, blobs written, not stopping.

    Asked again within a few seconds it answers from memory, but for the stopping.
    """
    reasons = [
        Reason(part=part, code=why.code.removeprefix("error."), message=say(tongue, why))
        for part, why in studio.readiness.reasons()
    ]
    response.headers["Cache-Control"] = "no-store"
    response.status_code = 503 if reasons else 200
    return Readiness(status="not_ready" if reasons else "ready", reasons=reasons)
