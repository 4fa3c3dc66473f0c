"""Whether an account may keep one more voice."""

from sqlalchemy.orm import Session

from studio import telemetry
from studio.problems import Conflict
from studio.settings import Settings
from studio.store import usage


def has_room(session: Session, settings: Settings, owner: str) -> None:
    """Look whether there is room for one more; inside the writer the answer holds.

    Raises:
        Conflict: ``quota_voices``.
    """
    limit = usage.allowance(session, settings, owner).voices
    if limit is None:
        return
    kept = usage.voices_kept(session, owner)
    if kept >= limit:
        telemetry.limit_hit("quota_voices")
        raise Conflict("quota_voices", count=kept, limit=limit)
