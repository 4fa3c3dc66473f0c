"""Speaker similarity and closest presets: plausible on real speech, measured once, resumable."""

import numpy as np
import pytest
from sqlalchemy import select

from studio.engines.contract import Chunk
from studio.problems import BadInput, NotFound, Unavailable
from studio.store.tables import EnrolmentRow, PresetEmbedding
from studio.voices import closest
from studio.voices.saving import Application
from tests.audio import files, speech
from tests.waiting import at_once

OTHER_TEXT = "Please leave the parcel at the door; nobody will be at home before seven."
EMBED = "studio.quality.speaker:embed"


def embed(runtime, samples, rate):
    return np.array(runtime.call(EMBED, samples, rate, bench="speech", timeout=120))


def save(bench, samples, rate):
    given = {"name": "joe", "language": "en", "consent": True}
    return bench.voices.create("local", files.make("wav", samples, rate), Application(**given)).id


@pytest.fixture
def joe(bench):
    return save(bench, *speech.piper())


@pytest.fixture
def two_presets(runtime, monkeypatch):
    """Measuring all takes too long here."""
    chosen = [
        preset for preset in runtime.presets("kokoro") if preset.id in ("jf_alpha", "jm_kumo")
    ]
    monkeypatch.setattr(runtime, "presets", lambda _engine: chosen)
    return chosen


class Quick:
    """Renders with eSpeak what Kokoro would; counts, and fails where it is told to."""

    def __init__(self):
        self.rendered = []
        self.broken = set()

    def __call__(self, engine, request, on_chunk, cancel):
        if request.preset in self.broken:
            raise Unavailable("engine_crashed", engine=engine, reason="test")
        self.rendered.append(request.preset)
        samples, rate = speech.espeak(request.text, "de" if "jm" in request.preset else "en-us")
        half = len(samples) // 2
        on_chunk(Chunk(samples[:half], rate))
        on_chunk(Chunk(samples[half:], rate))


@pytest.fixture
def quick(runtime, monkeypatch):
    quick = Quick()
    monkeypatch.setattr(runtime, "render", quick)
    return quick


def presets_kept(bench):
    with bench.database.read() as session:
        return sorted(row.preset for row in session.scalars(select(PresetEmbedding)))


def test_a_speaker_is_more_like_himself_in_another_text_than_like_anyone_else(runtime):
    joe, joe_again = embed(runtime, *speech.piper()), embed(runtime, *speech.piper(OTHER_TEXT))
    robot, robot_again = (
        embed(runtime, *speech.espeak()),
        embed(runtime, *speech.espeak(OTHER_TEXT)),
    )
    assert joe.shape == (256,)
    assert np.linalg.norm(joe) == pytest.approx(1)
    assert joe @ joe_again > 0.85
    assert robot @ robot_again > 0.85
    assert max(joe @ robot, joe @ robot_again, joe_again @ robot) < 0.75


@pytest.mark.parametrize("samples", [np.zeros(48000), np.ones(100), np.full(32000, 0.5)])
def test_a_recording_without_voice_has_no_embedding(runtime, samples):
    assert embed(runtime, samples.astype(np.float32), 16000).size == 0


def test_kokoros_presets_are_ranked_by_a_plausible_likeness_to_a_clip(bench, joe, two_presets):
    assert bench.voices.known_closest_presets("local", joe, "kokoro") is None
    matches = bench.voices.closest_presets("local", joe, "kokoro")
    assert {match.preset for match in matches} == {"jf_alpha", "jm_kumo"}
    assert matches[0].preset == "jm_kumo", "joe is a man"
    assert all(0.4 < match.similarity < 0.75 for match in matches)
    assert matches[0].similarity >= matches[1].similarity
    assert bench.voices.known_closest_presets("local", joe, "kokoro") == matches


def test_presets_are_measured_once_and_clips_once(bench, joe, two_presets, quick, monkeypatch):
    first = bench.voices.closest_presets("local", joe, "kokoro")
    assert quick.rendered == ["jf_alpha", "jm_kumo"]
    again = save(bench, *speech.piper(OTHER_TEXT))
    second = bench.voices.closest_presets("local", again, "kokoro")
    assert [match.similarity for match in first] != [match.similarity for match in second]
    monkeypatch.setattr(bench.runtime, "call", None)
    assert bench.voices.closest_presets("local", joe, "kokoro") == first
    assert quick.rendered == ["jf_alpha", "jm_kumo"]


