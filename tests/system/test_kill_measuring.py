"""`kill -9` of the whole studio while it measures: reports and further attempts come all the same."""

import pytest

from tests.studio_process import StudioProcess, running
from tests.waiting import runs, until


@pytest.fixture
def studio(tmp_path):
    with running(StudioProcess(tmp_path / "data", STUDIO_MEASURE="1")) as started:
        yield started


def measuring(studio):
    """Process id of the one that measures."""
    return next((p for n, p in studio.children().items() if n.startswith("workbench-mea")), None)


def test_what_was_being_measured_is_measured_after_the_restart(studio):
    ordered = studio.order("Measured after all.", [{"engine": "espeak"}, {"engine": "test_echo"}])
    before = studio.finished(ordered["id"])
    assert {take["report"]["state"] for take in before.values()} <= {"pending", "running"}
    process = until(lambda: measuring(studio), 60)
    studio.kill()
    until(lambda: not runs(process), 3)
    studio.start()

    def settled():
        found = studio.client.get(f"/api/comparisons/{ordered['id']}").json()
        return found if found["settled"] else None

    for take in until(settled, 400)["takes"]:
        attempts = [take, *take["attempts"]]
        assert {each["report"]["state"] for each in attempts} == {"done"}
        assert {each["first"] for each in attempts} == {before[take["engine"]]["id"]}
        assert len({each["seed"] for each in attempts}) == len(attempts)
