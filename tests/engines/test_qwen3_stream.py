"""Qwen3-TTS while it speaks: streaming, stopping, and never speaking on for ever."""

import threading
import time

import numpy as np
import pytest

from studio.engines.contract import Chunk, EngineProblem
from studio.engines.qwen3.budget import FRAMES_PER_SECOND, LONGEST_FRAMES, frame_budget
from studio.engines.qwen3.draws import row_draws
from studio.engines.qwen3.generation import prompt_item
from studio.engines.qwen3.options import Qwen3Options
from tests.engines.qwen3_tiny import (
    LONG,
    NEVER,
    Take,
    endless,
    engine,
    enrolment,
    fresh,
    request,
    same,
    say,
)

VOICE_ONLY = {"clone_mode": "x_vector"}


@pytest.mark.parametrize("mode", ["in_context", "x_vector"])
def test_the_stream_is_the_librarys_whole(mode):
    import torch

    by = engine()
    text = "어제는 비가 왔지만 오늘은 맑습니다."
    one = request(text, enrolment=enrolment(), options={"clone_mode": mode}, seed=5)
    job = by._job(one, NEVER)
    streamed = Take(by.synthesize(one, NEVER))
    library = by._models["1.7b-base"].library
    with row_draws([5], torch.device("cpu")):
        whole = library.generate_voice_clone(
            text=text,
            language="Korean",
            voice_clone_prompt=[prompt_item(job.utterance)],
            max_new_tokens=job.utterance.frames + 2,
            **Qwen3Options().sampling(),
        )[0][0]
    assert len(streamed.chunks) > 3
    assert streamed.samples.size == whole.size
    assert np.abs(streamed.samples - whole).max() < 2e-3


def test_the_first_sound_comes_early_and_chunks_grow():
    take = say(LONG, enrolment=enrolment(), options=VOICE_ONLY)
    lengths = [c.samples.size // 1920 for c in take.chunks]
    assert lengths[:3] == [4, 8, 16]
    assert max(lengths) == 25
    assert take.moments[0] < take.moments[-1] / 2


def test_a_cancel_ends_it_at_once_and_the_model_speaks_on_as_before():
    before = say(preset="sohee", seed=2)
    stop = threading.Event()
    pieces = engine().synthesize(request(LONG, enrolment=enrolment(), options=VOICE_ONLY), stop)
    assert isinstance(next(pieces), Chunk)
    stop.set()
    began = time.perf_counter()
    assert list(pieces) == []
    assert time.perf_counter() - began < 0.5
    assert not [t for t in threading.enumerate() if t.name == "qwen3"]
    assert same(before, say(preset="sohee", seed=2))


def test_leaving_early_ends_the_work_too():
    pieces = engine().synthesize(request(LONG, enrolment=enrolment(), options=VOICE_ONLY), NEVER)
    next(pieces)
    pieces.close()
    assert not [t for t in threading.enumerate() if t.name == "qwen3"]
    assert say("안녕하세요", preset="sohee").samples.any()


def test_a_cancel_before_the_first_sound_yields_nothing():
    stop = threading.Event()
    stop.set()
    assert list(engine().synthesize(request(preset="sohee"), stop)) == []
    route = {"instruction_route": "designed_reference"}
    acted = request(enrolment=enrolment(), instruction="never heard before", options=route)
    assert list(engine().synthesize(acted, stop)) == []


def test_a_cancel_ends_the_decoding_of_a_stretch_too():
    decoder = engine()._models["1.7b-custom"].library.model.speech_tokenizer.model.decoder
    stop, reached = threading.Event(), []
    hooks = [
        decoder.pre_conv.register_forward_pre_hook(lambda *_: stop.set()),
        decoder.decoder[-1].register_forward_pre_hook(lambda *_: reached.append(1)),
    ]
    try:
        assert list(engine().synthesize(request(preset="sohee"), stop)) == []
    finally:
        for hook in hooks:
            hook.remove()
    assert stop.is_set()
    assert not reached
    assert not [t for t in threading.enumerate() if t.name == "qwen3"]
    assert say(preset="sohee").samples.any()


def test_a_failure_in_the_library_reaches_the_caller(monkeypatch):
    library = engine()._models["1.7b-custom"].library
    monkeypatch.setattr(
        library.model, "generate", lambda **_: (_ for _ in ()).throw(ZeroDivisionError("inside"))
    )
    with pytest.raises(ZeroDivisionError, match="inside"):
        say(preset="sohee")


# the budget


def test_an_utterance_that_never_ends_is_cut_and_said_to_be():
    by = fresh()
    by.load(endless(), "cpu")
    take = say("안녕하세요.", by=by, enrolment=enrolment(), options=VOICE_ONLY)
    assert take.frames == frame_budget("안녕하세요.")
    assert [n.code for n in take.remarks] == ["engine.qwen3.cut"]
    assert take.frames / FRAMES_PER_SECOND < 10


def test_an_utterance_that_ends_by_itself_is_not_said_to_be_cut():
    assert not say("안녕하세요.", enrolment=enrolment(), options=VOICE_ONLY).remarks


def test_in_a_batch_each_row_is_cut_at_its_own_budget():
    by = fresh()
    by.load(endless(), "cpu")
    texts = ["네.", "안녕하세요."]
    mine = {"enrolment": enrolment(), "options": VOICE_ONLY}
    frames, remarks = [0, 0], [0, 0]
    for index, piece in by.synthesize_batch([request(t, **mine) for t in texts], [NEVER] * 2):
        if isinstance(piece, Chunk):
            frames[index] += piece.samples.size // 1920
        else:
            remarks[index] += 1
    assert frames == [frame_budget(t) for t in texts]
    assert remarks == [1, 1]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("안녕하세요, 만나서 반갑습니다.", 2.6),
        ("Nice to meet you, how have you been?", 2.3),
        ("はじめまして、お元気ですか。", 2.2),
        ("很高兴认识你，你最近怎么样？", 2.8),
        ("Очень приятно познакомиться.", 1.9),
        ("2024", 2.0),
    ],
)
def test_the_budget_is_generous_but_no_runaways(text, seconds):
    budget = frame_budget(text) / FRAMES_PER_SECOND
    assert 2 * seconds < budget < 6 * seconds + 4


def test_no_text_gets_the_length_of_a_runaway():
    assert frame_budget(LONG * 1000) == LONGEST_FRAMES
    assert LONGEST_FRAMES / FRAMES_PER_SECOND < 164
    assert frame_budget("a") / FRAMES_PER_SECOND >= 3


def test_nothing_to_pronounce_is_refused():
    with pytest.raises(EngineProblem, match="nothing_to_say"):
        say("… !", preset="sohee")
