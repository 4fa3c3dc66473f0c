"""Finished takes for listening tests: all of them, only them, only this person's, quickly."""

import time
import uuid
from datetime import timedelta

import pytest

from studio.engines.registry import engine_class
from studio.listening.trials import TrialService
from studio.problems import NotFound
from studio.store.base import now
from studio.store.tables import Comparison, Take
from studio.takes.source import StoredTakes
from tests.takes.bench import OWNER, an_order


@pytest.fixture
def source(bench):
    return StoredTakes(bench.database, bench.blobs)


def test_done_takes_are_candidates_with_their_condition(bench, source):
    assert source.candidates(None, OWNER) == ()
    ordered = bench.wait(bench.order("say hello", "speaker", "second"))
    bench.wait(bench.order("crash"))
    found = source.candidates(None, OWNER)
    assert {(c.take, c.condition) for c in found} == {
        (ordered.takes[0].id, "speaker/ann"),
        (ordered.takes[1].id, "second/cat"),
    }
    assert {(c.comparison, c.language) for c in found} == {(ordered.id, "en")}
    assert source.candidates(ordered.id, OWNER) == found
    bench.wait(bench.order("say hello"))
    assert len(source.candidates(None, OWNER)) == 3, "a reused take counts, too"


def test_a_designed_voice_has_a_condition_of_its_own(bench, source):
    for description in ("an old sailor", "a young sailor"):
        options = {"voice_description": description}
        wanted = {"engine": "test_designer", "options": options}
        bench.wait(bench.order("say it", wanted, voice="anna"))
    old, young = (c.condition for c in source.candidates(None, OWNER))
    assert old.startswith("test_designer/designed:")
    assert old != young


def test_models_of_one_engine_are_conditions_of_their_own(bench, source, monkeypatch):
    known = engine_class("test_paid").card.model_copy(update={"model_option": "model"})
    monkeypatch.setattr(engine_class("test_paid"), "card", known)
    for model in ("hd", "turbo"):
        bench.wait(bench.order("say it", {"engine": "test_paid", "options": {"model": model}}))
    assert {c.condition.partition("@")[2] for c in source.candidates(None, OWNER)} == {
        "hd",
        "turbo",
    }


def test_another_persons_takes_are_no_candidates(bench, source):
    theirs = bench.takes.create("somebody", an_order("say theirs"))
    bench.wait(bench.order("say mine"))
    assert len(source.candidates(None, OWNER)) == 1
    with pytest.raises(NotFound):
        source.candidates(theirs.id, OWNER)


def test_samples_are_the_takes(bench, source):
    take = bench.wait(bench.order("say hello")).takes[0]
    samples, rate = source.samples(take.id)
    assert (samples.size, rate, str(samples.dtype)) == (2 * 4800, 24_000, "float32")
    for nothing in ("x", str(uuid.uuid4())):
        with pytest.raises(NotFound):
            source.samples(nothing)


def many(session, comparisons, first=0):
    """Two done takes for each of so many comparisons, quickly."""
    hour = now() - timedelta(hours=1)
    rows, takes = [], []
    for n in range(first, first + comparisons):
        name = f"{n:036}"
        rows.append(
            {"id": name, "owner": OWNER, "text": "t", "text_sha256": str(n), "language": "en"}
        )
        takes += [
            {
                "id": f"{engine}{n:035}",
                "comparison_id": name,
                "position": 0,
                "engine": engine,
                "preset": "p",
                "key": "",
                "state": "done",
                "request": {},
                "aspects": {},
                "finished_at": hour - timedelta(minutes=n),
            }
            for engine in "ab"
        ]
    session.execute(Comparison.__table__.insert(), rows)
    session.execute(Take.__table__.insert(), takes)


def test_a_large_pool_is_read_once(bench, source):
    bench.database.write(lambda session: many(session, 10_000))
    began = time.monotonic()
    assert len(source.candidates(None, OWNER)) == 20_000
    assert time.monotonic() - began < 5
    bench.wait(bench.order("say new"))
    began = time.monotonic()
    for _ in range(10):
        assert len(source.candidates(None, OWNER)) == 20_001
    assert (time.monotonic() - began) / 10 < 0.02


def test_the_credit_is_in_downloads_and_never_in_blind_clips(bench, source):
    order = [{"engine": "test_paid"}, {"engine": "second"}]
    ordered = bench.wait(bench.order("chunks 20 0.1", *order))
    credited, plain = ordered.takes
    for kind in ("wav", "flac", "mp3"):
        assert b"Paid Co." in bench.exports.export(OWNER, credited.id, kind).data
        assert b"Paid Co." not in bench.exports.export(OWNER, plain.id, kind).data
    trials = TrialService(bench.settings, bench.database, source)
    trial = trials.issue("rater", "ab", ordered.id)
    for url in (trial.a_url, trial.b_url):
        clip = trials.stimulus(url.rsplit("/", 1)[1], None).data
        assert clip[36:40] == b"data"
        assert b"Paid" not in clip
    trials.close()
