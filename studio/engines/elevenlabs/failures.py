"""ElevenLabs' error words as refusals."""

from typing import Any

from studio.engines.contract import EngineProblem
from studio.engines.services.refusals import Identity, message_of

_CODES = {
    "quota_exceeded": "elevenlabs_quota",
    "insufficient_credits": "elevenlabs_quota",
    "invalid_api_key": "service_key_refused",
    "missing_permissions": "elevenlabs_permission",
    "needs_authorization": "service_key_refused",
    "max_character_limit_exceeded": "elevenlabs_characters",
    "text_too_long": "elevenlabs_characters",
    "model_not_found": "elevenlabs_model",
    "model_access_denied": "elevenlabs_model",
    "model_not_supported": "elevenlabs_model",
    "voice_limit_reached": "elevenlabs_voice_limit",
    "can_not_use_instant_voice_cloning": "elevenlabs_cloning_plan",
    "subscription_required": "elevenlabs_plan",
    "paid_plan_required": "elevenlabs_plan",
    "free_users_not_allowed": "elevenlabs_plan",
    "too_many_concurrent_requests": "elevenlabs_concurrent",
    "concurrent_limit_exceeded": "elevenlabs_concurrent",
    "system_busy": "service_overloaded",
    "voice_sample_too_short": "elevenlabs_sample",
    "audio_too_short": "elevenlabs_sample",
    "detected_unusual_activity": "elevenlabs_unusual",
    "voice_not_found": "elevenlabs_voice",
    "voice_does_not_exist": "elevenlabs_voice",
    "invalid_uid": "elevenlabs_voice",
}
VOICE_LOST = "elevenlabs_voice"
FORMAT_REFUSED = frozenset({"output_format_not_allowed", "subscription_required"})
"""Words for an audio format that the plan does not include."""


def words_of(body: Any) -> str:
    """The error word of a body; empty where it has none."""
    detail = body.get("detail") if isinstance(body, dict) else None
    if isinstance(detail, dict):
        for key in ("code", "status"):
            if isinstance(detail.get(key), str):
                return str(detail[key])
    return ""


def refusal(body: Any, identity: Identity) -> EngineProblem | None:
    """What an error body says, where its word is a known one."""
    code = _CODES.get(words_of(body))
    if code is None:
        return None
    return identity.problem(
        code, variable=identity.key_variable, words=identity.quoted(message_of(body)) or "–"
    )
