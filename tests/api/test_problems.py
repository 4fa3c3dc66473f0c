"""Refusals as JSON: always a sentence, always something that can be sent."""

from fastapi.responses import JSONResponse

from studio.api.problems import spoken
from studio.locales import note


def test_half_characters_can_be_sent_back():
    said = spoken("en", note("error.unknown_engine", engine="\ud800", known="kokoro"))
    assert b"unknown_engine" in JSONResponse(said).body


def test_a_note_inside_a_note_is_said_in_the_same_language():
    reason = note("take.language.not_spoken", engine="Kokoro", language="ko")
    said = spoken("ko", note("error.language_unsupported", reason=reason))
    assert said["code"] == "language_unsupported"
    assert said["reason"] in said["message"]
    assert "Kokoro 엔진" in said["message"]
