"""The voting routes as a server process that a test may kill: `python -m tests.listening.serving DATA PORT`."""

import sys
from pathlib import Path
from types import SimpleNamespace

import uvicorn
from fastapi import FastAPI

from studio.api import trials
from studio.api.problems import install
from studio.listening.trials import TrialService
from studio.settings import Settings
from studio.store.database import Database
from tests.listening.takes import SpokenTakes


def main() -> None:
    settings = Settings(data_dir=Path(sys.argv[1]), votes_per_minute=1_000_000)
    database = Database(settings)
    database.start()
    app = FastAPI()
    app.state.studio = SimpleNamespace(trials=TrialService(settings, database, SpokenTakes()))
    install(app)
    app.include_router(trials.router)
    uvicorn.run(app, port=int(sys.argv[2]), log_level="warning")


if __name__ == "__main__":
    main()
