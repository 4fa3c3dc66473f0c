"""A bench over the suite's engines."""

import pytest

from tests.suite_engines import find_engines, forget_engines
from tests.takes.bench import a_bench


@pytest.fixture(autouse=True)
def engines(monkeypatch):
    find_engines(monkeypatch)
    yield
    forget_engines()


@pytest.fixture
def journal_file(tmp_path, monkeypatch):
    path = tmp_path / "journal"
    monkeypatch.setenv("TEST_ENGINES_JOURNAL", str(path))
    return path


@pytest.fixture
def bench(tmp_path, journal_file):
    with a_bench(tmp_path / "data") as running:
        yield running
