"""Every refusal and failure as ``{"error": {"code", "message", …}}``, in the request's language."""

import logging
import uuid
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import Request

from studio.api.body_limit import BodyLimit
from studio.api.dependencies import language
from studio.audio.errors import AudioError
from studio.locales import Note, note, say
from studio.problems import Problem

_HTTP_CODES = {404: "not_found", 405: "method_not_allowed"}
_EXPECTED = {
    "string": "text",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "list": "list",
    "tuple": "list",
    "dict": "object",
    "model": "object",
    "model_attributes": "object",
}
_LONGEST_FIELD = 80
log = logging.getLogger(__name__)


def install(app: FastAPI) -> None:
    """Teach an application to refuse in whole sentences."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(AudioError, _audio)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DBAPIError, _database)
    app.add_exception_handler(PoolTimeout, _database)
    app.add_exception_handler(Exception, _unexpected)
    app.add_middleware(BodyLimit)


def spoken(tongue: str, message: Note) -> dict[str, Any]:
    """A note as JSON: its code (the key's last part), the sentence, and its values.

    Args:
        tongue: language to say it in.
        message: a note; values that are notes are said, too, and those in a tuple each as JSON.
    """
    body = {name: _said(tongue, value) for name, value in message.params.items()}
    body = {**body, "code": message.code.rpartition(".")[2], "message": say(tongue, message)}
    return {key: _printable(value) for key, value in body.items()}


def _said(tongue: str, value: Any) -> Any:
    if isinstance(value, tuple):
        return [spoken(tongue, one) for one in value]
    return say(tongue, value) if isinstance(value, Note) else value


def _printable(value: Any) -> Any:
    """Lone surrogates, which JSON input may hold, cannot be sent back as UTF-8."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _answer(
    request: Request, status: int, message: Note, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    body = {"error": spoken(language(request), message)}
    return JSONResponse(body, status, headers={"Cache-Control": "no-store", **(headers or {})})


def _problem(request: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, Problem)  # noqa: S101 (registered for it)
    headers = {}
    if "retry_after" in problem.params:
        headers["Retry-After"] = str(int(float(problem.params["retry_after"])) + 1)
    message = Note(f"error.{problem.code}", problem.params)
    return _answer(request, problem.status, message, headers)


def _audio(request: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, AudioError)  # noqa: S101 (registered for it)
    return _answer(request, 422, Note(f"error.{problem.code}", problem.params))


def _validation(request: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, RequestValidationError)  # noqa: S101 (registered for it)
    return _answer(request, 422, first_fault(problem.errors()[0]))


def first_fault(fault: Mapping[str, Any]) -> Note:
    """What is wrong with a request's field, without repeating what was sent."""
    kind: str = fault["type"]
    details: Mapping[str, Any] = fault.get("ctx") or {}
    field = _field(fault["loc"])
    base = kind.removesuffix("_type").removesuffix("_parsing")
    found = note("error.field_invalid", field=field)
    if kind == "json_invalid":
        found = note("error.json_invalid")
    elif kind == "missing":
        found = note("error.field_missing", field=field)
    elif kind == "extra_forbidden":
        found = note("error.field_unknown", field=field)
    elif kind in ("literal_error", "enum"):
        found = note("error.field_choice", field=field, expected=str(details.get("expected", "")))
    elif kind in ("string_too_long", "too_long"):
        found = note("error.field_too_long", field=field, limit=int(details["max_length"]))
    elif kind.startswith(("greater_than", "less_than")):
        found = note("error.field_range", field=field)
    elif base != kind and base in _EXPECTED:
        found = note("error.field_type", field=field, expected=note(f"expected.{_EXPECTED[base]}"))
    return found


def _field(place: tuple[int | str, ...]) -> str:
    """``("body", "engines", 0, "engine")`` as ``engines[0].engine``."""
    name = ""
    for part in place[1:] if len(place) > 1 else place:
        name += f"[{part}]" if isinstance(part, int) else f".{part}" if name else str(part)
    return "".join(c if c.isprintable() else "\ufffd" for c in name[:_LONGEST_FIELD])


def _http(request: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, HTTPException)  # noqa: S101 (registered for it)
    code = _HTTP_CODES.get(problem.status_code, "bad_request")
    return _answer(request, problem.status_code, note(f"error.{code}"), problem.headers)


def _database(request: Request, problem: Exception) -> JSONResponse:
    log.error("the database failed: %s", problem, exc_info=problem)
    return _answer(request, 503, note("error.store_unavailable"))


def _unexpected(request: Request, problem: Exception) -> JSONResponse:
    # Outside of every middleware, so the id joins the answer here.
    number = request.scope.get("request_id") or uuid.uuid4().hex
    log.error("request %s failed: %s", number, problem, exc_info=problem)
    headers = {"X-Request-Id": number}
    return _answer(request, 500, note("error.internal", request=number), headers)
