"""Enrolment in the background: once for each local engine that is ready, never unasked elsewhere."""

import threading
import time

import pytest
from sqlalchemy import select

from studio import locales
from studio.engines.card import Cloning
from studio.engines.contract import Enrolment
from studio.engines.registry import engine_class
from studio.problems import NotFound, Unavailable
from studio.runtime.runtime import Runtime
from studio.runtime.weights import WeightStore
from studio.settings import Settings
from studio.store.tables import EnrolmentRow
from studio.voices.enrolment_states import cloning_cards
from studio.voices.saving import Application, Correction
from studio.voices.service import VoiceService
from tests.audio import files, speech
from tests.suite_engines import find_engines, forget_engines
from tests.voices.doctor_double import Double

OWNER = "local"
GIVEN = {"name": "Joe", "language": "en", "consent": True}
LOCAL = {"kind": "speaker_embedding", "min_seconds": 1.0, "max_seconds": 60.0}


@pytest.fixture(autouse=True)
def engines(monkeypatch):
    """Of those that clone, test_echo, speaker and moody are here; a paid and a remote one, too."""
    find_engines(monkeypatch)
    chosen = {
        "test_echo": LOCAL | {"transcript": "optional"},
        "speaker": LOCAL,
        "moody": LOCAL | {"transcript": "required"},
        "test_service": LOCAL | {"kind": "remote"},
        "test_paid": LOCAL,
    }
    others = {card.name: {} for card in cloning_cards() if card.name.startswith("test_")}
    for name, facts in (others | chosen).items():
        kind = engine_class(name)
        card = kind.card.model_copy(update={"cloning": Cloning(**facts)})
        monkeypatch.setattr(kind, "card", card)
    monkeypatch.setenv("STUDIO_TEST_SERVICE_KEY", "k")
    yield
    forget_engines()


class Compiling:
    """Put in place of ``runtime.enroll``."""

    def __init__(self):
        self.calls = []
        self.fails = {}
        self.go = threading.Event()
        self.go.set()

    def __call__(self, engine, clip, sets=()):
        self.calls.append(engine)
        assert self.go.wait(10)
        if engine in self.fails:
            raise self.fails[engine]
        return Enrolment(values={"seconds": len(clip.samples) / clip.sample_rate})


@pytest.fixture
def compiling(runtime, monkeypatch):
    compiling = Compiling()
    monkeypatch.setattr(runtime, "enroll", compiling)
    monkeypatch.setattr(runtime, "call", Double(runtime))
    return compiling


@pytest.fixture
def voices(bench):
    settings = bench.settings.model_copy(update={"enrol_saved_voices": True})
    parts = (bench.database, bench.blobs, bench.runtime, bench.recogniser)
    services = []

    def service(**more):
        services.append(VoiceService(settings, *parts, **more))
        return services[-1]

    yield service
    for each in services:
        each.close()


CLIP = files.make("wav", *speech.piper())


def save(service, owner=OWNER, **more):
    return service.create(owner, CLIP, Application(**GIVEN | more)).id


def states(service, voice, owner=OWNER):
    return {view.engine: view for view in service.enrolment_states(owner, voice)}


