"""Engines that stand for services: their keys, their voices, what they charge and remark."""

import json
import threading

import numpy as np
import pytest

from studio import locales
from studio.engines.contract import Preset, ReferenceClip, Usage
from studio.locales import Note
from studio.problems import BadInput, Unavailable
from studio.runtime.runtime import Runtime
from studio.runtime.weights import WeightStore

from .conftest import saying

CLIP = ReferenceClip(np.zeros(1600, np.float32), 16_000)
VOICES = [
    {"id": "zoe", "title": "Zoe", "languages": ["en", "ko"], "gender": "female"},
    {"id": "ann", "title": "Another Ann", "languages": [], "gender": ""},
]


@pytest.fixture
def runtime(fresh_runtime):
    return fresh_runtime


@pytest.fixture
def keys(monkeypatch):
    for name, value in (
        ("STUDIO_TEST_SERVICE_KEY", "service secret"),
        ("STUDIO_TEST_SERVICE_REGION", "asia"),
        ("STUDIO_TEST_OTHER_KEY", "other secret"),
        ("STUDIO_DATABASE_URL", "postgresql://me:password@host/db"),
        ("HF_TOKEN", "hub secret"),
        ("SOME_OTHER_VARIABLE", "plain"),
    ):
        monkeypatch.setenv(name, value)


@pytest.fixture
def roster(tmp_path, monkeypatch):
    """What the other service answers: ``roster("refuse")``, or a list of voices."""
    path = tmp_path / "roster"
    monkeypatch.setenv("TEST_ENGINES_ROSTER", str(path))

    def answers(voices):
        path.write_text(voices if isinstance(voices, str) else json.dumps(voices))

    answers(VOICES)
    return answers


# keys


def test_an_engine_gets_its_own_variables_and_no_other_secret(runtime, keys):
    seen = runtime.enroll("test_service", CLIP).values
    assert seen["STUDIO_TEST_SERVICE_KEY"] == "service secret"
    assert seen["STUDIO_TEST_SERVICE_REGION"] == "asia"
    assert seen["SOME_OTHER_VARIABLE"] == "plain"
    assert not {"STUDIO_TEST_OTHER_KEY", "STUDIO_DATABASE_URL", "HF_TOKEN"} & set(seen)
    everything = " ".join(seen.values())
    assert "other secret" not in everything
    assert "password" not in everything


def test_a_workbench_gets_no_key_at_all(runtime, keys):
    seen = runtime.call("studio_test_engines.chores:environment")
    assert seen["SOME_OTHER_VARIABLE"] == "plain"
    assert not [name for name in seen if name.startswith("STUDIO_") or name == "HF_TOKEN"]


def test_nobody_else_can_read_the_key_from_the_launching_studio(keys, runtime):
    runtime.warm("speaker")
    pid = runtime.state("speaker").pid
    with open(f"/proc/{pid}/environ", "rb") as file:  # noqa: PTH123
        assert b"secret" not in file.read()


@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_setting_that_is_missing_is_named(runtime, monkeypatch, value):
    if value is None:
        monkeypatch.delenv("STUDIO_TEST_SERVICE_KEY", raising=False)
    else:
        monkeypatch.setenv("STUDIO_TEST_SERVICE_KEY", value)
    state = runtime.state("test_service")
    assert state.state == "setting_missing"
    for language in ("en", "ko"):
        sentence = locales.say(language, state.detail)
        assert "STUDIO_TEST_SERVICE_KEY" in sentence
        assert "The key." in sentence
    with pytest.raises(Unavailable) as problem:
        saying(runtime)("say", "test_service")
    assert problem.value.code == "setting_missing"
    assert "STUDIO_TEST_SERVICE_KEY" in locales.text(
        "ko", "error.setting_missing", **problem.value.params
    )
    assert runtime.state("test_service").pid is None


# what is charged and remarked


def test_what_is_charged_is_told_at_once_and_in_the_report(runtime, keys):
    told = []
    report = runtime.render(
        "test_service",
        _request("charge 12"),
        lambda _: told.append("chunk"),
        threading.Event(),
        on_usage=told.append,
    )
    assert told == [Usage(12, "model-1"), "chunk"]
    assert report.usage == Usage(12, "model-1")
    assert report.device == "remote"


