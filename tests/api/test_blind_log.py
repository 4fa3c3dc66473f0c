"""When the database fails, neither the answer nor the log tells what a trial or an order was about."""

import logging
from types import SimpleNamespace

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from studio.api import trials
from studio.api.problems import install
from studio.listening.trials import TrialService
from studio.settings import Settings
from studio.store.database import Database
from tests.listening.takes import SpokenTakes


def test_a_trial_that_cannot_be_kept_is_not_told_in_the_log(tmp_path, caplog):
    # on SQLite whatever the run is on: the fault is a trigger in its words
    url = f"sqlite:///{tmp_path / 'studio.sqlite3'}"
    settings = Settings(data_dir=tmp_path / "data", database_url=url)
    database = Database(settings)
    database.start()
    takes = SpokenTakes()
    takes.add("one", "espeak/en-us")
    takes.add("one", "piper/joe")
    app = FastAPI()
    app.state.studio = SimpleNamespace(trials=TrialService(settings, database, takes))
    install(app)
    app.include_router(trials.router)
    refusing = (
        "CREATE TRIGGER full BEFORE INSERT ON trials BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    )
    database.write(lambda session: session.execute(text(refusing)))
    caplog.set_level(logging.DEBUG)
    with TestClient(app, "http://127.0.0.1", raise_server_exceptions=False) as client:
        answer = client.post("/api/trials", json={})
    database.close()
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "store_unavailable")
    assert "disk full" in caplog.text, "the fault itself is told"
    for words in (caplog.text, answer.text):
        assert not any(word in words for word in ("espeak/en-us", "piper/joe", "take-0", "take-1"))
