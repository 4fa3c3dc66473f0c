"""Voices as vLLM-Omni's clients know them: uploaded with a name and a consent, listed, deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from studio.audio.containers import inspect
from studio.audio.errors import AudioError
from studio.dialects.speech_models import Models
from studio.dialects.speech_voices import VoiceNames
from studio.dialects.text_language import text_language
from studio.locales import FALLBACK
from studio.problems import BadInput, Conflict, NotFound
from studio.voices import fields
from studio.voices.saving import Application
from studio.voices.service import VoiceService
from studio.voices.voice_view import VoiceView

_CONSENT_CHARACTERS = 200
_DESCRIPTION_CHARACTERS = 500
_NO = frozenset({"", "0", "false", "no", "none", "null", "off"})
_UNHEARD = "en"


@dataclass(frozen=True)
class Sample:
    """What a client uploads.

    Attributes:
        data: the file.
        name: how the voice is called in ``voice``.
        consent: the client's own name of the speaker's consent; recorded.
        ref_text: what is said; empty: none is kept.
        description: of the speaker; kept and listed.
        language: of the recording; empty: that of the text's script, else the one that is heard.
        locale: of the answer and of the consent's record.
    """

    data: bytes
    name: str
    consent: str
    ref_text: str = ""
    description: str = ""
    language: str = ""
    locale: str = FALLBACK


class SpeechUploads:
    """Voices by name; they are voices of the studio like others.

    Args:
        models: which presets a model has.
        names: finds voices.
        voices: keeps them.
    """

    def __init__(self, models: Models, names: VoiceNames, voices: VoiceService) -> None:
        self._models = models
        self._names = names
        self._voices = voices

    def save(self, owner: str, sample: Sample) -> VoiceView:
        """Save a recording as a voice. No voice is overwritten by another one of its name.

        Raises:
            Conflict: ``voice_exists``.
            BadInput: ``consent_needed``, and as for any voice (`VoiceService.create`).
        """
        if sample.consent.strip().lower() in _NO:
            raise BadInput("consent_needed")
        name = fields.voice_name(sample.name)
        if any(voice.name == name for voice in self._voices.own(owner)):
            raise Conflict("voice_exists", voice=name)
        consent = fields.transcript(sample.consent, _CONSENT_CHARACTERS)
        application = Application(
            name=name,
            language=sample.language.strip() or self._language(sample),
            transcript=sample.ref_text,
            consent=True,
            locale=sample.locale,
            upload={
                "consent": consent,
                "description": fields.transcript(sample.description, _DESCRIPTION_CHARACTERS),
                "media_type": _media_type(sample.data),
                "bytes": len(sample.data),
            },
        )
        return self._voices.create(owner, sample.data, application)

    def own(self, owner: str) -> Sequence[VoiceView]:
        """Cloned voices, the newest first, whichever door they came by."""
        return self._voices.own(owner)

    def presets(self, owner: str, model: str) -> tuple[str, Sequence[str]]:
        """The engine that a model's name stands for, and its presets.

        Raises:
            NotFound: ``model_not_found``.
            Unavailable: ``no_default_model``.
        """
        chosen = self._models.named(model) or self._models.default(owner, "en", clones=False)
        return chosen.engine, [preset.id for preset in self._names.presets(chosen.engine)]

    def delete(self, owner: str, name: str) -> VoiceView:
        """Delete a voice by its name or id.

        Raises:
            NotFound: ``unknown_voice``.
            BadInput: ``voice_ambiguous``.
        """
        voice = self._names.cloned(owner, name)
        if voice is None:
            raise NotFound("unknown_voice")
        self._voices.delete(owner, voice.id)
        return voice

    def _language(self, sample: Sample) -> str:
        if sample.ref_text.strip() and text_language(sample.ref_text, "") not in ("", "en"):
            return text_language(sample.ref_text)
        # Whoever saves next gets what is seen here: nothing is looked at twice.
        transcript = self._voices.doctor(sample.data).doctor.transcript
        return transcript.language if transcript and transcript.language else _UNHEARD


def about(voice: VoiceView) -> dict[str, Any]:
    """A voice as vLLM-Omni lists it; what is not known is left out."""
    said = voice.upload or {}
    known = {
        "id": voice.id,
        "name": voice.name,
        "consent": said.get("consent") or voice.consent.id,
        "created_at": int(voice.created_at.timestamp()),
        "file_size": said.get("bytes"),
        "mime_type": said.get("media_type"),
        "ref_text": voice.transcript,
        "speaker_description": said.get("description"),
        "language": voice.language,
    }
    return {name: value for name, value in known.items() if value not in (None, "")}


def _media_type(data: bytes) -> str:
    try:
        container = inspect(data).container
    except AudioError:  # saving says what is wrong with it
        return ""
    return f"audio/{'mpeg' if container == 'mp3' else container}"
