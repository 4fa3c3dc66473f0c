"""How long the result of a study takes: 20 raters x 20 trials x 5 conditions, and 20,000 answers.

python benchmarks/study_result.py [--raters 1000]
"""

import argparse
import tempfile
import time
from pathlib import Path

from studio.settings import Settings
from studio.store.database import Database
from studio.studies.dataset import read
from studio.studies.results.result import result
from studio.studies.results.service import ResultService
from studio.studies.results.tables import EXPORTS
from tests.studies.made import make

QUALITY = (0.8, 0.4, 0.0, -0.4, -0.8)


def timed(database: Database, service: ResultService, protocol: str, raters: int) -> None:
    """Print one line for one study."""
    study = make(
        database, protocol=protocol, quality=QUALITY, raters=raters, trials=20, title=str(raters)
    )
    steps = {}
    began = time.perf_counter()
    with database.read() as session:
        data = read(session, study)
    steps["read"] = time.perf_counter() - began
    began = time.perf_counter()
    result(data)
    steps["result"] = time.perf_counter() - began
    service.result("local", study)
    began = time.perf_counter()
    service.result("local", study)
    steps["again"] = time.perf_counter() - began
    began = time.perf_counter()
    service.result("local", study, wait=True)
    steps["later"] = time.perf_counter() - began
    began = time.perf_counter()
    for name in EXPORTS:
        service.export("local", study, name, "parquet")
    steps["exports"] = time.perf_counter() - began
    told = "  ".join(f"{name} {seconds:.3f} s" for name, seconds in steps.items())
    print(f"{protocol:7} {len(data.of_kind('main')):6} answers  {told}", flush=True)


def main() -> None:
    """Time every protocol small, AB and ACR large."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raters", type=int, default=1000, help="of the large study")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        database = Database(settings)
        database.start()
        service = ResultService(settings, database)
        timed(database, service, "ab", 10)  # libraries are loaded here
        for protocol in ("ab", "abx", "acr", "ccr", "mushra"):
            timed(database, service, protocol, 20)
        for protocol in ("ab", "acr"):
            timed(database, service, protocol, options.raters)
        service.close()
        database.close()


if __name__ == "__main__":
    main()
