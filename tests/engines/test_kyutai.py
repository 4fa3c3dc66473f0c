"""Kyutai TTS: moshi itself, in an interpreter of its own, on a checkpoint of random weights."""

import json
import shutil
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from studio.engines.contract import Asked, EngineProblem, ReferenceClip, Request
from studio.engines.kyutai.card import CARD, CODEC, CONFIG, MODEL, TOKENISER
from studio.engines.kyutai.engine import Kyutai
from studio.engines.kyutai.voices import VOICES
from studio.problems import BadInput, Unavailable
from tests.engines.benches import kyutai as bench
from tests.engines.own_environments import run_in, runtimes, samples

TEXT = "Good morning."
"""Short: a frame of the tiny model takes as long as one of speech."""
FRAME = 1920


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    return bench.prepare(tmp_path_factory.mktemp("kyutai"))["en-fr"]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with runtimes("kyutai", "en-fr", bench, tmp_path_factory.mktemp) as run:
        yield run


@pytest.fixture(scope="module")
def runtime(running, weights):
    made = running(weights)
    made.warm("kyutai")
    return made


def say(
    runtime, text=TEXT, *, preset="vctk-p228", language="en", cancel=None, on_chunk=None, **fields
):
    chunks = []
    runtime.render(
        "kyutai",
        Request(text, language, preset=preset, **fields),
        on_chunk or chunks.append,
        cancel or threading.Event(),
    )
    return chunks


@pytest.fixture(scope="module")
def plain(runtime):
    """A take with nothing chosen."""
    return samples(say(runtime))


def test_it_speaks_in_frames_as_they_are_made(runtime):
    moments = []
    began = time.perf_counter()
    chunks = say(
        runtime,
        "It will rain before noon.",
        on_chunk=lambda c: moments.append((time.perf_counter(), c)),
    )
    assert not chunks
    assert len(moments) > 5
    assert moments[0][0] - began < 0.5 * (moments[-1][0] - began)
    assert {chunk.sample_rate for _, chunk in moments} == {24000}
    assert all(chunk.samples.size % FRAME == 0 for _, chunk in moments)


def test_the_stream_is_the_take_that_the_library_returns_whole(runtime, weights, tmp_path):
    ours = samples(say(runtime, seed=7))
    run_in(
        "kyutai",
        "tests.engines.benches.kyutai_whole",
        str(weights),
        TEXT,
        "7",
        str(tmp_path / "a.npy"),
    )
    whole = np.load(tmp_path / "a.npy")
    assert ours.size == whole.size
    np.testing.assert_array_equal(ours, whole)


def test_a_seed_repeats_a_take_and_another_one_does_not(runtime, plain):
    one, two, three = plain, *(samples(say(runtime, seed=seed)) for seed in (0, 4))
    np.testing.assert_array_equal(one, two)
    assert one.size != three.size or not np.array_equal(one, three)


@pytest.mark.parametrize(
    "options", [{"cfg_coef": 4.0}, {"n_q": 8}, {"temp": 1.2}, {"padding_between": 4}]
)
def test_every_option_is_heard(runtime, plain, options):
    changed = samples(say(runtime, options=options))
    assert plain.size != changed.size or not np.array_equal(plain, changed)


def test_an_option_is_gone_with_its_take(runtime, plain):
    say(runtime, options={"n_q": 8, "temp": 1.2})
    np.testing.assert_array_equal(samples(say(runtime)), plain)


def test_voices_differ_and_say_in_which_language_they_are_at_home(runtime, plain):
    other = samples(say(runtime, preset="cml-fr-1406"))
    assert plain.size != other.size or not np.array_equal(plain, other)
    presets = runtime.presets("kyutai")
    assert [p.id for p in presets] == [v.preset.id for v in VOICES]
    assert {p.native for p in presets} == {"en", "fr"}


