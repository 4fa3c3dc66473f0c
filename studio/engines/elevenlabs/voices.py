"""ElevenLabs' voices: the published default ones, and those of an account."""

from typing import Any

from studio.engines.contract import Preset

LABEL, MADE_HERE = "made_by", "voice-studio"
"""A label on voices cloned by a studio. They belong to the people who cloned them, so that no
roster shows them to others."""

# Default voices as ElevenLabs lists them. All are native English speakers and speak every language
# of the model, with an accent.
_DEFAULT = (
    ("EXAVITQu4vr4xnSDxMaL", "Sarah (American)", "female"),
    ("JBFqnCBsd6RMkjVDRZzb", "George (British)", "male"),
    ("cgSgspJ2msm6clMCkdW9", "Jessica (American)", "female"),
    ("nPczCjzI2devNBz1zQrb", "Brian (American)", "male"),
    ("XrExE9yKIg1WjnnlVkGX", "Matilda (American)", "female"),
    ("onwK4e9ZLuTAKqWW03F9", "Daniel (British)", "male"),
    ("Xb7hH8MSUJpSbSDYk0k2", "Alice (British)", "female"),
    ("cjVigY5qzO86Huf0OWal", "Eric (American)", "male"),
    ("FGY2WhTYpPnrIDTdsKH5", "Laura (American)", "female"),
    ("IKne3meq5aSn9XLyUdCD", "Charlie (Australian)", "male"),
    ("pFZP5JQG7iQjIQuC4Bku", "Lily (British)", "female"),
    ("TX3LPaxmHKxFdv7VOQHJ", "Liam (American)", "male"),
    ("SAz9YHcvj6GT2YYXdXww", "River (American)", ""),
)


def published() -> list[Preset]:
    """Default voices, which need no question to the service."""
    return [Preset(id_, title, gender=gender) for id_, title, gender in _DEFAULT]


def listed(voice: Any) -> Preset | None:
    """A voice of an account; ``None`` for one without an id and for one cloned by a studio."""
    id_ = getattr(voice, "voice_id", None)
    labels = getattr(voice, "labels", None) or {}
    if not isinstance(id_, str) or not id_ or labels.get(LABEL) == MADE_HERE:
        return None
    known = {preset.id: preset for preset in published()}
    gender = str(labels.get("gender") or "")
    title = known[id_].title if id_ in known else str(getattr(voice, "name", None) or id_)[:80]
    return Preset(id_, title, gender=gender if gender in ("female", "male") else "")
