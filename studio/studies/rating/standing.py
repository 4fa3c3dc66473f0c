"""Where somebody with an invitation stands: to begin, under way, through, or too late."""

from sqlalchemy.orm import Session

from studio.problems import Conflict, NotAllowed
from studio.store.study_tables import StudyRater
from studio.studies.rating.rater_views import (
    HeadphoneState,
    RaterView,
    State,
    headphone_state,
    progress,
    study_view,
)
from studio.studies.rating.seats import Seat, answered, full, waiting
from studio.studies.rating.shelf import Shelf, Shelved


def seated(at: Seat) -> StudyRater:
    """The rater of a seat.

    Raises:
        NotAllowed: ``invite_revoked``.
        Conflict: ``not_begun``.
    """
    if at.revoked:
        raise NotAllowed("invite_revoked")
    if at.rater is None:
        raise Conflict("not_begun")
    return at.rater


def state_of(at: Seat, *, left: bool) -> State:
    """Of somebody who takes part.

    Args:
        at: their seat.
        left: whether there is something to answer though the study has closed.
    """
    if at.rater is not None and at.rater.finished_at is not None:
        return "finished"
    return "rating" if left or at.study.state == "open" else "closed"


def headphones_of(shelved: Shelved, rater: StudyRater) -> HeadphoneState:
    """Where a rater stands with the headphone check."""
    taken = sum(one["answers"] is not None for one in rater.headphone_trials)
    return headphone_state(shelved.study.plan, rater.headphones, taken)


def standing(session: Session, at: Seat, shelf: Shelf, *, sign_in: bool) -> RaterView:
    """Everything that a rater's page needs to begin or go on.

    Args:
        session: for reading.
        at: an invitation's seat.
        shelf: the studies.
        sign_in: whether nobody joins by an open link without signing in.
    """
    if at.revoked or at.study.state == "draft":
        return RaterView(state="revoked" if at.revoked else "waiting")
    shelved = shelf.get(session, at.study.id)
    rater = at.rater
    if rater is None:
        state: State = "full" if full(session, at) else "welcome"
        asked = sign_in and at.key is None and at.invite.kind == "open"
        return RaterView(
            sign_in=f"/login/huggingface?to=/r/{at.invite.token}" if asked else None,
            state=state if at.study.state == "open" else "closed",
            study=study_view(shelved),
            progress=progress(shelved, 0),
            headphones=headphone_state(shelved.study.plan, "", 0),
        )
    state = state_of(at, left=at.lingers and bool(waiting(session, rater.id)))
    return RaterView(
        state=state,
        study=study_view(shelved),
        progress=progress(shelved, answered(session, rater.id)),
        headphones=headphones_of(shelved, rater),
        completion_code=None if state == "rating" else rater.completion_code or None,
    )
