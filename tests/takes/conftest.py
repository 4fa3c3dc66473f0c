"""A bench over the test engines of this folder, which a real dist-info announces."""

import pytest

from tests.takes.bench import a_bench, find_engines, forget_engines


@pytest.fixture(autouse=True)
def engines(monkeypatch):
    find_engines(monkeypatch)
    yield
    forget_engines()


@pytest.fixture
def journal_file(tmp_path, monkeypatch):
    path = tmp_path / "journal"
    monkeypatch.setenv("TAKES_TEST_JOURNAL", str(path))
    return path


@pytest.fixture
def bench(tmp_path, journal_file):
    with a_bench(tmp_path / "data") as running:
        yield running