def test_cancelling_stops_the_work_and_the_model_speaks_on_as_before(runtime, plain):
    cancel = threading.Event()
    asked = []

    def enough(_chunk):
        asked.append(time.perf_counter())
        cancel.set()

    say(runtime, f"{TEXT} " * 40, cancel=cancel, on_chunk=enough)
    assert time.perf_counter() - asked[0] < 1.0
    pid = runtime.state("kyutai").pid
    np.testing.assert_array_equal(samples(say(runtime)), plain)
    assert runtime.state("kyutai").pid == pid, "the process was ended instead of the work"


def test_what_cannot_be_pronounced_is_refused(runtime):
    with pytest.raises(BadInput, match="nothing_to_say"):
        say(runtime, "!!! …")


def test_an_unknown_voice_is_refused_not_replaced(runtime):
    with pytest.raises(BadInput, match="unknown_preset"):
        say(runtime, preset="expresso")


def test_a_mark_for_a_pause_is_heard_and_hours_of_it_are_refused(runtime, plain):
    paused = samples(say(runtime, 'Good <break time="1s"/> morning.'))
    assert paused.size > plain.size + 12000
    endless = 'Good <break time="99999s"/> morning.'
    assert Kyutai.refuse(Asked(endless, "en")) is not None
    for text in (endless, 'Good <break time="1,5s"/> morning.'):
        with pytest.raises(BadInput, match="kyutai_pauses"):
            say(runtime, text)


def test_cloning_is_refused_with_the_vendor_s_reason():
    assert CARD.cloning.why_not is not None
    with pytest.raises(EngineProblem, match="engine_cannot_clone"):
        Kyutai().enroll(ReferenceClip(np.zeros(24000, np.float32), 24000))


def test_voices_are_listed_without_the_library(weights):
    code = (
        "import sys; from pathlib import Path\n"
        "from studio.engines.kyutai.engine import Kyutai\n"
        "print(len(Kyutai.presets(Path(sys.argv[1]))))\n"
        "assert not {'torch', 'moshi'} & set(sys.modules)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(weights)], capture_output=True, text=True, check=True
    )
    assert int(said.stdout) == len(VOICES)


def spoiled(weights, folder, name, change):
    shutil.copytree(weights, folder)
    path = folder / name
    change(path)
    return folder


def cut_short(path):
    path.write_bytes(path.read_bytes()[:-1000])


def of_another_shape(path):
    config = json.loads(path.read_text())
    path.write_text(json.dumps({**config, "dim": 64}))


def of_another_kind(path):
    config = json.loads(path.read_text())
    path.write_text(json.dumps({**config, "model_type": "stt"}))


SPOILED = [
    (MODEL, cut_short, "checkpoint_file_damaged", MODEL),
    (CODEC, cut_short, "checkpoint_file_damaged", CODEC),
    (CONFIG, lambda p: p.write_text("{"), "checkpoint_file_damaged", CONFIG),
    (CONFIG, of_another_kind, "checkpoint_of_another_model", CONFIG),
    (CONFIG, of_another_shape, "checkpoint_of_another_model", MODEL),
    (TOKENISER, cut_short, "checkpoint_of_another_model", TOKENISER),
    ("codec.json", lambda p: p.unlink(), "checkpoint_file_missing", "codec.json"),
]


def test_a_wrong_checkpoint_is_told_by_its_file(weights, tmp_path):
    folders = [
        spoiled(weights, tmp_path / str(number), name, change)
        for number, (name, change, _, _) in enumerate(SPOILED)
    ]
    said = run_in("kyutai", "tests.engines.benches.kyutai_load", *folders, weights)
    answers = [json.loads(line) for line in said.splitlines()]
    assert answers == [*([code, file] for _, _, code, file in SPOILED), ["loaded", ""]]


def test_a_wrong_checkpoint_is_a_refusal_of_the_studio_too(running, weights, tmp_path):
    runtime = running(spoiled(weights, tmp_path / "spoiled", CONFIG, of_another_kind))
    with pytest.raises(Unavailable, match="checkpoint_of_another_model"):
        say(runtime)
