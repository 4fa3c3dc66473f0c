"""A request that the database cannot serve is refused with a sentence, and nothing of it is kept."""

import sqlite3
from types import SimpleNamespace

import psycopg
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from studio.api import trials
from studio.api.problems import install
from studio.listening.trials import TrialService
from studio.settings import Settings
from studio.store import postgresql, sqlite
from studio.store.database import Database
from studio.store.tables import Trial
from tests.listening.takes import SpokenTakes


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(sqlite, "_BUSY_MILLISECONDS", 300)
    monkeypatch.setitem(postgresql._SETTINGS, "lock_timeout", "300ms")


@pytest.fixture
def database(tmp_path, database_url, impatient):
    opened = Database(Settings(data_dir=tmp_path, database_url=database_url))
    opened.start()
    yield opened
    opened.close()


@pytest.fixture
def client(tmp_path, database, database_url):
    takes = SpokenTakes()
    takes.add("one", "espeak/en-us")
    takes.add("one", "piper/joe")
    settings = Settings(data_dir=tmp_path, database_url=database_url)
    app = FastAPI()
    app.state.studio = SimpleNamespace(trials=TrialService(settings, database, takes))
    install(app)
    app.include_router(trials.router)
    with TestClient(app, "http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


def lock(database):
    """As another process that does not let go; returns how it lets go."""
    if database.is_sqlite:
        held = sqlite3.connect(database.url.database, isolation_level=None)
        held.execute("BEGIN IMMEDIATE")
        return held.close
    held = psycopg.connect(str(database.url.set(drivername="postgresql")))
    held.execute(f"SELECT pg_advisory_xact_lock({postgresql._WRITING})")
    return held.close


@pytest.mark.parametrize(
    ("language", "words"), [("en", "try again in a moment"), ("ko", "잠시 뒤 다시")]
)
def test_a_locked_database_is_a_503_in_a_sentence_and_works_afterwards(
    client, database, language, words
):
    let_go = lock(database)
    answer = client.post("/api/trials", json={}, headers={"Accept-Language": language})
    let_go()
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "database_locked"
    assert words in answer.json()["error"]["message"]
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Trial)) == 0
    assert client.post("/api/trials", json={}).status_code == 201
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Trial)) == 1


@pytest.mark.parametrize(
    "token", ["%00", "a%00b", "%27%20OR%201=1--", "%25s", "%7B0%7D", "x" * 5000]
)
def test_ids_that_no_database_keeps_are_refused_alike(client, token):
    answer = client.post(f"/api/trials/{token}/vote", json={"choice": "a"})
    assert answer.status_code in (403, 404, 422), answer.text
