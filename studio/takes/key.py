"""The key of a take: equal keys, equal samples; so nothing is rendered twice."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any


def take_key(  # noqa: PLR0913 (named parts of one thing)
    *,
    engine: str,
    model_revision: str,
    speaker: str,
    text: str,
    language: str,
    instruction: str,
    options: Mapping[str, Any],
    seed: int,
    parts: Sequence[Sequence[str | int]] = (),
) -> str:
    """SHA-256 (hex) over everything that decides the samples.

    Args:
        engine: its name.
        model_revision: of the weights, or of the library where there are none.
        speaker: ``preset:<id>`` or ``clip:<sha256>``.
        text: compared in Unicode's composed form (NFC).
        language: ISO 639 code.
        instruction: what the engine gets of it; empty where it gets nothing.
        options: all of the engine's options, defaults included; values JSON can hold.
        seed: 0 where the person gave none.
        parts: what decides how a text is divided and joined again; empty where it stays whole.
    """
    facts = {
        "engine": engine,
        "model_revision": model_revision,
        "speaker": speaker,
        "text": unicodedata.normalize("NFC", text),
        "language": language,
        "instruction": unicodedata.normalize("NFC", instruction),
        "options": dict(options),
        "seed": seed,
        **({"parts": [list(part) for part in parts]} if parts else {}),
    }
    canonical = json.dumps(facts, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def text_sha256(text: str) -> str:
    """SHA-256 (hex) of a text in NFC; ratings of one text are clustered by it."""
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()
