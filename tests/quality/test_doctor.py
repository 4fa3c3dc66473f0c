"""The doctor as the studio calls it: a kept clip in, everything the page shows out."""

import json
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.corpus import degrade
from studio import locales
from studio.audio.encode import flac, read_flac
from studio.problems import BadInput
from studio.quality.catalogue import FIGURES
from studio.quality.doctor import examine, see
from studio.quality.edges import Edges
from studio.quality.judging import Facts, findings
from tests.audio import speech
from tests.quality import recordings


def codes(samples, rate):
    return {finding.code for finding in examine(samples, rate, None).findings}


def spoilt():
    """Good speech spoilt in one way each, and the finding that must come of it."""
    clean, rate = recordings.spoken()
    loud = np.clip(clean, -0.5 * np.abs(clean).max(), 0.5 * np.abs(clean).max())
    other = speech.espeak(recordings.TEXTS[1], "en-us+f2")
    return {
        "noisy": degrade.with_noise(clean, rate, degrade.noise("pink", len(clean), rate, 1), 12.0),
        "very_noisy": degrade.with_noise(
            clean, rate, degrade.noise("white", len(clean), rate, 1), 0.0
        ),
        "clipped": loud,
        "echoing": degrade.reverberant(clean, rate, 0.9, 2),
        "narrow_band": degrade.band_limited(clean, rate, 300, 3400),
        "several_speakers": degrade.spliced([(clean, rate), other], rate),
        "too_quiet": degrade.at_level(clean, rate, -52.0),
        "too_little_speech": clean[: round(1.9 * rate)],
        "mostly_silence": np.concatenate((clean, recordings.silence(12.0, rate))),
        "no_speech": recordings.silence(5.0, rate) * np.float32(30),
        "silent": np.zeros(5 * rate, np.float32),
    }


@pytest.mark.parametrize("engine", [speech.piper, speech.espeak])
def test_a_good_recording_is_usable(engine):
    report = examine(*recordings.spoken(engine, text=recordings.TEXTS[1]), None)
    assert report.verdict == "usable"
    assert report.findings == ()


@pytest.mark.parametrize("fault", sorted(spoilt()))
def test_a_spoilt_recording_is_told_so(fault):
    assert fault in codes(spoilt()[fault], 22050)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_finding_makes_a_sentence(language):
    for samples in spoilt().values():
        for finding in examine(samples, 22050, None).findings:
            note = locales.Note(f"doctor.finding.{finding.code}", finding.params)
            assert "{" not in locales.say(language, note)
            assert locales.say(language, note) != note.code


def test_a_fault_refuses_and_a_warning_warns():
    cases = spoilt()
    assert examine(cases["several_speakers"], 22050, None).verdict == "refused"
    assert examine(cases["echoing"], 22050, None).verdict == "warning"


@pytest.fixture(scope="module")
def seen(whisper):
    samples, rate = recordings.spoken(before=1.0, after=1.5)
    return see(flac(samples, rate), str(whisper), {}), samples, rate


def test_what_is_seen_is_plain_and_whole(seen):
    found = seen[0]
    plain = {key: value for key, value in found.items() if key != "reference_flac"}
    assert json.loads(json.dumps(plain)) == plain
    assert set(found) == {
        "verdict", "findings", "figures", "advice", "language", "transcript", "recogniser", "part",
        "repairs", "picture", "reference", "reference_flac",
    }  # fmt: skip
    assert {figure["name"] for figure in found["figures"]} <= set(FIGURES)
    for figure in found["figures"]:
        assert figure["unit"] == FIGURES[figure["name"]].unit


def test_the_transcript_is_what_was_said_and_proven(seen):
    found = seen[0]
    words = found["transcript"]["text"].lower()
    assert "harbour" in words or "harbor" in words
    assert "towards the sea" in words or "toward the sea" in words
    assert found["transcript"]["coverage"]["proven"]
    assert found["language"]["tag"] == "en"
    start, end = found["part"]["start"], found["part"]["end"]
    assert all(start <= w["start"] <= w["end"] <= end + 0.1 for w in found["transcript"]["words"])


