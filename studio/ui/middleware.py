"""What every page answer passes through: our document, a content security policy, no side doors."""

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.locales import languages
from studio.ui.document import rewrite
from studio.ui.header import PAGES, Address, address_of

_PAGE = re.compile(rf"^/({'|'.join(languages())})/({'|'.join(PAGES)})/?$")
_LANGUAGE = re.compile(rf"^/(?:{'|'.join(languages())})/(.*)$")
# What the pages use of Gradio's own routes. The rest stays shut: uploads go through /api/checkups
# and /api/voices, which check what they get; Gradio's doors would keep raw files, read files
# back, or fetch addresses for a stranger.
_OPEN = re.compile(
    r"^(?:|(?:assets|static|svelte)/.*|theme\.css|config/?|robots\.txt|favicon\.ico"
    r"|gradio_api/(?:info/?|startup-events|heartbeat/.*|reset/?|cancel"
    r"|queue/(?:join|data)|(?:run|api)/predict/?|component_server/?|app_id/?|theme\.css))$"
)
ACCOUNT_PAGES = ("login", "account")
"""Below ``/{language}/``, where accounts are on."""
_POLICY = {
    "default-src": "'self'",
    # Gradio starts from inline scripts and builds gr.HTML templates with new Function.
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}
CONTENT_SECURITY_POLICY = "; ".join(f"{name} {sources}" for name, sources in _POLICY.items())


class PageMiddleware:
    """Rewrites page documents and closes Gradio's upload and file routes.

    Only documents of our own pages are buffered; every other answer streams through untouched.

    Args:
        app: what is behind.
        accounts: whether pages of people's accounts stand beside Gradio's (`studio.ui.people`).
    """

    def __init__(self, app: ASGIApp, *, accounts: bool = False) -> None:
        self.app = app
        self._accounts = accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"].removeprefix(scope.get("root_path", ""))
        page = _PAGE.match(path)
        below = _LANGUAGE.match(path)
        ours = self._accounts and below is not None and below.group(1) in ACCOUNT_PAGES
        if page is None and below is not None and not ours and not _OPEN.match(below.group(1)):
            await PlainTextResponse("Not found", status_code=404)(scope, receive, send)
            return
        if page is None or scope["method"] not in {"GET", "HEAD"}:
            await self.app(scope, receive, send)
            return
        address = address_of(scope, page.group(1), page.group(2), accounts=self._accounts)
        # The document must come back readable, not compressed.
        headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self.app({**scope, "headers": headers}, receive, _Rewriter(address, send))


class _Rewriter:
    """Collects one HTML answer and sends it rewritten."""

    def __init__(self, address: Address, send: Send) -> None:
        self._address = address
        self._send = send
        self._start: Message = {}
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            if not self._is_html():
                await self._send(message)
            return
        if not self._is_html():
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if message.get("more_body", False):
            return
        body = rewrite(self._body.decode("utf-8"), self._address).encode("utf-8")
        headers = MutableHeaders(raw=self._start["headers"])
        headers["content-length"] = str(len(body))
        headers["content-language"] = self._address.language
        headers["content-security-policy"] = CONTENT_SECURITY_POLICY
        headers["referrer-policy"] = "same-origin"
        headers["x-content-type-options"] = "nosniff"
        headers["cache-control"] = "no-store"
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": body})

    def _is_html(self) -> bool:
        kind = Headers(raw=self._start.get("headers", [])).get("content-type", "")
        return kind.startswith("text/html")
