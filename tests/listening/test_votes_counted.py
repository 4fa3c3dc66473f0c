"""What telemetry hears of votes: each once, when it is on disk."""

import pytest

from studio import telemetry
from studio.problems import Conflict
from tests.listening.conftest import listen, vote


def votes() -> float:
    return telemetry.REGISTRY.get_sample_value("studio_votes_total", {"protocol": "blind"}) or 0.0


def test_a_vote_counts_once_however_often_it_is_sent_and_a_refused_one_never(service):
    trials = service()
    trial = trials.issue(None)
    before = votes()
    with pytest.raises(Conflict):
        vote(trials, trial)
    listen(trials, trial)
    for _ in range(3):
        vote(trials, trial, "a")
    with pytest.raises(Conflict):
        vote(trials, trial, "b")
    assert votes() == before + 1
