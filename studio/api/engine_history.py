"""How an engine's latest renderings went, over HTTP."""

from datetime import date, datetime
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from studio.accounts.principal import Role
from studio.api.dependencies import Language, StudioDep, Who
from studio.locales import say
from studio.runtime.report import EngineState
from studio.takes.history import History, LastError

router = APIRouter(tags=["engines"])


class RenderingJson(BaseModel):
    """One rendering."""

    at: datetime
    state: Literal["done", "failed"]
    rtf: float | None
    """Seconds of work for a second of sound; ``null`` where it failed."""
    ttfa_seconds: float | None
    seconds: float | None


class DayJson(BaseModel):
    """What came of a day's renderings (UTC)."""

    day: date
    done: int
    failed: int


class LastErrorJson(BaseModel):
    """The last error, in words, and when."""

    message: str
    at: datetime
    of: Literal["load", "take"]
    """Loading the engine, or rendering one of your takes (an administrator's: anybody's)."""


class EngineHistoryJson(BaseModel):
    """An engine's latest past; answers from the store and refusals are left out."""

    renderings: list[RenderingJson]
    """At most 60, the oldest first."""
    days: list[DayJson]
    """The last 14, the oldest first."""
    rtf: float | None
    """Median of the renderings told."""
    load_seconds: float | None
    """Median of the latest loads."""
    last_error: LastErrorJson | None


@router.get("/api/engines/{name}/history")
def read_history(name: str, studio: StudioDep, who: Who, language: Language) -> EngineHistoryJson:
    """Speed and failures of an engine lately, and its last error."""
    state = studio.runtime.state(name)
    found = studio.engine_history.of(name, None if who.may(Role.ADMIN) else who.id)
    return EngineHistoryJson(
        renderings=[RenderingJson(**vars(one)) for one in found.renderings],
        days=[DayJson(**vars(day)) for day in found.days],
        rtf=found.rtf,
        load_seconds=found.load_seconds,
        last_error=_last_error(found, state, language),
    )


def _last_error(found: History, state: EngineState, language: str) -> LastErrorJson | None:
    """Of the last load and the last take that failed, the later."""
    of_load = None
    if state.last_failure is not None and state.last_failure_at is not None:
        of_load = LastError(state.last_failure, state.last_failure_at)
    of_take = found.last_error
    if of_load is not None and (of_take is None or of_load.at >= of_take.at):
        return LastErrorJson(message=say(language, of_load.note), at=of_load.at, of="load")
    if of_take is not None:
        return LastErrorJson(message=say(language, of_take.note), at=of_take.at, of="take")
    return None
