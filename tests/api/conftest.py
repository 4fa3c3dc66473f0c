"""A real server over the test engines: HTTP as a client sees it, streams included."""

import threading
import time
from types import SimpleNamespace

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from studio.api import (
    acceptance,
    batch_preview,
    batches,
    comparison_zip,
    comparisons,
    engines,
    exports,
    ledger,
    plans,
    problems,
    projects,
    provenance,
    takes,
)
from studio.costs.service import CostService
from studio.runtime.environments import Environments
from studio.runtime.jobs import Jobs
from studio.takes.prices import Prices
from studio.takes.verifying import Verifier
from tests.suite_engines import find_engines, forget_engines
from tests.takes.bench import a_bench


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        find_engines(patch)
        with a_bench(tmp_path_factory.mktemp("data")) as running:
            yield running
    forget_engines()


@pytest.fixture(scope="module")
def address(bench):
    app = FastAPI()
    app.state.studio = SimpleNamespace(
        settings=bench.settings,
        takes=bench.takes,
        database=bench.database,
        exports=bench.exports,
        batches=bench.batches,
        batch_results=bench.batch_results,
        verifier=Verifier(bench.settings, bench.database, bench.runtime, bench.voices),
        runtime=bench.runtime,
        weights=bench.weights,
        licences=bench.licences,
        ledger=bench.ledger,
        costs=CostService(bench.database, Prices(bench.settings.prices)),
        prices=Prices(bench.settings.prices),
        environments=Environments(bench.settings),
        jobs=Jobs(),
    )
    problems.install(app)
    for module in (
        acceptance,
        batch_preview,
        batches,
        comparison_zip,
        comparisons,
        engines,
        exports,
        ledger,
        plans,
        projects,
        provenance,
        takes,
    ):
        app.include_router(module.router)

    @app.get("/api/broken")
    def broken():
        raise RuntimeError("the secret is 42")

    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def client(address):
    with httpx.Client(base_url=address, timeout=30) as client:
        yield client
