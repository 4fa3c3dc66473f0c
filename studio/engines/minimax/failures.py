"""MiniMax's error numbers, which come with HTTP 200 too, as refusals.

The numbers and their meanings are those of platform.minimax.io/docs/api-reference/errorcode; 1013,
2038 and 2054 are met in answers without standing there.
"""

from typing import Any

from studio.engines.contract import EngineProblem
from studio.engines.services.refusals import Identity

_CODES = {
    1000: "minimax_unknown",
    1001: "minimax_timeout",
    1002: "minimax_rate",
    1004: "minimax_key_refused",
    1008: "minimax_balance",
    1013: "minimax_internal",
    1024: "minimax_internal",
    1026: "minimax_sensitive_input",
    1027: "minimax_sensitive_output",
    1033: "minimax_system",
    1039: "minimax_tokens",
    1041: "minimax_connections",
    1042: "minimax_characters",
    1043: "minimax_unlike_transcript",
    1044: "minimax_unlike_prompt",
    2013: "minimax_parameters",
    2037: "minimax_duration",
    2038: "minimax_cloning_not_allowed",
    2039: "minimax_voice_taken",
    2042: "minimax_voice_of_another",
    2045: "minimax_growth",
    2048: "minimax_prompt_too_long",
    2049: "minimax_key_invalid",
    2054: "minimax_voice_unknown",
    2056: "minimax_allowance",
    20132: "minimax_sample_or_voice",
}
VOICE_LOST = (2042, 2054, 20132)
"""Numbers that mean, for a voice cloned here, that MiniMax has deleted it."""


def refusal(body: Any, identity: Identity) -> EngineProblem | None:
    """What is wrong with an answer; ``None`` where nothing is.

    Args:
        body: decoded; where it has no ``base_resp`` it says nothing.
        identity: for sentences.
    """
    said = body.get("base_resp") if isinstance(body, dict) else None
    if not isinstance(said, dict) or said.get("status_code") in (None, 0):
        return None
    number, words = said["status_code"], identity.quoted(said.get("status_msg", ""))
    code = _CODES.get(number) if isinstance(number, int) else None
    if code is None:
        return identity.problem("minimax_other", number=str(number)[:12], words=words or "–")
    return identity.problem(
        code,
        number=number,
        words=words or "–",
        variable=identity.key_variable,
        address=identity.address_variable,
    )
