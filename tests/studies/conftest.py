"""A real database, real blobs and short real speech for the tests of studies."""

from collections.abc import Callable, Iterator

import pytest

from studio.settings import Settings
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.studies.rating.service import RatingService
from tests.listening.takes import SpokenTakes
from tests.studies.rating import settings


@pytest.fixture
def database(tmp_path) -> Iterator[Database]:
    database = Database(Settings(data_dir=tmp_path))
    database.start()
    yield database
    database.close()


@pytest.fixture
def blobs(tmp_path) -> Blobs:
    return Blobs(Settings(data_dir=tmp_path).resolved_blobs_url)


@pytest.fixture
def takes() -> SpokenTakes:
    return SpokenTakes()


@pytest.fixture
def service(database, takes, blobs, tmp_path) -> Iterator[Callable[..., RatingService]]:
    """A new service over the same database, as after a restart. By default no time must pass."""
    made: list[RatingService] = []

    def make(**others) -> RatingService:
        made.append(RatingService(settings(tmp_path, **others), database, takes, blobs))
        return made[-1]

    yield make
    for one in made:
        one.close()
