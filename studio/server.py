"""The web application: HTTP routes, pages and their common manners, over one studio."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from studio import __version__
from studio.api import routers
from studio.api.event_files import NoFileReferences
from studio.api.origin import OwnOrigin
from studio.api.problems import install as install_problems
from studio.settings import Settings
from studio.ui.mount import mount as mount_pages
from studio.wiring import Studio, build


def create_app(settings: Settings, studio: Studio | None = None) -> FastAPI:
    """The application.

    Args:
        settings: where and how to run.
        studio: services built elsewhere (tests); by default they are built from the settings.
    """
    services = studio or build(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        services.start()
        yield
        services.close()

    app = FastAPIOffline(  # the documentation page with its scripts from here, not from a CDN
        title="Voice Studio",
        version=__version__,
        description="Render one text on many speech engines side by side, listen blind, vote.",
        lifespan=lifespan,
        docs_url="/docs",
        redoc_url=None,
    )
    app.state.studio = services
    app.add_middleware(NoFileReferences)  # each further one lies around those before
    install_problems(app)
    for router in routers():
        app.include_router(router)
    mount_pages(app, services)
    app.add_middleware(OwnOrigin, allowed_hosts=settings.allowed_hosts.split(","))
    return app
