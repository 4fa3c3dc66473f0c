"""Page events may not name files: Gradio would copy any file it can read, or fetch any address.

Gradio checks such names only in applications that were launched by itself, not in mounted ones; and
while it copies, the whole process waits (for ever, with ``/dev/zero``). Our pages send no files.
"""

import json
import re
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.api.refusing import refuse
from studio.api.whole_body import whole_body

_EVENTS = re.compile(r"/(?!gradio/)[^/]+/gradio_api/.*")
"""Below ``/gradio`` are no pages; `studio.api.clients.door` minds its files."""


class NoFileReferences:
    """Refuses bodies sent to Gradio's routes that are not JSON, or hold a file's description.

    Bodies are held in memory to be looked at: their size is to be bounded before they come here.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body, look at it, and hand it on as it came."""
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if scope["type"] != "http" or scope["method"] != "POST" or not _EVENTS.fullmatch(path):
            await self._app(scope, receive, send)
            return
        body = await whole_body(receive)
        if body is None:
            return
        try:
            harmless = not body or not _names_a_file(json.loads(body))
        except (ValueError, RecursionError):
            await refuse(scope, send, 422, "json_invalid")
            return
        if not harmless:
            await refuse(scope, send, 422, "file_reference")
            return
        handed = False

        async def again() -> Message:
            nonlocal handed
            if handed:
                return await receive()
            handed = True
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        await self._app(scope, again, send)


def _names_a_file(data: Any) -> bool:
    """Whether some object in it has both ``path`` and ``meta``, as Gradio's descriptions do."""
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if "path" in value and "meta" in value:
                return True
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return False
