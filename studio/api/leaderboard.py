"""The leaderboard over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

from studio.api.dependencies import StudioDep, bare_language
from studio.listening.leaderboard import BoardView

router = APIRouter(tags=["leaderboard"])

Filter = Annotated[str | None, Query(max_length=64)]


@router.get("/api/leaderboard")
def leaderboard(studio: StudioDep, language: Filter = None, engine: Filter = None) -> BoardView:
    """Ratings with 95 % intervals, ranks and the record of every pair.

    ``language`` counts only votes on texts in it; ``engine`` only votes in which one of its
    conditions took part, so the others on that board are rated by their meetings with it alone.
    """
    return studio.leaderboard.board(bare_language(language), engine or None)
