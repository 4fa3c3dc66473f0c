"""The models that measure come, are checked and leave like any weights, and are no engines."""

import hashlib

import pytest

from studio.engines.registry import engine_names
from studio.problems import Unavailable
from studio.quality.models import MODELS, WHISPER
from studio.runtime.weights import WeightStore
from studio.settings import Settings


def test_whisper_base_is_assembled_from_the_packages(whisper):
    sizes = {path.name: path.stat().st_size for path in whisper.iterdir() if path.is_file()}
    promised = {f.name: f.bytes for f in MODELS[WHISPER].weights[-1].files}
    assert sizes == promised
    model = hashlib.sha256((whisper / "model.bin").read_bytes()).hexdigest()
    assert model.startswith("d01c3014881c")


def test_a_model_that_measures_is_no_engine():
    assert not set(MODELS) & set(engine_names())


def test_a_folder_below_the_models_folder_serves_as_the_set_of_its_name(whisper, tmp_path):
    (tmp_path / "models" / WHISPER).mkdir(parents=True)
    (tmp_path / "models" / WHISPER / "base").symlink_to(whisper)
    store = WeightStore(Settings(data_dir=tmp_path / "data", models_dir=tmp_path / "models"))
    assert store.locate(MODELS[WHISPER], "base").folder == tmp_path / "models" / WHISPER / "base"


def test_files_that_are_not_in_a_folder_of_their_set_are_never_taken_for_another_set(
    whisper, tmp_path
):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / WHISPER).symlink_to(whisper)
    store = WeightStore(Settings(data_dir=tmp_path / "data", models_dir=tmp_path / "models"))
    with pytest.raises(Unavailable):
        store.require(MODELS[WHISPER], "small")
