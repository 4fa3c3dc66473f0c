"""Everything that passes between browser and studio, and what the browser complains about."""

from dataclasses import dataclass, field

from playwright.sync_api import Page, Request, Response, WebSocket

ENDLESS = ("/events", "queue/data", "heartbeat")
"""Streams whose body never ends; the blind page opens none that carries anything of ours."""


@dataclass
class Traffic:
    """What was seen on a page since :meth:`watch`."""

    origin: str
    seen: list[tuple[str, str]] = field(default_factory=list)
    """(where from, text) of every request, header, body, frame and console line."""
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)
    bodies: dict[str, bytes] = field(default_factory=dict)

    def watch(self, page: Page) -> "Traffic":
        """Record from now on."""
        page.on("request", self._request)
        page.on("response", self._response)
        page.on("websocket", self._socket)
        page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        page.on("console", lambda line: self._console(line.type, line.text))
        return self

    def settle(self) -> None:
        """Fetch headers and bodies of the answers so far (not possible inside an event)."""
        for answer in self.responses:
            self.seen.append((f"headers of {answer.url}", str(answer.all_headers())))
            if answer.status in {304, 307} or any(part in answer.url for part in ENDLESS):
                continue
            body = answer.body()
            self.bodies[answer.url] = body
            self.seen.append((f"body of {answer.url}", body.decode("utf-8", "replace")))
        self.responses.clear()

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:", "blob:")):
            self.outside.append(request.url)
        said = f"{request.url} {request.headers} {request.post_data or ''}"
        self.seen.append((f"request {request.url}", said))

    def _response(self, answer: Response) -> None:
        self.responses.append(answer)

    def _socket(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self.seen.append(("socket in", str(frame))))
        socket.on("framesent", lambda frame: self.seen.append(("socket out", str(frame))))

    def _console(self, kind: str, text: str) -> None:
        self.seen.append(("console", text))
        if kind in {"error", "warning"}:
            self.complaints.append(f"{kind}: {text}")
