"""Which takes are rendered elsewhere, by the settings."""

from collections.abc import Callable
from functools import partial

from studio.engines.registry import engine_class
from studio.settings import Settings
from studio.store.database import Database
from studio.takes.bell import Bells
from studio.takes.elsewhere.contract import Elsewhere
from studio.takes.elsewhere.vertex import VertexJobs
from studio.takes.elsewhere.watching import RenderedElsewhere


def rendered_elsewhere(settings: Settings, engine: str) -> bool:
    """Whether an engine's takes are rendered on other machines, so that loading it here is vain."""
    if settings.runtime != "vertex":
        return False
    if settings.vertex_engines is not None:
        return engine in settings.vertex_engines
    return "cuda" in engine_class(engine).card.hardware.runs_on


def elsewhere_of(settings: Settings, database: Database) -> Callable[[Bells], Elsewhere] | None:
    """What has takes rendered elsewhere, once it is told the bells; None where all are made here.

    Raises:
        Unavailable: ``vertex_not_set_up``.
    """
    if settings.runtime != "vertex":
        return None
    return partial(
        RenderedElsewhere,
        database,
        VertexJobs(settings),
        engines=settings.vertex_engines,
        at_once=settings.vertex_jobs_at_once,
        poll_seconds=settings.vertex_poll_seconds,
    )
