"""Bark: the real library on tiny models of four stages."""

import json
import shutil
import socket
import threading
import time

import numpy as np
import pytest

from studio.engines.bark.card import CARD
from studio.engines.bark.engine import Bark
from studio.engines.bark.voices import LANGUAGES, PARTS, VOICES, file_names
from studio.engines.contract import Asked, Chunk, EngineProblem, ReferenceClip, Remark, Request
from tests.engines.benches import bark as bench

TEXT = "Good morning. [laughs] It will rain before noon. Take a coat with you."
LONG = " ".join(f"This is sentence number {n} of a long and tedious text." for n in range(12))


@pytest.fixture(scope="session")
def sets(tmp_path_factory):
    return bench.prepare(tmp_path_factory.mktemp("bark"))


@pytest.fixture(scope="module")
def engine(sets):
    engine = Bark()
    for folder in sets.values():
        engine.load(folder, "cpu")
    yield engine
    engine.unload()


def pieces(engine, text=TEXT, language="en", stop=None, preset="v2/en_speaker_6", **request):
    asked = Request(text, language, preset=preset, **request)
    return list(engine.synthesize(asked, stop or threading.Event()))


def speak(engine, text=TEXT, **request):
    chunks = [p.samples for p in pieces(engine, text, **request) if isinstance(p, Chunk)]
    return np.concatenate(chunks)


# what it says before it is loaded


def test_thirteen_languages_have_ten_speakers_each_and_the_announcer(sets):
    found = Bark.presets(sets["bark-small"])
    assert len(found) == 10 * 13 + 1
    assert found[0].id == "v2/en_speaker_6"
    assert {p.languages for p in found} == {(language,) for language in LANGUAGES}
    assert found[-1].id == "announcer"


def test_a_voice_that_lacks_a_file_is_not_listed(sets, tmp_path):
    shutil.copytree(sets["bark"], tmp_path, dirs_exist_ok=True)
    (tmp_path / "bark" / file_names("v2/ko_speaker_3")[1]).unlink()
    listed = {preset.id for preset in Bark.presets(tmp_path)}
    assert set(VOICES) - listed == {"v2/ko_speaker_3"}


def test_the_size_names_the_set():
    for size, name in {"small": "bark-small", "full": "bark"}.items():
        assert Bark.checkpoints(Asked(TEXT, "en", options={"size": size})) == (name,)
    assert {weights.name for weights in CARD.weights} == {"bark", "bark-small"}


def test_big_files_are_pinned_by_hash():
    for weights in CARD.weights:
        model = next(file for file in weights.files if file.name.endswith(".bin"))
        assert model.sha256
        assert model.bytes
        assert all(len(file.sources[0].revision) == 40 for file in weights.files)


def test_it_does_not_clone_and_says_why(engine):
    assert CARD.cloning.why_not
    with pytest.raises(EngineProblem, match="engine_cannot_clone"):
        engine.enroll(ReferenceClip(np.zeros(16000, np.float32), 16000))


# loading


@pytest.fixture
def small(sets, tmp_path):
    shutil.copytree(sets["bark-small"], tmp_path, dirs_exist_ok=True)
    return tmp_path / "bark-small"


@pytest.mark.parametrize(
    "name", ["config.json", "generation_config.json", "pytorch_model.bin", "tokenizer.json"]
)
def test_a_missing_file_is_named(small, name):
    (small / name).unlink()
    with pytest.raises(EngineProblem, match="checkpoint_file_missing") as refusal:
        Bark().load(small.parent, "cpu")
    assert refusal.value.params["file"] == name


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(EngineProblem, match="checkpoint_file_missing"):
        Bark().load(tmp_path, "cpu")


def test_a_file_cut_short_is_refused(small):
    weights = small / "pytorch_model.bin"
    weights.write_bytes(weights.read_bytes()[:5000])
    with pytest.raises(EngineProblem, match="checkpoint_file_damaged"):
        Bark().load(small.parent, "cpu")