def test_the_reference_is_the_part_repaired(seen):
    found, samples, rate = seen
    reference, same = read_flac(found["reference_flac"])
    assert same == rate
    assert len(reference) / rate == pytest.approx(found["reference"]["seconds"])
    assert len(reference) < len(samples)
    assert not reference[-rate // 2 :].any()


def test_the_picture_marks_speech_silence_and_clipping(seen):
    picture = seen[0]["picture"]
    assert len(picture["peaks"]) == 600
    assert all(-127 <= low <= high <= 127 for low, high in picture["peaks"])
    assert picture["silence"][0][0] == 0.0
    assert picture["silence"][0][1] == pytest.approx(1.0, abs=0.2)
    assert picture["speech"][0][0] == pytest.approx(1.0, abs=0.2)
    assert picture["clipping"] == []
    loud = examine(spoilt()["clipped"], 22050, None)
    assert loud.picture["clipping"]


def test_without_a_recogniser_everything_else_is_there():
    samples, rate = recordings.spoken()
    found = see(flac(samples, rate), None, {"part": None})
    assert found["transcript"] is None
    assert found["language"] is None
    assert found["recogniser"] is None
    assert found["part"]
    assert found["reference_flac"]


def test_a_person_chooses_the_part():
    samples, rate = recordings.spoken(before=1.0)
    found = see(flac(samples, rate), None, {"part": [1.0, 3.5]})
    assert found["part"] == {"start": 1.0, "end": 3.5}
    assert "cut_end" in {finding["code"] for finding in found["findings"]} or found["findings"] == [
        finding for finding in found["findings"] if finding["code"] == "too_little_speech"
    ]
    assert found["reference"]["seconds"] <= 2.5 + 0.6
    beyond = see(flac(samples, rate), None, {"part": [2.0, 900.0]})
    assert beyond["part"]["end"] == pytest.approx(len(samples) / rate)


def test_a_part_too_short_is_refused():
    samples, rate = recordings.spoken()
    with pytest.raises(BadInput, match="part_too_short"):
        see(flac(samples, rate), None, {"part": [1.0, 1.2]})
    with pytest.raises(BadInput, match="part_too_short"):
        see(flac(samples, rate), None, {"part": [500.0, 510.0]})


def test_silence_is_seen_without_a_reference():
    found = see(flac(np.zeros(4 * 22050, np.float32), 22050), None, {})
    assert found["verdict"] == "refused"
    assert found["reference_flac"] is None
    assert found["reference"] is None
    assert found["part"] is None
    assert found["advice"]["code"] == "doctor.advice.silent"


FACTS = Facts(
    peak_dbfs=-3.0, speech_seconds=8.0, speech_share=0.9, snr_db=40.0, bandwidth_hz=11000.0,
    loudness_lufs=-23.0, clipping_ratio=0.0, reverberation=None,
    edges=Edges(-40.0, -40.0, False, False), speakers=None,
)  # fmt: skip


@pytest.mark.parametrize(
    ("proven", "uncovered", "code"),
    [
        (None, 0.0, None),
        (True, 0.0, None),
        (False, 2.0, "transcript_incomplete"),
        (False, 0.0, "transcript_doubtful"),
    ],
)
def test_a_transcript_that_is_not_proven_is_told(proven, uncovered, code):
    found = findings(replace(FACTS, proven=proven, uncovered_seconds=uncovered))
    assert [finding.code for finding in found] == ([code] if code else [])


@pytest.mark.parametrize("count", [0, 1, 100, 3000])
def test_next_to_nothing_is_refused_and_breaks_nothing(count):
    report = examine(np.full(count, 0.1, np.float32), 22050, None)
    assert report.verdict == "refused"
    assert report.part is None


@pytest.mark.parametrize("rate", [8000, 11025, 96000])
def test_any_sample_rate_will_do(rate):
    samples, own = recordings.spoken()
    report = examine(degrade.at_rate(samples, own, rate), rate, None)
    assert {finding.code for finding in report.findings} == (
        {"narrow_band"} if rate < 12000 else set()
    )
