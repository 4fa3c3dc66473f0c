"""Error bodies of compatible servers as refusals."""

from typing import Any

from studio.engines.contract import EngineProblem
from studio.engines.services.refusals import Identity, message_of

_UNPAID = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
_PLAIN = frozenset({"", "not found", "404 not found"})
_NOT_FOUND = 404


def refusal(status: int, body: Any, identity: Identity) -> EngineProblem | None:
    """What an error body says beyond its status."""
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict) and error.get("code") in _UNPAID:
        return identity.problem("service_unpaid")
    words = message_of(body)
    if status == _NOT_FOUND and words.strip().lower() not in _PLAIN:
        # Not the address is wrong but a name in the request: a model, a voice.
        return identity.problem("service_refused", status=status, words=identity.quoted(words))
    return None
