"""Kokoro: phonemes, presets, the faster graph, and sentences in parallel."""

import threading

import numpy as np
import pytest

from studio.engines.contract import Asked, EngineProblem, Request
from studio.engines.kokoro import graph
from studio.engines.kokoro.voices import espeak_language, presets
from studio.engines.registry import engine_class

SENTENCE = "The village was already awake."


@pytest.fixture(scope="module")
def stock(weights):
    """kokoro-onnx as it comes."""
    from kokoro_onnx import Kokoro

    folder = weights("kokoro")
    return Kokoro(str(folder / "kokoro-v1.0.int8.onnx"), str(folder / "voices_ja.npz"))


def test_presets_are_named_by_the_voices_file(weights):
    found = {preset.id: preset for preset in presets(weights("kokoro"))}
    assert list(found) == ["jf_alpha", "jf_gongitsune", "jf_nezumi", "jf_tebukuro", "jm_kumo"]
    assert found["jm_kumo"].gender == "male"
    assert found["jf_alpha"].gender == "female"
    assert found["jf_alpha"].languages == ()


def test_the_presets_of_the_full_set_say_language_and_gender_with_heart_first(tmp_path):
    names = ["zf_xiaobei", "jf_alpha", "bm_george", "am_adam", "af_heart", "ef_dora", "af_alloy"]
    np.savez(tmp_path / "voices.npz", **{name: np.zeros(1) for name in names})
    (tmp_path / "voices.npz").rename(tmp_path / "voices-v1.0.bin")
    found = presets(tmp_path)
    assert [p.id for p in found] == [
        "af_heart",
        "af_alloy",
        "am_adam",
        "bm_george",
        "ef_dora",
        "jf_alpha",
        "zf_xiaobei",
    ]
    george = found[3]
    assert (george.title, george.languages, george.gender) == ("George · en-GB", ("en",), "male")
    assert found[4].languages == ("es",)


@pytest.mark.parametrize(
    ("language", "preset", "expected"),
    [
        ("en", "af_heart", "en-us"),
        ("en", "bf_emma", "en-gb"),
        ("en", "jf_alpha", "en-us"),
        ("en-GB", "af_heart", "en-gb"),
        ("en-US", "bf_emma", "en-us"),
        ("pt", "pf_dora", "pt-br"),
        ("fr", "ff_siwis", "fr-fr"),
        ("zh", "zf_xiaobei", "cmn"),
        ("ko", "af_heart", "ko"),
    ],
)
def test_the_phonemiser_speaks_the_accent_of_the_preset(language, preset, expected):
    assert espeak_language(language, preset) == expected


def test_the_faster_graph_keeps_length_and_sound(stock, speak):
    (expected, rate), ours = stock.create(SENTENCE, voice="jf_alpha"), speak("kokoro", SENTENCE)
    assert ours.rate == rate
    assert len(ours.samples) == len(expected)
    assert log_spectral_distance(ours.samples, expected) < 4.0


def log_spectral_distance(one, other):
    """Mean difference of log magnitude spectra in dB, in frames of 21 ms that hold speech."""
    frames = [x[: len(x) // 512 * 512].reshape(-1, 512) * np.hanning(512) for x in (one, other)]
    loud = np.square(frames[1]).mean(1) > 1e-5
    magnitudes = [np.abs(np.fft.rfft(f[loud])) + 1e-2 for f in frames]
    return 20 * np.abs(np.log10(magnitudes[0]) - np.log10(magnitudes[1])).mean()


def test_the_faster_graph_is_made_once_and_made_again_for_new_weights(weights, loaded):
    loaded("kokoro")
    source = weights("kokoro") / "kokoro-v1.0.int8.onnx"
    made = graph.derived(source)
    assert made != source
    before = made.stat().st_mtime_ns
    assert graph.derived(source).stat().st_mtime_ns == before


def test_without_a_place_to_write_the_graph_is_used_as_it_comes(tmp_path):
    source = tmp_path / "kokoro-v1.0.int8.onnx"
    source.write_bytes(b"no graph at all")
    assert graph.derived(source) == source
    assert list(tmp_path.iterdir()) == [source]


def test_sentences_rendered_abreast_come_in_the_order_of_the_text(speak):
    sentences = ["One.", "A rather longer second sentence follows here.", "Three.", "And four."]
    alone = [speak("kokoro", sentence).seconds for sentence in sentences]
    together = speak("kokoro", " ".join(sentences)).chunks
    assert len(together) == 4
    for chunk, seconds in zip(together, alone, strict=True):
        assert 0 <= len(chunk.samples) / 24000 - seconds < 0.3


def test_a_pause_follows_every_sentence_but_the_last(speak):
    first, last = speak("kokoro", "One day. Another day.").chunks
    assert not np.any(first.samples[-5900:])
    assert np.any(last.samples[-5900:])


def test_speed_changes_the_length(speak):
    slow, fast = (
        speak("kokoro", SENTENCE, options={"speed": speed}).seconds for speed in (0.6, 1.8)
    )
    assert slow > 2 * fast


def test_no_mark_of_a_language_switch_reaches_the_model(loaded):
    phonemes = loaded("kokoro")._phonemes("Un weekend à Londres.", "fr-fr")
    assert "(" not in phonemes
    assert "wiːkˈɛnd" in phonemes


def test_an_unknown_language_is_refused_before_the_first_sound(speak):
    with pytest.raises(EngineProblem, match="engine_language_unknown"):
        speak("kokoro", "Hello.", "xx")


def test_an_insisting_person_gets_korean_through_espeak(speak):
    assert speak("kokoro", "안녕하세요.", "ko").seconds > 0.3


def test_tempo_is_carried_out_and_other_wishes_are_named():
    kokoro = engine_class("kokoro")
    reading = kokoro.interpret(Asked("", "ko", instruction="빠르고 슬프게"))
    assert reading.options == {"speed": 1.23}
    assert reading.note.code == "engine.instruction.partly"
    assert kokoro.interpret(Asked("", "ko", instruction="신나고 열정적인 목소리로")) is None


def test_a_failing_sentence_fails_the_take_and_leaves_the_engine_usable(loaded, speak):
    engine = loaded("kokoro")
    request = Request("Hello. World.", "en", "jf_alpha", options={"speed": 9})
    with pytest.raises(ValueError, match="speed"):
        list(engine.synthesize(request, threading.Event()))
    assert speak("kokoro", "Hello.").seconds > 0.2
