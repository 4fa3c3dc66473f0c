"""The leaderboard over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

from studio.accounts.principal import Role
from studio.api.dependencies import StudioDep, Who, bare_language
from studio.listening.leaderboard import BoardView
from studio.problems import NotAllowed

router = APIRouter(tags=["leaderboard"])

Filter = Annotated[str | None, Query(max_length=64)]


@router.get("/api/leaderboard")
def leaderboard(
    studio: StudioDep,
    who: Who,
    language: Filter = None,
    engine: Filter = None,
    whole: bool = False,
) -> BoardView:
    """Ratings with 95 % intervals, ranks and the record of every pair.

    ``language`` counts only votes on texts in it; ``engine`` only votes in which one of its
    conditions took part, so the others on that board are rated by their meetings with it alone.

    Where accounts are on, it counts the votes on one's own takes; ``whole``: everybody's, for
    admins.
    """
    if whole and not who.may(Role.ADMIN):
        raise NotAllowed("role_needed", role=Role.ADMIN)
    owner = None if whole else who.votes_of
    return studio.leaderboard.board(bare_language(language), engine or None, owner)
