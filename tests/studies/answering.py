"""The rater's routes as a process that a test may kill: `python -m tests.studies.answering DATA PORT`."""

import sys
from pathlib import Path
from types import SimpleNamespace

import uvicorn
from fastapi import FastAPI

from studio.api import rater
from studio.api.problems import install
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.studies.rating.service import RatingService
from tests.listening.takes import SpokenTakes
from tests.studies.rating import settings


def main() -> None:
    chosen = settings(Path(sys.argv[1]))
    database = Database(chosen)
    database.start()
    rating = RatingService(chosen, database, SpokenTakes(), Blobs(chosen.resolved_blobs_url))
    app = FastAPI()
    app.state.studio = SimpleNamespace(rating=rating, settings=chosen)
    install(app)
    app.include_router(rater.router)
    uvicorn.run(app, port=int(sys.argv[2]), log_level="warning")


if __name__ == "__main__":
    main()
