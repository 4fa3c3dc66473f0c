"""What actors ask of a cluster follows from cards and settings."""

import pytest

from studio.engines.card import Environment, Hardware
from studio.engines.registry import engine_class
from studio.runtime.ray.placing import goes_to_cluster, place
from studio.settings import Settings


def on(runs_on, **facts):
    from studio_test_engines.tone import card

    hardware = Hardware(runs_on=runs_on, memory_mb=300, cuda_memory_mb=6_000)
    return card("test_place", **facts).model_copy(update={"hardware": hardware})


def test_the_share_of_a_card_is_the_engines_memory_of_it():
    placed = place(on(("cuda", "cpu")), Settings(ray_gpu_mb=24_000), cluster_gpus=1)
    assert (placed.device, placed.gpus, placed.cuda_memory_mb) == ("cuda:0", 0.25, 6_000)
    assert placed.memory_bytes == 300_000_000


def test_without_a_card_in_the_cluster_an_engine_runs_on_processors_if_it_can():
    assert place(on(("cuda", "cpu")), Settings(), cluster_gpus=0).device == "cpu"
    assert place(on(("cuda",)), Settings(), cluster_gpus=0).gpus > 0, "it waits for a node"


def test_an_engine_larger_than_a_card_asks_for_a_whole_one():
    assert place(on(("cuda",)), Settings(ray_gpu_mb=4_000), cluster_gpus=1).gpus == 1.0


def test_settings_overrule_the_card():
    settings = Settings(ray_resources={"test_place": {"GPU": 0.5, "CPU": 3, "fast_disk": 1}})
    placed = place(on(("cpu",)), settings, cluster_gpus=0)
    assert (placed.gpus, placed.cpus, dict(placed.others)) == (0.5, 3, {"fast_disk": 1})


@pytest.mark.parametrize("kind", ["installed", "pip"])
def test_ray_installs_an_engines_own_requirements_only_where_it_is_told_to(tmp_path, kind):
    wanted = tmp_path / "own.txt"
    wanted.write_text("# why\ntorch==2.9.1  # old\n\nnumpy==2.2.6\n")
    own = Environment(kind="own", requirements=str(wanted))
    settings = Settings(ray_environments=kind, pip_options="--index-url https://example.org/x")
    made = place(on(("cpu",), environment=own), settings, cluster_gpus=0).runtime_env
    if kind == "installed":
        assert "pip" not in made
    else:
        assert made["pip"]["packages"] == ["torch==2.9.1", "numpy==2.2.6"]
        assert made["pip"]["pip_install_options"] == ["--index-url", "https://example.org/x"]


def test_requirements_that_contradict_each_other_are_not_for_rays_pip():
    settings = Settings(ray_environments="pip")
    assert "pip" not in place(engine_class("styletts2").card, settings, 0).runtime_env
    assert "pip" in place(engine_class("kyutai").card, settings, 0).runtime_env


def test_services_stay_where_their_keys_are():
    assert not goes_to_cluster(engine_class("elevenlabs").card)
    assert goes_to_cluster(engine_class("kokoro").card)


def test_no_secret_of_the_studio_travels_with_an_actor(monkeypatch):
    monkeypatch.setenv("STUDIO_SECRET_KEY", "hidden")
    assert "hidden" not in str(place(on(("cpu",)), Settings(), 0).runtime_env)
