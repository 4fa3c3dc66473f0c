"""Piper: the hub's voices, voices from a folder, speakers, options, and an even level."""

import json
import threading

import numpy as np
import pytest

from studio.engines.contract import Asked, Chunk, EngineProblem, Remark, Request
from studio.engines.level import evened
from studio.engines.piper import engine as engine_module
from studio.engines.piper.catalogue import JOE, hub_voices
from studio.engines.piper.voices import voices
from studio.engines.registry import engine_class
from tests.engines.benches.piper import TONE, hum


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


# the hub's voices


def test_every_voice_of_the_hub_is_a_set_and_the_installed_one_comes_first():
    card = engine_class("piper").card
    assert len(card.weights) == len({weights.name for weights in card.weights}) == 176
    assert card.weights[0].name == "joe"
    assert card.weights[0].files[0].sha256
    kss = next(weights for weights in card.weights if weights.name == "ko_KR-kss-medium")
    model, configuration = kss.files
    assert model.sources[0].path == "ko/ko_KR/kss/medium/ko_KR-kss-medium.onnx"
    assert configuration.name == "ko_KR-kss-medium.onnx.json"
    assert model.bytes > 60_000_000
    assert len(model.sources[0].revision) == 40
    assert kss.licence == "CC-BY-NC-SA-4.0"


def test_the_languages_are_those_that_have_a_voice():
    languages = engine_class("piper").card.languages
    assert languages == tuple(dict.fromkeys(languages))
    assert set(languages) == {voice.language for voice in hub_voices().values()}
    assert {"en", "ko", "ja", "vi"} <= set(languages)
    assert languages[0] == "en"


@pytest.mark.parametrize(
    ("preset", "sets"),
    [
        ("en_US-joe-medium", ("joe",)),
        ("en_GB-semaine-medium#spike", ("en_GB-semaine-medium",)),
        ("", ("joe",)),
        ("a-voice-of-mine", ("de_DE-kerstin-low", "joe")),
    ],
)
def test_a_preset_names_the_set_it_needs(preset, sets):
    at_hand = frozenset({"joe", "de_DE-kerstin-low"})
    asked = Asked("Hello.", "en", preset=preset, sets=at_hand)
    assert engine_class("piper").checkpoints(asked) == sets


def test_a_voice_whose_language_needs_a_package_is_refused_when_planned_and_when_spoken(tmp_path):
    key = "ja_JA-hi_fi_captain-medium"
    asked = Asked("こんにちは。", "ja", preset=f"{key}#female")
    assert engine_class("piper").refuse(asked).params["package"] == "pyopenjtalk"
    hum(tmp_path, key, "female", "male", phoneme_type="japanese")
    with pytest.raises(EngineProblem, match="piper_lacks_package"):
        engine_class("piper")().load(tmp_path, "cpu")
    assert engine_class("piper").refuse(Asked("Hello.", "en", preset=JOE)) is None


def test_chinese_sounds_are_not_downloaded_while_speaking(tmp_path, monkeypatch):
    monkeypatch.setattr(engine_module, "lacking", lambda _: "")
    hum(tmp_path, "zh_CN-chaowen-medium", phoneme_type="pinyin")
    with pytest.raises(EngineProblem, match="piper_lacks_package") as refusal:
        engine_class("piper")().load(tmp_path, "cpu")
    assert refusal.value.params["package"] == "g2pW"


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("ko_KR-kss-medium", "engine.piper.restricted"),
        ("de_DE-kerstin-low", "engine.piper.licence_elsewhere"),
        ("de_DE-thorsten-medium", None),
    ],
)
def test_a_licence_that_is_not_plainly_free_goes_with_the_take(tmp_path, key, code):
    engine = engine_class("piper")()
    engine.load(hum(tmp_path, key), "cpu")
    yielded = list(engine.synthesize(Request("Hello.", "en", key), threading.Event()))
    remarks = [piece.note.code for piece in yielded if isinstance(piece, Remark)]
    assert remarks == ([code] if code else [])


# several speakers


