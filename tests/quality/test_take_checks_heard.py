"""Takes by real engines, spoilt on purpose and heard by a real recogniser."""

import pytest

from benchmarks import _take_faults
from benchmarks._faulty_takes import Workshop
from benchmarks._take_facts import measured
from benchmarks._take_faults import GOOD
from studio.quality.take_checks import check

SPOILT = ("cut_off", "words_missing", "words_repeated", "reference_leak")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where clips, facts and the engine's weights are kept."""
    data = tmp_path_factory.mktemp("studio-data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUDIO_DATA_DIR", str(data))
        yield data


@pytest.fixture(scope="module")
def counts(folder, whisper):
    """What was found in one take of a few kinds by Piper."""
    return _take_faults.run("tune", whisper, count=1, engines=["piper"], faults=SPOILT)


@pytest.mark.parametrize("fault", SPOILT)
def test_a_spoilt_take_is_caught_for_what_it_has(counts, fault):
    assert counts[fault, "piper"].missed == {}
    assert counts[fault, "piper"].takes == 1


def test_a_good_take_is_left_alone(counts):
    assert (counts[GOOD, "piper"].takes, counts[GOOD, "piper"].missed) == (1, {})


def test_korean_of_a_robot_is_not_accused(folder, whisper):
    takes = list(Workshop("tune").good("espeak", 1))
    assert [take.language for take in takes] == ["en", "ko"]
    for take in takes:
        found = check(measured(take, whisper, folder / "facts"))
        assert [one.code for one in found if one.severity == "fault"] == []


def test_facts_are_measured_once(folder, whisper, monkeypatch):
    (take, _) = Workshop("tune").good("espeak", 1)
    first = measured(take, whisper, folder / "facts")
    monkeypatch.setattr("benchmarks._take_facts.transcribe", None)
    assert measured(take, whisper, folder / "facts") == first
