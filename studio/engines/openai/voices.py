"""The voices of a server, out of the several shapes in which servers list them."""

import re
from collections.abc import Iterator
from typing import Any

from studio.engines.contract import Preset
from studio.engines.openai.servers import Server

MADE_HERE = "studio-"
"""Beginning of the names of voices cloned by a studio. They belong to the people who cloned them,
so that no roster shows them to others."""
DEFAULT = "default"
"""Stands for the voice named in the options, else for the server's first, else for whatever the
server takes when none is named."""

_OPENAI = (
    *("alloy", "ash", "ballad", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer"),
    *("verse", "marin", "cedar"),
)
"""As OpenAI lists them; which model has which differs."""

_KOKORO = re.compile(r"(?P<language>[abefhijpz])(?P<gender>[fm])_[a-z0-9]+")
_KOKORO_LANGUAGES = {
    "a": "en",
    "b": "en",
    "e": "es",
    "f": "fr",
    "h": "hi",
    "i": "it",
    "j": "ja",
    "p": "pt",
    "z": "zh",
}
_TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
_MOST = 2000


def static(server: Server) -> list[Preset]:
    """What can be chosen before a server was asked."""
    named = [Preset(voice, voice.capitalize()) for voice in _OPENAI] if server.is_openai else []
    return [*named, Preset(DEFAULT, "Default")]


def listed(answer: Any) -> list[Preset]:
    """A server's voices, but for those cloned by a studio.

    Args:
        answer: the decoded list: of names, or of objects with ``id``, ``voice_id`` or ``name``;
            bare, or below ``voices`` or ``data``.
    """
    presets = [preset for preset in _presets(answer) if not preset.id.startswith(MADE_HERE)]
    found = [match for preset in presets if (match := _KOKORO.fullmatch(preset.id))]
    if len(found) == len(presets):  # they are Kokoro's, whose names tell language and gender
        return [_kokoro(preset, match) for preset, match in zip(presets, found, strict=True)]
    return presets


def names(answer: Any) -> set[str]:
    """All ids in a server's list, cloned ones too."""
    return {preset.id for preset in _presets(answer)}


def _presets(answer: Any) -> list[Preset]:
    rows = answer
    if isinstance(answer, dict):
        rows = next((answer[key] for key in ("voices", "data") if key in answer), ())
        if isinstance(rows, dict):
            rows = list(rows)  # names as keys
        uploaded = answer.get("uploaded_voices")
        if isinstance(rows, list) and isinstance(uploaded, list):
            rows = [*rows, *uploaded]
    unique: dict[str, Preset] = {}
    for preset in _rows(rows if isinstance(rows, list) else ()):
        unique.setdefault(preset.id, preset)
    return list(unique.values())[:_MOST]


def _rows(rows: Any) -> Iterator[Preset]:
    for row in rows:
        if isinstance(row, str) and row.strip():
            yield Preset(row, row[:80])
        elif isinstance(row, dict):
            id_ = next((row[key] for key in ("id", "voice_id", "name") if row.get(key)), None)
            if isinstance(id_, str) and id_.strip():
                gender = str(row.get("gender") or "").lower()
                yield Preset(
                    id_,
                    str(row.get("name") or id_)[:80],
                    tuple(_languages(row)),
                    gender if gender in ("female", "male") else "",
                )


def _languages(row: dict[str, Any]) -> Iterator[str]:
    given = row.get("languages") or row.get("language") or ()
    for tag in given if isinstance(given, list) else [given]:
        if isinstance(tag, str) and _TAG.fullmatch(tag):
            yield tag.lower().replace("_", "-")


def _kokoro(preset: Preset, match: re.Match[str]) -> Preset:
    language = _KOKORO_LANGUAGES[match["language"]]
    gender = "female" if match["gender"] == "f" else "male"
    return Preset(preset.id, preset.title, (language,), gender)
