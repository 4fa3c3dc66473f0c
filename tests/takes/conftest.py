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
def ears(tmp_path, monkeypatch):
    """Says what the next takes that are measured come out as; see the test engines' ears."""
    path = tmp_path / "ears"
    monkeypatch.setenv("TEST_ENGINES_EARS", str(path))
    return lambda *lines: path.write_text("\n".join(lines))


@pytest.fixture
def measured(tmp_path, journal_file, ears):
    """A bench that measures."""
    with a_bench(tmp_path / "data", measure=True) as running:
        yield running


@pytest.fixture
def bench(tmp_path, journal_file):
    with a_bench(tmp_path / "data") as running:
        yield running
