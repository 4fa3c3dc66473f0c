"""Nobody hears where parts of real engines were joined: figures of every seam.

The figures are printed; run with ``-s`` to see them.
"""

import numpy as np
import pytest

from studio.takes import parts
from tests.audio.seams import seams
from tests.takes.bench import OWNER, a_bench

TEXT = (
    "Nobody ever called this early on a Sunday. She put the cup down, and went to see who it was.\n"
    "On the step stood a boy with a letter. He said that the bridge was gone, with both lamps!"
)
KOREAN = (
    "일요일 아침 이렇게 일찍 찾아오는 사람은 없었습니다. 그녀는 잔을 내려놓고 문으로 갔습니다.\n"
    "문 앞에는 편지를 든 아이가 서 있었습니다. 아이는 다리가 떠내려갔다고 말했습니다."
)


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    folder = tmp_path_factory.mktemp("real")
    with a_bench(folder, engine_load_seconds=180, engine_silence_seconds=120) as running:
        yield running


@pytest.mark.parametrize(
    ("engine", "language", "text"),
    [
        ("espeak", "en", TEXT),
        ("espeak", "ko", KOREAN),
        ("piper", "en", TEXT),
        ("kokoro", "en", TEXT),
    ],
)
def test_seams_of_real_engines_are_not_heard(real, monkeypatch, engine, language, text):
    monkeypatch.setattr(parts, "PART_SECONDS", 4.0)
    take = real.wait(real.order(text, engine, language=language), 240).takes[0]
    assert take.state == "done", take.error
    samples, rate = real.takes.samples(OWNER, take.id)
    places = [(part.start_seconds, part.end_seconds) for part in take.parts]
    assert len(places) >= 3
    found = seams(samples, rate, places)
    for seam in found:
        print(f"{engine} {language}: {seam}")  # noqa: T201 (asked for with -s)
    assert max(seam.step for seam in found) < 0.5, "no jump as large as inside the speech"
    assert max(seam.dc for seam in found) < 0.002
    assert max(abs(seam.loudness) for seam in found) <= 1.0
    assert min(seam.pause for seam in found) > 0.1
    assert max(seam.pause for seam in found) < 1.4
    assert np.abs(samples).max() < 1.0


def test_pauses_between_parts_are_those_the_engine_makes_itself(real, monkeypatch):
    """The same three sentences: once by eSpeak as a whole, once in parts of which one has two."""
    text = "The boats were asleep. Nobody minded at all. The harbour was quiet for once, they said."
    whole = real.wait(real.order(text, "espeak")).takes[0]
    assert whole.parts == ()
    monkeypatch.setattr(parts, "PART_SECONDS", 2.9)
    divided = real.wait(real.order(text, "espeak")).takes[0]
    assert len(divided.parts) == 2
    assert divided.seconds == pytest.approx(whole.seconds, abs=0.15)
