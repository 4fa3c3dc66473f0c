"""The bin: what lies there is seen nowhere, comes back as it was, and goes for good in time."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from studio.library.query import Query
from studio.library.views import Thing
from studio.problems import NotFound
from studio.store.base import now
from studio.store.library_tables import Tag, TakeMark
from studio.store.study_tables import Decision, Study, StudyInvite
from studio.store.tables import Comparison, Take, Trial, Voice, Vote
from studio.studies.rating.seats import seat
from studio.takes.source import StoredTakes
from tests.library.bench import OWNER, Shelf, a_studio


def thing(kind, identity):
    return Thing(kind=kind, id=identity)


def put(library, kind, *ids):
    moved = library.bin.put(OWNER, [thing(kind, one) for one in ids])
    assert not moved.refused
    return moved


def restore(library, kind, *ids):
    assert not library.bin.restore(OWNER, [thing(kind, one) for one in ids]).refused


def shown(library, kind="comparison", **asked):
    return [item.id for item in library.page(OWNER, Query(kind=kind, **asked)).items]


def rows(studio, table):
    with studio.database.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_a_comparison_in_the_bin_is_seen_nowhere_and_comes_back_as_it_was(shelf, library):
    studio = shelf.studio
    comparison, takes = shelf.comparison("Rain.")
    shelf.mark(takes[0], name="Best", starred=True)
    before = studio.takes.comparison(OWNER, comparison)
    put(library, "comparison", comparison)
    for look in (
        lambda: studio.takes.comparison(OWNER, comparison),
        lambda: studio.takes.take(OWNER, takes[0]),
        lambda: studio.takes.peaks(OWNER, takes[0]),
        lambda: studio.takes.cancel(OWNER, takes[0]),
        lambda: studio.takes.another(OWNER, takes[0]),
        lambda: studio.takes.file_name(OWNER, takes[0]),
        lambda: studio.takes.removal.comparison(OWNER, comparison),
        lambda: library.rename(OWNER, comparison, "new"),
        lambda: library.tags.put(OWNER, "comparison", comparison, ["x"]),
        lambda: library.tags.put(OWNER, "take", takes[0], ["x"]),
    ):
        with pytest.raises(NotFound):
            look()
    assert studio.takes.recent(OWNER) == []
    assert shown(library) == shown(library, "take") == []
    assert shown(library, bin=True) == [comparison]
    assert shown(library, "take", bin=True) == []
    restore(library, "comparison", comparison)
    assert studio.takes.comparison(OWNER, comparison) == before
    assert shown(library) == [comparison]
    assert shown(library, bin=True) == []


def test_the_bin_says_until_when_things_lie_there(shelf, library):
    comparison, _ = shelf.comparison()
    put(library, "comparison", comparison)
    page = library.page(OWNER, Query(bin=True))
    assert page.binned == 1
    assert page.bin_days == 30
    assert page.items[0].gone_at - page.items[0].deleted_at == timedelta(days=30)
    assert len(page.items[0].takes) == 2


def test_a_take_goes_alone_and_the_last_one_takes_its_comparison_along(shelf, library):
    studio = shelf.studio
    comparison, (first, second) = shelf.comparison()
    put(library, "take", first)
    assert [take.id for take in studio.takes.comparison(OWNER, comparison).takes] == [second]
    assert shown(library, "take", bin=True) == [first]
    put(library, "take", second)
    assert shown(library) == []
    assert shown(library, bin=True) == [comparison]
    assert shown(library, "take", bin=True) == []
    restore(library, "comparison", comparison)
    assert [take.id for take in studio.takes.comparison(OWNER, comparison).takes] == [second]
    assert shown(library, "take", bin=True) == [first]
    restore(library, "take", first)
    assert len(studio.takes.comparison(OWNER, comparison).takes) == 2


def test_further_attempts_go_and_come_with_the_first(shelf, library):
    comparison, (take,) = shelf.comparison(engines=("kokoro",))
    shelf.comparison()
    other = shelf.attempt(comparison, take)
    put(library, "take", other)
    view = shelf.studio.takes.take(OWNER, take)
    assert view.attempts == ()
    restore(library, "take", other)
    assert [one.id for one in shelf.studio.takes.take(OWNER, take).attempts] == [other]
    put(library, "take", take)
    assert shown(library, bin=True) == [comparison]
    restore(library, "comparison", comparison)
    assert [one.id for one in shelf.studio.takes.take(OWNER, take).attempts] == [other]


def test_what_is_queued_is_called_off(shelf, library):
    comparison, _ = shelf.comparison(state="queued")
    put(library, "comparison", comparison)
    restore(library, "comparison", comparison)
    states = {take.state for take in shelf.studio.takes.comparison(OWNER, comparison).takes}
    assert states == {"cancelled"}


def test_blind_pools_leave_out_what_is_in_the_bin_and_get_it_back(shelf, library):
    pool = StoredTakes(shelf.studio.database, shelf.studio.blobs)
    comparison, takes = shelf.comparison()
    _, rest = shelf.comparison()

    def candidates():
        return {one.take for one in pool.candidates(None, OWNER)}

    assert candidates() == {*takes, *rest}
    put(library, "comparison", comparison)
    put(library, "take", rest[0])
    assert candidates() == {rest[1]}
    with pytest.raises(NotFound):
        pool.candidates(comparison, OWNER)
    restore(library, "comparison", comparison)
    restore(library, "take", rest[0])
    assert candidates() == {*takes, *rest}


def test_a_voice_in_the_bin_is_used_by_nobody(shelf, library):
    voices = shelf.studio.voices
    voice = shelf.voice()
    assert [one.id for one in voices.list(OWNER)] == [voice]
    put(library, "voice", voice)
    assert voices.list(OWNER) == []
    for look in (voices.get, voices.clip_audio, voices.reference, voices.enrolment_states):
        with pytest.raises(NotFound):
            look(OWNER, voice)
    restore(library, "voice", voice)
    assert [one.id for one in voices.list(OWNER)] == [voice]


def test_a_voice_comes_back_only_where_there_is_room(tmp_path, database_url):
    with a_studio(tmp_path / "data", database_url, quota_voices=1) as studio:
        shelf = Shelf(studio)
        old = shelf.voice("Old")
        put(studio.library, "voice", old)
        shelf.voice("New")
        refused = studio.library.bin.restore(OWNER, [thing("voice", old)]).refused
        assert [one.code for one in refused] == ["quota_voices"]
        assert shown(studio.library, "voice", bin=True) == [old]


def test_a_study_in_the_bin_lets_no_rater_in(shelf, library):
    studio = shelf.studio
    study = shelf.study(state="closed")
    invite = StudyInvite(id="i", study_id=study, token="t", kind="open", name="")
    studio.database.write(lambda session: session.add(invite))
    with studio.database.read() as session:
        assert seat(session, "t", None).study.id == study
    put(library, "study", study)
    assert studio.studies.showing.list(OWNER) == []
    with pytest.raises(NotFound):
        studio.studies.showing.one(OWNER, study)
    with pytest.raises(NotFound):
        studio.results.result(OWNER, study)
    with studio.database.read() as session, pytest.raises(NotFound):
        seat(session, "t", None)
    restore(library, "study", study)
    assert [one.id for one in studio.studies.showing.list(OWNER)] == [study]


def test_a_study_that_is_open_or_decided_stays(shelf, library):
    going, decided, free = shelf.study(state="open"), shelf.study(state="closed"), shelf.study()
    decision = Decision(
        id="d",
        owner=OWNER,
        study_id=decided,
        language="en",
        use="general",
        label="A",
        condition="kokoro",
        wanted={"engine": "kokoro"},
        evidence={},
    )
    shelf.studio.database.write(lambda session: session.add(decision))
    moved = library.bin.put(OWNER, [thing("study", one) for one in (going, decided, free)])
    assert [one.code for one in moved.refused] == ["study_open", "study_decided"]
    assert [one.id for one in moved.things] == [free]
    assert set(shown(library, "study")) == {going, decided}


def test_for_good_means_rows_marks_tags_and_sound(shelf, library):
    studio = shelf.studio
    comparison, takes = shelf.comparison()
    single, (gone, stays) = shelf.comparison()
    voice, study = shelf.voice(), shelf.study()
    shelf.mark(takes[0], name="x")
    everything = [("comparison", comparison), ("take", gone), ("voice", voice), ("study", study)]
    for kind, identity in everything:
        shelf.tag(kind, identity, "tag")
        put(library, kind, identity)
    library.bin.empty(OWNER)
    assert [rows(studio, table) for table in (Comparison, Take, Voice, Study)] == [1, 1, 0, 0]
    assert [rows(studio, table) for table in (Tag, TakeMark)] == [0, 0]
    assert [one.name for one in studio.blobs.names()] == [f"results/{OWNER}/{stays}"]
    assert studio.takes.comparison(OWNER, single).takes[0].id == stays


def test_only_what_is_in_the_bin_can_be_removed_from_it(shelf, library):
    comparison, (take, _) = shelf.comparison()
    asked = [thing("comparison", comparison), thing("take", take), thing("voice", "x")]
    moved = library.bin.purge(OWNER, asked)
    assert [one.code for one in moved.refused] == [
        "unknown_comparison",
        "unknown_take",
        "unknown_voice",
    ]
    assert shown(library) == [comparison]


@pytest.mark.parametrize("act", ["put", "restore", "purge"])
def test_nobody_moves_what_is_anothers(shelf, library, act):
    comparison, (take, _) = shelf.comparison()
    voice, study = shelf.voice(), shelf.study()
    things = [
        thing("comparison", comparison),
        thing("take", take),
        thing("voice", voice),
        thing("study", study),
    ]
    if act != "put":
        library.bin.put(OWNER, things)
    counts = library.page(OWNER, Query(bin=act != "put")).counts
    moved = getattr(library.bin, act)("other", things)
    assert moved.things == ()
    assert {one.code for one in moved.refused} == {
        "unknown_comparison",
        "unknown_take",
        "unknown_voice",
        "unknown_study",
    }
    library.bin.empty("other")
    assert library.page(OWNER, Query(bin=act != "put")).counts == counts


def test_a_comparison_and_its_takes_may_be_chosen_together(shelf, library):
    comparison, takes = shelf.comparison()
    asked = [thing("comparison", comparison), *(thing("take", one) for one in takes)]
    moved = library.bin.put(OWNER, asked)
    restore(library, "comparison", comparison)
    assert len(shelf.studio.takes.comparison(OWNER, comparison).takes) == 2
    assert len(moved.things) + len(moved.refused) == 3


def test_what_has_lain_there_for_too_long_goes_by_itself(shelf, library):
    old, _ = shelf.comparison()
    young, _ = shelf.comparison()
    other = Shelf(shelf.studio, "other")
    theirs = other.voice()
    put(library, "comparison", old, young)
    library.bin.put("other", [thing("voice", theirs)])

    def age(session):
        session.get(Comparison, old).deleted_at = now() - timedelta(days=31)
        session.get(Voice, theirs).deleted_at = now() - timedelta(days=31)

    shelf.studio.database.write(age)
    assert library.purging.purge() == 2
    assert shown(library, bin=True) == [young]
    assert rows(shelf.studio, Voice) == 0
    assert library.purging.purge() == 0


def test_votes_stay_when_what_they_compared_is_gone(shelf, library):
    comparison, (a, b) = shelf.comparison()
    conditions = {"condition_a": "kokoro", "condition_b": "piper"}
    said = {"language": "en", "text_sha256": "", "rater": "r", **conditions}
    trial = Trial(
        token="t",
        protocol="ab",
        comparison_id=comparison,
        take_a=a,
        take_b=b,
        listen_seconds=2.0,
        stimulus_a="a",
        stimulus_b="b",
        preparation={},
        **said,
    )

    def vote(session):
        session.add(trial)
        session.flush()
        session.add(Vote(trial="t", choice="a", **said))

    shelf.studio.database.write(vote)
    put(library, "comparison", comparison)
    library.bin.empty(OWNER)
    assert rows(shelf.studio, Vote) == 1
