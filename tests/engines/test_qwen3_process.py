"""Qwen3-TTS in its own process, as in the studio: sets loaded when needed, takes, cancels, batches."""

import threading

import numpy as np
import pytest

from studio.problems import Problem
from studio.runtime.report import BatchItem
from tests.engines.benches.qwen3 import build
from tests.engines.benches.stage import clip, staged
from tests.engines.qwen3_tiny import LONG, request


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    with staged("qwen3", tmp_path_factory.mktemp("qwen3")) as made:
        yield made


def test_a_clip_is_enrolled_cloned_and_acted_out_in_one_process(stage):
    voice = stage.enrol(clip(3.0))
    assert set(voice.arrays) == {"ref_code", "ref_spk_embedding_1.7b"}
    clone = stage.render("안녕하세요.", "ko", enrolment=voice)
    assert clone.samples.any()
    assert clone.report.load_seconds == 0  # enrolling had loaded it
    acted = stage.render(
        "안녕하세요.",
        "ko",
        enrolment=voice,
        instruction="angrily",
        options={"instruction_route": "designed_reference"},
    )
    assert acted.report.load_seconds > 0  # the second checkpoint
    assert not np.array_equal(acted.samples, clone.samples)
    again = stage.render("안녕하세요.", "ko", enrolment=voice)
    assert np.array_equal(again.samples, clone.samples)


def test_the_small_one_is_enrolled_for_when_it_is_asked_for(stage):
    asked = stage.asked("x", speaker="clone", options={"size": "0.6b"})
    voice = stage.runtime.enroll("qwen3", clip(3.0), sets=stage.sets(asked))
    take = stage.render("안녕하세요.", "ko", enrolment=voice, options={"size": "0.6b"})
    assert take.samples.any()


def test_the_card_says_what_torchaudio_lacks_while_it_is_in_memory(stage):
    stage.render("안녕하세요.", "ko", preset="sohee")
    from studio.engines.torchaudio_native import ensure_torchaudio

    assert tuple(stage.runtime.state("qwen3").remarks) == ensure_torchaudio()


def test_a_cancel_stops_the_take_and_the_process_stays(stage):
    stage.render("안녕하세요.", "ko", preset="sohee")
    pid = stage.runtime.state("qwen3").pid
    stop = threading.Event()
    take = stage.render(
        LONG, "ko", enrolment=stage.clone(), cancel=stop, on_chunk=lambda _: stop.set()
    )
    assert take.report.cancelled
    assert stage.runtime.state("qwen3").pid == pid
    assert stage.render("안녕하세요.", "ko", preset="sohee").samples.any()


def test_a_batch_is_rendered_in_one_pass(stage):
    texts, heard = ["안녕하세요.", "네.", "좋아요."], [[], [], []]
    voice = stage.clone()
    items = [
        BatchItem(request(text, enrolment=voice, seed=n), heard[n].append, threading.Event())
        for n, text in enumerate(texts)
    ]
    sets = stage.sets(stage.asked("x", speaker="clone"))
    reports = stage.runtime.render_batch("qwen3", items, sets=sets)
    assert [r.together for r in reports] == [3, 3, 3]
    for n, text in enumerate(texts):
        alone = stage.render(text, "ko", enrolment=voice, seed=n)
        together = np.concatenate([c.samples for c in heard[n]])
        assert together.size == alone.samples.size
        assert np.abs(together - alone.samples).max() < 1e-4


def test_a_cut_take_is_kept_with_a_remark_and_a_wrong_folder_refused(tmp_path):
    with staged("qwen3", tmp_path) as stage:
        endless = build(tmp_path / "endless", "custom_voice", "1b7", ends=False)
        stage._store.use("qwen3", "1.7b-custom", endless)
        take = stage.render("네.", "ko", preset="sohee")
        assert [n.code for n in take.report.remarks] == ["engine.qwen3.cut"]
        assert take.samples.size / 24000 < 6
        small = build(tmp_path / "small", "base", "0b6")
        stage._store.use("qwen3", "1.7b-base", small)
        with pytest.raises(Problem) as refused:
            stage.enrol(clip(3.0))
        assert refused.value.code == "qwen3_other_checkpoint"
        assert refused.value.params["found"] == "0.6b-base"
