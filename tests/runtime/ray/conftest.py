"""One cluster for all tests here; what a test kills it adds again."""

import pytest

from studio.runtime.ray.runtime import RayRuntime
from studio.runtime.weights import WeightStore
from studio.settings import Settings
from tests.runtime.conftest import saying
from tests.runtime.ray.clusters import cluster_of_nodes


@pytest.fixture(scope="session")
def nodes():
    with cluster_of_nodes() as made:
        made.complete()
        yield made


@pytest.fixture
def ray_settings(nodes, tmp_path):
    return Settings(
        data_dir=tmp_path / "data",
        runtime="ray",
        ray_address=nodes.address,
        ray_replicas={"speaker": 2, "test_slow": 2},
        engine_load_seconds=40,
        engine_silence_seconds=5,
    )


@pytest.fixture
def ray_runtime(ray_settings):
    running = RayRuntime(ray_settings, WeightStore(ray_settings))
    yield running
    running.close()


@pytest.fixture
def far_say(ray_runtime):
    return saying(ray_runtime)