def test_a_pickle_that_would_run_code_is_refused_and_does_not_run(small, tmp_path):
    import torch

    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "it ran"), "w"))

    torch.save({"weight": Trap()}, small / "pytorch_model.bin")
    with pytest.raises(EngineProblem, match="checkpoint_file_damaged"):
        Bark().load(small.parent, "cpu")
    assert not (tmp_path / "it ran").exists()


def test_a_model_with_a_gap_is_refused_rather_than_filled_with_chance(small):
    import torch

    tensors = torch.load(small / "pytorch_model.bin", weights_only=True)
    del tensors["coarse_acoustics.lm_head.weight"]
    torch.save(tensors, small / "pytorch_model.bin")
    with pytest.raises(EngineProblem, match="checkpoint_of_another_model"):
        Bark().load(small.parent, "cpu")


def test_a_model_of_another_shape_or_kind_is_refused(small):
    facts = json.loads((small / "config.json").read_text())
    facts["semantic_config"]["hidden_size"] = 32
    (small / "config.json").write_text(json.dumps(facts))
    with pytest.raises(EngineProblem, match="checkpoint_of_another_model"):
        Bark().load(small.parent, "cpu")
    (small / "config.json").write_text(json.dumps({"model_type": "bert"}))
    with pytest.raises(EngineProblem, match="checkpoint_of_another_model"):
        Bark().load(small.parent, "cpu")


def test_every_tensor_of_the_file_reaches_the_model(engine, sets):
    import torch

    stored = torch.load(sets["bark-small"] / "bark-small/pytorch_model.bin", weights_only=True)
    loaded = bench.as_published(engine._loaded["bark-small"].model.state_dict())
    assert loaded.keys() == stored.keys()
    assert not [name for name, tensor in loaded.items() if not torch.equal(tensor, stored[name])]


def test_of_a_folder_with_both_sizes_only_what_is_needed_is_loaded(sets, tmp_path):
    for folder in sets.values():
        shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    engine = Bark()
    engine.load(tmp_path, "cpu")
    assert not engine._loaded
    assert speak(engine, "Hello.", options={"size": "full"}).size
    assert list(engine._loaded) == ["bark"]


def test_nothing_is_fetched(sets, monkeypatch):
    def forbidden(*_):
        raise AssertionError("the network was asked")

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, forbidden)
    monkeypatch.setattr(socket, "getaddrinfo", forbidden)
    engine = Bark()
    engine.load(sets["bark-small"], "cpu")
    assert speak(engine, "Hello.").size


# speaking


def test_a_piece_is_heard_before_the_next_one_is_made(engine):
    began, moments = time.perf_counter(), []
    for piece in engine.synthesize(Request(LONG, "en", preset="announcer"), threading.Event()):
        if isinstance(piece, Chunk):
            moments.append(time.perf_counter() - began)
            assert piece.sample_rate == 24000
    assert len(moments) >= 4
    assert moments[0] < 0.5 * moments[-1]


def test_pieces_are_shorter_where_a_character_takes_longer_to_say(engine):
    text = "가나다라마바사아자차카타파하. " * 12
    assert len(pieces(engine, text, "ko", preset="v2/ko_speaker_0")) > len(
        pieces(engine, text, "en")
    )