def test_measuring_goes_on_where_it_was_interrupted(bench, joe, two_presets, quick, monkeypatch):
    monkeypatch.setattr(closest, "_FAILURES_IN_A_ROW", 1)
    quick.broken = {"jm_kumo"}
    with pytest.raises(Unavailable, match="engine_crashed"):
        bench.voices.closest_presets("local", joe, "kokoro")
    assert presets_kept(bench) == ["jf_alpha"]
    assert bench.voices.preparing("kokoro") is None
    quick.broken = set()
    assert len(bench.voices.closest_presets("local", joe, "kokoro")) == 2
    assert quick.rendered == ["jf_alpha", "jm_kumo"]


def test_one_preset_that_will_not_speak_does_not_hide_the_others(bench, joe, two_presets, quick):
    quick.broken = {"jf_alpha"}
    matches = bench.voices.closest_presets("local", joe, "kokoro")
    assert [match.preset for match in matches] == ["jm_kumo"]
    assert bench.voices.known_closest_presets("local", joe, "kokoro") is None


def test_everyone_who_asks_at_once_waits_for_one_measurement(bench, joe, two_presets, quick):
    answers = at_once(lambda: bench.voices.closest_presets("local", joe, "kokoro"), 6)
    assert len(answers) == 6
    assert all(answer == answers[0] for answer in answers)
    assert quick.rendered == ["jf_alpha", "jm_kumo"]


def test_progress_can_be_read_while_presets_are_measured(
    bench, joe, two_presets, quick, monkeypatch
):
    seen = []

    def watched(*arguments):
        seen.append(bench.voices.preparing("kokoro"))
        quick(*arguments)

    monkeypatch.setattr(bench.runtime, "render", watched)
    bench.voices.closest_presets("local", joe, "kokoro")
    assert [(step.done, step.total) for step in seen] == [(0, 2), (1, 2)]
    assert bench.voices.preparing("kokoro") is None


def test_another_sentence_or_encoder_measures_anew(bench, joe, two_presets, quick, monkeypatch):
    bench.voices.closest_presets("local", joe, "kokoro")
    monkeypatch.setitem(closest.SENTENCES, "en", OTHER_TEXT)
    assert bench.voices.known_closest_presets("local", joe, "kokoro") is None
    bench.voices.closest_presets("local", joe, "kokoro")
    assert len(quick.rendered) == 4
    monkeypatch.setattr(closest, "encoder_name", lambda: "another encoder 1.0")
    assert bench.voices.known_closest_presets("local", joe, "kokoro") is None


def test_a_voice_deleted_meanwhile_leaves_no_embedding_of_its_speaker(
    bench, joe, two_presets, quick, monkeypatch
):
    def deleting(*arguments):
        if not quick.rendered:
            bench.voices.delete("local", joe)
        quick(*arguments)

    # the clip was read before it went away
    samples = bench.voices.reference("local", joe)
    monkeypatch.setattr(bench.voices._clips, "samples", lambda _: (samples.samples, samples.rate))
    monkeypatch.setattr(bench.runtime, "render", deleting)
    with pytest.raises(NotFound, match="unknown_voice"):
        bench.voices.closest_presets("local", joe, "kokoro")
    with bench.database.read() as session:
        assert list(session.scalars(select(EnrolmentRow))) == []


def test_an_engine_without_closest_presets_says_so(bench, joe):
    with pytest.raises(BadInput, match="no_closest_preset"):
        bench.voices.closest_presets("local", joe, "espeak")


@pytest.mark.slow
def test_all_of_kokoros_presets_are_more_like_themselves_than_like_each_other(bench, runtime):
    given = {"language": "en", "consent": True}
    for preset in runtime.presets("kokoro"):
        clip = files.make("flac", *speech.kokoro(OTHER_TEXT, preset.id))
        voice = bench.voices.create("local", clip, Application(name=preset.title, **given))
        best = bench.voices.closest_presets("local", voice.id, "kokoro")[0]
        assert best.preset == preset.id
        assert best.similarity > 0.8
