"""Puts the main actions for other people's clients on the application. Nothing is built yet."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.routing import Mount

from studio.api.clients.door import PATH, Door, Living
from studio.api.clients.received import Received
from studio.dialects.actions import Actions
from studio.wiring import Studio


def mount(app: FastAPI, studio: Studio) -> None:
    """Add ``/gradio``: named endpoints for Gradio's client, and MCP."""
    actions = Actions(
        studio.runtime, studio.voices, studio.takes, studio.leaderboard, studio.prices
    )
    settings = studio.settings
    most_bytes = settings.upload_max_bytes
    received = Received(4 * most_bytes)

    def endpoints() -> Living:
        import gradio as gr

        from studio.api.clients.endpoints import build

        inner = FastAPI(openapi_url=None)
        gr.mount_gradio_app(
            inner,
            build(actions, received, settings.public_url),
            path=PATH,
            footer_links=[],
            show_error=False,
            ssr_mode=False,
            mcp_server=False,  # ours: see `studio.api.clients.mcp`
            enable_monitoring=False,
            pwa=False,
            max_file_size=most_bytes,
        )
        return inner, inner.router.lifespan_context(inner)

    def mcp() -> Living:
        from studio.api.clients.mcp import build

        manager = build(actions, studio.exports, settings.public_url)
        return manager.handle_request, manager.run()

    door = Door(studio, received, endpoints, mcp)
    app.router.routes.append(Mount(PATH, app=door, name="clients"))
    before = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(served: FastAPI) -> AsyncIterator[Any]:
        async with before(served) as state:
            try:
                yield state
            finally:
                await door.close()

    app.router.lifespan_context = lifespan