def test_a_seed_repeats_the_samples_and_another_does_not(engine):
    one, same, other = (speak(engine, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_voices_sizes_and_words_are_heard(engine):
    plain = speak(engine, "Hello.")
    assert not np.array_equal(plain, speak(engine, "Hello.", preset="announcer"))
    assert not np.array_equal(plain, speak(engine, "Hello.", options={"size": "full"}))
    assert not np.array_equal(plain, speak(engine, "Hello. [laughs]"))


@pytest.mark.parametrize("stage", ["semantic", "coarse", "fine"])
def test_each_temperature_reaches_its_stage(engine, stage):
    warmer = {f"{stage}_temperature": 0.9}
    assert not np.array_equal(speak(engine, "Hello."), speak(engine, "Hello.", options=warmer))


def test_a_piece_cut_at_the_budget_is_remarked_and_one_that_ended_is_not(engine):
    cut = pieces(engine, "Hello.", options={"min_eos_p": 0.0})
    assert [type(piece) for piece in cut] == [Chunk, Remark]
    assert cut[0].samples.size == pytest.approx(bench.BUDGET / 49.9 * 24000, rel=0.01)
    assert cut[1].note.code == "engine.bark.cut_at_budget"
    ended = pieces(engine, "Hello.", options={"min_eos_p": 0.000001})
    assert [type(piece) for piece in ended] == [Chunk]
    assert 0.19 < ended[0].samples.size / 24000 < 0.8


@pytest.mark.parametrize("preset", ["", "nobody", "../../bark/config", "v2/en_speaker_10"])
def test_an_unknown_preset_is_refused_and_opens_no_file(engine, preset):
    with pytest.raises(EngineProblem, match="unknown_preset"):
        speak(engine, preset=preset)


@pytest.mark.parametrize("text", ["", " \n", "... !"])
def test_nothing_to_say_is_refused(engine, text):
    with pytest.raises(EngineProblem, match="nothing_to_say"):
        speak(engine, text)


def test_a_size_that_is_not_there_is_refused(sets):
    engine = Bark()
    engine.load(sets["bark-small"], "cpu")
    with pytest.raises(EngineProblem, match="bark_set_missing") as refusal:
        speak(engine, options={"size": "full"})
    assert refusal.value.params["set"] == "bark"


@pytest.mark.parametrize(
    "array",
    [
        np.full(50, bench.SEMANTIC),
        np.full(50, -1),
        np.zeros(0, np.int64),
        np.zeros((2, 50), np.int64),
        np.zeros(50),
    ],
)
def test_a_damaged_voice_is_refused_before_it_reaches_the_model(small, array):
    np.save(small / file_names("announcer")[0], array)
    engine = Bark()
    engine.load(small.parent, "cpu")
    with pytest.raises(EngineProblem, match="checkpoint_file_damaged"):
        speak(engine, preset="announcer")
    assert speak(engine).size
    assert PARTS[0].rows == 0


def test_a_pickled_voice_is_refused_and_does_not_run(small, tmp_path):
    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "it ran"), "w"))

    path = small / file_names("announcer")[0]
    np.save(path, np.array([Trap()], dtype=object), allow_pickle=True)
    engine = Bark()
    engine.load(small.parent, "cpu")
    with pytest.raises(EngineProblem, match="checkpoint_file_damaged"):
        speak(engine, preset="announcer")
    assert not (tmp_path / "it ran").exists()


# ending early


def parts_of(engine):
    model = engine._loaded["bark-small"].model
    decoder = model.codec_model.decoder.layers
    return {
        "semantic": model.semantic.layers[0],
        "coarse": model.coarse_acoustics.layers[0],
        "fine": model.fine_acoustics.layers[0],
        "decoder": decoder[0],
        "the end": decoder[-1],
    }


@pytest.mark.parametrize("stage", ["semantic", "coarse", "fine", "decoder"])
def test_cancelling_ends_the_stage_that_is_at_work(engine, stage):
    parts, called, stop = parts_of(engine), [], threading.Event()
    hooks = [
        part.register_forward_hook(lambda *_, name=name: called.append(name))
        for name, part in parts.items()
    ]
    hooks.append(parts[stage].register_forward_hook(lambda *_: stop.set()))
    try:
        assert pieces(engine, stop=stop) == []
    finally:
        for hook in hooks:
            hook.remove()
    # the stage made one step, nothing after it any
    assert called.count(stage) == 1
    assert called[-1] == stage
    assert np.array_equal(speak(engine, seed=1), speak(engine, seed=1))


def test_a_stopped_take_yields_nothing(engine):
    stop = threading.Event()
    stop.set()
    assert pieces(engine, stop=stop) == []


def test_a_take_left_in_the_middle_leaves_no_hook_behind(engine):
    stream = engine.synthesize(Request(LONG, "en", preset="announcer"), threading.Event())
    next(stream)
    stream.close()
    model = engine._loaded["bark-small"].model
    assert not [m for m in model.modules() if m._forward_pre_hooks]
