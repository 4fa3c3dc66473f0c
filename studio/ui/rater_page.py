"""The rater's page at ``/r/{invite}``: outside of Gradio, one light document that tells nothing."""

import gzip
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from studio.locales import negotiate
from studio.problems import NotFound
from studio.studies.rating import signed_in
from studio.studies.rating.seats import COOKIE
from studio.ui.rater_document import document, policy
from studio.wiring import Studio

_HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex, nofollow",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


def mount(app: FastAPI, studio: Studio) -> None:
    """Add the page to the application."""

    async def page(request: Request) -> Response:
        invite = request.path_params["invite"]
        view = await run_in_threadpool(_view, studio, invite, _key(studio, request.cookies))
        chosen = request.query_params.get("lang") or request.cookies.get("lang")
        language = negotiate(request.headers.get("accept-language"), chosen)
        root = request.scope.get("root_path", "")
        body = document(language, invite, view, root).encode()
        answer = Response(
            status_code=404 if view["state"] == "unknown" else 200,
            media_type="text/html",
            headers={
                **_HEADERS,
                "content-language": language,
                "content-security-policy": policy(),
                "vary": "accept-encoding, accept-language, cookie",
            },
        )
        if "gzip" in request.headers.get("accept-encoding", ""):
            body = gzip.compress(body, 6)
            answer.headers["content-encoding"] = "gzip"
        answer.body = body
        answer.headers["content-length"] = str(len(body))
        return answer

    app.add_route("/r/{invite}", page, methods=["GET"], include_in_schema=False)


def _key(studio: Studio, cookies: Mapping[str, str]) -> str | None:
    """By what a rater is known: who signed in, where the studio asks for that; else a cookie."""
    if studio.settings.raters_sign_in:
        return signed_in.key_of(studio.settings, cookies.get(signed_in.COOKIE))
    return cookies.get(COOKIE)


def _view(studio: Studio, invite: str, key: str | None) -> dict[str, Any]:
    """The same that the page's script would be told; an unknown invitation is a state, too."""
    try:
        return studio.rating.view(invite, key).model_dump(mode="json")
    except NotFound:
        return {"state": "unknown"}
