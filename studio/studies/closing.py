"""The end of a study: by its owner, its target, or because it has enough."""

from typing import Literal

from sqlalchemy.orm import Session

from studio.store.base import now
from studio.store.study_tables import Study

Because = Literal["owner", "target", "enough", "futile"]


def close(session: Session, study: Study, because: Because) -> bool:
    """Close an open study, in the writer.

    Returns:
        whether it was open; another one is left as it is.
    """
    if study.state != "open":
        return False
    study.state, study.closed_at, study.closed_because = "closed", now(), because
    session.flush()
    return True
