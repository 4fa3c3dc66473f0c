"""Trials as they are issued: alike but for the voice, balanced, and told by tokens alone."""

import io
import itertools
import json
import logging
from collections import Counter

import numpy as np
import pytest
import soundfile
from sqlalchemy import select

from studio.audio.loudness import integrated_loudness
from studio.problems import BadInput, Conflict, NotFound, TooMany
from studio.store.tables import Trial
from tests.listening.conftest import clips, listen, token_of, vote

SILENCE = (np.zeros(22050, np.float32), 22050)


def rows(database) -> list[Trial]:
    with database.read() as session:
        return list(session.scalars(select(Trial).order_by(Trial.issued_at)))


def first_sound(samples: np.ndarray, rate: int) -> float:
    """Seconds until the level of 2 ms passes 40 dB below the loudest."""
    hop = rate // 500
    energy = np.square(samples[: len(samples) // hop * hop]).reshape(-1, hop).mean(axis=1)
    return float(np.argmax(energy > energy.max() * 1e-4) * hop / rate)


def test_two_hundred_trials_of_one_pair_say_nothing_about_the_side(service, takes, database):
    trials = service()
    issued = [trials.issue(f"rater {number % 7}", "ab", "one") for number in range(200)]
    kept = {row.token: row for row in rows(database)}

    tokens = [
        t for trial in issued for t in (trial.token, token_of(trial.a_url), token_of(trial.b_url))
    ]
    assert len(set(tokens)) == 600
    assert {len(token) for token in tokens} == {43}
    assert {url.rsplit("/", 1)[0] for t in issued for url in (t.a_url, t.b_url)} == {"/api/stimuli"}
    assert all(set(trial.model_dump()) == {"token", "a_url", "b_url"} for trial in issued)

    piper_is_a = [kept[trial.token].condition_a == "piper/joe" for trial in issued]
    assert (
        80 <= sum(piper_is_a) <= 120
    )  # a fair coin leaves these bounds once in 250 times, Efron's never
    assert 60 <= sum(a != b for a, b in itertools.pairwise(piper_is_a)) <= 180  # no pattern
    for rater in range(7):
        own = piper_is_a[rater::7]
        assert abs(2 * sum(own) - len(own)) <= 16

    for trial in issued[:40]:
        (a, rate_a), (b, rate_b) = (
            soundfile.read(io.BytesIO(clip)) for clip in clips(trials, trial)
        )
        assert rate_a == rate_b
        assert abs(integrated_loudness(a, rate_a) - integrated_loudness(b, rate_b)) <= 0.2
        assert abs(first_sound(a, rate_a) - first_sound(b, rate_b)) <= 0.005
        assert abs(first_sound(a[::-1], rate_a) - first_sound(b[::-1], rate_b)) <= 0.005
        row = kept[trial.token]
        assert row.listen_seconds == pytest.approx((len(a) + len(b)) / rate_a)


def test_a_take_in_two_trials_is_two_different_files(service):
    trials = service()
    files = [clip for _ in range(5) for clip in clips(trials, trials.issue(None, "ab", "one"))]
    assert len(set(files)) == 10


def test_after_a_restart_the_clips_are_the_same_bytes_even_with_other_settings(service):
    before = service()
    trial = before.issue(None)
    assert clips(service(stimulus_lufs=-30, stimulus_fair_bandwidth=True), trial) == clips(
        before, trial
    )


def test_clips_leave_memory_and_come_back_the_same(service, database, takes):
    trials = service()
    trials._stimuli._limit = 400_000
    issued = [trials.issue(None) for _ in range(12)]
    first = clips(trials, issued[0])
    assert trials._stimuli._bytes <= 400_000
    assert trials._stimuli._bytes == sum(len(c.data) for c in trials._stimuli._clips.values())
    for trial in issued:
        clips(trials, trial)
    assert trials._stimuli.held(token_of(issued[0].a_url)) is None
    assert clips(trials, issued[0]) == first


def test_bandwidth_is_recorded_and_the_fair_mode_cuts_both_alike(service, takes, database):
    service().issue(None)
    service(stimulus_fair_bandwidth=True).issue(None)
    plain, fair = (row.preparation for row in rows(database))
    for side in "ab":
        assert 1000 < plain[side]["bandwidth_hz"] < 12000
        assert plain[side]["low_pass_hz"] is None
    narrow = min(plain[side]["bandwidth_hz"] for side in "ab")
    assert fair["a"]["low_pass_hz"] == fair["b"]["low_pass_hz"] == pytest.approx(narrow, abs=1)
    assert fair["spec"]["fair"] is True


def test_a_pair_that_cannot_be_made_is_passed_over(service, takes, database):
    takes.add("one", "mute/x", sound=SILENCE)
    trials = service()
    for _ in range(20):
        trials.issue(None, "ab", "one")
    assert all("mute/x" not in {row.condition_a, row.condition_b} for row in rows(database))


@pytest.mark.parametrize(
    ("sound", "code"),
    [
        (SILENCE, "stimuli_silent"),
        (
            (
                np.concatenate([np.zeros(9000), np.sin(np.arange(600)), np.zeros(9000)]).astype(
                    np.float32
                ),
                22050,
            ),
            "stimuli_short",
        ),
    ],
)
def test_when_no_pair_can_be_made_the_reason_is_given_and_nothing_is_kept(
    service, takes, database, sound, code
):
    takes.known.clear()
    takes.add("two", "espeak/en-us", sound=sound)
    takes.add("two", "piper/joe")
    with pytest.raises(Conflict) as refused:
        service().issue(None, "ab", "two")
    assert refused.value.code == code
    assert refused.value.params == {"tried": 1}
    assert rows(database) == []


def test_a_deleted_take_is_passed_over_and_its_old_clips_are_gone(service, takes):
    trials = service()
    trial = trials.issue(None)
    del takes.sounds["take-0"]
    with pytest.raises(Conflict, match="stimuli_failed"):
        trials.issue(None)
    with pytest.raises(Conflict, match="stimulus_gone"):
        service().stimulus(token_of(trial.a_url), None)


def test_a_comparison_needs_two_conditions(service, takes):
    takes.add("lonely", "espeak/en-us")
    takes.add("lonely", "espeak/en-us")
    with pytest.raises(Conflict, match="no_pair_in_comparison"):
        service().issue(None, "ab", "lonely")
    with pytest.raises(NotFound, match="unknown_comparison"):
        service().issue(None, "ab", "elsewhere")
    takes.known.clear()
    with pytest.raises(Conflict, match="no_pair_in_pool"):
        service().issue(None)


def test_other_protocols_are_refused(service):
    with pytest.raises(BadInput, match="unknown_protocol"):
        service().issue(None, "mushra")


def test_unknown_stimuli_are_not_found(service):
    with pytest.raises(NotFound, match="unknown_stimulus"):
        service().stimulus("x", None)


def test_one_address_gets_so_many_trials_a_minute(service):
    trials = service(trials_per_minute_address=3)
    for _ in range(3):
        trials.issue(None, address="10.0.0.1")
    with pytest.raises(TooMany):
        trials.issue(None, address="10.0.0.1")
    trials.issue(None, address="10.0.0.2")


def test_the_pool_spreads_over_pairs_texts_and_unjudged_takes(service, takes, database):
    takes.known.clear()
    for comparison in ("x", "y"):
        for condition in ("espeak/en-us", "piper/joe", "espeak/en-us+f3"):
            takes.add(comparison, condition, text=f"Hello {comparison}.")
    trials = service()
    for _ in range(6):  # the six pairs there are, each once, before any comes again
        trial = trials.issue("rater")
        listen(trials, trial)
        vote(trials, trial)
    met = [frozenset((row.take_a, row.take_b)) for row in rows(database)]
    assert len(set(met)) == 6
    conditions = [frozenset((row.condition_a, row.condition_b)) for row in rows(database)]
    assert len(set(conditions[:2])) == 2  # three conditions are joined by the first two votes
    again = trials.issue("rater")
    assert again.token
    for number in range(30):
        trial = trials.issue(f"rater {number}")
        listen(trials, trial)
        vote(trials, trial, "tie")
    voted = Counter(frozenset((row.condition_a, row.condition_b)) for row in rows(database))
    assert min(voted.values()) >= 5
    texts = Counter(row.text_sha256 for row in rows(database))
    assert max(texts.values()) - min(texts.values()) <= 12


def test_a_language_may_be_asked_for(service, takes, database):
    for condition in ("espeak/ko", "piper/ko"):
        takes.add("ko", condition, language="ko")
    trials = service()
    for _ in range(5):
        trials.issue(None, language="ko")
    assert {row.comparison_id for row in rows(database)} == {"ko"}


def test_no_log_line_before_the_vote_names_an_engine_or_a_take(service, takes, caplog):
    caplog.set_level(logging.DEBUG)
    takes.add("one", "mute/x", sound=SILENCE)
    trials = service()
    for _ in range(10):
        listen(trials, trials.issue(None))
    for word in ("espeak", "piper", "take-", "mute", "joe"):
        assert word not in caplog.text


def test_what_is_kept_for_the_audit_is_plain_json(service, database):
    service().issue(None)
    (row,) = rows(database)
    assert json.loads(json.dumps(row.preparation)) == row.preparation
    assert set(row.preparation) == {"spec", "a", "b"}
    assert {"gain_db", "loudness_lufs", "bandwidth_hz", "seconds", "bytes"} <= set(
        row.preparation["a"]
    )
