"""Each request gets an id, is counted and timed, and leaves one line in the log.

The line has the route as it is declared, never the path or the query as they were sent, no address
and no account: it tells what the studio did, not who did what.
"""

import logging
import re
import time
import uuid

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio import telemetry
from studio.logs import REQUEST

HEADER = b"x-request-id"
_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""What a caller may send: anything freer could be a name. Others get an id of ours."""
_LEFT = 499
"""The client went before there was an answer; nginx's number."""
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked every few seconds by machines: counted, not logged."""
log = logging.getLogger("studio.http")


class RequestId:
    """The outermost middleware.

    Args:
        app: everything else.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer under an id, and tell when it is done."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        known = Headers(scope=scope).get("x-request-id", "").lower()
        request = known if _ID.fullmatch(known) else uuid.uuid4().hex
        scope["request_id"] = request
        REQUEST.set(request)  # of this request's own task, so it need not be taken back
        begin, status, root = time.perf_counter(), 0, scope.get("root_path", "")

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] in ("http.response.start", "websocket.accept"):
                status = status or message.get("status", 101)
                message.setdefault("headers", [])
                message["headers"] = [*message["headers"], (HEADER, request.encode())]
            elif message["type"] == "websocket.close":
                status = message.get("code", 1000)
            await send(message)

        telemetry.http_begun()
        try:
            await self._app(scope, receive, answer)
        except Exception:
            status = 500
            raise
        finally:
            _tell(scope, root, status or _LEFT, time.perf_counter() - begin)


def _tell(scope: Scope, root: str, status: int, seconds: float) -> None:
    method = scope["method"] if scope["type"] == "http" else "WEBSOCKET"
    route = _declared(scope, root)
    telemetry.http_done(method, route, status, seconds)
    if route in _QUIET:
        return
    known = method if method in telemetry.METHODS else "other"
    milliseconds = round(seconds * 1000, 1)
    log.info(
        "%s %s %d in %s ms",
        known,
        route or "(no route)",
        status,
        milliseconds,
        extra={
            "method": known,
            "route": route,
            "status": status,
            "milliseconds": milliseconds,
        },
    )


def _declared(scope: Scope, root: str) -> str:
    """The route that answered, as it is declared; of files and pages, where they are mounted."""
    path = getattr(scope.get("route"), "path", None)
    mount = str(scope.get("root_path", "")).removeprefix(root)
    if isinstance(path, str) and path:
        return path if path.startswith(mount) else mount + path
    return f"{mount}/*" if mount else ""
