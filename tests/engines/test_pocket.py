"""Pocket TTS: the real library on tiny models, from local files alone."""

import shutil
import socket
import threading
import time

import numpy as np
import pytest

from studio.engines.contract import Asked, EngineProblem, Enrolment, ReferenceClip, Request
from studio.engines.pocket.card import CARD
from studio.engines.pocket.engine import Pocket
from studio.engines.pocket.models import MODELS, weights_name
from studio.engines.pocket.voices import VOICES, voices_of
from studio.runtime import wire
from tests.engines.benches import pocket as bench

ENDLESS = {"eos_threshold": 5.0}
"""As long as the library lets a sentence become."""
TEXT = "Good morning. It will rain before noon. Take a coat with you."


@pytest.fixture(scope="session")
def sets(tmp_path_factory):
    return bench.prepare(tmp_path_factory.mktemp("pocket"))


@pytest.fixture(scope="module")
def engine(sets):
    engine = Pocket()
    for name in ("english", "french", "french_24l", "english-cloning"):
        engine.load(sets[name], "cpu")
    yield engine
    engine.unload()


def chunks(engine, text=TEXT, language="en", stop=None, **request):
    if "enrolment" not in request:
        request.setdefault("preset", "alba")
    asked = Request(text, language, **request)
    return list(engine.synthesize(asked, stop or threading.Event()))


def speak(engine, text=TEXT, language="en", **request):
    return np.concatenate([c.samples for c in chunks(engine, text, language, **request)])


def recording(seed=0, seconds=4.0, rate=16000):
    noise = np.random.default_rng(seed).normal(0, 0.1, round(seconds * rate))
    return ReferenceClip(noise.astype(np.float32), rate, transcript="Hello.", language="en")


def asked(language="en", speaker="preset", **facts):
    return Asked(TEXT, language, speaker=speaker, preset="alba", **facts)


# what it says before it is loaded


def test_every_set_has_the_weights_the_tokeniser_and_where_they_come_from():
    assert len(CARD.weights) == 2 * len(MODELS)
    for weights in CARD.weights:
        assert weights.gated == weights.name.endswith("-cloning")
        source = weights.files[0].sources[0]
        assert source.repository.endswith("without-voice-cloning") != weights.gated
        assert len(source.revision) == 40
        assert source.path == f"languages/{weights.name.removesuffix('-cloning')}/model.safetensors"


def test_the_pinned_files_are_those_of_the_installed_library():
    from pocket_tts.utils.config import CONFIGS_DIR, load_config
    from pocket_tts.utils.utils import get_predefined_voice

    def address(source):
        return f"hf://{source.repository}/{source.path}@{source.revision}"

    for weights in CARD.weights:
        config = load_config(CONFIGS_DIR / f"{weights.name.removesuffix('-cloning')}.yaml")
        theirs = config.weights_path if weights.gated else config.weights_path_without_voice_cloning
        assert address(weights.files[0].sources[0]) == theirs
        tokeniser = address(weights.files[1].sources[0])
        assert tokeniser == config.flow_lm.lookup_table.tokenizer_path
        for file in weights.files[2:]:
            model, _, voice = file.name.removesuffix(".safetensors").split("/")
            assert address(file.sources[0]) == get_predefined_voice(model, voice)


def test_defaults_of_the_options_are_the_librarys_own():
    from pocket_tts import default_parameters as theirs
    from pocket_tts.utils.config import CONFIGS_DIR, load_config

    ours = Pocket.Options()
    assert ours.decode_steps == theirs.DEFAULT_SAMPLER_DECODE_STEPS
    for model in MODELS:
        config = load_config(CONFIGS_DIR / f"{model}.yaml")
        assert ours.temperature == config.default_temperature
        assert ours.eos_threshold == config.default_eos_threshold


def test_only_voices_whose_licence_allows_the_cards_use_are_presets():
    from pocket_tts.utils.utils import _ORIGINS_OF_PREDEFINED_VOICES as CATALOGUE

    assert set(CATALOGUE) - set(VOICES) == {"cosette", "jean"}
    assert not set(VOICES) - set(CATALOGUE)
    assert not [v for v in VOICES.values() if "NC" in v.licence]


def test_a_language_begins_with_a_voice_of_its_own_and_english_ones_speak_everything(sets):
    french = Pocket.presets(sets["french"])
    assert (french[0].id, french[0].languages) == ("estelle", ("fr",))
    english = Pocket.presets(sets["english"])
    assert english[0].id == "alba"
    assert {p.languages for p in english} == {()}
    assert Pocket.presets(sets["english-cloning"]) == []
    assert [v.name for v in voices_of(MODELS["french_24l"])] == ["estelle", "alba", "marius"]


