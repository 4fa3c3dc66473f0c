"""`python -m benchmarks quality`: its counting, and the whole of it once, small."""

import numpy as np
import pytest

from benchmarks import _clean_speech, _take_faults, _watermark, quality
from benchmarks._clean_speech import Transcribed, pooled
from benchmarks._voices_apart import equal_error
from studio.statistics.proportion import wilson


def test_a_share_has_its_interval_and_says_whether_the_goal_is_met():
    fact = quality.share(19, 20, least=0.95)
    assert (fact["value"], fact["met"]) == (0.95, True)
    assert (fact["low"], fact["high"]) == (wilson(19, 20).low, wilson(19, 20).high)
    assert quality.share(18, 20, least=0.95)["met"] is False
    assert quality.share(1, 40, most=0.02)["met"] is False
    assert quality.share(0, 0, least=0.95)["value"] is None


def test_the_equal_error_rate_is_where_both_errors_are_equal():
    same, different = np.array([0.9, 0.8, 0.7, 0.4]), np.array([0.5, 0.3, 0.2, 0.1])
    value, threshold = equal_error(same, different)
    assert value == 0.25
    assert 0.4 < threshold <= 0.5
    assert equal_error(same, different - 0.2)[0] == 0.0
    assert equal_error(different, same)[0] > 0.5


def test_errors_are_pooled_over_words_not_averaged_over_clips():
    rows = [
        Transcribed("kokoro", "v", "", "", errors=1, words=2),
        Transcribed("kokoro", "v", "", "", errors=0, words=18),
    ]
    rate = pooled(rows)
    assert rate.value == 0.05
    assert rate.low == 0.0
    assert rate.high == 0.5


def test_takes_are_summed_over_engines_and_good_ones_kept_apart(monkeypatch):
    counts = {
        ("cut_off", "piper"): _take_faults.Count(10, caught=10, named=9, missed={"a": ("noisy",)}),
        ("cut_off", "kokoro"): _take_faults.Count(10, caught=10, named=10),
        ("good", "piper"): _take_faults.Count(50, caught=1, named=49, missed={"b": ("cut_off",)}),
    }
    monkeypatch.setattr(quality, "_whisper", lambda: None)
    monkeypatch.setattr(_take_faults, "run", lambda *_, **__: counts)
    figures = quality._takes("test", None)
    assert figures["takes, faults found"]["value"] == 0.95
    assert figures["takes, found: cut_off"]["found"] == 19
    assert figures["takes, false alarms"]["value"] == 0.02
    assert figures["takes, made again (any fault found)"]["value"] == 1.0
    assert figures["takes, faults found"]["how"] == {"a": ["noisy"], "b": ["cut_off"]}


def test_a_part_is_measured_once_for_the_same_sources(monkeypatch, tmp_path):
    monkeypatch.setenv("STUDIO_DATA_DIR", str(tmp_path))
    asked = []

    def measure(split, count):
        asked.append((split, count))
        return {"figure": quality.share(1, 2)}

    monkeypatch.setattr(quality, "_PARTS", {"doctor": measure, "takes": measure})
    first = quality.run("test", 3, ("doctor",))
    assert quality.run("test", 3, ("doctor",)) == first
    assert asked == [("test", 3)]
    quality.run("test", 4, ("doctor", "takes"))
    assert asked == [("test", 3), ("test", 4), ("test", 4)]
    monkeypatch.setattr(quality, "_fingerprint", lambda _: "other sources")
    quality.run("test", 3, ("doctor",))
    assert len(asked) == 4


def test_a_part_depends_on_what_its_module_imports_and_on_nothing_else(monkeypatch):
    read = quality.Path.read_bytes
    before = {part: quality._fingerprint(module) for part, module in quality._MODULES.items()}

    def changed(path):
        return read(path) + (b"# changed" if path.name == "speaker.py" else b"")

    monkeypatch.setattr(quality.Path, "read_bytes", changed)
    after = {part: quality._fingerprint(module) for part, module in quality._MODULES.items()}
    assert after["voices"] != before["voices"]
    assert after["words"] == before["words"]


def test_clean_speech_is_transcribed_all_but_perfectly(whisper, monkeypatch, tmp_path):
    monkeypatch.setenv("STUDIO_DATA_DIR", str(tmp_path))
    rows = _clean_speech.run("tune", whisper, count=3, engines=("piper",))
    assert len(rows) == 3
    assert pooled(rows).value <= 0.05
    assert all(row.heard for row in rows)


@pytest.mark.slow
def test_the_whole_command_on_few_cases():
    figures = quality.run("tune", 4)
    for part in ("doctor, ", "takes, ", "WER, ", "EER, ", "watermark, "):
        assert any(name.startswith(part) for name in figures)
    assert all(set(fact) >= {"value", "unit"} for fact in figures.values())
    assert _watermark.TREATMENTS
