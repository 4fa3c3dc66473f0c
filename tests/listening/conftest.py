"""A real database and real speech for every listening test."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

from studio.listening.trials import TrialService
from studio.listening.views import IssuedTrial, Reveal
from studio.settings import Settings
from studio.store.database import Database
from tests.listening.takes import SpokenTakes


@pytest.fixture
def database(tmp_path) -> Iterator[Database]:
    database = Database(Settings(data_dir=tmp_path))
    database.start()
    yield database
    database.close()


@pytest.fixture
def takes() -> SpokenTakes:
    """Two takes of one comparison; tests add more."""
    takes = SpokenTakes()
    takes.add("one", "espeak/en-us")
    takes.add("one", "piper/joe")
    return takes


@pytest.fixture
def service(database, takes, tmp_path) -> Callable[..., TrialService]:
    """A new service over the same database, as after a restart. By default no time must pass."""

    def make(**settings) -> TrialService:
        chosen = {"listen_fraction": 0, "votes_per_minute": 10_000} | settings
        return TrialService(Settings(data_dir=tmp_path, **chosen), database, takes)

    return make


def token_of(url: str) -> str:
    return url.rsplit("/", 1)[1]


def clips(service: TrialService, trial: IssuedTrial) -> tuple[bytes, bytes]:
    a, b = (service.stimulus(token_of(url), None) for url in (trial.a_url, trial.b_url))
    return a.data, b.data


def listen(service: TrialService, trial: IssuedTrial, sides: str = "ab") -> None:
    """Stream clips to the end."""
    for side in sides:
        clip = service.stimulus(token_of(getattr(trial, f"{side}_url")), None)
        asyncio.run(service.mark_sent(clip))


def vote(
    service: TrialService, trial: IssuedTrial, choice: str = "a", rater: str | None = None
) -> Reveal:
    return asyncio.run(service.vote(rater, trial.token, choice))