@pytest.mark.parametrize(
    ("language", "speaker", "size", "needed"),
    [
        ("en", "preset", "small", "english"),
        ("en", "clone", "large", "english-cloning"),
        ("nl", "preset", "large", "dutch_24l"),
        ("fr", "clone", "small", "french-cloning"),
        ("ko", "preset", "small", "english"),
    ],
)
def test_language_size_and_speaker_name_the_set(language, speaker, size, needed):
    assert Pocket.checkpoints(asked(language, speaker, options={"size": size})) == (needed,)


def test_a_clone_without_the_gated_set_is_refused_with_what_to_do():
    only_public = frozenset({"french", "english-cloning"})
    refusal = Pocket.refuse(asked("fr", "clone", sets=only_public))
    assert refusal.code == "error.pocket_cloning_gated"
    assert refusal.params["set"] == "french-cloning"
    assert Pocket.refuse(asked("en", "clone", sets=only_public)) is None
    assert Pocket.refuse(asked("fr", sets=only_public)) is None


# loading


def test_a_missing_tokeniser_is_named(sets, tmp_path):
    shutil.copytree(sets["german"], tmp_path / "german")
    (tmp_path / "german/german/tokenizer.json").unlink()
    with pytest.raises(EngineProblem, match="pocket_weights_incomplete") as refusal:
        Pocket().load(tmp_path / "german", "cpu")
    assert refusal.value.params["file"] == "tokenizer.json"
    with pytest.raises(EngineProblem, match="pocket_weights_incomplete"):
        Pocket().load(tmp_path, "cpu")


@pytest.mark.parametrize("content", [b"", b"no tensors", b"x" * 4096])
def test_a_file_that_is_no_model_is_refused_in_words(sets, tmp_path, content):
    shutil.copytree(sets["german"], tmp_path / "german")
    (tmp_path / "german" / weights_name("german")).write_bytes(content)
    with pytest.raises(EngineProblem, match="pocket_weights_wrong"):
        Pocket().load(tmp_path / "german", "cpu")


def test_another_models_weights_are_refused(sets, tmp_path):
    import safetensors.torch
    import torch

    shutil.copytree(sets["german"], tmp_path / "german")
    weights = tmp_path / "german" / weights_name("german")
    safetensors.torch.save_file({"weight": torch.zeros(3)}, weights)
    with pytest.raises(EngineProblem, match="pocket_weights_wrong"):
        Pocket().load(tmp_path / "german", "cpu")


def test_weights_that_cannot_hear_are_not_taken_for_those_that_clone(sets, tmp_path):
    shutil.copytree(sets["english-cloning"], tmp_path / "c")
    public = sets["english"] / weights_name("english")
    shutil.copy(public, tmp_path / "c" / weights_name("english-cloning"))
    with pytest.raises(EngineProblem, match="pocket_weights_do_not_clone"):
        Pocket().load(tmp_path / "c", "cpu")


def test_sets_side_by_side_in_one_folder_are_loaded_when_needed(sets, tmp_path):
    for name in ("english", "french", "english-cloning"):
        shutil.copytree(sets[name], tmp_path, dirs_exist_ok=True)
    engine = Pocket()
    engine.load(tmp_path, "cpu")
    assert not engine._models
    assert speak(engine, "Bonjour.", "fr").size
    assert list(engine._models) == ["french"]


def test_nothing_is_fetched(sets, monkeypatch):
    def forbidden(*_):
        raise AssertionError("the network was asked")

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, forbidden)
    monkeypatch.setattr(socket, "getaddrinfo", forbidden)
    engine = Pocket()
    engine.load(sets["english"], "cpu")
    engine.load(sets["english-cloning"], "cpu")
    assert speak(engine).size
    assert speak(engine, enrolment=engine.enroll(recording())).size


# speaking


def test_frames_come_one_by_one_while_the_rest_is_made(engine):
    began, moments, sizes = time.perf_counter(), [], []
    for chunk in engine.synthesize(Request(TEXT * 3, "en", preset="alba"), threading.Event()):
        moments.append(time.perf_counter() - began)
        sizes.append(chunk.samples.size)
        assert chunk.sample_rate == 24000
    assert set(sizes) == {1920}
    assert moments[0] < 0.3 * moments[-1]


