"""The suite's own bad engines, each beside a good one that goes on speaking."""

import threading

import numpy as np
import pytest

from studio.problems import Unavailable

TEXT = "One, two, three and four."


@pytest.fixture
def beside(say):
    """Run something while ``test_echo`` speaks for a second and a half; check that it did."""

    def run(work):
        say(TEXT, "test_echo")
        result = {}

        def speak():
            options = {"chunk_delay": 0.1, "chunks": 15}
            result["chunks"], result["report"] = say(TEXT, "test_echo", options=options)

        speaker = threading.Thread(target=speak)
        speaker.start()
        try:
            return work()
        finally:
            speaker.join(15)
            assert len(result["chunks"]) == 15
            assert not result["report"].cancelled
            assert result["report"].synthesis_seconds < 3.0
            assert np.abs(np.concatenate([c.samples for c in result["chunks"]])).max() > 0.1

    return run


@pytest.mark.parametrize(
    ("engine", "code"),
    [
        ("test_crash", "engine_crashed"),
        ("test_crash_load", "engine_crashed"),
        ("test_hang", "engine_hung"),
    ],
)
def test_a_dying_or_hanging_engine_spoils_its_own_take(say, beside, settings, engine, code):
    settings.engine_silence_seconds = 1.0
    with pytest.raises(Unavailable) as problem:
        beside(lambda: say(TEXT, engine))
    assert problem.value.code == code
    if code == "engine_crashed":
        assert problem.value.params["reason"] == "SIGSEGV"


def test_a_noisy_engine_speaks_properly(say, beside, settings):
    settings.engine_silence_seconds = 20.0
    chunks, _ = beside(lambda: say(TEXT, "test_noisy"))
    assert chunks


@pytest.mark.parametrize(
    ("kind", "code"),
    [("nan", "engine_garbage"), ("endless", "engine_garbage"), ("exception", "engine_failed")],
)
def test_garbage_beside_speech(say, beside, kind, code):
    with pytest.raises(Unavailable) as problem:
        beside(lambda: say(TEXT, "test_garbage", options={"kind": kind}))
    assert problem.value.code == code
    assert "/etc" not in str(problem.value)


@pytest.mark.parametrize("engine", ["test_slow", "test_hang"])
def test_a_cancel_beside_speech(say, beside, engine):
    cancel = threading.Event()
    threading.Timer(0.4, cancel.set).start()
    _, report = beside(lambda: say(TEXT, engine, cancel=cancel))
    assert report.cancelled
