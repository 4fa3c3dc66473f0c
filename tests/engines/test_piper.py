"""Piper: voices from a folder, options, and an even level."""

import json

import numpy as np
import pytest

from studio.engines.contract import Asked, EngineProblem
from studio.engines.level import evened
from studio.engines.piper.voices import voices
from studio.engines.registry import engine_class


def config(speakers=1, **more):
    return json.dumps(
        {"audio": {"sample_rate": 22050, "quality": "low"}, "espeak": {"voice": "de"}}
        | {"num_speakers": speakers}
        | more
    )


def test_the_voice_of_the_package_is_an_american_english_one(weights):
    (joe,) = engine_class("piper").presets(weights("piper"))
    assert (joe.id, joe.title) == ("en_US-joe-medium", "Joe · en-US · medium")
    assert joe.languages == ("en",)


def test_every_pair_of_files_is_a_voice_and_broken_ones_are_left_out(tmp_path):
    (tmp_path / "more").mkdir()
    for name, text in {
        "de_DE-thorsten-medium": config(),
        "more/pt_BR-faber-medium": config(language={"code": "pt_BR"}),
        "myvoice": config(),
        "broken": "{",
        "list": "[]",
    }.items():
        (tmp_path / f"{name}.onnx").touch()
        (tmp_path / f"{name}.onnx.json").write_text(text)
    (tmp_path / "alone.onnx").touch()
    found = {v.id: v.region for v in voices(tmp_path)}
    assert found == {
        "de_DE-thorsten-medium": "de-DE",
        "pt_BR-faber-medium": "pt-BR",
        "myvoice": "de",
    }


def test_a_longer_length_scale_speaks_longer(speak):
    short, long = (
        speak("piper", "A sunny day.", options={"length_scale": scale}).seconds
        for scale in (0.6, 1.8)
    )
    assert long > 1.8 * short


def test_without_noise_the_samples_repeat(speak):
    quiet = {"noise_scale": 0.0, "noise_w_scale": 0.0}
    one, two = (speak("piper", "A sunny day.", options=quiet).samples for _ in range(2))
    assert np.array_equal(one, two)


def test_a_speaker_the_voice_does_not_have_is_refused(speak):
    with pytest.raises(EngineProblem, match="unknown_speaker") as refusal:
        speak("piper", "Hello.", options={"speaker_id": 3})
    assert refusal.value.params["last"] == 0


def test_sentences_are_equally_loud(speak):
    text = "Stop it! The sun rose above the hills and the village woke up. Nobody knew it."
    levels = [
        speech_level(chunk.samples, chunk.sample_rate) for chunk in speak("piper", text).chunks
    ]
    assert len(levels) == 3
    assert max(levels) - min(levels) < 1.0


def speech_level(samples, rate):
    frames = samples[: len(samples) // 441 * 441].reshape(-1, 441)
    power = np.square(frames).mean(1)
    return 10 * np.log10(power[power > power.max() / 1000].mean())


def test_the_even_level_never_clips_and_leaves_silence_alone():
    click = np.zeros(22050, np.float32)
    click[1000] = 0.5
    assert np.abs(evened(click, 22050)).max() == pytest.approx(0.95)
    assert not evened(np.zeros(22050, np.float32), 22050).any()
    assert evened(np.zeros(0, np.float32), 22050).size == 0


def test_tempo_becomes_a_length():
    assert engine_class("piper").interpret(
        Asked("", "ko", instruction="천천히 읽어 주세요")
    ).options == {"length_scale": 1.23}
    assert engine_class("piper").interpret(Asked("", "en", instruction="sadly")) is None
