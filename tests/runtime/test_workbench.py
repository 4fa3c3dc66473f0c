"""Plain functions in a process of their own: values, refusals, crashes, limits."""

import os
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from studio.problems import BadInput, TooLarge, Unavailable
from tests.waiting import at_once

HERE = "studio_test_engines.chores:"


def test_arrays_and_plain_values_cross_both_ways(runtime):
    array = np.arange(12, dtype=np.int16).reshape(3, 4)
    result = runtime.call(HERE + "double", array, {"a": [1, None, "한", b"\0", (1.5, True)]})
    assert result["array"].dtype == np.int16
    assert np.array_equal(result["array"], array * 2)
    assert result["mapping"] == {"a": [1, None, "한", b"\0", (1.5, True)]}


def test_it_is_another_process_and_stays(runtime):
    first, second = (runtime.call(HERE + "nap", 0.0) for _ in range(2))
    assert first == second != os.getpid()
    assert runtime.call(HERE + "nap", 0.0, bench="speech") != first


def test_no_library_reports_its_sessions_to_its_maker(runtime, monkeypatch):
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY", raising=False)
    model = next(Path(find_spec("silero_vad").origin).parent.rglob("*.onnx"))
    # onnxruntime's reporter notes its session in this folder before it sends anything
    assert runtime.call(HERE + "reported_session", str(model)) == []


def test_refusals_arrive_with_code_and_parameters(runtime):
    with pytest.raises(BadInput) as refusal:
        runtime.call(HERE + "refuse")
    assert (refusal.value.code, refusal.value.params) == ("too_long", {"limit_seconds": 300})
    with pytest.raises(TooLarge) as large:
        runtime.call(HERE + "refuse_large")
    assert large.value.params == {"megabytes": 21}


@pytest.mark.parametrize(
    ("function", "arguments", "timeout", "code", "reason"),
    [
        ("leave", (), 20, "workbench_crashed", {"reason": "exit 9"}),
        ("hoard", (), 20, "workbench_crashed", {"reason": "MemoryError"}),
        ("spin", (30,), 0.5, "workbench_timeout", {"seconds": 0.5}),
        ("odd", (), 20, "workbench_failed", {"reason": "TypeError"}),
        ("no_such_function", (), 20, "workbench_failed", {"reason": "AttributeError"}),
    ],
)
def test_what_goes_wrong_spoils_one_call(runtime, function, arguments, timeout, code, reason):
    began = time.monotonic()
    with pytest.raises(Unavailable) as problem:
        runtime.call(HERE + function, *arguments, timeout=timeout)
    assert (problem.value.code, problem.value.params) == (code, reason)
    assert time.monotonic() - began < 5
    assert runtime.call(HERE + "double", np.ones(2), {})["array"].sum() == 4


def test_processor_time_is_bounded_by_the_kernel_too(runtime):
    """The parent's clock is one guard; the child's own limit holds when the parent is stopped."""
    pid = runtime.call(HERE + "nap", 0.0, timeout=1.0)
    limits = Path(f"/proc/{pid}/limits").read_text()
    line = next(line for line in limits.splitlines() if line.startswith("Max cpu time"))
    assert 4 <= int(line.split()[3]) <= 8


def test_a_benchs_memory_is_bounded(runtime):
    pid = runtime.call(HERE + "nap", 0.0)
    limits = Path(f"/proc/{pid}/limits").read_text()
    line = next(line for line in limits.splitlines() if line.startswith("Max data size"))
    assert line.split()[3] == "2500000000"


def test_calls_wait_for_each_other(runtime):
    results = at_once(lambda: runtime.call(HERE + "nap", 0.1), 3)
    assert len(set(results)) == 1
