"""Several requests in one pass: what ends one of them ends it alone."""

import threading
import time

import pytest

from studio.engines.contract import Request, Usage
from studio.locales import Note
from studio.problems import BadInput, NotFound, Unavailable
from studio.runtime.report import BatchItem, RenderReport
from tests.waiting import gone

from .conftest import saying


class Heard:
    """One item and what became of it."""

    def __init__(self, text, on_chunk=None, cancel=None):
        self.chunks, self.usages = [], []
        self.cancel = cancel or threading.Event()
        request = Request(text, "en", "ann")
        self.item = BatchItem(
            request, on_chunk or self.chunks.append, self.cancel, self.usages.append
        )


@pytest.fixture
def together(runtime):
    """Render texts, or prepared items, in one pass: ``(heard, outcomes)``."""

    def render(*texts, engine="test_choir"):
        heard = [text if isinstance(text, Heard) else Heard(text) for text in texts]
        timer = threading.Timer(20, lambda: [one.cancel.set() for one in heard])
        timer.start()
        try:
            return heard, runtime.render_batch(engine, [one.item for one in heard])
        finally:
            timer.cancel()

    return render


@pytest.fixture(autouse=True)
def loaded(runtime):
    runtime.warm("test_choir")


def passes(runtime):
    ((chunk,), _) = saying(runtime)("passes", "test_choir")
    return [round(1000 * float(value)) for value in chunk.samples]


def test_each_hears_its_own_chunks_from_one_pass(together, runtime):
    before = passes(runtime)[0]
    heard, outcomes = together("chunks 1", "chunks 2", "chunks 3")
    assert [len(one.chunks) for one in heard] == [1, 2, 3]
    assert passes(runtime) == [before + 1, 3]
    assert [outcome.together for outcome in outcomes] == [3, 3, 3]


def test_the_time_of_a_pass_is_shared_by_length(together):
    _, (short, long) = together("chunks 1", "chunks 3")
    assert long.synthesis_seconds == pytest.approx(3 * short.synthesis_seconds)
    assert 0.15 < short.synthesis_seconds + long.synthesis_seconds < 0.6
    assert 0 < short.ttfa_seconds < 0.3


def test_one_request_is_rendered_as_ever(together, runtime):
    before = passes(runtime)[0]
    (heard,), (outcome,) = together("chunks 2")
    assert len(heard.chunks) == 2
    assert isinstance(outcome, RenderReport)
    assert passes(runtime)[0] == before


def test_a_refusal_ends_its_item_alone(together, runtime):
    pid = runtime.state("test_choir").pid
    heard, outcomes = together("chunks 4", "refuse", "chunks 3")
    assert isinstance(outcomes[1], BadInput)
    assert (outcomes[1].code, outcomes[1].params["word"]) == ("text_empty", "ugly")
    assert [len(heard[n].chunks) for n in (0, 2)] == [4, 3]
    assert runtime.state("test_choir").pid == pid


@pytest.mark.parametrize("kind", ["nan", "not_a_chunk", "rate_changes", "wrong_dtype"])
def test_garbage_ends_its_item_alone_and_then_the_process(together, runtime, kind):
    pid = runtime.state("test_choir").pid
    heard, outcomes = together("chunks 4", f"garbage {kind}")
    assert isinstance(outcomes[1], Unavailable)
    assert outcomes[1].code == "engine_garbage"
    assert len(heard[0].chunks) == 4
    assert isinstance(outcomes[0], RenderReport)
    assert gone(pid)


def test_a_cancel_sets_one_stop_flag_alone(together, runtime):
    pid = runtime.state("test_choir").pid
    cancel = threading.Event()
    heard = [Heard("chunks 6"), Heard("chunks 400", on_chunk=lambda _: cancel.set(), cancel=cancel)]
    began = time.monotonic()
    _, outcomes = together(*heard)
    assert time.monotonic() - began < 2
    assert len(heard[0].chunks) == 6
    assert not outcomes[0].cancelled
    assert outcomes[1].cancelled
    assert runtime.state("test_choir").pid == pid