def test_a_seed_repeats_the_samples_and_another_does_not(engine):
    one, same, other = (speak(engine, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_presets_languages_and_sizes_are_different_voices_and_models(engine):
    english, other_voice = speak(engine), speak(engine, preset="anna")
    assert not np.array_equal(english, other_voice)
    french, large = (
        speak(engine, language="fr"),
        speak(engine, language="fr", options={"size": "large"}),
    )
    assert not np.array_equal(english, french)
    assert not np.array_equal(french, large)


@pytest.mark.parametrize(
    "options",
    [{"temperature": 1.0}, {"decode_steps": 4}, {"noise_clamp": 0.1}, {"frames_after_end": 20}],
)
def test_an_option_changes_the_take_it_is_given_for_and_no_other(engine, options):
    plain = speak(engine, seed=1)
    assert not np.array_equal(plain, speak(engine, seed=1, options=options))
    assert np.array_equal(plain, speak(engine, seed=1))


def test_a_higher_end_threshold_speaks_longer(engine):
    never, usual = (speak(engine, "Hello.", options={"eos_threshold": t}).size for t in (5.0, -4.0))
    assert never > usual


@pytest.mark.parametrize("text", ["", " \n", "... !"])
def test_nothing_to_say_is_refused(engine, text):
    with pytest.raises(EngineProblem, match="nothing_to_say"):
        speak(engine, text)


@pytest.mark.parametrize("preset", ["", "nobody", "../embeddings/alba", "cosette"])
def test_an_unknown_preset_is_refused_and_opens_no_file(engine, preset):
    with pytest.raises(EngineProblem, match="unknown_preset"):
        speak(engine, preset=preset)


def test_a_language_whose_set_is_not_there_is_refused(engine):
    with pytest.raises(EngineProblem, match="pocket_set_missing") as refusal:
        speak(engine, language="nl")
    assert refusal.value.params["set"] == "dutch"


# cloning


def test_an_enrolment_that_was_stored_speaks_as_the_library_does(engine):
    import torch

    clip = recording(1, rate=24000)
    enrolment = engine.enroll(clip)
    plain = {"arrays": dict(enrolment.arrays), "values": dict(enrolment.values)}
    plain["arrays"]["clip"] = np.zeros_like(plain["arrays"]["clip"])  # heard once, not again
    stored = Enrolment(**wire.decode(wire.encode(plain)))
    model = engine._models["english-cloning"]
    state = model.get_state_for_audio_prompt(torch.from_numpy(clip.samples)[None])
    torch.manual_seed(5)
    theirs = model.generate_audio(state, TEXT).numpy()
    assert np.array_equal(speak(engine, enrolment=stored, seed=5), theirs)


def test_clips_are_different_voices(engine):
    one, two = (speak(engine, enrolment=engine.enroll(recording(s)), seed=1) for s in (1, 2))
    assert not np.array_equal(one, two)


def test_a_clip_enrolled_in_one_language_speaks_another_as_if_enrolled_there(sets):
    english, french = Pocket(), Pocket()
    english.load(sets["english-cloning"], "cpu")
    french.load(sets["french-cloning"], "cpu")
    enrolled = english.enroll(recording())
    english.load(sets["french-cloning"], "cpu")
    assert np.array_equal(
        speak(english, language="fr", enrolment=enrolled),
        speak(french, language="fr", enrolment=french.enroll(recording())),
    )


def test_of_a_long_clip_the_first_thirty_seconds_count(engine):
    enrolment = engine.enroll(recording(seconds=32.0))
    assert enrolment.arrays["clip"].size == 30 * 24000


def test_clips_that_will_not_do_are_refused(engine, sets):
    with pytest.raises(EngineProblem, match="clip_too_short_for_engine"):
        engine.enroll(recording(seconds=1.0))
    with pytest.raises(EngineProblem, match="pocket_clip_silent"):
        engine.enroll(ReferenceClip(np.zeros(64000, np.float32), 16000))
    public = Pocket()
    public.load(sets["english"], "cpu")
    with pytest.raises(EngineProblem, match="pocket_cloning_gated"):
        public.enroll(recording())


# ending early


def test_a_cancelled_take_ends_within_a_second_and_leaves_no_thread_at_work(engine):
    stop, before = threading.Event(), threading.active_count()
    stream = engine.synthesize(Request(TEXT * 40, "en", preset="alba", options=ENDLESS), stop)
    next(stream)
    began = time.perf_counter()
    stop.set()
    assert list(stream) == []
    assert time.perf_counter() - began < 1.0
    time.sleep(0.05)
    assert threading.active_count() <= before
    assert speak(engine).size


def test_a_listener_who_leaves_ends_the_work_too(engine):
    before = threading.active_count()
    stream = engine.synthesize(
        Request(TEXT * 40, "en", preset="alba", options=ENDLESS), threading.Event()
    )
    next(stream)
    stream.close()
    time.sleep(0.05)
    assert threading.active_count() <= before
    assert np.array_equal(speak(engine, seed=1), speak(engine, seed=1))


def test_a_stopped_take_yields_nothing(engine):
    stop = threading.Event()
    stop.set()
    assert chunks(engine, stop=stop) == []


def test_unloaded_it_can_be_loaded_again(sets):
    engine = Pocket()
    engine.load(sets["english"], "cpu")
    engine.unload()
    with pytest.raises(EngineProblem, match="pocket_set_missing"):
        speak(engine)
    engine.load(sets["english"], "cpu")
    assert speak(engine).size
