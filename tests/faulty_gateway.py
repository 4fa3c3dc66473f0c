"""An HTTP gateway before a server, which fails as it is told to: busy, slow, torn, refusing."""

import http.client
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Fault = Callable[["_Handler"], bool]
"""Gets the request; whether it was answered (or dropped) and must not be forwarded."""


def answer(status: int, body: bytes = b"") -> Fault:
    def fault(handler: "_Handler") -> bool:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
        return True

    return fault


def drop(handler: "_Handler") -> bool:
    """The line goes dead before an answer."""
    handler.close_connection = True
    return True


def tear(handler: "_Handler") -> bool:
    """The server does what it was asked, half of its answer arrives."""
    handler.torn = True
    return False


def late(seconds: float) -> Fault:
    def fault(handler: "_Handler") -> bool:
        time.sleep(seconds)
        return False

    return fault


class Gateway:
    """Forwards to ``127.0.0.1:port``; ``faults`` are used up one a request, ``always`` stays."""

    def __init__(self, port: int) -> None:
        self.faults: list[Fault] = []
        self.always: Fault | None = None
        self.seen: list[str] = []
        handler = type("Handler", (_Handler,), {"gateway": self, "upstream": port})
        self._server = _Server(("127.0.0.1", 0), handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def well(self) -> None:
        self.faults, self.always, self.seen = [], None, []

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is none of ours."""


class _Handler(BaseHTTPRequestHandler):
    gateway: Gateway
    upstream: int
    protocol_version = "HTTP/1.1"
    torn = False

    def handle_any(self) -> None:
        self.torn = False
        self.gateway.seen.append(f"{self.command} {self.path}")
        body = self._body()
        fault = self.gateway.faults.pop(0) if self.gateway.faults else self.gateway.always
        if fault is not None and fault(self):
            return
        connection = http.client.HTTPConnection("127.0.0.1", self.upstream, timeout=30)
        headers = {k: v for k, v in self.headers.items() if k.lower() != "transfer-encoding"}
        headers["Content-Length"] = str(len(body))
        connection.request(self.command, self.path, body, headers)
        answer = connection.getresponse()
        data = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                self.send_header(name, value)
        length = answer.getheader("Content-Length") if self.command == "HEAD" else len(data)
        self.send_header("Content-Length", str(length or 0))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2] if self.torn else data)
        if self.torn:
            self.close_connection = True
        connection.close()

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = do_PATCH = handle_any  # noqa: N815

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass
