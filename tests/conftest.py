"""What all tests share: the database they run on, and that takes are not measured.

``STUDIO_TEST_DATABASE=postgresql`` runs every test on a real PostgreSQL (`tests.postgres`).

Takes of the suite are not measured unless a test says so: beeps are no speech. Where they are,
measuring does not give way: beside a busy suite it would hardly get its turn.
"""

import os

os.environ.setdefault("STUDIO_MEASURE", "0")
os.environ.setdefault("STUDIO_MEASURE_NICENESS", "0")
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
if "PYTEST_XDIST_WORKER" in os.environ:
    # Two test processes with two threads each are in each other's way on two cores.
    os.environ.setdefault("OMP_NUM_THREADS", "1")

import uuid

import pytest

from tests import postgres


@pytest.fixture(scope="session", autouse=True)
def postgresql():
    """Before processes are started that shall find it."""
    if postgres.CHOSEN:
        postgres.SERVER.create("studio")


@pytest.fixture(autouse=True)
def databases_of_the_test(request):
    """Forget what a test's data folder had on PostgreSQL."""
    if not (postgres.CHOSEN and "tmp_path" in request.fixturenames):
        yield
        return
    folder = request.getfixturevalue("tmp_path")
    yield
    postgres.SERVER.drop_within(folder)


@pytest.fixture
def postgresql_url():
    """The URL of a PostgreSQL database with all tables and no rows, whatever the run is on."""
    if not postgres.available():
        pytest.skip("PostgreSQL is not installed: make postgres")
    name = f"test_{uuid.uuid4().hex}"
    yield postgres.SERVER.create(name)
    postgres.SERVER.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request, tmp_path):
    """As `database_url`, without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'studio.sqlite3'}"
        return
    if not postgres.available():
        pytest.skip("PostgreSQL is not installed: make postgres")
    name = f"test_{uuid.uuid4().hex}"
    yield postgres.SERVER.create(name, migrated=False)
    postgres.SERVER.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    """A test that asks for it runs twice: on SQLite and on PostgreSQL, each empty of rows."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'studio.sqlite3'}"
    return request.getfixturevalue("postgresql_url")


def pytest_sessionfinish():
    postgres.SERVER.remove()
