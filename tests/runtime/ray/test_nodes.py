"""What is on a node decides: its own weights, its own environment, its head."""

import os
import signal

import pytest

from studio.problems import Unavailable
from studio.runtime.ray.runtime import RayRuntime
from studio.runtime.ray.station import Station
from studio.runtime.weights import WeightStore
from tests.runtime.conftest import saying
from tests.runtime.ray.clusters import cluster_of_nodes
from tests.waiting import until


@pytest.fixture
def on_a_node(nodes, ray_settings, tmp_path, monkeypatch):
    """A runtime, and the folder of weights of the one node that its engine may go to."""
    name = tmp_path.name.replace("-", "_")
    monkeypatch.setenv("STUDIO_MODELS_DIR", str(tmp_path / "on_the_node"))
    node = nodes.add(**{name: 1})
    monkeypatch.delenv("STUDIO_MODELS_DIR")
    ray_settings.models_dir = tmp_path / "here"
    ray_settings.ray_resources = {"test_sets": {name: 0.1}}
    for place in ("here", "on_the_node"):
        (tmp_path / place / "test_sets" / "red").mkdir(parents=True)
    (tmp_path / "here" / "test_sets" / "red" / "voices.txt").write_text("redone redtwo")
    running = RayRuntime(ray_settings, WeightStore(ray_settings))
    yield saying(running), tmp_path / "on_the_node" / "test_sets" / "red" / "voices.txt"
    running.close()
    nodes.kill(node)


def test_weights_are_the_nodes_own(on_a_node):
    say, weights = on_a_node
    weights.write_text("redone redtwo")
    assert len(say("chunks 2", "test_sets", preset="redone")[0]) == 2


def test_a_node_without_the_weights_says_so(on_a_node):
    say, _ = on_a_node
    with pytest.raises(Unavailable) as problem:
        say("chunks 2", "test_sets", preset="redone")
    assert problem.value.code == "worker_weights_missing"


def test_no_other_model_speaks_under_the_name_of_the_one_that_was_asked(on_a_node):
    say, weights = on_a_node
    weights.write_text("redone redthree")
    with pytest.raises(Unavailable) as problem:
        say("chunks 2", "test_sets", preset="redone")
    assert problem.value.code == "worker_weights_differ"


def test_an_environment_that_is_not_installed_on_the_node_is_told(tmp_path):
    station = Station("styletts2", {"data_dir": str(tmp_path), "models_dir": None}, False)
    answer = station.start("cpu", 5)
    assert (answer["did"], answer["code"]) == ("refused", "environment_missing")


@pytest.mark.slow  # it needs a cluster of its own
def test_a_studio_outlives_the_clusters_head_and_says_so(ray_settings):
    """Ray ends a process that has lost the head for a minute; the studio leaves before that."""
    with cluster_of_nodes() as mine:
        mine.add()
        ray_settings.ray_address = mine.address
        running = RayRuntime(ray_settings, WeightStore(ray_settings))
        say = saying(running)
        say("chunks 1")
        os.kill(mine.head("gcs_server"), signal.SIGKILL)
        until(lambda: running._cluster.connection == 0, 20)
        assert running.state("speaker").state == "ready"
        with pytest.raises(Unavailable) as problem:
            say("chunks 1")
        assert problem.value.code == "ray_unreachable"
        running.close()
