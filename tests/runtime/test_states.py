"""What the engines page can say: states, memory, presets; and who leaves memory when."""

import sys
from pathlib import Path

import pytest

from studio.engines.registry import engine_class
from studio.problems import NotFound, Unavailable
from studio.runtime.runtime import Runtime
from studio.runtime.weights import WeightStore
from tests.waiting import gone, until


@pytest.fixture
def settings(fresh_settings):
    return fresh_settings


@pytest.fixture
def runtime(fresh_runtime):
    return fresh_runtime


def test_an_engine_is_ready_then_loaded_with_its_memory(runtime, say):
    state = runtime.state("speaker")
    assert (state.state, state.memory_mb, state.pid) == ("ready", None, None)
    assert [preset.id for preset in state.presets] == ["ann", "bob"]
    runtime.warm("speaker")
    state = runtime.state("speaker")
    assert state.state == "loaded"
    status = Path(f"/proc/{state.pid}/status").read_text()
    resident = next(int(x.split()[1]) for x in status.splitlines() if x.startswith("VmRSS"))
    assert state.memory_mb == pytest.approx(resident * 1024 / 1e6, rel=0.05)
    assert say("chunks 1")[1].load_seconds == 0.0


def test_the_revision_of_an_engine_without_weights_is_its_librarys(runtime):
    revision = runtime.model_revision("speaker")
    assert revision == runtime.state("speaker").model_revision
    assert revision.startswith(("speaker ", "studio-test-engines 1.0"))


def test_missing_libraries_are_named_without_importing_any(runtime, say):
    state = runtime.state("test_no_library")
    assert state.state == "libraries_missing"
    assert state.detail.params == {"modules": "no_such_library_at_all"}
    with pytest.raises(Unavailable) as problem:
        say("chunks 1", "test_no_library")
    assert problem.value.code == "libraries_missing"


@pytest.mark.parametrize(
    ("engine", "reason"),
    [("test_broken_presets", "OSError"), ("test_broken_import", "ModuleNotFoundError")],
)
def test_a_broken_plugin_is_a_state_and_not_an_error(runtime, engine, reason):
    state = runtime.state(engine)
    assert (state.state, state.detail.params) == ("failed", {"reason": reason})


def test_a_plugin_that_does_not_import_cannot_render(say):
    with pytest.raises(Unavailable) as problem:
        say("chunks 1", "test_broken_import")
    assert problem.value.code == "engine_not_loaded"


def test_an_unknown_engine_is_not_found(runtime, say):
    with pytest.raises(NotFound):
        say("chunks 1", "nobody")


def test_states_covers_every_engine(lasting):
    _, runtime = lasting  # which has joined the weights already, or does so for others
    assert {"speaker", "second", "test_broken_load", "test_no_library"} <= {
        s.name for s in runtime.states()
    }


def test_an_idle_engine_leaves_memory_and_comes_back(settings):
    settings.engine_idle_seconds = 0.4
    runtime = Runtime(settings, WeightStore(settings))
    try:
        runtime.warm("speaker")
        pid = runtime.state("speaker").pid
        bench = runtime.call("studio_test_engines.chores:nap", 0.0)
        until(lambda: gone(pid) and gone(bench), 3)
        assert runtime.state("speaker").state == "ready"
        runtime.warm("speaker")
        assert runtime.state("speaker").pid not in (None, pid)
    finally:
        runtime.close()


def test_an_engine_at_work_is_not_idle(settings):
    import threading

    from studio.engines.contract import Request

    settings.engine_idle_seconds = 0.1
    runtime = Runtime(settings, WeightStore(settings))
    chunks = []
    try:
        request = Request("chunks 10 0.1 0.1", "en", "ann")
        runtime.render("speaker", request, chunks.append, threading.Event())
    finally:
        runtime.close()
    assert len(chunks) == 10


def test_a_closed_runtime_renders_nothing_more(runtime, say):
    runtime.close()
    with pytest.raises(Unavailable):
        say("chunks 1")


def test_nothing_is_started_and_nothing_heavy_imported_before_it_is_needed(settings):
    import subprocess

    source = (
        "import sys, threading\n"
        "from studio.runtime.runtime import Runtime\n"
        "from studio.runtime.weights import WeightStore\n"
        "from studio.settings import Settings\n"
        "s = Settings(data_dir='/nonexistent/data')\n"
        "Runtime(s, WeightStore(s))\n"
        "heavy = {'torch', 'onnxruntime', 'huggingface_hub', 'execnet', 'psutil', 'scipy'}\n"
        "print(sorted(heavy & set(sys.modules)), threading.active_count())\n"
    )
    root = Path(__file__).parents[2]
    result = subprocess.run(
        [sys.executable, "-c", source], cwd=root, capture_output=True, text=True, check=True
    )
    assert result.stdout == "[] 1\n"


def test_an_adapter_that_sounds_different_is_another_revision(runtime, monkeypatch):
    kind = engine_class("speaker")
    before = runtime.model_revision("speaker")
    changed = kind.card.model_copy(update={"adapter_revision": "louder-2"})
    monkeypatch.setattr(kind, "card", changed)
    assert runtime.model_revision("speaker") == f"{before}+louder-2"
    assert runtime.state("speaker").model_revision == f"{before}+louder-2"
