"""A rater's way through a study of each protocol, from the link to the completion code."""

import re

import pytest

from studio.listening.raters import new_key
from studio.studies.rating.schedule import numbers
from tests.studies.rating import Opened, through

RECORDINGS = {"axy": 2, "smos": 2, "mushra": 4}


@pytest.mark.parametrize("protocol", ["ab", "axy", "abx", "acr", "smos", "ccr", "mushra"])
def test_a_rater_answers_every_screen_of_a_protocol_and_gets_a_code(
    service, database, takes, blobs, protocol
):
    study = Opened(database, blobs, takes, protocol, recordings=RECORDINGS.get(protocol, 0))
    rating = service()
    reply = through(rating, study, new_key(), protocol)
    assert reply.state == "finished"
    assert re.fullmatch(r"([A-Z2-9]{4}-){2}[A-Z2-9]{4}", reply.completion_code)
    assert reply.progress.done == reply.progress.of
    trials = study.trials
    shelved = rating._shelf._studies[study.id].study
    wanted = numbers(shelved.plan, shelved.protocol)
    assert {k: sum(t.kind == k for t in trials) for k in wanted} == wanted
    assert [a.sequence for a in study.answers] == list(range(1, len(trials) + 1))
    assert {a.trial for a in study.answers} == {t.token for t in trials}
