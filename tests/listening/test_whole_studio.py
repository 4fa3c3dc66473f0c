"""Trials over takes that the studio itself rendered, in the wired studio."""

import asyncio
import io

import pytest
import soundfile

from studio.settings import Settings
from studio.takes.order import ComparisonOrder, EngineOrder
from studio.wiring import Studio, build
from tests.listening.conftest import clips, listen
from tests.waiting import until


@pytest.fixture
def studio(tmp_path):
    studio = build(Settings(data_dir=tmp_path, listen_fraction=0, bootstrap_draws=50))
    studio.start()
    yield studio
    studio.close()


def rendered(studio: Studio, text: str, presets: list[str]) -> str:
    engines = [EngineOrder(engine="espeak", voice=preset) for preset in presets]
    order = ComparisonOrder(text=text, language="ko", engines=engines)
    comparison = studio.takes.create("local", order).id
    until(lambda: studio.takes.comparison("local", comparison).final, 30)
    assert {t.state for t in studio.takes.comparison("local", comparison).takes} == {"done"}
    return comparison


def test_rendered_takes_are_compared_blind_voted_on_and_ranked(studio):
    first = rendered(studio, "안녕하세요. 반갑습니다.", ["f1", "m1"])
    rendered(studio, "오늘은 날씨가 좋습니다.", ["f1", "m1", "m2"])
    for number in range(8):
        trial = studio.trials.issue(f"rater {number}", "ab", first if number < 2 else None)
        a, b = (soundfile.info(io.BytesIO(clip)) for clip in clips(studio.trials, trial))
        assert (a.samplerate, a.channels, a.subtype) == (b.samplerate, b.channels, "PCM_16")
        listen(studio.trials, trial)
        reveal = asyncio.run(studio.trials.vote(None, trial.token, "tie"))
        assert reveal.a.engine == reveal.b.engine == "espeak"
        assert reveal.a.title == "eSpeak NG"
        assert {reveal.a.preset, reveal.b.preset} < {"f1", "m1", "m2"}
        assert reveal.a.take in {
            t.id for t in studio.takes.comparison("local", reveal.a.comparison).takes
        }
    board = studio.leaderboard.board("ko", "espeak")
    assert (board.votes, board.ties, board.texts) == (8, 8, 2)
    assert {s.preset for s in board.conditions} == {"f1", "m1", "m2"}
    assert len(board.components) == 1