@pytest.fixture(scope="module")
def choir(tmp_path_factory):
    """One voice of four named speakers, one of thirty without names."""
    folder = tmp_path_factory.mktemp("choir")
    hum(folder, "en_GB-semaine-medium", "prudence", "spike", "obadiah", "poppy")
    hum(folder, "en_US-crowd-low", speakers=30)
    engine = engine_class("piper")()
    engine.load(folder, "cpu")
    return engine, folder


def pitch(engine, preset, **options):
    """The hum's number: 1 for speaker 0."""
    quiet = {"noise_scale": 0.0, **options}
    pieces = engine.synthesize(
        Request("A sunny day.", "en", preset, options=quiet), threading.Event()
    )
    chunk = next(piece for piece in pieces if isinstance(piece, Chunk))
    spectrum = np.abs(np.fft.rfft(chunk.samples * np.hanning(chunk.samples.size)))
    return round(2 * np.pi * spectrum.argmax() / chunk.samples.size / TONE)


def test_few_speakers_are_presets_by_name_and_many_are_one(choir):
    _, folder = choir
    listed = engine_class("piper").presets(folder)
    assert [preset.id for preset in listed] == [
        "en_GB-semaine-medium#prudence",
        "en_GB-semaine-medium#spike",
        "en_GB-semaine-medium#obadiah",
        "en_GB-semaine-medium#poppy",
        "en_US-crowd-low",
    ]
    assert listed[1].title == "Semaine · spike · en-GB · medium"


def test_each_speaker_of_a_preset_is_heard(choir):
    engine, folder = choir
    presets = engine_class("piper").presets(folder)[:4]
    assert [pitch(engine, preset.id) for preset in presets] == [1, 2, 3, 4]


def test_the_option_picks_among_many_speakers(choir):
    engine, _ = choir
    assert [pitch(engine, "en_US-crowd-low", speaker_id=n) for n in (0, 6, 29)] == [1, 7, 30]
    with pytest.raises(EngineProblem, match="unknown_speaker") as refusal:
        pitch(engine, "en_US-crowd-low", speaker_id=30)
    assert refusal.value.params["last"] == 29


def test_a_preset_and_an_option_that_name_two_speakers_are_refused(choir):
    engine, _ = choir
    with pytest.raises(EngineProblem, match="piper_two_speakers"):
        pitch(engine, "en_GB-semaine-medium#spike", speaker_id=2)
    asked = Asked("Hello.", "en", preset="en_GB-semaine-medium#spike", options={"speaker_id": 2})
    assert engine_class("piper").refuse(asked).code == "error.piper_two_speakers"


@pytest.mark.parametrize("preset", ["en_GB-semaine-medium#nobody", "nobody#spike", "#spike"])
def test_an_unknown_speaker_of_a_voice_is_refused(choir, preset):
    with pytest.raises(EngineProblem, match="unknown_preset"):
        pitch(choir[0], preset)


def test_more_noise_is_more_noise(choir):
    engine, _ = choir

    def roughness(scale):
        quiet = {"noise_scale": scale}
        pieces = engine.synthesize(
            Request("A sunny day.", "en", "en_US-crowd-low", options=quiet), threading.Event()
        )
        return np.abs(np.diff(next(pieces).samples, 2)).mean()

    assert roughness(1.0) > 3 * roughness(0.0)


def test_a_damaged_voice_is_refused_in_words(tmp_path):
    hum(tmp_path, "en_US-joe-medium")
    (tmp_path / "en_US-joe-medium.onnx").write_bytes(b"no model")
    with pytest.raises(EngineProblem, match="checkpoint_file_damaged"):
        engine_class("piper")().load(tmp_path, "cpu")
    with pytest.raises(EngineProblem, match="piper_no_voice"):
        engine_class("piper")().load(tmp_path / "nowhere", "cpu")


def test_sets_add_up_in_one_engine(tmp_path):
    engine = engine_class("piper")()
    engine.load(hum(tmp_path / "a", "en_US-joe-medium"), "cpu")
    engine.load(hum(tmp_path / "b", "de_DE-thorsten-medium"), "cpu")
    assert pitch(engine, "en_US-joe-medium") == pitch(engine, "de_DE-thorsten-medium") == 1