def test_when_all_are_cancelled_the_work_stops(together, runtime):
    pid = runtime.state("test_choir").pid
    cancel = threading.Event()
    threading.Timer(0.3, cancel.set).start()
    began = time.monotonic()
    _, outcomes = together(*(Heard("chunks 400", cancel=cancel) for _ in range(2)))
    assert time.monotonic() - began < 1.0
    assert all(outcome.cancelled for outcome in outcomes)
    assert runtime.state("test_choir").pid == pid, "it stopped by itself"


def test_an_item_cancelled_before_its_turn_is_left_out(together, runtime):
    cancel = threading.Event()
    cancel.set()
    heard, outcomes = together("chunks 1", Heard("chunks 1", cancel=cancel), "chunks 2")
    assert [len(one.chunks) for one in heard] == [1, 0, 2]
    assert [outcome.cancelled for outcome in outcomes] == [False, True, False]
    assert passes(runtime)[1] == 2


@pytest.mark.parametrize(("text", "code"), [("exit", "engine_crashed"), ("late", "engine_failed")])
def test_what_ends_the_process_ends_all_that_were_not_over(together, runtime, text, code):
    pid = runtime.state("test_choir").pid
    _, outcomes = together("chunks 40" if text == "exit" else "chunks 3", text, "refuse")
    assert [getattr(outcome, "code", None) for outcome in outcomes] == [code, code, "text_empty"]
    assert gone(pid)
    heard, _ = together("chunks 1", "chunks 1")
    assert [len(one.chunks) for one in heard] == [1, 1]


@pytest.mark.parametrize("text", ["stray", "plain"])
def test_a_piece_that_belongs_to_nobody_is_garbage(together, runtime, text):
    pid = runtime.state("test_choir").pid
    _, outcomes = together("chunks 1", text)
    assert [outcome.code for outcome in outcomes] == ["engine_garbage"] * 2
    assert gone(pid)


def test_an_exception_in_one_listener_ends_its_item_alone(together, runtime):
    pid = runtime.state("test_choir").pid
    failure = KeyError("disk")

    def listen(_):
        raise failure

    heard, outcomes = together("chunks 4", Heard("chunks 400", on_chunk=listen))
    assert len(heard[0].chunks) == 4
    assert outcomes[1] is failure
    assert runtime.state("test_choir").pid == pid


def test_silence_of_one_item_is_no_silence_of_the_engine(together, settings):
    settings.engine_silence_seconds = 0.5
    heard, _ = together("chunks 15", "chunks 1")
    assert [len(one.chunks) for one in heard] == [15, 1]


def test_each_is_charged_and_remarked_on_for_itself(together):
    heard, outcomes = together("charge 7", "chunks 1", "charge 9")
    assert [outcome.usage for outcome in outcomes] == [
        Usage(7, "model-1"),
        None,
        Usage(9, "model-1"),
    ]
    assert [one.usages for one in heard] == [[Usage(7, "model-1")], [], [Usage(9, "model-1")]]
    assert [outcome.remarks for outcome in outcomes] == [(Note("Dear."),), (), (Note("Dear."),)]


def test_what_keeps_all_from_beginning_is_each_ones_problem(together):
    _, outcomes = together("say", "say", engine="test_no_library")
    assert [outcome.code for outcome in outcomes] == ["libraries_missing"] * 2
    _, outcomes = together("say", "say", engine="nobody")
    assert all(isinstance(outcome, NotFound) for outcome in outcomes)


def test_what_is_too_much_for_one_pass_is_spoken_in_several(together, runtime):
    before = passes(runtime)[0]
    heard, outcomes = together(*["chunks 1"] * 7)
    assert [len(one.chunks) for one in heard] == [1] * 7
    assert [outcome.together for outcome in outcomes] == [4] * 4 + [3] * 3
    assert passes(runtime) == [before + 2, 3]


def test_an_engine_that_knows_no_batches_speaks_one_after_the_other(together):
    heard, outcomes = together("chunks 1", "refuse", "chunks 2", engine="speaker")
    assert [len(one.chunks) for one in heard] == [1, 0, 2]
    assert isinstance(outcomes[1], BadInput)
