"""A library on SQLite and on PostgreSQL."""

import pytest

from tests.library.bench import Shelf, a_studio


@pytest.fixture
def shelf(tmp_path, database_url):
    with a_studio(tmp_path / "data", database_url) as studio:
        yield Shelf(studio)


@pytest.fixture
def library(shelf):
    return shelf.studio.library