def settled(service, voice):
    """The states once nothing is pending."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = states(service, voice)
        if all(view.state != "pending" for view in found.values()):
            return found
        time.sleep(0.02)
    raise AssertionError("still pending")


def kept(bench):
    with bench.database.read() as session:
        return sorted(row.engine for row in session.scalars(select(EnrolmentRow)))


def test_a_saved_voice_is_compiled_once_for_every_local_engine_that_is_ready(
    bench, voices, compiling
):
    service = voices()
    voice = save(service)
    found = settled(service, voice)
    assert {name for name, view in found.items() if view.state == "ready"} == {
        "test_echo",
        "speaker",
    }
    assert sorted(compiling.calls) == kept(bench) == ["speaker", "test_echo"]
    service.enrolment(OWNER, voice, "test_echo")
    service.enrol(OWNER, voice, "speaker")
    assert settled(service, voice) == found
    assert len(compiling.calls) == 2


def test_what_costs_or_leaves_the_machine_is_compiled_only_when_asked(bench, voices, compiling):
    service = voices()
    voice = save(service)
    found = settled(service, voice)
    for engine in ("test_service", "test_paid"):
        assert (found[engine].state, found[engine].paid, found[engine].can_start) == (
            "ask",
            True,
            True,
        )
        for language in locales.languages():
            assert found[engine].title in locales.say(language, found[engine].reason)
    assert not {"test_service", "test_paid"} & set(compiling.calls)
    assert service.enrol(OWNER, voice, "test_service").state in ("pending", "ready")
    assert settled(service, voice)["test_service"].state == "ready"
    assert "test_paid" not in compiling.calls


def test_engines_that_cannot_say_why(bench, voices, compiling, monkeypatch):
    short = engine_class("speaker").card.model_copy(
        update={"cloning": Cloning(**LOCAL | {"min_seconds": 50.0})}
    )
    monkeypatch.setattr(engine_class("speaker"), "card", short)
    service = voices(accepted=lambda engine: engine != "test_echo")
    voice = save(service)
    found = settled(service, voice)
    for engine, words in {
        "speaker": "50",
        "moody": "transcript",
        "test_echo": "licence",
        "xtts": "XTTS",
    }.items():
        assert found[engine].state == "impossible", engine
        assert not found[engine].can_start
        assert words.lower() in locales.say("en", found[engine].reason).lower()
        assert service.enrol(OWNER, voice, engine).state == "impossible"
    assert "espeak" not in found, "it does not clone"
    assert service.enrol(OWNER, voice, "espeak").state == "impossible"
    assert compiling.calls == []


def test_a_failure_is_told_and_can_be_tried_again(bench, voices, compiling):
    compiling.fails["test_echo"] = Unavailable("engine_crashed", engine="Echo", reason="signal 9")
    service = voices()
    voice = save(service)
    found = settled(service, voice)
    assert found["test_echo"].state == "failed"
    assert "signal 9" in locales.say("en", found["test_echo"].reason)
    assert found["test_echo"].can_start
    assert found["speaker"].state == "ready", "the others go on"
    compiling.fails.clear()
    service.enrol(OWNER, voice, "test_echo")
    assert settled(service, voice)["test_echo"].state == "ready"


def test_while_it_goes_on_the_rest_is_pending_and_asking_again_adds_nothing(
    bench, voices, compiling
):
    compiling.go.clear()
    service = voices()
    voice = save(service)
    assert {view.state for view in states(service, voice).values()} == {
        "pending",
        "ask",
        "impossible",
    }
    for _ in range(3):
        assert service.enrol(OWNER, voice, "test_echo").state == "pending"
    compiling.go.set()
    settled(service, voice)
    assert sorted(compiling.calls) == ["speaker", "test_echo"]


def test_saving_does_not_wait_for_engines(bench, voices, compiling):
    compiling.go.clear()
    service = voices()
    before = time.monotonic()
    save(service)
    assert time.monotonic() - before < 5
    compiling.go.set()


def test_a_restart_offers_what_was_not_compiled(bench, voices, compiling):
    compiling.go.clear()
    first = voices()
    voice = save(first)
    before = time.monotonic()
    first.close()
    assert time.monotonic() - before < 0.5
    compiling.go.set()
    second = voices()
    found = states(second, voice)
    deadline = time.monotonic() + 10
    while "pending" in {view.state for view in found.values()} and time.monotonic() < deadline:
        time.sleep(0.02)
    left = [name for name, view in states(second, voice).items() if view.state == "open"]
    assert left, "what was not begun is offered"
    for engine in left:
        assert states(second, voice)[engine].can_start
        second.enrol(OWNER, voice, engine)
    assert all(settled(second, voice)[engine].state == "ready" for engine in left)


def test_a_closed_service_begins_nothing(bench, voices, compiling):
    service = voices()
    service.close()
    voice = save(service)
    time.sleep(0.1)
    assert compiling.calls == []
    assert states(service, voice)["test_echo"].state == "open"


def test_a_studio_that_closes_does_not_wait_for_an_engine_that_loads(bench, monkeypatch, tmp_path):
    monkeypatch.setenv("TEST_LOAD_SECONDS", "60")
    for card in cloning_cards():
        monkeypatch.setattr(engine_class(card.name), "card", without_cloning(card))
    slow = engine_class("test_slow_load")
    cloning = slow.card.model_copy(update={"cloning": Cloning(**LOCAL)})
    monkeypatch.setattr(slow, "card", cloning)
    settings = Settings(data_dir=tmp_path / "other")
    runtime = Runtime(settings, WeightStore(settings))
    double = Double(bench.runtime)
    monkeypatch.setattr(runtime, "call", double)
    service = VoiceService(settings, bench.database, bench.blobs, runtime, bench.recogniser)
    voice = save(service)
    assert states(service, voice)["test_slow_load"].state == "pending"
    time.sleep(1.5)
    assert service._enroller._current.engine == "test_slow_load"
    before = time.monotonic()
    service.close()
    runtime.close()
    service._enroller._thread.join(5)
    assert not service._enroller._thread.is_alive()
    assert time.monotonic() - before < 5
    assert service._enroller._failures == {}


def without_cloning(card):
    return card.model_copy(update={"cloning": Cloning()})


def test_a_voice_deleted_meanwhile_leaves_nothing(bench, voices, compiling):
    compiling.go.clear()
    service = voices()
    voice = save(service)
    while not compiling.calls:
        time.sleep(0.01)
    service.delete(OWNER, voice)
    compiling.go.set()
    deadline = time.monotonic() + 10
    while service._enroller._current is not None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert kept(bench) == []
    assert bench.files() == []
    assert service._enroller._failures == {}


def test_nobody_sees_or_starts_what_belongs_to_others(bench, voices, compiling):
    service = voices()
    voice = save(service)
    for forbidden in (
        lambda: service.enrolment_states("other", voice),
        lambda: service.enrol("other", voice, "test_echo"),
    ):
        with pytest.raises(NotFound, match="unknown_voice"):
            forbidden()
    with pytest.raises(NotFound, match="unknown_engine"):
        service.enrol(OWNER, voice, "nothing")


def test_turned_off_nothing_is_compiled_unasked(bench, compiling):
    voice = save(bench.voices)
    time.sleep(0.1)
    assert compiling.calls == []
    assert states(bench.voices, voice)["test_echo"].state == "open"


# which recording goes where


def test_engines_get_the_prepared_reference_with_its_transcript(bench, voices, compiling):
    double = bench.runtime.call
    double.reference = files.make("flac", speech.piper()[0][:70000], 22050)
    voice = save(bench.voices, transcript="The harbour was quiet.", insist_transcript=True)
    key, made = bench.voices.enrolment(OWNER, voice, "test_echo")
    assert made.values["seconds"] == pytest.approx(70000 / 22050, abs=0.001)
    assert key.startswith(f"{bench.row(voice).reference_sha256}:test_echo:")
    assert bench.voices.reference_flac(OWNER, voice).flac == double.reference


def test_one_that_wants_more_than_the_reference_gets_the_whole_clip(
    bench, voices, compiling, monkeypatch
):
    double = bench.runtime.call
    double.reference = files.make("flac", speech.piper()[0][:66150], 22050)
    double.report = {"part": {"start": 0.0, "end": 3.0}}
    voice = save(bench.voices)
    more = engine_class("speaker").card.model_copy(
        update={"cloning": Cloning(**LOCAL | {"min_seconds": 4.0})}
    )
    monkeypatch.setattr(engine_class("speaker"), "card", more)
    key, made = bench.voices.enrolment(OWNER, voice, "speaker")
    assert made.values["seconds"] == pytest.approx(len(speech.piper()[0]) / 22050, abs=0.001)
    assert key.startswith(bench.row(voice).clip_sha256)
    assert states(bench.voices, voice)["speaker"].state == "ready"
    bench.voices.delete(OWNER, voice)
    assert kept(bench) == []


def test_a_corrected_transcript_is_compiled_anew_where_it_is_read_and_nowhere_else(
    bench, voices, compiling
):
    voice = save(bench.voices, transcript="Quiet.", insist_transcript=True)
    for engine in ("test_echo", "speaker"):
        bench.voices.enrolment(OWNER, voice, engine)
    change = Correction(transcript="The harbour.", insist_transcript=True)
    bench.voices.correct(OWNER, voice, change)
    assert kept(bench) == ["speaker"]
    bench.voices.enrolment(OWNER, voice, "test_echo")
    bench.voices.enrolment(OWNER, voice, "speaker")
    assert compiling.calls == ["test_echo", "speaker", "test_echo"]
    bench.voices.correct(OWNER, voice, Correction(language="de"))
    assert kept(bench) == [], "a service may have been told the language"


def test_two_voices_of_one_clip_share_what_is_compiled_until_the_last_is_gone(
    bench, voices, compiling
):
    bench.runtime.call.reference = files.make("flac", speech.piper()[0][:70000], 22050)
    mine, theirs = save(bench.voices), save(bench.voices, "other")
    bench.voices.enrolment(OWNER, mine, "speaker")
    bench.voices.enrolment("other", theirs, "speaker")
    assert compiling.calls == ["speaker"]
    bench.voices.delete(OWNER, mine)
    assert kept(bench) == ["speaker"]
    bench.voices.delete("other", theirs)
    assert kept(bench) == []
    assert bench.files() == []
