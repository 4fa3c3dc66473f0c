"""A voice service on the real database, blobs and processes, in a folder of its own."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from studio.runtime.runtime import Runtime
from studio.runtime.weights import WeightStore
from studio.settings import Settings
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.tables import Voice
from studio.voices.service import VoiceService


@dataclass(frozen=True)
class Bench:
    settings: Settings
    database: Database
    blobs: Blobs
    runtime: Runtime
    voices: VoiceService

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
    yield Bench(
        settings, database, blobs, runtime, VoiceService(settings, database, blobs, runtime)
    )
    database.close()
