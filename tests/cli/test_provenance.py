"""``python -m studio provenance FILE``: what a file says of its origin, on a terminal."""

import json

import pytest

from studio.audio.encode import mp3, wav
from studio.audio.tags import Tags, tagged
from studio.cli import main
from studio.quality.watermark import mark
from studio.takes.provenance import FIELD
from tests.audio.speech import espeak

ABOUT = {
    "synthetic": True,
    "engine": "kokoro",
    "engine_title": "Kokoro-82M",
    "voice": {"kind": "clone", "id": "voice-1"},
    "consent": "consent-1",
}


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    samples, rate = espeak()
    tags = Tags("Synthetic speech", {FIELD: json.dumps(ABOUT)})
    file = tmp_path_factory.mktemp("said") / "take.mp3"
    file.write_bytes(tagged(mp3(mark(samples, rate), rate), "mp3", tags))
    return file


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")


def test_what_a_file_says_and_carries_is_told_in_words(marked, capsys):
    assert main(["provenance", str(marked)]) == 0
    told = capsys.readouterr().out
    for part in ("synthetic speech", "engine: Kokoro-82M", "consent: consent-1", "found."):
        assert part in told


def test_json_is_all_that_is_on_stdout(marked, capsys):
    assert main(["provenance", str(marked), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["verdict"] == "declared_and_marked"
    assert found["metadata"]["engine"] == "kokoro"
    assert found["watermark"]["state"] == "found"
    assert found["message"]


def test_a_recording_says_nothing_and_that_proves_nothing(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    file = tmp_path / "plain.wav"
    file.write_bytes(wav(*espeak()))
    assert main(["provenance", str(file)]) == 0
    assert "아무것도 증명되지 않습니다" in capsys.readouterr().out


@pytest.mark.parametrize("content", [None, b"Dear reader"])
def test_a_file_that_cannot_be_read_is_refused_in_words(tmp_path, capsys, content):
    file = tmp_path / "letter.wav"
    if content is not None:
        file.write_bytes(content)
    assert main(["provenance", str(file)]) == 1
    assert len(capsys.readouterr().err) > 20
