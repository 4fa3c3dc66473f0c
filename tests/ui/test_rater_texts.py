"""The rater's page and its texts: every key it asks for exists, and none is left over."""

import re
from pathlib import Path

import pytest

from studio.locales import catalogue, languages
from studio.studies.protocols import PROTOCOLS

ROOT = Path(__file__).parents[2]
PREFIX = "rater."
SOURCES = "\n".join(
    path.read_text(encoding="utf-8")
    for path in [
        *sorted((ROOT / "assets" / "rater").glob("*.js")),
        ROOT / "studio" / "ui" / "rater_document.py",
    ]
)
STATES = ("closed", "full", "revoked", "waiting", "unknown")
COMPOSED = {f"how.{name}" for name in PROTOCOLS} | {
    f"notice.{state}{part}" for state in STATES for part in ("", "_title")
}


def keys() -> set[str]:
    return {key.removeprefix(PREFIX) for key in catalogue("en") if key.startswith(PREFIX)}


def quoted(name: str) -> bool:
    return re.search(f"[\"'`]{re.escape(name)}[\"'`]", SOURCES) is not None


def test_no_text_is_left_over():
    idle = [
        key
        for key in keys()
        if key not in COMPOSED and not quoted(key) and not quoted(re.sub("_(one|other)$", "", key))
    ]
    assert not idle


def test_every_text_that_is_asked_for_exists():
    known = keys()
    asked = set(re.findall(r"\bt\(\"([a-z_.0-9-]+)\"", SOURCES))
    asked |= set(re.findall(r"_say\(language, \"([a-z_.]+)\"\)", SOURCES))
    counted = set(re.findall(r"counted\((?:language, )?\"([a-z_.]+)\"", SOURCES))
    assert len(asked) > 30
    assert asked <= known
    assert {f"{key}_{form}" for key in counted for form in ("one", "other")} <= known


@pytest.mark.parametrize("language", languages())
def test_nothing_names_an_engine_or_tells_of_speech_synthesis(language):
    """A rater who knows that machines speak hears otherwise; the owner may say it, not the page."""
    said = " ".join(
        text.lower() for key, text in catalogue(language).items() if key.startswith(PREFIX)
    )
    for word in ("kokoro", "piper", "engine", "model", "tts", "엔진", "합성", "모델"):
        assert word not in said