@pytest.mark.parametrize(("then", "kind"), [("refuse", BadInput), ("exit", Unavailable)])
def test_what_is_charged_counts_also_when_the_take_fails(runtime, keys, then, kind):
    told = []
    with pytest.raises(kind):
        runtime.render(
            "test_service",
            _request(f"charge 12 {then}"),
            lambda _: None,
            threading.Event(),
            on_usage=told.append,
        )
    assert told == [Usage(12, "model-1")]


def test_what_is_charged_counts_also_when_the_take_is_cancelled(runtime, keys):
    cancel = threading.Event()
    report = runtime.render(
        "test_service", _request("charge 12 wait"), lambda _: cancel.set(), cancel
    )
    assert report.cancelled
    assert report.usage == Usage(12, "model-1")


def test_a_remark_on_a_take_reaches_its_report(runtime, keys):
    _, report = saying(runtime)("remark", "test_service")
    assert report.remarks == (Note("Cut at {seconds} s.", {"seconds": 9}),)


def _request(text):
    from studio.engines.contract import Request

    return Request(text, "en", "ann")


# revisions


def test_a_services_revision_is_the_adapters_and_never_empty(runtime, keys):
    assert runtime.model_revision("test_service") == "test_service api-2"
    assert runtime.model_revision("test_other_service").startswith("test_other_service ")
    assert runtime.model_revision("test_other_service").split()[1]


# voices that only the service knows


def ids(runtime):
    return [preset.id for preset in runtime.presets("test_other_service")]


def test_the_services_voices_come_with_a_load_and_after_the_presets(runtime, roster):
    assert ids(runtime) == ["ann", "bob"]
    runtime.warm("test_other_service")
    assert ids(runtime) == ["ann", "bob", "zoe"]
    found = {preset.id: preset for preset in runtime.state("test_other_service").presets}
    assert found["zoe"] == Preset("zoe", "Zoe", ("en", "ko"), "female")
    assert found["ann"].title == "Ann", "the engine's own come first"


def test_they_survive_a_restart_and_are_read_again_when_asked(runtime, roster, fresh_settings):
    runtime.warm("test_other_service")
    later = Runtime(fresh_settings, WeightStore(fresh_settings))
    try:
        assert ids(later) == ["ann", "bob", "zoe"]
        roster([{**VOICES[0], "id": "yun"}])
        assert [voice.id for voice in later.refresh_roster("test_other_service")] == ["yun"]
        assert ids(later) == ["ann", "bob", "yun"]
    finally:
        later.close()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1]",
        "{}",
        '[{"id": "zoe"}]',
        '[{"id": "", "title": "", "languages": []}]',
        "\xff",
        "[null]",
    ],
)
def test_a_file_that_is_no_list_of_voices_is_passed_over(fresh_settings, text):
    folder = fresh_settings.data_dir / "rosters"
    folder.mkdir(parents=True)
    (folder / "test_other_service.json").write_bytes(text.encode("latin-1"))
    runtime = Runtime(fresh_settings, WeightStore(fresh_settings))
    try:
        assert ids(runtime) == ["ann", "bob"]
    finally:
        runtime.close()


@pytest.mark.parametrize("trouble", ["refuse", "raise", "stall"])
def test_a_service_that_does_not_list_its_voices_still_renders(
    runtime, roster, monkeypatch, trouble
):
    from studio.runtime import engine_process

    monkeypatch.setattr(engine_process, "_ROSTER_SECONDS", 0.3)
    runtime.warm("test_other_service")
    roster(trouble)
    with pytest.raises((BadInput, Unavailable)):
        runtime.refresh_roster("test_other_service")
    assert ids(runtime) == ["ann", "bob", "zoe"], "what was known stays"
    chunks, report = saying(runtime)("chunks 2", "test_other_service")
    assert (len(chunks), report.load_seconds) == (2, 0.0)


def test_a_load_goes_on_without_the_voices(runtime, roster):
    roster("raise")
    assert len(saying(runtime)("chunks 2", "test_other_service")[0]) == 2
    assert ids(runtime) == ["ann", "bob"]
