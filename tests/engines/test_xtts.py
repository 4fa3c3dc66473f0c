"""XTTS by coqui-tts itself, on a tiny checkpoint with random weights."""

import threading
import time

import numpy as np
import pytest

from studio.engines.contract import Asked, Chunk, EngineProblem, ReferenceClip, Remark, Request
from studio.engines.xtts.engine import Xtts
from studio.engines.xtts.languages import LANGUAGES
from tests.audio.speech import ENGLISH, espeak
from tests.engines.benches import xtts as bench

TEXTS = {
    "en": "Good morning.",
    "es": "Buenos días.",
    "fr": "Bonjour à tous.",
    "de": "Guten Morgen.",
    "it": "Buongiorno.",
    "pt": "Bom dia.",
    "pl": "Dzień dobry.",
    "tr": "Günaydın.",
    "ru": "Доброе утро.",
    "nl": "Goedemorgen.",
    "cs": "Dobré ráno.",
    "ar": "صباح الخير.",
    "zh": "早上好。",
    "hu": "Jó reggelt.",
    "ko": "좋은 아침입니다.",
    "ja": "おはようございます。",
    "hi": "शुभ प्रभात।",
}


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory):
    return bench.prepare(tmp_path_factory.mktemp("xtts"))["xtts-v2"]


@pytest.fixture(scope="session")
def engine(checkpoint):
    engine = Xtts()
    engine.load(checkpoint, "cpu")
    yield engine
    engine.unload()


@pytest.fixture(scope="session")
def clip():
    samples, rate = espeak(ENGLISH, voice="en-us")
    return ReferenceClip(np.tile(samples, 4)[: rate * 8], rate)


@pytest.fixture(scope="session")
def enrolment(engine, clip):
    return engine.enroll(clip)


def speak(engine, text, language="en", stop=None, **request):
    request.setdefault("preset", "" if "enrolment" in request else bench.SPEAKERS[0])
    yielded = engine.synthesize(Request(text, language, **request), stop or threading.Event())
    return list(yielded)


def samples(yielded):
    return np.concatenate([c.samples for c in yielded if isinstance(c, Chunk)])


def notes(yielded):
    return [piece.note.code for piece in yielded if isinstance(piece, Remark)]


def test_a_clone_speaks_float32_mono_at_24_khz(engine, enrolment):
    chunks = speak(engine, "Good morning. It will rain.", enrolment=enrolment)
    for chunk in chunks:
        assert (chunk.samples.dtype, chunk.samples.ndim) == (np.float32, 1)
        assert chunk.sample_rate == 24000
    assert np.isfinite(samples(chunks)).all()
    assert 0 < np.abs(samples(chunks)).max() <= 1


def test_an_enrolment_holds_the_latents_and_speaks_the_same_again(engine, enrolment):
    shapes = {name: array.shape for name, array in enrolment.arrays.items()}
    assert shapes == {
        "gpt_cond_latent": (1, 32, bench.WIDTH),
        "speaker_embedding": (1, 512, 1),
    }
    one, two = (samples(speak(engine, "It will rain.", enrolment=enrolment, seed=7)) for _ in "ab")
    assert np.array_equal(one, two)


def test_another_seed_and_another_voice_sound_otherwise(engine, enrolment):
    first = samples(speak(engine, "It will rain.", enrolment=enrolment, seed=7))
    for other in ({"enrolment": enrolment, "seed": 8}, {"preset": "Tiny Two", "seed": 7}):
        second = samples(speak(engine, "It will rain.", **other))
        assert len(first) != len(second) or not np.allclose(first, second, atol=1e-4)


def test_the_clip_makes_the_voice(engine, enrolment, clip):
    other = engine.enroll(ReferenceClip(clip.samples[::-1].copy(), clip.sample_rate))
    for name, array in enrolment.arrays.items():
        assert not np.allclose(array, other.arrays[name], atol=1e-3)


def test_a_clip_below_six_seconds_is_refused(engine, clip):
    short = ReferenceClip(clip.samples[: clip.sample_rate * 5], clip.sample_rate)
    with pytest.raises(EngineProblem, match="clip_too_short_for_engine"):
        engine.enroll(short)


@pytest.mark.parametrize("language", Xtts.card.languages)
def test_every_language_of_the_card_is_read_and_spoken(engine, language):
    assert samples(speak(engine, TEXTS[language], language)).size > 1000
    assert Xtts.refuse(Asked(TEXTS[language], language)) is None


def test_the_character_limits_are_the_librarys_own(engine):
    theirs = engine._loaded().tokenizer.char_limits
    assert {tag: known.characters for tag, known in LANGUAGES.items()} == theirs
    assert Xtts.card.sentence_characters_by_language == theirs
    assert theirs["ko"] == 95


