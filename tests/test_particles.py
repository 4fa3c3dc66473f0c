"""Korean particles follow the sound that a name ends in, whatever it is written in."""

import pytest

from studio import locales
from studio.locales.particles import with_particle


@pytest.mark.parametrize(
    ("name", "pair", "said"),
    [
        ("한국어", "은/는", "한국어는"),
        ("음성", "이/가", "음성이"),
        ("서울", "으로/로", "서울로"),
        ("부산", "으로/로", "부산으로"),
        ("Kokoro", "이/가", "Kokoro가"),
        ("Piper", "을/를", "Piper를"),
        ("Pocket", "을/를", "Pocket을"),
        ("Bark", "을/를", "Bark를"),
        ("XTTS", "과/와", "XTTS와"),
        ("LLM", "이/가", "LLM이"),
        ("Qwen3 1.7B", "이/가", "Qwen3 1.7B가"),
        ("Qwen3", "을/를", "Qwen3을"),
        ("Version 2", "을/를", "Version 2를"),
        ("MiniMax", "이/가", "MiniMax가"),
        ("Tone", "이/가", "Tone이"),
        ("Kokoro (fast)", "이/가", "Kokoro (fast)가"),
        ("?!", "이/가", "?!가"),
    ],
)
def test_a_particle_suits_the_name(name, pair, said):
    assert with_particle(name, pair) == said


def test_a_sentence_asks_for_a_particle(monkeypatch):
    monkeypatch.setattr(
        locales, "catalogue", lambda _tag: {"x": "{first:이/가} {second:을/를} {share:.1f}"}
    )
    assert locales.text("ko", "x", first="Kokoro", second="음성", share=2) == "Kokoro가 음성을 2.0"
