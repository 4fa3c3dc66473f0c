"""What is drawn: checks mixed in unmarked, sides and texts balanced, the graph connected first."""

from collections import Counter

import pytest

from studio.listening.raters import new_key
from studio.studies.checks import passed
from studio.studies.plan import StudyPlan
from studio.studies.protocols import PROTOCOLS
from studio.studies.rating.drawing import Draw
from studio.studies.rating.schedule import APART, numbers, schedule
from studio.studies.rating.screens import Past
from studio.studies.rating.tallies import Tallies
from tests.studies.rating import Opened, fitting, give, listen, through

PLAN = StudyPlan()


@pytest.mark.parametrize("protocol", ["ab", "abx", "mushra"])
@pytest.mark.parametrize("trials", [8, 20, 60])
def test_the_shares_of_checks_are_kept_and_come_unmarked_among_the_others(protocol, trials):
    plan, kind = StudyPlan(trials=trials), PROTOCOLS[protocol]
    wanted = numbers(plan, kind)
    total = sum(wanted.values()) - plan.training
    assert wanted["main"] == trials
    assert wanted["repeat"] >= 0.10 * total
    assert wanted["attention"] >= 0.05 * total
    assert wanted["identical"] >= (0.05 * total if protocol == "ab" else 0)
    assert wanted["identical"] == 0 or protocol == "ab"
    places: Counter = Counter()
    for rater in range(200):
        order = schedule(plan, kind, str(rater))
        assert [p.kind for p in order[:2]] == ["training", "training"]
        assert Counter(p.kind for p in order) == {k: n for k, n in wanted.items() if n}
        for at, place in enumerate(order, 1):
            if place.kind == "repeat":
                assert order[place.repeats - 1].kind == "main"
                assert at - place.repeats > min(APART, total - place.repeats)
            if place.kind == "attention":
                places[at] += 1
        mirrored = [p.repeats for p in order if p.kind == "repeat"]
        assert len(set(mirrored)) == len(mirrored)
    assert len(places) > total / 2, "attention checks come at all times"
    assert schedule(plan, kind, "one") == schedule(plan, kind, "one")
    assert schedule(plan, kind, "one") != schedule(plan, kind, "other")


def by_kind(study: Opened, kind: str) -> list:
    return [t for t in study.trials if t.kind == kind]


def sources(trial) -> dict:
    return {one["slot"]: one["source"] for one in trial.slots}


def test_repeats_are_mirrored_and_identical_pairs_are_one_take(service, database, blobs, takes):
    study = Opened(database, blobs, takes, trials=10, repeats=0.2, identical=0.2)
    through(service(), study, new_key())
    found = {t.token: t for t in study.trials}
    assert len(by_kind(study, "repeat")) >= 3
    for trial in by_kind(study, "repeat"):
        original = found[trial.repeat_of]
        assert original.kind == "main"
        assert trial.text == original.text
        assert sources(trial) == {"a": sources(original)["b"], "b": sources(original)["a"]}
    assert len(by_kind(study, "identical")) >= 3
    for trial in by_kind(study, "identical"):
        assert sources(trial)["a"] == sources(trial)["b"]
    tokens = [one["clip"] for t in study.trials for one in t.slots]
    assert len(set(tokens)) == len(tokens)


@pytest.mark.parametrize(
    ("protocol", "answers"),
    [
        ("ab", {"a": {"choice": "b"}, "b": {"choice": "a"}}),
        ("ccr", {"a": {"score": 2}, "b": {"score": -1}}),
        ("acr", {"1": {"score": 1}}),
    ],
)
def test_attention_checks_have_one_spoilt_stimulus_and_a_right_answer(
    service, database, blobs, takes, protocol, answers
):
    study = Opened(database, blobs, takes, protocol, trials=10, attention=0.4)
    rating, key = service(), new_key()
    through(rating, study, key, protocol)
    found = by_kind(study, "attention")
    assert len(found) >= 5
    for trial in found:
        (spoilt,) = [one for one in trial.slots if one["role"] == "spoilt"]
        right = answers[spoilt["slot"]]
        assert passed(trial.preparation["check"], right)
        wrong = (
            {"score": 4} if protocol == "acr" else answers["b" if spoilt["slot"] == "a" else "a"]
        )
        assert not passed(trial.preparation["check"], wrong)
    assert all(t.preparation["check"] is None for t in by_kind(study, "main"))


def test_x_of_abx_is_one_of_the_two_as_a_file_of_its_own(service, database, blobs, takes):
    study = Opened(database, blobs, takes, "abx", trials=12)
    rating, key = service(), new_key()
    rating.begin(study.invite, key, "en")
    while trials := rating.trials(study.invite, key).trials:
        trial = trials[0]
        clips = {s.slot: rating.clip(s.url.rsplit("/", 1)[1], key).data for s in trial.slots}
        assert len(set(clips.values())) == 3
        listen(rating, trial, key)
        give(rating, study.invite, key, trial, fitting(trial, "abx", trial.number))
    right = Counter()
    for trial in by_kind(study, "main"):
        a, b, x = (sources(trial)[slot] for slot in "abx")
        equal = trial.preparation["check"]["choice"]
        assert x == {"a": a, "b": b}[equal]
        right[equal] += 1
    assert abs(right["a"] - right["b"]) <= 6
    for trial in by_kind(study, "repeat"):
        original = next(t for t in study.trials if t.token == trial.repeat_of)
        assert sources(trial)["x"] == sources(original)["x"]
        assert trial.preparation["check"] != original.preparation["check"]


