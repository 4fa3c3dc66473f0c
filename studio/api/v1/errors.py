"""Refusals in OpenAI's shape, for everything below ``/v1`` and for nothing else.

Every door of the studio refuses with ``{"error": {"code", "message", …}}``: routes, the guard, the
bounds of bodies, the router itself. Clients of OpenAI's API read ``type`` and ``param`` besides,
and tell kinds of refusals by other statuses. So the answers are rewritten on their way out, in one
place, whoever made them.
"""

import json
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.api.dependencies import language
from studio.api.v1 import PREFIX
from studio.locales import text

_BAD, _CONFLICT, _TOO_LARGE, _UNPROCESSABLE, _INTERNAL = 400, 409, 413, 422, 500
_CODES = {404: "not_found", 405: "method_not_allowed", 500: "speech_internal"}
_PARAMS = {
    "model_not_found": "model",
    "unknown_engine": "model",
    "no_default_model": "model",
    "voice_not_found": "voice",
    "voice_ambiguous": "voice",
    "voice_not_taken_on": "voice",
    "cannot_take_on_voice": "voice",
    "unknown_voice": "voice",
    "unknown_preset": "voice",
    "speed_unsupported": "speed",
    "speed_out_of_range": "speed",
    "speed_given_twice": "speed",
    "text_empty": "input",
    "text_too_long": "input",
    "text_too_long_for_engine": "input",
    "nothing_to_say": "input",
    "language_not_a_code": "language",
    "language_unsupported": "language",
    "language_unknown": "language",
    "instruction_too_long": "instructions",
    "unknown_option": "options",
    "bad_option": "options",
    "voice_exists": "name",
    "name_missing": "name",
    "name_too_long": "name",
    "consent_needed": "consent",
    "transcript_too_long": "ref_text",
    "upload_file_missing": "audio_sample",
    "clip_refused": "audio_sample",
    "doctor_refused": "audio_sample",
}
"""Which field a refusal is about, where it does not say so itself."""
_FIELDS = {"text": "input", "instruction": "instructions"}
"""The studio's words for what the API calls otherwise."""
_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    429: "rate_limit_error",
}
_PASSING = frozenset({"store_unavailable", "blobs_unreachable"})
"""The client may try these again by itself. It would do so with every 5xx and 409, and render a
take that cannot be rendered three times over."""


def openai_error(error: Mapping[str, Any], status: int) -> tuple[int, dict[str, Any]]:
    """A refusal as OpenAI's clients read it.

    Args:
        error: the studio's, with ``code`` and ``message``.
        status: the studio's HTTP status.

    Returns:
        The status to answer with, and ``{"message", "type", "param", "code"}``.
    """
    code = str(error.get("code", ""))
    if status == _UNPROCESSABLE or (status == _TOO_LARGE and code in _PARAMS):
        status = _BAD
    field = error.get("field")
    param = _FIELDS.get(field, field) if isinstance(field, str) else _PARAMS.get(code)
    kind = "server_error" if status >= _INTERNAL else _TYPES.get(status, "invalid_request_error")
    said = {"message": error.get("message", ""), "type": kind, "param": param, "code": code}
    return status, said


class OpenAiErrors:
    """Rewrites refusals below ``/v1``; lies around everything else that may refuse."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let successes stream through; hold back a JSON refusal until it is whole."""
        if scope["type"] != "http" or not _below(scope):
            await self._app(scope, receive, send)
            return
        answer = _Answer(send, language(HTTPConnection(scope)))
        try:
            await self._app(scope, receive, answer.send)
        except Exception:
            if not answer.begun:
                await answer.fail()
            raise  # whoever lies around writes it down


class _Answer:
    """One answer on its way out."""

    def __init__(self, send: Send, tongue: str) -> None:
        self._send = send
        self._tongue = tongue
        self._start: Message | None = None
        self._body = b""
        self.begun = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] >= _BAD:
            self._start = message
        elif self._start is None or message["type"] != "http.response.body":
            self.begun = True
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._rewritten(self._start)

    async def fail(self) -> None:
        """Something broke before anything was answered."""
        self._start = {"type": "http.response.start", "status": _INTERNAL, "headers": []}
        self._body = b""
        await self._rewritten(self._start)

    async def _rewritten(self, start: Message) -> None:
        error = _error(self._body, start["status"], self._tongue)
        status, said = openai_error(error, start["status"])
        body = json.dumps({"error": said}, ensure_ascii=False).encode()
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["content-type"] = "application/json"
        headers["content-length"] = str(len(body))
        if (status >= _INTERNAL or status == _CONFLICT) and said["code"] not in _PASSING:
            headers["x-should-retry"] = "false"
        self.begun = True
        await self._send({"type": "http.response.start", "status": status, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": body})


def _below(scope: Scope) -> bool:
    path: str = scope["path"].removeprefix(scope.get("root_path", ""))
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def _error(body: bytes, status: int, tongue: str) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    error = found.get("error") if isinstance(found, dict) else None
    if isinstance(error, dict):
        return error
    # It came from a door that has no sentences: the pages' own router, say.
    code = _CODES.get(status, "bad_request")
    return {"code": code, "message": text(tongue, f"error.{code}")}
