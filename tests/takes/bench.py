"""The service of takes over real engines, a real database and a voice lookup of the test's own."""

import contextlib
import time
from pathlib import Path
from types import SimpleNamespace

from studio.engines.contract import Enrolment
from studio.problems import NotFound
from studio.runtime.runtime import Runtime
from studio.runtime.weights import WeightStore
from studio.settings import Settings
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.takes.acceptance import LicenceService
from studio.takes.batches.results import BatchResults
from studio.takes.batches.service import BatchService
from studio.takes.exports import Exports
from studio.takes.ledger import Ledger
from studio.takes.order import ComparisonOrder
from studio.takes.service import TakeService
from tests.waiting import until

OWNER = "local"


class Voices:
    """One voice, ``anna``, which sounds most like the preset Bob."""

    def __init__(self):
        self.rankings = 0
        self.known = None
        self.enrolled = []
        self.forgotten = []

    def get(self, owner, voice_id):
        if (owner, voice_id) != (OWNER, "anna"):
            raise NotFound("unknown_voice")
        check = SimpleNamespace(speech_seconds=4.0, seconds=5.0)
        return SimpleNamespace(
            id="anna", name="Anna", transcript="", check=check, reference_seconds=None
        )

    def reference_flac(self, owner, voice_id):
        self.get(owner, voice_id)
        return SimpleNamespace(flac=b"fLaC", transcript="What Anna said.", language="en")

    def closest_presets(self, owner, voice_id, engine):
        self.rankings += 1
        time.sleep(0.05)
        self.known = [
            SimpleNamespace(preset="bob", similarity=0.731),
            SimpleNamespace(preset="ann", similarity=0.512),
        ]
        return self.known

    def known_closest_presets(self, owner, voice_id, engine):
        return self.known

    def consent(self, owner, voice_id):
        if (owner, voice_id) != (OWNER, "anna"):
            raise NotFound("unknown_consent")
        return SimpleNamespace(id="consent-of-anna")

    def enrolment(self, owner, voice_id, engine, sets=()):
        self.enrolled.append((engine, sets))
        return f"{voice_id}:{engine}", Enrolment(values={"number": len(self.enrolled)})

    def forget_enrolment(self, owner, voice_id, engine, sets=()):
        self.forgotten.append((engine, sets))


class Bench:
    """Services in a folder. Can be closed and opened again over the same files."""

    def __init__(self, folder: Path, **settings):
        quick = {
            "take_backoff_seconds": 0.05,
            "stop_seconds": 0.0,
            "engine_load_seconds": 30,
            "engine_silence_seconds": 3,
        }
        self.settings = Settings(data_dir=folder, **{**quick, **settings})
        self.voices = Voices()
        self.database = Database(self.settings)
        self.blobs = Blobs(self.settings.resolved_blobs_url)
        self.weights = WeightStore(self.settings)
        self.runtime = Runtime(self.settings, self.weights)
        self.licences = LicenceService(self.database)
        self.ledger = Ledger(self.database)
        self.takes = TakeService(
            self.settings,
            self.database,
            self.blobs,
            self.runtime,
            self.voices,
            self.licences,
            measure="studio_test_engines.ears:measure",
        )
        self.exports = Exports(self.settings, self.database, self.blobs, self.runtime, self.voices)
        self.batches = BatchService(
            self.settings,
            self.database,
            self.takes.planner,
            self.takes.admission,
            self.takes.scheduler,
        )
        self.batch_results = BatchResults(self.batches, self.database, self.exports)

    def start(self):
        self.database.start()
        self.takes.start()
        self.batches.start()
        return self

    def close(self):
        self.takes.close()
        self.runtime.close()
        self.database.close()

    def order(self, text, *engines, **fields):
        """Order a text; engines are names or parts of an order."""
        return self.takes.create(OWNER, an_order(text, *engines, **fields))

    def wait(self, comparison, seconds=30):
        """The comparison once it is final."""
        return until(lambda: _final(self.takes.comparison(OWNER, comparison.id)), seconds)

    def settled(self, comparison, seconds=90):
        """The comparison once nothing more happens to it."""

        def reached():
            view = self.takes.comparison(OWNER, comparison.id)
            return view if view.settled else None

        return until(reached, seconds)

    def state(self, take, *states, seconds=15):
        """The take once it is in one of these states."""

        def reached():
            view = self.takes.take(OWNER, take.id)
            return view if view.state in states else None

        return until(reached, seconds)


def an_order(text, *engines, **fields):
    wanted = [{"engine": e} if isinstance(e, str) else e for e in engines or ("speaker",)]
    return ComparisonOrder(text=text, engines=wanted, **{"language": "en", **fields})


def _final(view):
    return view if view.final else None


def journal(path):
    """What was rendered, a line a render."""
    with contextlib.suppress(FileNotFoundError):
        return path.read_text().splitlines()
    return []


@contextlib.contextmanager
def a_bench(folder, **settings):
    bench = Bench(folder, **settings).start()
    try:
        yield bench
    finally:
        bench.close()
