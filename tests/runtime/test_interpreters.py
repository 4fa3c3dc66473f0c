"""Which Python an engine with an environment of its own runs in, and what is said where it has none."""

import sys
from pathlib import Path

import pytest

from studio.engines.card import Environment
from studio.engines.registry import engine_class
from studio.problems import Unavailable
from studio.runtime.runtime import Runtime
from studio.runtime.weights import WeightStore
from tests.runtime.conftest import saying

OWN = Environment(kind="own", requirements="requirements.txt", probe=("json",))


class Environments:
    """Interpreters by device, as if they had been installed."""

    def __init__(self, state="ready", **pythons):
        self._state = state
        self._pythons = pythons

    def state(self, card):
        return self._state

    def python(self, card, device):
        return self._pythons.get(device.partition(":")[0], self._pythons.get("cpu"))


@pytest.fixture
def another(tmp_path):
    """Another path of this interpreter; which one ran can be read off its command line."""

    def make(name):
        path = tmp_path / name
        path.write_text(
            f'#!/bin/sh\nPYTHONPATH="{":".join(sys.path)}" exec {sys.executable} "$@" {name}\n'
        )
        path.chmod(0o755)
        return str(path)

    return make


@pytest.fixture
def start(fresh_settings, monkeypatch):
    """A runtime whose ``test_card_a`` has these facts on its card."""
    running = []

    def with_facts(environments, devices="cpu", **facts):
        kind = engine_class("test_card_a")
        monkeypatch.setattr(kind, "card", kind.card.model_copy(update=facts))
        fresh_settings.devices = devices
        running.append(Runtime(fresh_settings, WeightStore(fresh_settings), environments))
        return running[-1]

    yield with_facts
    for runtime in running:
        runtime.close()


def ran(runtime):
    """The last word of its process's command line."""
    saying(runtime)("chunks 1", "test_card_a")
    pid = runtime.state("test_card_a").pid
    return Path(f"/proc/{pid}/cmdline").read_text().split("\0")[-2]


@pytest.mark.parametrize(
    ("state", "shown", "code"),
    [
        ("missing", "environment_missing", "environment_missing"),
        ("outdated", "environment_outdated", "environment_outdated"),
        ("broken", "environment_missing", "environment_broken"),
    ],
)
def test_an_environment_that_cannot_serve_is_a_state_with_the_remedy(start, state, shown, code):
    runtime = start(Environments(state), environment=OWN)
    found = runtime.state("test_card_a")
    assert (found.state, found.detail.code) == (shown, f"error.{code}")
    with pytest.raises(Unavailable) as problem:
        saying(runtime)("chunks 1", "test_card_a")
    assert problem.value.code == code


def test_its_own_interpreter_runs_it(start, another):
    runtime = start(Environments(cpu=another("own")), environment=OWN)
    assert ran(runtime) == "own"


def test_on_a_card_the_environment_for_cards_runs_it(start, another):
    environments = Environments(cpu=another("own"), cuda=another("fast"))
    facts = {"environment": OWN, "cuda_environment": OWN}
    assert ran(start(environments, "cuda:0=1000", **facts)) == "fast"
    assert ran(start(environments, "cpu", **facts)) == "own"


def test_the_environment_for_cards_is_enough_where_there_is_a_card(start, another):
    environments = Environments("missing", cuda=another("fast"))
    facts = {"environment": OWN, "cuda_environment": OWN}
    assert ran(start(environments, "cuda:0=1000", **facts)) == "fast"
    assert start(environments, "cpu", **facts).state("test_card_a").state == "environment_missing"


def test_a_new_environment_replaces_the_process_that_runs_in_the_old(start, another):
    environments = Environments(cpu=another("old"))
    runtime = start(environments, environment=OWN)
    assert ran(runtime) == "old"
    environments._pythons["cpu"] = another("new")
    assert ran(runtime) == "new"
