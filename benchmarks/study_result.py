"""How long the result of a study takes: 20 raters x 20 trials x 5 conditions, and 20,000 answers.

First result: reading the answers and all but what comes later. Later: fragility, the audit of
blindness (in a process of its own), the mixed model, metrics against votes.
"""

import tempfile
import time
from pathlib import Path

from benchmarks._figures import Figures, figure
from studio.settings import Settings
from studio.store.database import Database
from studio.studies.dataset import read
from studio.studies.results.result import result
from studio.studies.results.service import ResultService
from studio.studies.results.tables import EXPORTS
from tests.studies.made import make

QUALITY = (0.8, 0.4, 0.0, -0.4, -0.8)
_SMALL = ("ab", "abx", "acr", "ccr", "mushra")
_LARGE = ("ab", "acr")


def run(raters: int = 1000) -> Figures:
    """Time every protocol small, AB and ACR large.

    raters: of the large studies; each answers 20 screens.
    """
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        database = Database(settings)
        database.start()
        service = ResultService(settings, database)
        _timed(database, service, "ab", 10)  # libraries are loaded here
        figures = {}
        for protocol, size in [*((one, 20) for one in _SMALL), *((one, raters) for one in _LARGE)]:
            figures |= _timed(database, service, protocol, size)
        service.close()
        database.close()
    return figures


def _timed(database: Database, service: ResultService, protocol: str, raters: int) -> Figures:
    study = make(
        database, protocol=protocol, quality=QUALITY, raters=raters, trials=20, title=str(raters)
    )
    steps = {}
    began = time.perf_counter()
    with database.read() as session:
        data = read(session, study)
    result(data)
    steps["first result"] = time.perf_counter() - began
    service.result("local", study)
    began = time.perf_counter()
    service.result("local", study)
    steps["again"] = time.perf_counter() - began
    began = time.perf_counter()
    service.result("local", study, wait=True)
    steps["later parts"] = time.perf_counter() - began
    began = time.perf_counter()
    for name in EXPORTS:
        service.export("local", study, name, "parquet")
    steps["all tables as Parquet"] = time.perf_counter() - began
    answers = len(data.of_kind("main"))
    return {
        f"{protocol}, {answers} answers: {name}": figure(seconds, "s")
        for name, seconds in steps.items()
    }
