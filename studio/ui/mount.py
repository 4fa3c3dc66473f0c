"""Puts the pages on the application: one Gradio app per language, redirects, assets."""

import warnings
from pathlib import Path

import gradio as gr
from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from studio import ui
from studio.locales import languages, negotiate
from studio.ui import account_pages, rater_page, vendor
from studio.ui.header import PAGES
from studio.ui.middleware import PageMiddleware
from studio.ui.theme import theme
from studio.wiring import Studio

ASSETS = Path(__file__).parents[2] / "assets"


class _Assets(StaticFiles):
    """Files of ours: checked again at each use by their ETag, cheap and never stale."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """One file, with our caching rule."""
        answer = await super().get_response(path, scope)
        answer.headers["cache-control"] = "no-cache"
        return answer


def mount(app: FastAPI, studio: Studio) -> None:
    """Add pages, assets and redirects to the application.

    Pages live at ``/{language}/{page}``; the bare addresses lead to the reader's language.
    """
    app.mount("/assets", _Assets(directory=ASSETS), name="assets")
    vendor.mount(app)
    for page in PAGES:
        app.add_api_route(f"/{page}", _to_language, include_in_schema=False)
    rater_page.mount(app, studio)
    if studio.accounts.on:
        account_pages.mount(app, studio)
    for language in languages():
        _mount_language(app, studio, language)
    app.add_middleware(PageMiddleware, accounts=studio.accounts.on)


def _mount_language(app: FastAPI, studio: Studio, language: str) -> None:
    with warnings.catch_warnings():
        # Said of every app with several pages, although we ask for no server-side rendering.
        warnings.filterwarnings("ignore", message="SSR mode is not supported")
        gr.mount_gradio_app(
            app,
            ui.build(studio, language),
            path=f"/{language}",
            footer_links=[],
            show_error=False,
            ssr_mode=False,
            mcp_server=False,
            enable_monitoring=False,
            pwa=False,
            max_file_size=1,
            theme=theme(),
        )


def _to_language(request: Request) -> RedirectResponse:
    """From ``/blind`` to ``/ko/blind``: by cookie, else by the browser's languages."""
    language = negotiate(request.headers.get("accept-language"), request.cookies.get("lang"))
    page = request.url.path.removeprefix(request.scope.get("root_path", "")).strip("/")
    query = f"?{request.url.query}" if request.url.query else ""
    target = f"{request.scope.get('root_path', '')}/{language}/{page}{query}"
    headers = {"vary": "Accept-Language, Cookie", "cache-control": "no-store"}
    return RedirectResponse(target, status_code=307, headers=headers)
