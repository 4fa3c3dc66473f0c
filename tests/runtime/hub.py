"""A model hub on this machine: as much of its protocol as a download needs."""

import contextlib
import hashlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "a" * 40


class Hub:
    """Serves files at ``/{repository}/resolve/{revision}/{path}``.

    Attributes:
        cut_after: bytes of a body after which the connection is cut, once for each number in it.
        gets: (path, first byte asked for) of each download.
        gated: paths that are only for people with the token.
        token: the token of a person who agreed to the terms.
        pace: bytes a second; ``None`` for as fast as it goes.
        surplus: sent behind a body that the hub announced without it.
        stalled: set while a body is held back after its first block.
    """

    def __init__(self, files):
        self.files = files
        self.cut_after = []
        self.gets = []
        self.gated = set()
        self.token = "hf_the-secret"
        self.pace = None
        self.stall = False
        self.surplus = b""
        self.stalled = threading.Event()
        self.closed = threading.Event()
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_HEAD(self):
                self._serve(body=False)

            def do_GET(self):
                self._serve(body=True)

            def _serve(self, *, body):
                data = hub.files.get(self.path)
                if data is None:
                    self.send_response(200 if self.path == "/" else 404)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                if (
                    self.path in hub.gated
                    and self.headers.get("Authorization") != f"Bearer {hub.token}"
                ):
                    self.send_response(403 if "Authorization" in self.headers else 401)
                    self.send_header("X-Error-Code", "GatedRepo")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                first = 0
                if "Range" in self.headers:
                    first = int(self.headers["Range"].removeprefix("bytes=").split("-")[0])
                self.send_response(206 if first else 200)
                self.send_header("ETag", f'"{hashlib.sha256(data).hexdigest()}"')
                self.send_header("X-Repo-Commit", COMMIT)
                surplus = hub.surplus if body else b""
                self.send_header("Content-Length", str(len(data) - first + len(surplus)))
                if first:
                    self.send_header("Content-Range", f"bytes {first}-{len(data) - 1}/{len(data)}")
                self.end_headers()
                if not body:
                    return
                hub.gets.append((self.path, first))
                end = first + hub.cut_after.pop(0) if hub.cut_after else len(data)
                self._body(data[first:end] + surplus)
                if end < len(data):
                    self.wfile.flush()
                    self.close_connection = True

            def _body(self, data):
                block = len(data) if hub.pace is None and not hub.stall else 65536
                with contextlib.suppress(OSError):  # the other side hung up
                    for start in range(0, len(data), block or 1):
                        self.wfile.write(data[start : start + block])
                        if hub.stall:
                            self.wfile.flush()
                            hub.stalled.set()
                            hub.closed.wait(30)
                            return
                        if hub.pace:
                            time.sleep(block / hub.pace)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self.closed.set()
        self._server.shutdown()
        self._server.server_close()