def test_mushra_has_all_conditions_a_hidden_reference_and_the_low_anchor(
    service, database, blobs, takes
):
    study = Opened(database, blobs, takes, "mushra", recordings=4)
    through(service(), study, new_key(), "mushra")
    orders = set()
    for trial in by_kind(study, "main"):
        x, *stimuli = trial.slots
        assert (x["slot"], x["role"]) == ("x", "reference")
        assert [one["slot"] for one in stimuli] == ["1", "2", "3", "4", "5"]
        assert Counter(one["role"] for one in stimuli) == {
            "condition": 3,
            "hidden_reference": 1,
            "anchor": 1,
        }
        assert {one["condition"] for one in stimuli} == {0, 1, 2, None}
        orders.add(tuple(one["role"] + str(one["condition"]) for one in stimuli))
    assert len(orders) > 1
    for trial in by_kind(study, "attention"):
        assert len(trial.slots) == 6
        assert "spoilt" in {one["role"] for one in trial.slots}


def test_mushra_never_has_more_than_twelve_stimuli(service, database, blobs, takes):
    study = Opened(database, blobs, takes, "mushra", conditions=13, texts=1, trials=1, repeats=0)
    rating, key = service(), new_key()
    rating.begin(study.invite, key, "en")
    assert len(rating.trials(study.invite, key).trials[0].slots) == 12


def test_x_is_never_the_recording_that_was_cloned(service, database, blobs, takes):
    from sqlalchemy import update

    from studio.store.study_tables import StudyCondition, StudyReference
    from studio.store.tables import Voice

    study = Opened(database, blobs, takes, "axy", recordings=3)
    voice = Voice(
        id="v",
        owner="local",
        name="me",
        language="en",
        clip_blob="x",
        clip_sha256="0",
        checkup={},
        reference_sha256="1",
    )

    def write(session) -> None:
        session.add(voice)
        session.flush()
        for table in (StudyCondition, StudyReference):
            session.execute(update(table).where(table.study_id == study.id).values(voice_id="v"))

    database.write(write)
    through(service(), study, new_key(), "axy")
    heard = {sources(t)["x"]["reference"] for t in study.trials}
    assert heard == {"recording-2"}


class Draws:
    """Screens of a study drawn for many raters, without any sound being made."""

    def __init__(self, service, study: Opened) -> None:
        rating = service()
        with study.database.read() as session:
            self.study = rating._shelf.get(session, study.id).study
        self.tallies = Tallies(study.id, self.study.protocol)
        self.drawn: list = []

    def rater(self, screens: int) -> list:
        draw, own = Draw(self.study, self.tallies), []
        for _ in range(screens):
            screen = draw.screen("main", Past.of(own))
            slots = [
                {"slot": s.slot, "role": s.role, "source": s.source, "condition": s.condition}
                for s in screen.slots
            ]
            self.tallies.served("main", screen.text, slots)
            own.append(("main", screen.text, slots))
        self.drawn += own
        return own


def test_sides_and_texts_are_balanced_within_pairs_and_raters(service, database, blobs, takes):
    study = Opened(database, blobs, takes, sampling="uniform")
    draws = Draws(service, study)
    for _ in range(30):
        own = draws.rater(12)
        assert (
            len({(text, frozenset(s["condition"] for s in slots)) for _, text, slots in own}) == 12
        )
        lead = Counter()
        for _, _, (a, b) in own:
            lead[a["condition"]] += 1
            lead[b["condition"]] -= 1
        assert max(abs(n) for n in lead.values()) <= 6
    pairs, leads, texts = Counter(), Counter(), Counter()
    for _, text, (a, b) in draws.drawn:
        pair = frozenset((a["condition"], b["condition"]))
        pairs[pair] += 1
        leads[pair] += 1 if a["condition"] < b["condition"] else -1
        texts[pair, text] += 1
    assert set(pairs.values()) == {120}
    assert set(texts.values()) == {30}
    assert max(abs(n) for n in leads.values()) <= 15


def test_the_graph_of_conditions_is_connected_first_then_every_pair_comes(
    service, database, blobs, takes
):
    study = Opened(database, blobs, takes, conditions=6, texts=3)
    draws = Draws(service, study)
    parts = {n: {n} for n in range(6)}
    for _ in range(5):
        ((_, _, (a, b)),) = draws.rater(1)
        assert parts[a["condition"]] is not parts[b["condition"]], "a pair that joins nothing"
        joined = parts[a["condition"]] | parts[b["condition"]]
        for one in joined:
            parts[one] = joined
    for _ in range(60):
        draws.rater(3)
    pairs = Counter(frozenset((a["condition"], b["condition"])) for _, _, (a, b) in draws.drawn)
    assert len(pairs) == 15


@pytest.mark.parametrize(("protocol", "trials"), [("ab", 12), ("acr", 12), ("mushra", 4)])
def test_nobody_counts_one_screen_twice_while_there_are_others(
    service, database, blobs, takes, protocol, trials
):
    study = Opened(
        database,
        blobs,
        takes,
        protocol,
        recordings=4,
        trials=trials,
        training=3,
        sampling="uniform",
    )
    through(service(), study, new_key(), protocol)
    heard = [
        (t.text, frozenset(one["condition"] for one in t.slots)) for t in by_kind(study, "main")
    ]
    assert len(set(heard)) == len(heard) == trials


def test_a_screen_that_cannot_be_made_alike_is_replaced_by_another(service, database, blobs, takes):
    import numpy as np

    study = Opened(database, blobs, takes, texts=2, conditions=3, trials=3)
    silent = next(iter(takes.sounds))
    takes.sounds[silent] = (np.zeros(22050, np.float32), 22050)
    through(service(), study, new_key())
    heard = [one["source"]["item"] for t in by_kind(study, "main") for one in t.slots]
    assert heard
    assert [0, 0] not in heard
