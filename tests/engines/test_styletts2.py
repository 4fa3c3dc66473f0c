"""StyleTTS2: the library itself, in an interpreter of its own, on a checkpoint of random weights."""

import threading
import time

import numpy as np
import pytest

from studio.engines.contract import EngineProblem, Enrolment, Request
from studio.engines.styletts2.card import CONFIG, MODEL
from studio.engines.styletts2.engine import StyleTts2
from studio.engines.styletts2.phonemes import pieces
from studio.problems import BadInput, Unavailable
from tests.engines.benches import styletts2 as bench
from tests.engines.benches.stage import clip
from tests.engines.own_environments import run_in, runtimes, samples

TEXT = "Good morning. It will rain."
RATE = 24000


class Phonemes:
    """Stands in for the library's converter where only lengths matter: digits are read out."""

    def phonemize(self, text):
        return "".join("naɪn " if c.isdigit() else c for c in text if c.isalnum() or c == " ")


def test_a_piece_whose_phonemes_are_too_many_is_cut_and_nothing_is_lost():
    number = "9" * 250
    text = f"Call {number} now, please. {'word ' * 60}end."
    found = pieces(text, Phonemes())
    assert all(len(Phonemes().phonemize(p.text)) <= 500 for p in found)
    assert "".join("".join(p.text for p in found).split()) == "".join(text.split())


def test_what_has_no_sound_makes_no_piece():
    assert pieces("!!! …", Phonemes()) == []


def test_it_has_no_voices_of_its_own():
    engine = StyleTts2()
    assert engine.presets(None) == []
    for request in (
        Request("Hello.", "en"),
        Request("Hello.", "en", enrolment=Enrolment({"style": np.zeros((1, 128), np.float32)})),
    ):
        engine._model = object()
        with pytest.raises(EngineProblem, match="styletts2_needs_clip"):
            list(engine.synthesize(request, threading.Event()))


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    return bench.prepare(tmp_path_factory.mktemp("styletts2"))["libritts"]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with runtimes("styletts2", "libritts", bench, tmp_path_factory.mktemp) as run:
        yield run


@pytest.fixture(scope="module")
def runtime(running, weights):
    made = running(weights)
    made.warm("styletts2")
    return made


@pytest.fixture(scope="module")
def voice(runtime):
    return runtime.enroll("styletts2", clip(11.0))


def say(runtime, voice, text=TEXT, *, cancel=None, on_chunk=None, **fields):
    chunks = []
    runtime.render(
        "styletts2",
        Request(text, "en", enrolment=voice, **fields),
        on_chunk or chunks.append,
        cancel or threading.Event(),
    )
    return chunks


@pytest.fixture(scope="module")
def plain(runtime, voice):
    """A take with nothing chosen."""
    return samples(say(runtime, voice))


@pytest.mark.slow
def test_a_clip_becomes_a_style_and_another_clip_another_one(runtime, voice):
    assert voice.arrays["style"].shape == (1, 256)
    assert voice.arrays["style"].dtype == np.float32
    other = runtime.enroll("styletts2", clip(11.0, voice="en-us+f3"))
    assert not np.allclose(voice.arrays["style"], other.arrays["style"])
    again = runtime.enroll("styletts2", clip(11.0))
    np.testing.assert_array_equal(voice.arrays["style"], again.arrays["style"])


@pytest.mark.slow
def test_the_first_sentence_is_heard_while_the_next_is_made(runtime, voice):
    moments = []
    began = time.perf_counter()
    say(runtime, voice, on_chunk=lambda c: moments.append((time.perf_counter() - began, c)))
    assert len(moments) == 2
    assert moments[0][0] < 0.9 * moments[1][0]
    assert {chunk.sample_rate for _, chunk in moments} == {RATE}


@pytest.mark.slow
def test_a_seed_repeats_a_take_and_another_one_does_not(runtime, voice, plain):
    np.testing.assert_array_equal(samples(say(runtime, voice)), plain)
    other = samples(say(runtime, voice, seed=5))
    assert other.size != plain.size or not np.array_equal(other, plain)


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [{"alpha": 1.0}, {"beta": 0.0}, {"diffusion_steps": 9}, {"embedding_scale": 3.0}],
)
def test_every_option_is_heard(runtime, voice, plain, options):
    changed = samples(say(runtime, voice, options=options))
    assert changed.size != plain.size or not np.array_equal(changed, plain)


@pytest.mark.slow
def test_cancelling_stops_the_work_and_the_model_speaks_on_as_before(runtime, voice, plain):
    cancel, asked = threading.Event(), []

    def enough(_chunk):
        asked.append(time.perf_counter())
        cancel.set()

    say(runtime, voice, f"{TEXT} " * 10, cancel=cancel, on_chunk=enough)
    assert time.perf_counter() - asked[0] < 1.5
    pid = runtime.state("styletts2").pid
    np.testing.assert_array_equal(samples(say(runtime, voice)), plain)
    assert runtime.state("styletts2").pid == pid, "the process was ended instead of the work"


@pytest.mark.slow
def test_nothing_to_say_is_a_refusal(runtime, voice):
    with pytest.raises(BadInput, match="nothing_to_say"):
        say(runtime, voice, "!!! …")


@pytest.mark.slow
def test_importing_the_library_fetches_nothing_and_says_nothing():
    said = run_in("styletts2", "tests.engines.benches.styletts2_import")
    assert said == "quiet\n"


def cut_short(path):
    path.write_bytes(path.read_bytes()[:1000])


def of_another_shape(path):
    path.write_text(path.read_text().replace("n_layer: 1", "n_layer: 2"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "change", "code", "file"),
    [
        (MODEL, cut_short, "checkpoint_file_damaged", MODEL),
        (CONFIG, of_another_shape, "checkpoint_of_another_model", MODEL),
        (CONFIG, lambda p: p.write_text("model_params: 3"), "checkpoint_file_damaged", CONFIG),
        (
            CONFIG,
            lambda p: p.write_text("model_params: {a: 1}"),
            "checkpoint_of_another_model",
            CONFIG,
        ),
    ],
)
def test_a_wrong_checkpoint_is_told_by_its_file(
    running, weights, tmp_path, name, change, code, file
):
    for path in weights.iterdir():
        target = tmp_path / path.name
        if path.name == name:
            target.write_bytes(path.read_bytes()[: 10**6])
            change(target)
        else:
            target.symlink_to(path)
    runtime = running(tmp_path)
    with pytest.raises(Unavailable, match=code) as refused:
        runtime.warm("styletts2")
    assert refused.value.params["file"] == file
    runtime.close()
