"""A small HTTP/1.1 server for services of ours: what a real one does, told request by request."""

import contextlib
import email.parser
import email.policy
import json
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    finished: threading.Event = field(default_factory=threading.Event)
    """The answer was sent to its end."""
    left: threading.Event = field(default_factory=threading.Event)
    """The client closed the connection before that."""

    @property
    def json(self):
        return json.loads(self.body)

    def form(self):
        """Parts of multipart/form-data by name: text, or (file name, bytes)."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + self.body)
        found = {}
        for part in message.iter_parts():
            name = part.get_param("name", header="content-disposition")
            data = part.get_payload(decode=True)
            found[name] = (part.get_filename(), data) if part.get_filename() else data.decode()
        return found


class Answer:
    """The way back to the client."""

    def __init__(self, handler, asked):
        self._handler = handler
        self._asked = asked

    def whole(self, status, body=b"", **headers):
        """A whole answer; a dict or list goes as JSON."""
        if isinstance(body, dict | list):
            body = json.dumps(body).encode()
            headers.setdefault("content_type", "application/json")
        self._head(status, content_length=len(body), **headers)
        self._send(body)
        self._asked.finished.set()

    def open(self, status=200, **headers):
        """The head of an answer in chunks."""
        self._head(status, transfer_encoding="chunked", **headers)

    def chunk(self, data):
        self._send(b"%x\r\n%s\r\n" % (len(data), data))

    def end(self):
        self._send(b"0\r\n\r\n")
        self._asked.finished.set()

    def abort(self):
        """Break the connection off."""
        with contextlib.suppress(OSError):
            self._handler.connection.shutdown(socket.SHUT_RDWR)
        self._handler.close_connection = True

    def silence(self, seconds):
        """Say nothing, until the client leaves or so long."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            ready, _, _ = select.select([self._handler.connection], [], [], 0.02)
            if ready and not self._peek():
                self._asked.left.set()
                raise ConnectionAbortedError

    def _peek(self):
        with contextlib.suppress(ConnectionResetError):  # it left without reading all
            return self._handler.connection.recv(1, socket.MSG_PEEK)
        return b""

    def _head(self, status, **headers):
        lines = [f"HTTP/1.1 {status} told"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self._send(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))

    def _send(self, data):
        try:
            self._handler.connection.sendall(data)
        except OSError:
            self._asked.left.set()
            raise


class LocalServer:
    """Serves on 127.0.0.1.

    Args:
        respond: called for every request, in a thread of its own.
    """

    def __init__(self, respond: Callable[[Asked, Answer], None]) -> None:
        self.asked: list[Asked] = []
        respond_to = respond
        asked_list = self.asked

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do(self):
                size = int(self.headers.get("content-length") or 0)
                if self.headers.get("transfer-encoding") == "chunked":
                    body = b"".join(_chunks(self.rfile))
                else:
                    body = self.rfile.read(size)
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(self.command, self.path, headers, body)
                asked_list.append(asked)
                try:
                    respond_to(asked, Answer(self, asked))
                except OSError:
                    self.close_connection = True

            do_GET = do_POST = do_DELETE = do  # noqa: N815

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @contextlib.contextmanager
    def running(self) -> Iterator["LocalServer"]:
        self._thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()


def _chunks(file):
    while size := int(file.readline(), 16):
        yield file.read(size)
        file.readline()
    file.readline()
