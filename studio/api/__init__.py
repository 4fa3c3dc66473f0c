"""HTTP routes: they translate between JSON and the services, which decide."""

from fastapi import APIRouter


def routers() -> list[APIRouter]:
    """All routers, in the order of the documentation page."""
    from studio.api import (
        acceptance,
        account,
        checkups,
        cloning,
        comparisons,
        decisions,
        doctor,
        engines,
        environments,
        exports,
        health,
        invites,
        jobs,
        leaderboard,
        ledger,
        login,
        metrics,
        models,
        plans,
        provenance,
        rater,
        results,
        sign_in,
        studies,
        study_takes,
        takes,
        trials,
        users,
        v1,
        voices,
        weights,
    )

    modules = (
        rater,  # first: matching a request against every route before would cost most of an answer
        health,
        metrics,
        engines,
        acceptance,
        weights,
        models,
        environments,
        jobs,
        voices,
        checkups,
        doctor,
        plans,
        comparisons,
        exports,
        takes,
        provenance,
        cloning,
        sign_in,
        login,
        account,
        users,
        ledger,
        studies,
        study_takes,
        invites,
        trials,
        results,
        decisions,
        leaderboard,
    )
    return [*(module.router for module in modules), *v1.routers()]
