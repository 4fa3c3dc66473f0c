"""Takes as rows on a cluster: a killed node loses none, whatever was heard of them."""

import threading
import time

import pytest
from sqlalchemy import select

from studio.settings import Settings
from studio.store.tables import Take
from studio.takes.order import ComparisonOrder, EngineOrder
from studio.wiring import build
from tests.runtime.ray.test_actors import pids
from tests.waiting import until


@pytest.fixture
def studio(nodes, tmp_path):
    nodes.complete()
    made = build(
        Settings(
            data_dir=tmp_path / "data",
            runtime="ray",
            ray_address=nodes.address,
            ray_replicas={"speaker": 2},
            engine_load_seconds=40,
            take_backoff_seconds=0.05,
            measure=False,
        )
    )
    made.start()
    yield made
    made.close()


def rows(studio):
    with studio.database.read() as session:
        return list(session.scalars(select(Take).order_by(Take.created_at)))


def order(studio, text, count):
    for seed in range(count):
        wanted = EngineOrder(engine="speaker", seed=seed)
        studio.takes.create("local", ComparisonOrder(text=text, language="en", engines=[wanted]))


def states(studio):
    return [take.state for take in rows(studio)]


def test_a_killed_node_loses_no_take(studio, nodes):
    """The engine does not promise the same samples again: the rows are rendered anew."""
    order(studio, "slowly 12", 8)
    until(lambda: states(studio).count("done") >= 1, 30)
    until(lambda: all(t.state == "running" for t in rows(studio)[2:4]), 10)
    time.sleep(0.5)
    threading.Thread(
        target=lambda: nodes.kill(nodes.of(pids(studio.runtime, "speaker")[0]))
    ).start()
    until(lambda: states(studio) == ["done"] * 8, 60)
    assert [round(take.seconds, 2) for take in rows(studio)] == [2.4] * 8
    assert sum(take.tries for take in rows(studio)) > 8
    nodes.complete()


def test_a_cancelled_take_stops_on_its_node_and_the_next_one_begins(studio):
    order(studio, "slowly 100", 1)
    until(lambda: states(studio) == ["running"], 30)
    until(lambda: pids(studio.runtime, "speaker"), 30)
    studio.takes.cancel("local", rows(studio)[0].id)
    began = time.monotonic()
    order(studio, "slowly 2", 1)
    until(lambda: sorted(states(studio)) == ["cancelled", "done"], 15)
    assert time.monotonic() - began < 10
