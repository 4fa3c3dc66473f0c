"""Tortoise by coqui-tts itself, on a tiny checkpoint with random weights."""

import os
import subprocess
import sys
import textwrap
import threading
import time

import numpy as np
import pytest
import torch

from studio.engines.contract import Chunk, EngineProblem, ReferenceClip, Remark, Request
from studio.engines.tortoise.engine import Tortoise
from tests.audio.speech import ENGLISH, espeak
from tests.engines.benches import tortoise as bench

FILES = tuple(file.name for file in Tortoise.card.weights[0].files)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    return bench.prepare(tmp_path_factory.mktemp("tortoise"))["tortoise-v2"]


@pytest.fixture(scope="module")
def engine(checkpoint):
    engine = Tortoise()
    engine.load(checkpoint, "cpu")
    yield engine
    engine.unload()


@pytest.fixture(scope="module")
def endless(tmp_path_factory):
    made = bench.prepare(tmp_path_factory.mktemp("endless"), endless=True)
    engine = Tortoise()
    engine.load(made["tortoise-v2"], "cpu")
    yield engine
    engine.unload()


@pytest.fixture(scope="module")
def clip():
    samples, rate = espeak(ENGLISH, voice="en-us")
    return ReferenceClip(np.tile(samples, 8)[: rate * 20], rate)


@pytest.fixture(scope="module")
def enrolment(engine, clip):
    return engine.enroll(clip)


def speak(engine, text, stop=None, **request):
    request.setdefault("preset", "" if "enrolment" in request else "drawn-1")
    yielded = engine.synthesize(Request(text, "en", **request), stop or threading.Event())
    return list(yielded)


def samples(yielded):
    return np.concatenate([c.samples for c in yielded if isinstance(c, Chunk)])


def same(one, two):
    return len(one) == len(two) and np.allclose(one, two, atol=1e-4)


def test_a_clone_speaks_float32_mono_at_24_khz_in_one_piece(engine, enrolment):
    (chunk,) = speak(engine, "Good morning. It will rain.", enrolment=enrolment)
    assert (chunk.samples.dtype, chunk.samples.ndim) == (np.float32, 1)
    assert chunk.sample_rate == 24000
    assert np.isfinite(chunk.samples).all()
    assert 0 < np.abs(chunk.samples).max() <= 1


def test_an_enrolment_holds_the_latents_and_a_seed_repeats_the_samples(engine, enrolment):
    assert {name: array.shape for name, array in enrolment.arrays.items()} == {
        "auto_conditioning": (1, bench.WIDTH),
        "diffusion_conditioning": (1, 2 * bench.WIDTH),
    }
    one, two = (samples(speak(engine, "It rains.", enrolment=enrolment, seed=7)) for _ in "ab")
    assert np.array_equal(one, two)
    assert not same(one, samples(speak(engine, "It rains.", enrolment=enrolment, seed=8)))


def test_all_of_the_clip_up_to_thirty_seconds_makes_the_voice_and_no_chance(engine, clip):
    again = engine.enroll(clip)
    front = engine.enroll(ReferenceClip(clip.samples[: 7 * clip.sample_rate], clip.sample_rate))
    for name, array in engine.enroll(clip).arrays.items():
        assert np.array_equal(array, again.arrays[name])
        assert not np.allclose(array, front.arrays[name], atol=1e-3)


def test_a_clip_below_six_seconds_is_refused(engine, clip):
    short = ReferenceClip(clip.samples[: clip.sample_rate * 5], clip.sample_rate)
    with pytest.raises(EngineProblem, match="clip_too_short_for_engine"):
        engine.enroll(short)


def test_a_drawn_voice_stays_the_same_and_the_random_one_follows_the_seed(engine):
    def voice(preset, seed):
        return engine._voice(Request("x", "en", preset, seed=seed))[0]

    assert torch.equal(voice("drawn-1", 1), voice("drawn-1", 2))
    assert not torch.allclose(voice("drawn-1", 1), voice("drawn-2", 1), atol=1e-3)
    assert torch.equal(voice("random", 9), voice("random", 9))
    assert not torch.allclose(voice("random", 9), voice("random", 10), atol=1e-3)
    assert [preset.id for preset in Tortoise.presets(None)] == []


def test_another_language_preset_or_empty_text_is_refused(engine):
    with pytest.raises(EngineProblem, match="engine_language_unknown"):
        list(engine.synthesize(Request("안녕", "ko", "drawn-1"), threading.Event()))
    with pytest.raises(EngineProblem, match="unknown_preset"):
        speak(engine, "Hello.", preset="nobody")
    with pytest.raises(EngineProblem, match="nothing_to_say"):
        speak(engine, "!!! …")


def test_a_text_beyond_one_stretch_comes_stretch_by_stretch(engine):
    text = "Nobody knew that a letter from the city would arrive before noon. " * 4
    chunks = [piece for piece in speak(engine, text) if isinstance(piece, Chunk)]
    assert len(chunks) == 2


