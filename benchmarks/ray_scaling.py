"""Takes a second on a Ray cluster of 1, 2 and 4 nodes, and what a killed node costs.

Real node processes on this machine, one replica of an engine on each, the whole studio before them:
orders, rows, FLAC files. The engine sleeps 2 s for 8 s of speech, as a graphics card would compute;
what is measured is what lies around it. Efficiency: takes a second, divided by those of one node
times the number of nodes; goal ≥ 0.9 at 4. Then a node is killed while all four are at work.
"""

import os
import tempfile
import threading
import time
from pathlib import Path

from sqlalchemy import select

from benchmarks._figures import Figures, figure
from benchmarks._sleeping_engine import TAKE_SECONDS, findable
from studio.settings import Settings
from studio.store.tables import Take
from studio.takes.order import ComparisonOrder, EngineOrder
from studio.wiring import Studio, build
from tests.runtime.ray.clusters import Nodes, cluster_of_nodes

_TEXT = "Nobody knew that a letter would arrive before noon and change the whole village."
_FINAL = {"done", "failed", "cancelled"}
_LIMIT_SECONDS = 120.0


def run(takes: int = 16) -> Figures:
    """Measure on a fresh cluster.

    Args:
        takes: a multiple of 4.
    """
    rates: dict[int, float] = {}
    with findable(), cluster_of_nodes(PYTHONPATH=os.environ["PYTHONPATH"]) as nodes:
        for workers in (1, 2, 4):
            while len(nodes.workers) < workers:
                nodes.add()
            rates[workers] = takes / _render(nodes, workers, takes)[0]
        seconds, states, heard = _render(nodes, 4, 2 * takes, kill=True)
    figures: Figures = {
        f"takes a second, {workers} node{'s' * (workers > 1)}": figure(rate, "/s")
        for workers, rate in rates.items()
    }
    figures["the engine alone could do, 1 node"] = figure(1 / TAKE_SECONDS, "/s")
    for workers in (2, 4):
        efficiency = rates[workers] / (workers * rates[1])
        figures[f"efficiency, {workers} nodes"] = figure(efficiency, "×", least=0.9)
    lost = 2 * takes - states.count("done")
    figures[f"one of 4 nodes killed: takes lost of {2 * takes}"] = figure(lost, "", most=0)
    figures["… takes with wrong length"] = figure(sum(s != 8.0 for s in heard), "", most=0)
    figures["… seconds for all"] = figure(seconds, "s")
    return figures


def _render(
    nodes: Nodes, workers: int, takes: int, *, kill: bool = False
) -> tuple[float, list[str], list[float]]:
    """Seconds from the first order to the last finished row; states and lengths of all."""
    with tempfile.TemporaryDirectory() as folder:
        studio = build(
            Settings(
                data_dir=Path(folder),
                runtime="ray",
                ray_address=nodes.address,
                ray_replicas={"sleeping": workers},
                measure=False,
            )
        )
        studio.start()
        try:
            _order(studio, range(10_000, 10_000 + workers))  # every replica is loaded
            _wait(studio, workers)
            began = time.perf_counter()
            _order(studio, range(takes))
            if kill:
                threading.Timer(1.5 * TAKE_SECONDS, nodes.kill, [nodes.workers[0]]).start()
            states, heard = _wait(studio, workers + takes)
            return time.perf_counter() - began, states[workers:], heard[workers:]
        finally:
            studio.close()


def _order(studio: Studio, seeds: range) -> None:
    for seed in seeds:
        wanted = EngineOrder(engine="sleeping", seed=seed)
        studio.takes.create("local", ComparisonOrder(text=_TEXT, language="en", engines=[wanted]))


def _wait(studio: Studio, takes: int) -> tuple[list[str], list[float]]:
    limit = time.monotonic() + _LIMIT_SECONDS
    while True:
        with studio.database.read() as session:
            rows = session.execute(select(Take.state, Take.seconds).order_by(Take.created_at)).all()
        states = [state for state, _ in rows]
        over = sum(state in _FINAL for state in states) == takes
        if over or time.monotonic() > limit:
            return states, [float(seconds or 0.0) for _, seconds in rows]
        time.sleep(0.05)
