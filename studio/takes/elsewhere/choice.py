"""Which takes are rendered elsewhere, by the settings."""

from collections.abc import Callable
from functools import partial

from studio.settings import Settings
from studio.store.database import Database
from studio.takes.bell import Bells
from studio.takes.elsewhere.contract import Elsewhere
from studio.takes.elsewhere.vertex import VertexJobs
from studio.takes.elsewhere.watching import RenderedElsewhere


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
