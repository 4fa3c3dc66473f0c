"""When a study has enough it closes by itself, beside the answers and never before its plan says."""

import numpy as np
import pytest

from studio.listening.raters import new_key
from studio.studies.plan import StudyPlan
from studio.studies.protocols import PROTOCOLS
from studio.studies.rating.enough import enough
from tests.studies.rating import Opened, give, listen, through
from tests.waiting import until

RNG = np.random.default_rng(5)


def test_the_last_rater_of_the_plan_closes_the_study_and_others_are_thanked(
    service, database, blobs, takes
):
    study = Opened(database, blobs, takes, raters=2, trials=2, training=0)
    rating = service()
    slow = new_key()
    rating.begin(study.invite, slow, "en")
    under_way = rating.trials(study.invite, slow).trials
    through(rating, study, new_key())
    assert study.row.state == "open"
    own = Opened.another_invite(study, "personal")
    rating.begin(own, None, "en")
    while trials := rating.trials(own, None).trials:
        listen(rating, trials[0], None)
        give(rating, own, None, trials[0], {"choice": "a"})
    until(lambda: study.row.state == "closed")
    assert study.row.closed_because == "target"
    assert study.row.closed_at is not None
    replies = []
    for trial in under_way:
        listen(rating, trial, slow)
        replies.append(give(rating, study.invite, slow, trial, {"choice": "b"}))
    assert [(r.state, bool(r.completion_code)) for r in replies] == [
        ("rating", False),
        ("closed", True),
    ]
    after = rating.trials(study.invite, slow)
    assert (after.state, after.trials) == ("closed", [])
    assert after.completion_code == replies[-1].completion_code
    stranger = rating.view(study.invite, new_key())
    assert stranger.state == "closed"
    assert len({r.completion_code for r in study.raters}) == 3


def test_an_owner_who_closes_it_alone_is_not_forestalled(service, database, blobs, takes):
    rule = {"rule": "owner"}
    study = Opened(database, blobs, takes, raters=1, trials=2, training=0, stopping=rule)
    rating = service()
    for _ in range(2):  # more than the plan's raters may come
        through(rating, study, new_key())
    assert rating._watch.look(study.id) is None
    assert study.row.state == "open"


@pytest.mark.parametrize(("choice", "because"), [("better", "enough"), ("tie", "futile")])
def test_an_anytime_study_closes_once_its_confidence_sequence_says_so(
    service, database, blobs, takes, choice, because
):
    study = Opened(
        database,
        blobs,
        takes,
        conditions=2,
        texts=2,
        trials=2,
        training=0,
        raters=100,
        repeats=0,
        identical=0,
        attention=0,
        difference=0.4,
        stopping={"rule": "anytime"},
    )
    rating = service()
    seen = []
    for _ in range(30):
        if study.row.state == "closed":
            break
        key = new_key()
        rating.begin(study.invite, key, "en")
        while trials := rating.trials(study.invite, key).trials:
            listen(rating, trials[0], key)
            row = next(t for t in study.trials if t.token == trials[0].token)
            better = next(one["slot"] for one in row.slots if one["condition"] == 0)
            given = better if choice == "better" else "tie"
            give(rating, study.invite, key, trials[0], {"choice": given})
        seen.append(rating._watch.look(study.id))
    assert study.row.closed_because == because
    assert 2 < len(seen) < 30, "neither at once nor never"


def shares(pairs: dict, raters: int) -> dict:
    return {pair: (RNG.random(raters) < p).astype(float) for pair, p in pairs.items()}


def test_enough_is_a_clear_winner_and_futile_is_all_alike():
    plan, ab = StudyPlan(difference=0.2, stopping={"rule": "anytime"}), PROTOCOLS["ab"]
    clear = shares({(0, 1): 0.1, (0, 2): 0.5, (1, 2): 0.9}, 200)
    assert enough(clear, plan, ab) == "enough"
    assert enough({k: v[:5] for k, v in clear.items()}, plan, ab) is None
    alike = {pair: np.full(300, 0.5) for pair in clear}
    assert enough(alike, plan, ab) == "futile"
    assert enough({**alike, (0, 1): np.zeros(0)}, plan, ab) is None
    assert enough({}, plan, ab) is None


def test_honest_noise_rarely_closes_a_study_early():
    plan, ab = StudyPlan(difference=0.05, stopping={"rule": "anytime"}), PROTOCOLS["ab"]
    stopped = 0
    for _ in range(60):
        noise = shares({(0, 1): 0.5}, 120)[0, 1]
        stopped += any(enough({(0, 1): noise[:n]}, plan, ab) for n in range(5, 120, 5))
    assert stopped <= 6
