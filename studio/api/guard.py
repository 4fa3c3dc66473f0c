"""The door where accounts are on: who is it, and may they? Everything not allowed is refused."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.accounts.cookie import COOKIE
from studio.accounts.pages import PAGE_ROLES
from studio.accounts.principal import LOCAL, NOBODY, Principal
from studio.accounts.service import AccountService
from studio.accounts.tokens import KEY_PREFIX
from studio.api.dependencies import language
from studio.api.limits import RequestLimits
from studio.api.permissions import Access, allowed_methods, rule_for
from studio.api.refusing import Header, refuse
from studio.locales import languages, text
from studio.problems import TooMany
from studio.settings import Settings

_FOR_PROGRAMS = ("/api/", "/v1/", "/gradio/", "/metrics", "/openapi.json")
"""They are told what is wrong, never led to a page."""
_SOCKET_CODES = {401: 4401, 403: 4403, 404: 4404, 429: 4429, 503: 1013}


class Guard:
    """Knows who asks, lets in whom `studio.api.permissions` allows, and hands on who it is.

    ``scope["principal"]`` holds a :class:`Principal` for everything inside. Where accounts are off
    that is ``LOCAL``, and nothing is refused.

    Args:
        app: what is guarded.
        settings: whether accounts are on.
        accounts: who has which token.
        limits: how often somebody may ask.
    """

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        accounts: AccountService,
        limits: RequestLimits | None = None,
    ) -> None:
        self._app = app
        self._on = settings.auth == "on"
        self._doors = accounts.doors
        self._limits = limits or RequestLimits(settings)
        # Threads of its own: looking somebody up must not wait behind routes that take long.
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="doors")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Judge by path, method, cookie and key, before anything is read or done."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        if not self._on:
            scope["principal"] = LOCAL
            await self._app(scope, receive, send)
            return
        refused = _Refusal(scope, receive, send)
        try:
            scope["principal"] = await self._principal(scope)
        except TooMany as problem:
            await refused.because(problem)
        except SQLAlchemyError:
            await refused(503, "store_unavailable")
        else:
            if not await _admitted(scope, refused):
                return
            if scope["type"] == "websocket":
                line = _Line(self, scope, receive, send)
                await self._app(scope, line.receive, line.send)
            else:
                await self._app(scope, receive, send)

    async def still(self, scope: Scope) -> bool:
        """Whether whoever opened a socket may go on using it."""
        rule = rule_for(_method(scope), below_root(scope))
        try:
            who = await self._who(HTTPConnection(scope))
        except SQLAlchemyError:
            return False
        public = rule is not None and rule.access is Access.PUBLIC
        return public or (who is not None and rule is not None and rule.access.admits(who))

    async def _principal(self, scope: Scope) -> Principal:
        """Whose request it is; ``NOBODY`` where nobody says, or nobody is known by that."""
        public = _is_public(scope)
        if not public:
            self._limits.by_address(scope["client"][0] if scope.get("client") else None)
        try:
            who = await self._who(HTTPConnection(scope))
        except SQLAlchemyError:
            if public:
                return NOBODY
            raise
        if who is not None and not public:
            self._limits.by_user(who, who.requests_per_minute)
        return who or NOBODY

    async def _who(self, connection: HTTPConnection) -> Principal | None:
        token = shown(connection)
        if token is None:
            return None
        known = self._doors.remembered(token)
        if known is not None:
            return known
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._doors.who, token)


def shown(connection: HTTPConnection) -> str | None:
    """The key or the session that came along; a key counts before a cookie, even a wrong one."""
    scheme, _, value = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and value.strip().startswith(KEY_PREFIX):
        return value.strip()
    token = connection.cookies.get(COOKIE)
    # A key in a cookie would be a key that other sites' pages could use.
    return None if token is None or token.startswith(KEY_PREFIX) else token


def below_root(scope: Scope) -> str:
    """The path as routes see it: without what a proxy put before it."""
    path: str = scope["path"]
    root: str = scope.get("root_path", "")
    return path.removeprefix(root) if path.startswith(f"{root}/") else path


class _Line:
    """A socket that ends with its session or key, however long it has been open."""

    def __init__(self, guard: Guard, scope: Scope, receive: Receive, send: Send) -> None:
        self._guard = guard
        self._scope = scope
        self._receive = receive
        self._send = send
        self._cut = False

    async def receive(self) -> Message:
        """What the other side sends, while they may send it."""
        message = await self._receive()
        if message["type"] != "websocket.receive" or await self._guard.still(self._scope):
            return message
        self._cut = True
        await self._send({"type": "websocket.close", "code": _SOCKET_CODES[401]})
        return {"type": "websocket.disconnect", "code": _SOCKET_CODES[401]}

    async def send(self, message: Message) -> None:
        """What goes to the other side; after the end, nothing."""
        if not self._cut:
            await self._send(message)


def _is_public(scope: Scope) -> bool:
    rule = rule_for(_method(scope), below_root(scope))
    return rule is not None and rule.access is Access.PUBLIC


async def _admitted(scope: Scope, refused: "_Refusal") -> bool:
    """Whether the request may go on; otherwise it was answered."""
    path = below_root(scope)
    rule = rule_for(_method(scope), path)
    who: Principal = scope["principal"]
    if rule is not None and rule.access is Access.PUBLIC:
        return True
    if who is NOBODY:
        await refused.strangers(path)
    elif rule is None:
        methods = allowed_methods(path) if scope["type"] == "http" else []
        await refused(*((405, "method_not_allowed") if methods else (404, "not_found")))
    elif not rule.access.admits(who):
        await refused.known(path, who, rule.access)
    else:
        return True
    return False


class _Refusal:
    """Says no: in JSON to programs, by a page to people, by a code to sockets."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send

    async def __call__(
        self,
        status: int,
        code: str,
        *,
        more: tuple[Header, ...] = (),
        **params: str | float,
    ) -> None:
        if self._scope["type"] == "http":
            await refuse(self._scope, self._send, status, code, more=more, **params)
            return
        # Before it is accepted a socket could only be told 403; the code tells what to do.
        await self._receive()
        reason = text(language(HTTPConnection(self._scope)), f"error.{code}", **params)
        await self._send({"type": "websocket.accept"})
        await self._send(
            {
                "type": "websocket.close",
                "code": _SOCKET_CODES.get(status, 4403),
                "reason": reason.encode()[:120].decode(errors="ignore"),
            }
        )

    async def because(self, problem: TooMany) -> None:
        """Whoever asks too often is told when to ask again."""
        seconds = str(int(problem.params["retry_after"])).encode()
        more = ((b"retry-after", seconds),)
        await self(problem.status, problem.code, more=more, **problem.params)

    async def strangers(self, path: str) -> None:
        """Whoever did not sign in is asked to."""
        if self._is_page(path):
            query = self._scope.get("query_string", b"").decode("latin-1")
            here = quote(f"{path}?{query}" if query else path, safe="/")
            await self._lead(f"/{self._language(path)}/login?to={here}")
            return
        code = "key_unknown" if self._showed_key() else "sign_in_required"
        await self(401, code, more=((b"www-authenticate", b'Bearer realm="Voice Studio"'),))

    async def known(self, path: str, who: Principal, access: Access) -> None:
        """Somebody who may not: pages lead on to one that they may open."""
        if self._is_page(path):
            open_to_them = [page for page, role in PAGE_ROLES.items() if who.may(role)]
            page = open_to_them[0] if open_to_them else "account"
            await self._lead(f"/{self._language(path)}/{page}")
            return
        if access is Access.PERSON:
            await self(403, "not_by_key")
            return
        await self(403, "role_needed", role=access.value)

    def _showed_key(self) -> bool:
        return (shown(HTTPConnection(self._scope)) or "").startswith(KEY_PREFIX)

    def _is_page(self, path: str) -> bool:
        if self._scope["type"] != "http" or self._scope["method"] not in ("GET", "HEAD"):
            return False
        headers = HTTPConnection(self._scope).headers
        asked = headers.get("sec-fetch-mode", "navigate") == "navigate"
        return (
            asked
            and "text/html" in headers.get("accept", "")
            and not path.startswith(_FOR_PROGRAMS)
        )

    def _language(self, path: str) -> str:
        first = path.split("/")[1] if path.startswith("/") else ""
        return first if first in languages() else language(HTTPConnection(self._scope))

    async def _lead(self, target: str) -> None:
        root = self._scope.get("root_path", "")
        answer = RedirectResponse(root + target, 303, headers={"cache-control": "no-store"})
        await answer(self._scope, self._receive, self._send)


def _method(scope: Scope) -> str:
    return str(scope["method"]) if scope["type"] == "http" else "WEBSOCKET"