def test_every_quality_of_the_options_is_one_of_the_librarys(engine, monkeypatch):
    asked = []
    model = engine._loaded().model
    inference = model.inference

    def spy(text, **settings):
        asked.append((settings["num_autoregressive_samples"], settings["diffusion_iterations"]))
        return inference(
            text, **{**settings, "num_autoregressive_samples": 1, "diffusion_iterations": 2}
        )

    monkeypatch.setattr(model, "inference", spy)
    qualities = Tortoise.Options.model_json_schema()["properties"]["quality"]["enum"]
    for quality in qualities:
        speak(engine, "Yes.", options={"quality": quality})
    assert dict(zip(qualities, asked, strict=True)) == {
        "ultra_fast": (16, 10),
        "fast": (5, 50),
        "standard": (5, 200),
        "high_quality": (256, 400),
    }


@pytest.mark.parametrize("while_", ["reading", "refining"])
def test_a_stopped_take_ends_within_a_second_and_the_engine_goes_on(endless, engine, while_):
    """While readings are tried (many codes), and while the sound is refined (many steps)."""
    slow, quality = (endless, "fast") if while_ == "reading" else (engine, "standard")
    model = slow._loaded().model
    model.autoregressive_batch_size = 4  # as on a graphics card; five readings take it one by one
    stop, asked = threading.Event(), []
    threading.Timer(1.5, lambda: (asked.append(time.perf_counter()), stop.set())).start()
    text = "Nobody knew that a letter from the city would arrive before noon. " * 3
    assert speak(slow, text, stop=stop, options={"quality": quality}) == []
    assert asked, "it was over before it could be stopped"
    assert time.perf_counter() - asked[0] < 1.0
    assert model.autoregressive_batch_size == 4
    model.autoregressive_batch_size = 1
    assert samples(speak(slow, "Hi.", options={"quality": "fast"})).size


def test_a_reading_that_does_not_end_is_cut_and_says_so(endless):
    yielded = speak(endless, "Hi.", options={"quality": "fast"})
    assert [p.note.code for p in yielded if isinstance(p, Remark)] == [
        "engine.tortoise.cut_at_budget"
    ]
    assert 2 < len(samples(yielded)) / 24000 < 4


@pytest.fixture
def folder(checkpoint, tmp_path):
    """The checkpoint's files, each to be replaced."""
    for name in FILES:
        (tmp_path / name).symlink_to(checkpoint / name)
    return tmp_path


def refused(folder):
    with pytest.raises(EngineProblem) as problem:
        Tortoise().load(folder, "cpu")
    return problem.value.code, problem.value.params["file"]


@pytest.mark.parametrize("name", FILES)
def test_a_missing_a_cut_and_a_foreign_file_are_named(folder, checkpoint, name):
    path = folder / name
    path.unlink()
    assert refused(folder) == ("checkpoint_file_missing", name)
    whole = (checkpoint / name).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert refused(folder) == ("checkpoint_file_damaged", name)
    torch.save({"weight": torch.zeros(2)}, path)
    assert refused(folder) == ("checkpoint_of_another_model", name)


def test_a_tensor_that_is_missing_is_not_left_to_chance(folder):
    state = torch.load(folder / "autoregressive.pth", weights_only=True)
    del state["mel_head.bias"]
    (folder / "autoregressive.pth").unlink()
    torch.save(state, folder / "autoregressive.pth")
    assert refused(folder) == ("checkpoint_of_another_model", "autoregressive.pth")


def test_unloading_forgets_the_model(checkpoint):
    engine = Tortoise()
    engine.load(checkpoint, "cpu")
    engine.unload()
    with pytest.raises(RuntimeError):
        speak(engine, "Hello.")


def test_speaking_reaches_for_no_download(checkpoint):
    script = """
        import socket, sys, threading

        def refuse(*_): raise AssertionError("reached for the network")
        socket.socket.connect = socket.getaddrinfo = refuse
        from pathlib import Path
        import numpy as np
        from studio.engines.contract import ReferenceClip, Request
        from studio.engines.tortoise.engine import Tortoise
        engine = Tortoise()
        engine.load(Path(sys.argv[1]), "cpu")
        noise = np.random.default_rng(0).normal(0, 0.1, 7 * 16000).astype(np.float32)
        voice = engine.enroll(ReferenceClip(noise, 16000))
        list(engine.synthesize(Request("Yes.", "en", enrolment=voice), threading.Event()))
        assert "TTS.utils.manage" not in sys.modules, "the library's downloader is in"
        print("spoken")
    """
    environment = {k: v for k, v in os.environ.items() if k != "COQUI_TOS_AGREED"}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(checkpoint)],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.stdout.strip().endswith("spoken"), done.stderr[-2000:]
