"""What a service says against a request, as a refusal that a person can act on."""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.engines.contract import EngineProblem, Request
from studio.engines.services.waits import retry_after

_QUOTED = 200
"""Characters quoted of a service's own words."""
_SENTENCES = {
    401: "service_key_refused",
    403: "service_key_refused",
    402: "service_unpaid",
    404: "service_not_there",
    405: "service_not_there",
    408: "service_overloaded",
    413: "service_request_too_large",
    429: "service_busy",
}

Explain = Callable[[int, Any], EngineProblem | None]
"""From an HTTP status and a decoded body (``None`` where it is no JSON) to a refusal."""


@dataclass(frozen=True)
class Identity:
    """Who is spoken to, for sentences about what went wrong."""

    title: str
    host: str
    key_variable: str
    address_variable: str
    secret: str = field(repr=False, default="")

    def problem(self, code: str, **params: str | float) -> EngineProblem:
        """A refusal in this service's name."""
        return EngineProblem(code, engine=self.title, **params)

    def quoted(self, words: object) -> str:
        """A service's own words as one short line, without the key should they repeat it."""
        line = re.sub(r"\s+", " ", str(words)).strip()
        if self.secret:
            line = line.replace(self.secret, "…")
        line = "".join(character for character in line if character.isprintable())
        return line if len(line) <= _QUOTED else line[: _QUOTED - 1] + "…"


def refusal_of(
    who: Identity, explain: Explain, status: int, headers: Mapping[str, str], story: bytes | Any
) -> EngineProblem:
    """What an HTTP status that is not good means.

    Args:
        who: for the sentence.
        explain: what the service's own error bodies mean, where that is known.
        status: of the answer.
        headers: of the answer.
        story: the beginning of its body, or the body already decoded.
    """
    body: Any = story
    if isinstance(story, bytes):
        try:
            body = json.loads(story)
        except (ValueError, RecursionError):
            body = None
    known = explain(status, body)
    if known is not None:
        return known
    if status in (429, 503) and (wait := retry_after(headers)) is not None:
        return who.problem("service_busy_until", seconds=math.ceil(wait))
    simple = _SENTENCES.get(status)
    if simple is not None:
        return who.problem(
            simple,
            host=who.host,
            status=status,
            variable=who.key_variable,
            address=who.address_variable,
        )
    if 300 <= status < 400:  # noqa: PLR2004
        return who.problem("service_moved", host=who.host, variable=who.address_variable)
    if status >= 500:  # noqa: PLR2004
        return who.problem("service_failed", host=who.host, status=status)
    words = who.quoted(message_of(body)) or "–"
    return who.problem("service_refused", status=status, words=words)


def voice_unknown(who: Identity, request: Request) -> EngineProblem:
    """A voice that the account does not have: deleted there, where it was cloned here."""
    if request.enrolment is not None:
        return who.problem("enrolment_lost")
    return who.problem("unknown_preset", preset=request.preset[:80])


def message_of(body: Any) -> str:
    """The sentence in a decoded error body, in any of the shapes servers use."""
    if isinstance(body, str):
        return body
    if isinstance(body, list):
        return "; ".join(filter(None, map(message_of, body[:3])))
    if isinstance(body, dict):
        for key in ("message", "msg", "error", "detail", "status_msg"):
            if found := message_of(body.get(key)):
                return found
    return ""
