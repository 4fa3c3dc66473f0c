"""The studio's routes and services without its pages: `python -m reliability._server PORT`.

It starts in a third of the time, and everything that keeps something is in it. Settings come from
the environment, as always.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from studio.api import routers
from studio.api.problems import install
from studio.settings import Settings
from studio.wiring import build


def main() -> None:
    """Serve until it is killed."""
    studio = build(Settings())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        studio.start()
        yield
        studio.close()

    app = FastAPI(lifespan=lifespan)
    app.state.studio = studio
    install(app)
    for router in routers():
        app.include_router(router)
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")


if __name__ == "__main__":
    main()
