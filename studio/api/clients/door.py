"""What of a Gradio app is reachable under ``/gradio``: its endpoints, and no file but takes.

Gradio keeps uploads on the disk, reads files back by their path and fetches addresses that an event
names. None of that is reachable here: recordings wait in memory (`received`), the files of takes
are made when they are fetched, and an event that names any other file is refused.
"""

import asyncio
import contextlib
import json
import re
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Request, Response
from fastapi import Path as InPath
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.api.audio_file import audio_file
from studio.api.clients.asking import ROOT
from studio.api.clients.received import NAME, Received
from studio.api.dependencies import Owner
from studio.api.problems import install as install_problems
from studio.api.refusing import refuse
from studio.api.uploads import read_upload
from studio.api.whole_body import whole_body
from studio.wiring import Studio

PATH = "/gradio"
MCP_PATH = f"{PATH}/gradio_api/mcp"
_OPEN = re.compile(
    r"/(?:config/?|gradio_api/(?:info/?|openapi\.json|startup-events|heartbeat/[^/]+|reset/?|cancel"
    r"|app_id/?|queue/(?:join|data)|(?:run|api|call|call/v2)/[a-z_]+/?|call/[a-z_]+/[0-9a-f]+))"
)
_OURS = re.compile(r"/gradio_api/(?:upload/?|stream/takes/[^/]+)")
_MCP = re.compile(r"/gradio_api/mcp/?")


class Door:
    """An ASGI application for everything below ``/gradio``, built when it is first asked.

    Args:
        studio: the services.
        received: where recordings wait.
        build: makes the Gradio application, mounted at ``/gradio`` (slow; called once).
        mcp: makes the application that speaks MCP, at its own path.
    """

    def __init__(
        self,
        studio: Studio,
        received: Received,
        build: Callable[[], "Living"],
        mcp: Callable[[], "Living"],
    ) -> None:
        self._ours = _our_routes(studio, received)
        self._gradio = _Later(build)
        self._mcp = _Later(mcp)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI; the scope comes from a mount at ``/gradio``."""
        root = scope.get("root_path", "").removesuffix(PATH)
        below = scope["path"].removeprefix(f"{root}{PATH}")
        scope = {**scope, "root_path": root, ROOT: root}
        if scope["type"] != "http":
            await PlainTextResponse("Not found", 404)(scope, receive, send)
        elif _OURS.fullmatch(below):
            await self._ours(scope, receive, send)
        elif _MCP.fullmatch(below):
            await (await self._mcp.ready())(scope, receive, send)
        elif not _OPEN.fullmatch(below):
            await refuse(scope, send, 404, "not_found")
        elif scope["method"] == "POST":
            await _without_files(await self._gradio.ready(), scope, receive, send)
        else:
            await (await self._gradio.ready())(scope, receive, send)

    async def close(self) -> None:
        """End what was started."""
        await self._gradio.close()
        await self._mcp.close()


Living = tuple[ASGIApp, AbstractAsyncContextManager[Any]]
"""An application, and what is open while it answers."""


class _Later:
    """An application that is built, and whose life begins, when it is first needed."""

    def __init__(self, build: Callable[[], Living]) -> None:
        self._build = build
        self._beginning = asyncio.Lock()
        self._app: ASGIApp | None = None
        self._life: asyncio.Task[None] | None = None
        self._end = asyncio.Event()

    async def ready(self) -> ASGIApp:
        """The application, alive."""
        if self._app is None:
            async with self._beginning:
                if self._app is None:
                    app, life = await run_in_threadpool(self._build)
                    begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                    # A task of its own: what an application opens must be closed where it was.
                    self._life = asyncio.create_task(self._live(life, begun))
                    await begun
                    self._app = app
        return self._app

    async def _live(
        self, life: AbstractAsyncContextManager[Any], begun: "asyncio.Future[None]"
    ) -> None:
        try:
            async with life:
                begun.set_result(None)
                await self._end.wait()
        except Exception as problem:
            if begun.done():
                raise
            begun.set_exception(problem)

    async def close(self) -> None:
        """End the application's life."""
        self._end.set()
        if self._life is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._life, 2.0)


def _our_routes(studio: Studio, received: Received) -> FastAPI:
    """Uploads and files of takes, at Gradio's addresses and by our rules."""
    app = FastAPI(openapi_url=None)
    app.state.studio = studio
    install_problems(app)

    @app.post(f"{PATH}/gradio_api/upload")
    async def upload(request: Request, owner: Owner) -> list[str]:
        form = await read_upload(request, studio.settings.upload_max_bytes, file="files")
        return [received.keep(owner, form.data)]

    @app.head(f"{PATH}/gradio_api/stream/takes/{{name}}")
    @app.get(f"{PATH}/gradio_api/stream/takes/{{name}}")
    def take(
        name: Annotated[str, InPath(pattern=r"^[0-9a-f-]{36}\.(wav|flac|mp3)$")],
        request: Request,
        owner: Owner,
    ) -> Response:
        take_id, _, ending = name.partition(".")
        file_format: Literal["wav", "flac", "mp3"] = ending  # type: ignore[assignment]
        made = studio.exports.export(owner, take_id, file_format)
        return audio_file(
            made.data,
            file_format=file_format,
            name=studio.takes.file_name(owner, take_id),
            watermark=made.watermark,
            byte_range=request.headers.get("range") if request.method == "GET" else None,
            if_range=request.headers.get("if-range"),
            if_none_match=request.headers.get("if-none-match"),
        )

    return app


async def _without_files(
    app: Callable[[Scope, Receive, Send], Awaitable[None]],
    scope: Scope,
    receive: Receive,
    send: Send,
) -> None:
    """Hand an event on; recordings that were uploaded go by their name, other files not at all."""
    body = await whole_body(receive)
    if body is None:
        return
    try:
        data = _named(json.loads(body)) if body else None
    except _Foreign:
        await refuse(scope, send, 422, "action_file")
        return
    except (ValueError, RecursionError):
        await refuse(scope, send, 422, "json_invalid")
        return
    sent = json.dumps(data).encode() if body else b""
    handed = False

    async def again() -> Message:
        nonlocal handed
        if handed:
            return await receive()
        handed = True
        return {"type": "http.request", "body": sent, "more_body": False}

    headers = [(k, v) for k, v in scope["headers"] if k != b"content-length"]
    headers.append((b"content-length", str(len(sent)).encode()))
    await app({**scope, "headers": headers}, again, send)


class _Foreign(Exception):
    """An event names a file that is not an upload."""


def _named(value: Any) -> Any:
    """The same with ``{"upload": name}`` in place of Gradio's description of an uploaded file."""
    if isinstance(value, list):
        return [_named(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "path" in value and "meta" in value:
        path = value["path"]
        if not isinstance(path, str) or not NAME.fullmatch(path) or value.get("url"):
            raise _Foreign
        return {"upload": path}
    return {key: _named(one) for key, one in value.items()}
