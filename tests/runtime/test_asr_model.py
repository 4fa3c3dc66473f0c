"""The setting for the speech recogniser: the best set that is there, or the one asked for."""

import json

import pytest

from studio.locales import say
from studio.quality.models import MODELS, WHISPER
from studio.runtime.asr_model import Recogniser
from studio.runtime.weights import WeightStore
from studio.settings import Settings


@pytest.fixture
def small_files(monkeypatch, tmp_path):
    """Sets of Whisper whose files are a few bytes, none in a package; a function puts them down."""
    monkeypatch.setattr("studio.runtime.sets.part_paths", lambda _source: None)
    card = MODELS[WHISPER]
    shrunk = tuple(
        weights.model_copy(
            update={
                "files": tuple(
                    file.model_copy(update={"sha256": None, "bytes": len(weights.name)})
                    for file in weights.files
                )
            }
        )
        for weights in card.weights
    )
    monkeypatch.setitem(MODELS, WHISPER, card.model_copy(update={"weights": shrunk}))

    def put(name):
        folder = tmp_path / "models" / WHISPER / name
        folder.mkdir(parents=True)
        for file in next(w for w in shrunk if w.name == name).files:
            (folder / file.name).write_text(name, encoding="utf-8")
        return folder

    return put


@pytest.fixture
def recogniser(tmp_path):
    def make(asr_model="auto"):
        settings = Settings(
            data_dir=tmp_path / "data", models_dir=tmp_path / "models", asr_model=asr_model
        )
        return Recogniser(settings, WeightStore(settings))

    return make


def test_the_best_set_that_is_there_listens(small_files, recogniser):
    found = recogniser()
    assert found.folder() is None
    base = small_files("base")
    assert found.folder() == base
    turbo = small_files("large-v3-turbo")
    assert found.folder() == turbo
    small_files("small")
    assert found.folder() == turbo


def test_a_set_that_was_asked_for_is_not_replaced_by_a_better_one(small_files, recogniser):
    base = small_files("base")
    small_files("large-v3-turbo")
    assert recogniser("base").folder() == base
    assert recogniser("small").folder() is None


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_missing_recogniser_is_told_with_its_size_and_the_command(
    tmp_path, monkeypatch, recogniser, language
):
    monkeypatch.setattr("studio.runtime.sets.part_paths", lambda _source: None)
    assert recogniser().folder() is None
    assert "486 MB" in say(language, recogniser().missing())
    assert "python -m studio weights get whisper --set small" in say(
        language, recogniser().missing()
    )
    assert "1.6 GB" in say(language, recogniser("large-v3-turbo").missing())
    assert "--set large-v3-turbo" in say(language, recogniser("large-v3-turbo").missing())
    json.dumps(recogniser().missing().to_json())


def test_a_set_that_does_not_exist_is_told_and_no_other_taken(small_files, recogniser):
    small_files("base")
    unknown = recogniser("huge")
    assert unknown.folder() is None
    assert "auto, large-v3-turbo, small, base" in say("en", unknown.missing())
