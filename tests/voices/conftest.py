"""A voice service on the real database, blobs and processes, in a folder of its own."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from studio.locales import note
from studio.runtime.runtime import Runtime
from studio.runtime.weights import WeightStore
from studio.settings import Settings
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.tables import Voice
from studio.voices.service import VoiceService


class Deaf:
    """The recogniser that is not there, until a test gives it a folder."""

    path = None

    def folder(self):
        return self.path

    def missing(self):
        return note("measuring_model.recogniser_missing", set="base", size="145 MB")


@dataclass(frozen=True)
class Bench:
    settings: Settings
    database: Database
    blobs: Blobs
    runtime: Runtime
    voices: VoiceService
    recogniser: Deaf

    def row(self, voice: str) -> Voice:
        """A voice's row, whoever owns it."""
        with self.database.read() as session:
            return session.get_one(Voice, voice)

    def file(self, blob: str) -> Path:
        """Where a blob is kept."""
        return self.settings.data_dir / "blobs" / blob

    def files(self) -> list[Path]:
        """Everything kept as a blob."""
        root = self.settings.data_dir / "blobs"
        return sorted(path for path in root.rglob("*") if path.is_file())


@pytest.fixture(scope="session")
def runtime(tmp_path_factory):
    """Processes are slow to start: one set serves all tests here."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("runtime"))
    runtime = Runtime(settings, WeightStore(settings))
    yield runtime
    runtime.close()


@pytest.fixture
def bench(tmp_path, runtime):
    settings = Settings(data_dir=tmp_path / "data", enrol_saved_voices=False)
    database = Database(settings)
    database.start()
    blobs = Blobs(settings.resolved_blobs_url)
    recogniser = Deaf()
    voices = VoiceService(settings, database, blobs, runtime, recogniser)
    yield Bench(settings, database, blobs, runtime, voices, recogniser)
    voices.close()
    database.close()
