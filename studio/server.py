"""The web application: HTTP routes, pages and their common manners, over one studio."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from studio import __version__
from studio.api import routers
from studio.api.clients.mount import mount as mount_clients
from studio.api.event_files import NoFileReferences
from studio.api.guard import Guard
from studio.api.origin import OwnOrigin
from studio.api.problems import install as install_problems
from studio.api.request_id import RequestId
from studio.api.v1.errors import OpenAiErrors
from studio.problems import Unavailable
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
    mount_clients(app, services)
    app.add_middleware(Guard, settings=settings, accounts=services.accounts)
    app.add_middleware(OwnOrigin, allowed_hosts=settings.allowed_hosts.split(","))
    app.add_middleware(OpenAiErrors)  # around all who refuse
    app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=settings.trusted_proxies)
    app.add_middleware(RequestId)
    return app


def check_port(host: str, port: int) -> None:
    """Refuse before anything is started where nobody could reach it.

    A second studio on one data folder would take up the first one's work before its server found
    the port taken.

    Raises:
        Unavailable: ``port_unusable``.
    """
    import os
    import socket

    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        socket.create_server((host, port), family=family).close()
    except socket.gaierror as problem:
        reason = problem.strerror or str(problem)
        raise Unavailable("port_unusable", host=host, port=port, reason=reason) from problem
    except (OSError, OverflowError) as problem:
        # Python adds the address to the system's words; the sentence has it already.
        number = getattr(problem, "errno", None)
        reason = os.strerror(number) if number else str(problem)
        raise Unavailable("port_unusable", host=host, port=port, reason=reason) from problem
