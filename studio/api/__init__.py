"""HTTP routes: they translate between JSON and the services, which decide."""

from fastapi import APIRouter


def routers() -> list[APIRouter]:
    """All routers, in the order of the documentation page."""
    from studio.api import (
        checkups,
        comparisons,
        engines,
        health,
        leaderboard,
        plans,
        takes,
        trials,
        voices,
    )

    modules = (health, engines, voices, checkups, plans, comparisons, takes, trials, leaderboard)
    return [module.router for module in modules]
