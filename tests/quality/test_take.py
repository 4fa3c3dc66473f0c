"""Measuring a take: every figure in one call, and what cannot be measured said, not lost."""

import numpy as np
import pytest

from studio import locales
from studio.audio.encode import flac
from studio.quality import naturalness, take
from studio.quality.catalogue import FIGURES
from studio.runtime.wire import decode, encode
from tests.audio import speech

EVERY_TAKE = {
    "wer", "distillmos", "dnsmos_overall", "dnsmos_signal", "dnsmos_background", "snr_db",
    "seconds", "speech_seconds", "speaking_rate", "pitch_median_hz", "pitch_range_semitones",
    "longest_silence_seconds", "silence_share", "loudness_lufs", "peak_dbfs", "true_peak_dbtp",
    "clipping_ratio",
}  # fmt: skip


def about(whisper=None, **facts):
    return {
        "text": speech.ENGLISH,
        "language": "en",
        "engine": "piper",
        "rtf": None,
        "ttfa_seconds": None,
        "measures": {},
        "reference": None,
        "reference_transcript": "",
        "whisper": str(whisper) if whisper else None,
        **facts,
    }


def values(report):
    return {figure["name"]: figure["value"] for figure in report["figures"]}


def codes(report):
    return [remark["code"] for remark in report["remarks"]]


@pytest.fixture(scope="module")
def clean(whisper):
    facts = about(whisper, rtf=0.07, ttfa_seconds=0.4)
    return take.measure(flac(*speech.piper()), facts)


def test_a_clean_take_has_every_figure_and_nothing_to_complain_of(clean):
    assert values(clean).keys() == EVERY_TAKE | {"rtf", "ttfa_seconds"}
    assert clean["findings"] == []
    assert clean["remarks"] == []
    found = values(clean)
    assert found["wer"] <= 0.1
    assert found["rtf"] == 0.07
    assert 80 < found["pitch_median_hz"] < 110
    assert 4 < found["speaking_rate"] < 6.5
    assert found["snr_db"] > 40
    assert found["distillmos"] > 3.5
    assert found["dnsmos_overall"] > 2.8


def test_figures_come_in_the_catalogues_order_and_name_their_method_with_its_version(clean):
    names = [figure["name"] for figure in clean["figures"]]
    assert names == [name for name in FIGURES if name in names]
    for figure in clean["figures"]:
        assert figure["unit"] == FIGURES[figure["name"]].unit
        assert any(character.isdigit() for character in figure["method"]), figure


def test_what_was_heard_stands_beside_the_text(clean):
    heard = clean["heard"]
    assert heard["language"] == "en"
    assert "harbo" in heard["text"]
    said = " ".join(edit["expected"] for edit in heard["edits"] if edit["expected"])
    assert said.split()[:2] == ["the", "harbor"]  # one spelling, no case, no punctuation


def test_the_report_travels_between_processes(clean):
    assert decode(encode(clean)) == clean


def test_the_time_of_each_part_is_told(clean):
    assert clean["part_seconds"].keys() >= {"pitch", "words", "distillmos", "dnsmos", "checks"}
    assert all(seconds >= 0 for seconds in clean["part_seconds"].values())


def test_a_take_is_compared_with_its_reference():
    own = flac(*speech.piper("We are four adults and two children, and we will arrive at ten."))
    other = flac(*speech.kokoro())
    sound = flac(*speech.piper())
    alike = values(take.measure(sound, about(reference=own)))["speaker_similarity"]
    unlike = values(take.measure(sound, about(reference=other)))["speaker_similarity"]
    assert alike > 0.8
    assert unlike < 0.65
    silent = flac(np.zeros(24_000, np.float32), 24_000)
    assert values(take.measure(sound, about(reference=silent)))["speaker_similarity"] is None


def test_without_a_recogniser_all_else_is_measured_and_the_lack_is_told():
    report = take.measure(flac(*speech.piper()), about())
    assert values(report).keys() == EVERY_TAKE - {"wer"}
    assert codes(report) == ["measure.remark.no_recogniser"]
    assert report["heard"] is None
    assert report["findings"] == []


def test_a_part_that_fails_costs_its_own_figures_only(monkeypatch):
    def broken(*_):
        raise MemoryError

    monkeypatch.setattr(naturalness, "distillmos", broken)
    monkeypatch.setattr(take.vad, "speech", broken)
    report = take.measure(flac(*speech.piper()), about())
    lost = {"wer", "distillmos", "speech_seconds", "snr_db", "speaking_rate"}
    assert values(report).keys() == EVERY_TAKE - lost
    failed = [r for r in report["remarks"] if r["code"] == "measure.remark.failed"]
    assert [r["params"]["reason"] for r in failed] == ["MemoryError", "MemoryError"]
    for remark in report["remarks"]:
        for language in locales.languages():
            assert "{" not in locales.say(language, locales.Note.from_json(remark))


def test_silence_is_found_out_and_breaks_nothing(whisper):
    report = take.measure(flac(np.zeros(48_000, np.float32), 24_000), about(whisper))
    assert [finding["code"] for finding in report["findings"]] == ["silent"]
    assert codes(report) == ["measure.remark.nobody_speaks"]
    for name in ("pitch_median_hz", "distillmos", "dnsmos_overall", "longest_silence_seconds"):
        assert values(report)[name] is None


def test_a_take_that_loses_its_second_half_is_caught(whisper):
    samples, rate = speech.piper()
    report = take.measure(flac(samples[: len(samples) // 2], rate), about(whisper))
    assert "fault" in [finding["severity"] for finding in report["findings"]]
    assert values(report)["wer"] > 0.3


def test_a_language_that_the_recogniser_does_not_know_is_told(whisper):
    report = take.measure(flac(*speech.espeak(voice="eo")), about(whisper, language="eo"))
    assert codes(report) == ["measure.remark.language"]
    assert not values(report).keys() & {"wer", "cer"}


def test_a_voice_that_the_recogniser_does_not_understand_is_not_called_unintelligible(whisper):
    korean = about(whisper, text=speech.KOREAN, language="ko", engine="espeak")
    report = take.measure(flac(*speech.espeak(speech.KOREAN, "ko")), korean)
    assert [finding["severity"] for finding in report["findings"]] == ["warning"]
    assert values(report)["cer"] is None


def test_levels_kept_with_the_take_are_not_measured_again():
    kept = {"loudness_lufs": -11.0, "peak_dbfs": -1.0, "true_peak_dbtp": -0.5, "clipping_ratio": 0}
    found = values(take.measure(flac(*speech.piper()), about(measures=kept)))
    assert found["loudness_lufs"] == -11.0
    assert found["true_peak_dbtp"] == -0.5
