"""Other websites may link to the studio, but not act through a visitor's browser.

The studio asks nobody on this machine for a password, so two doors must be shut: a page of another
site that posts here (forms need no permission from us), and a name of another site that is made to
point to this machine (DNS rebinding), under which a browser takes that site's page for ours.
"""

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from studio.api.refusing import refuse

_READING = ("GET", "HEAD", "OPTIONS")


class OwnOrigin:
    """Refuses what other websites send.

    - A request that changes something must come from our own pages, or from no page at all
      (curl, a script). Browsers say which in ``Sec-Fetch-Site``; older ones, and all of them over
      plain HTTP in a network, in ``Origin``. Otherwise 403.
    - What reaches this machine over its loopback address must be addressed to a loopback name, or
      to one of the names allowed. Otherwise 421.
    - A WebSocket is held to both, whatever it will be used for. Otherwise 403.

    Args:
        app: what is guarded.
        allowed_hosts: further host names, for a proxy on this machine; ``*`` allows all.
    """

    def __init__(self, app: ASGIApp, allowed_hosts: Collection[str] = ()) -> None:
        self._app = app
        self._allowed = frozenset(name.strip().lower() for name in allowed_hosts if name.strip())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Judge by the headers alone, before anything is read or done."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if scope["type"] == "websocket":
            # Browsers let any page open one, and send the visitor's cookies along.
            if self._named_right(scope, headers) and _own(headers):
                await self._app(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 1008})  # a plain 403
            return
        if not self._named_right(scope, headers):
            await refuse(scope, send, 421, "unknown_host")
        elif scope["method"] not in _READING and not _own(headers):
            await refuse(scope, send, 403, "cross_site")
        else:
            await self._app(scope, receive, send)

    def _named_right(self, scope: Scope, headers: Headers) -> bool:
        host = headers.get("host")  # absent from HTTP/1.0 only; browsers always send it
        server = scope.get("server")
        if not host or "*" in self._allowed or not server or not _is_loopback_address(server[0]):
            return True
        name = _name(host)
        return (
            name in self._allowed
            or name == "localhost"
            or name.endswith(".localhost")
            or _is_loopback_address(name)
        )


def _own(headers: Headers) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return True
    try:
        from_where = urlsplit(origin).netloc.lower()
    except ValueError:
        return False
    # A proxy may have put its own name into Host; other sites' pages cannot set this header.
    ours = {headers.get("host", "").lower(), headers.get("x-forwarded-host", "").lower()}
    return bool(from_where) and from_where in ours


def _name(host: str) -> str:
    """``[::1]:80`` as ``::1``, ``LOCALHOST:80`` as ``localhost``; "" for what is no host."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_loopback_address(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).is_loopback
    except ValueError:
        return False
