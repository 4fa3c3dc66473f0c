"""The end of a study: by its owner, its target, or because it has enough."""

from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.store.base import now
from studio.store.study_tables import Study, StudyAnswer

Because = Literal["owner", "target", "enough", "futile"]


def close(session: Session, study: Study, because: Because) -> bool:
    """Close an open study, in the writer, and note in its seal where the chain of answers was.

    Raters under way may still answer what they were served; their answers follow that place.

    Returns:
        whether it was open; another one is left as it is.
    """
    if study.state != "open":
        return False
    study.state, study.closed_at, study.closed_because = "closed", now(), because
    if study.seal is not None:
        study.seal = {**study.seal, "closed_after": _head(session, study.id)}
    session.flush()
    return True


def _head(session: Session, study: str) -> dict[str, Any]:
    """How many answers there are, and the hash of the last; None where there is none."""
    newest = session.execute(
        select(StudyAnswer.sequence, StudyAnswer.sha256)
        .where(StudyAnswer.study_id == study)
        .order_by(StudyAnswer.sequence.desc())
        .limit(1)
    ).one_or_none()
    answers, head = (0, None) if newest is None else newest.tuple()
    return {"answers": answers, "head_sha256": head}
