"""Qwen3-TTS's folders: what is found in them, and every way they can be wrong."""

import json
import shutil

import pytest

from studio.engines.contract import EngineProblem
from studio.engines.qwen3.card import CARD
from studio.engines.qwen3.checkpoints import FILES, NAMES, checkpoint, examine
from studio.engines.qwen3.engine import Qwen3
from tests.engines.benches.qwen3 import KINDS
from tests.engines.qwen3_tiny import engine, enrolment, folders, fresh, say


@pytest.fixture
def copy(tmp_path):
    """A function that copies a checkpoint to a folder of a given name."""

    def made(name: str):
        return shutil.copytree(folders()[name], tmp_path / "mine")

    return made


@pytest.mark.parametrize("name", KINDS)
def test_a_checkpoint_is_known_by_its_configuration(name, copy):
    assert examine(copy(name)).name == name


def test_the_card_lists_exactly_the_files_that_are_read():
    assert {weights.name for weights in CARD.weights} == set(NAMES) == set(KINDS)
    for weights in CARD.weights:
        assert {file.name for file in weights.files} == set(FILES)
        assert all(file.sha256 and file.bytes for file in weights.files)
        assert weights.bytes == sum(file.bytes for file in weights.files)
        assert 2.4e9 < weights.bytes < 4.6e9
        assert weights.cuda_memory_mb
    for name, folder in folders().items():
        on_disk = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
        assert on_disk == set(FILES), name


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_named(file, copy):
    folder = copy("1.7b-base")
    (folder / file).unlink()
    with pytest.raises(EngineProblem, match="checkpoint_file_missing") as refused:
        Qwen3().load(folder, "cpu")
    assert refused.value.params["file"] == file


@pytest.mark.parametrize("file", ["model.safetensors", "speech_tokenizer/model.safetensors"])
@pytest.mark.parametrize("keep", [0, 5, 2000, -1])
def test_weights_cut_short_are_told_before_they_are_read(file, keep, copy):
    path = copy("1.7b-base") / file
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(EngineProblem, match="checkpoint_file_damaged") as refused:
        examine(path.parents[file.count("/")])
    assert refused.value.params["file"] == "model.safetensors"


def test_weights_of_another_shape_do_not_load(copy):
    folder = copy("1.7b-base")
    config = json.loads((folder / "config.json").read_text())
    config["talker_config"]["hidden_size"] = 64
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(EngineProblem, match="qwen3_cannot_load"):
        Qwen3().load(folder, "cpu")


@pytest.mark.parametrize(
    "change",
    [
        {"model_type": "qwen2"},
        {"tts_model_type": "singing"},
        {"tokenizer_type": "qwen3_tts_tokenizer_25hz"},
        {"tts_model_size": ""},
        {"tts_model_size": "b6"},
        {"tts_model_size": "0b"},
    ],
)
def test_another_models_configuration_is_refused(change, copy):
    """The last three are parts of "0b6", by which the library would drop instructions."""
    folder = copy("1.7b-custom")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | change))
    with pytest.raises(EngineProblem, match="checkpoint_of_another_model"):
        Qwen3().load(folder, "cpu")
    (folder / "config.json").write_text("{")
    with pytest.raises(EngineProblem, match="checkpoint_file_damaged"):
        Qwen3().load(folder, "cpu")


def test_a_folder_of_another_checkpoint_than_the_one_wanted_is_refused():
    one = Qwen3()
    one.loading = "1.7b-base"
    with pytest.raises(EngineProblem, match="qwen3_other_checkpoint") as refused:
        one.load(folders()["1.7b-custom"], "cpu")
    assert refused.value.params == {"wanted": "1.7b-base", "found": "1.7b-custom"}


def test_a_request_for_a_checkpoint_that_is_not_there_says_what_is():
    custom = fresh("0.6b-custom")
    for fields in (
        {"preset": "sohee", "options": {"size": "1.7b"}},
        {"enrolment": enrolment()},
        {"options": {"voice_description": "an old man"}},
    ):
        with pytest.raises(EngineProblem, match="qwen3_checkpoint_not_loaded") as refused:
            say(by=custom, **fields)
        assert refused.value.params["loaded"] == "0.6b-custom"


def test_it_leaves_memory_and_comes_back():
    one = fresh("1.7b-custom")
    first = say(by=one, preset="sohee").samples
    one.unload()
    with pytest.raises(EngineProblem, match="qwen3_checkpoint_not_loaded"):
        say(by=one, preset="sohee")
    one.load(folders()["1.7b-custom"], "cpu")
    assert (say(by=one, preset="sohee").samples == first).all()


def test_what_torchaudio_lacks_is_remarked():
    from studio.engines.torchaudio_native import ensure_torchaudio

    assert engine().remarks == ensure_torchaudio()


def test_a_folder_without_a_readable_configuration_has_no_presets(tmp_path):
    assert Qwen3.presets(tmp_path) == []
    (tmp_path / "config.json").write_text("[]")
    assert Qwen3.presets(tmp_path) == []


def test_unknown_speakers_of_a_tuned_checkpoint_come_last(copy):
    folder = copy("1.7b-custom")
    config = json.loads((folder / "config.json").read_text())
    config["talker_config"]["spk_id"] = {"my_voice": 3000, "sohee": 2864}
    (folder / "config.json").write_text(json.dumps(config))
    assert [(p.id, p.native) for p in Qwen3.presets(folder)] == [("sohee", "ko"), ("my_voice", "")]


@pytest.mark.parametrize(
    ("kind", "size", "at_hand", "expected"),
    [
        ("base", "auto", {"0.6b-base", "1.7b-base"}, "1.7b-base"),
        ("base", "auto", {"0.6b-base", "1.7b-custom"}, "0.6b-base"),
        ("base", "auto", set(), "1.7b-base"),
        ("base", "0.6b", {"1.7b-base"}, "0.6b-base"),
        ("custom", "auto", {"0.6b-custom"}, "0.6b-custom"),
        ("design", "auto", set(), "1.7b-design"),
    ],
)
def test_the_largest_checkpoint_at_hand_serves_unless_a_size_is_asked_for(
    kind, size, at_hand, expected
):
    assert checkpoint(kind, size, at_hand) == expected