def test_an_unknown_language_preset_or_empty_text_is_refused(engine):
    with pytest.raises(EngineProblem, match="engine_language_unknown"):
        speak(engine, "Hei.", "fi")
    with pytest.raises(EngineProblem, match="unknown_preset"):
        speak(engine, "Hello.", preset="nobody")
    with pytest.raises(EngineProblem, match="nothing_to_say"):
        speak(engine, "!!! …")


def test_a_language_whose_reader_is_not_installed_is_refused_with_the_package(engine, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert Xtts.refuse(Asked("おはよう", "ja")).params["package"].startswith("cutlet")
    assert Xtts.refuse(Asked("早", "zh")).params["package"] == "pypinyin"
    assert Xtts.refuse(Asked("Hello", "en")) is None
    with pytest.raises(EngineProblem, match="xtts_lacks_package"):
        speak(engine, "おはよう", "ja")


def test_digits_in_hindi_are_refused_before_and_while_speaking(engine):
    assert Xtts.refuse(Asked("50 सैनिक थे।", "hi")).code == "error.xtts_text_unread"
    with pytest.raises(EngineProblem, match="xtts_text_unread"):
        speak(engine, "50 सैनिक थे।", "hi")


def test_speed_shortens_the_speech(engine):
    def seconds(speed):
        return len(samples(speak(engine, "It will rain.", seed=3, options={"speed": speed})))

    assert seconds(0.5) > 1.5 * seconds(1.0) > 1.5 * seconds(2.0)


def test_presets_are_the_names_in_the_file_in_order(checkpoint):
    assert [preset.id for preset in Xtts.presets(checkpoint)] == list(bench.SPEAKERS)
    assert Xtts.presets(None) == []


def test_unloading_forgets_the_model_and_loading_brings_it_back(checkpoint):
    engine = Xtts()
    engine.load(checkpoint, "cpu")
    engine.unload()
    with pytest.raises(RuntimeError):
        speak(engine, "Hello.")
    engine.load(checkpoint, "cpu")
    assert samples(speak(engine, "Hello.")).size


def test_a_stopped_take_ends_within_a_second_and_the_engine_goes_on(endless):
    stop, asked = threading.Event(), []
    text = "Nobody knew that a letter from the city would arrive before noon. " * 20
    stream = endless.synthesize(Request(text, "en", bench.SPEAKERS[0]), stop)
    next(stream)
    threading.Timer(0.3, lambda: (asked.append(time.perf_counter()), stop.set())).start()
    while not stop.is_set() and next(stream, None):
        pass
    assert list(stream) == []
    assert time.perf_counter() - asked[0] < 1.0
    assert samples(speak(endless, "Hello.")).size


@pytest.fixture(scope="session")
def endless(tmp_path_factory):
    engine = Xtts()
    engine.load(bench.prepare(tmp_path_factory.mktemp("endless"), endless=True)["xtts-v2"], "cpu")
    yield engine
    engine.unload()


def test_a_stream_that_does_not_end_is_cut_and_says_so(endless):
    yielded = speak(endless, "Hello.")
    assert notes(yielded) == ["engine.xtts.cut_at_budget"]
    assert 2 < len(samples(yielded)) / 24000 < 5


def test_chunks_come_while_the_sentence_is_still_being_spoken(endless):
    stream = endless.synthesize(Request("Hello.", "en", bench.SPEAKERS[0]), threading.Event())
    began = time.perf_counter()
    first = next(stream)
    early = time.perf_counter() - began
    rest = list(stream)
    assert 0.3 < len(first.samples) / 24000 < 1.5
    assert len(rest) >= 3
    assert early < 0.7 * (time.perf_counter() - began)


@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0])
def test_the_chunks_joined_are_the_whole_decoded_at_once(endless, monkeypatch, speed):
    import torch

    from studio.engines.xtts import stream

    monkeypatch.setattr("studio.engines.xtts.engine.codes_for", lambda text, language: 36)
    monkeypatch.setattr(stream, "CHUNK_CODES", 12)
    decoded = []

    class Whole(stream._Vocoder):
        def more(self, states, *, last):
            if last:
                frames = self._frames(torch.cat(states)[None])
                decoded.append(self._decoder.waveform_decoder(frames, g=self._embedding))
            return super().more(states, last=last)

    monkeypatch.setattr(stream, "_Vocoder", Whole)
    chunks = speak(endless, "Hello.", options={"speed": speed})
    assert len(chunks) >= 3
    assert np.allclose(samples(chunks), decoded[0].flatten().numpy(), atol=1e-5)
