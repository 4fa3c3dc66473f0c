"""A small application around a real voice service, for the tests of voices over HTTP."""

import os
import tempfile
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from studio.api import checkups, doctor, voices
from studio.api.problems import install
from studio.runtime.runtime import Runtime
from studio.runtime.weights import WeightStore
from studio.settings import Settings
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.voices.service import VoiceService
from tests.audio import files, speech
from tests.voices.conftest import Deaf

__all__ = ["app", "client", "korean", "runtime", "studio", "temporary"]


@pytest.fixture(scope="module")
def temporary(tmp_path_factory):
    """An empty folder where this process and its children would put temporary files."""
    folder = tmp_path_factory.mktemp("tmp")
    before = os.environ.get("TMPDIR"), tempfile.tempdir
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    yield folder
    tempfile.tempdir = before[1]
    os.environ.pop("TMPDIR")
    if before[0] is not None:
        os.environ["TMPDIR"] = before[0]


@pytest.fixture(scope="module")
def runtime(tmp_path_factory, temporary):
    settings = Settings(data_dir=tmp_path_factory.mktemp("runtime"))
    runtime = Runtime(settings, WeightStore(settings))
    yield runtime
    runtime.close()


@pytest.fixture
def studio(tmp_path, runtime):
    settings = Settings(data_dir=tmp_path / "data", enrol_saved_voices=False)
    database = Database(settings)
    database.start()
    blobs = Blobs(settings.resolved_blobs_url)
    yield SimpleNamespace(
        settings=settings,
        database=database,
        runtime=runtime,
        voices=VoiceService(settings, database, blobs, runtime, Deaf()),
    )
    database.close()


@pytest.fixture
def app(studio):
    app = FastAPI()
    app.state.studio = studio
    install(app)
    app.include_router(voices.router)
    app.include_router(checkups.router)
    app.include_router(doctor.router)
    return app


@pytest.fixture
def client(app):
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def korean():
    return files.make("wav", *speech.espeak(speech.KOREAN, "ko"))
