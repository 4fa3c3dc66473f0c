"""A model hub on this machine: as much of its protocol as a download needs."""

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "a" * 40


class Hub:
    """Serves files at ``/{repository}/resolve/{revision}/{path}``.

    Attributes:
        cut_after: bytes of a body after which the connection is cut, once for each number in it.
        gets: (path, first byte asked for) of each download.
    """

    def __init__(self, files):
        self.files = files
        self.cut_after = []
        self.gets = []
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
                first = 0
                if "Range" in self.headers:
                    first = int(self.headers["Range"].removeprefix("bytes=").split("-")[0])
                self.send_response(206 if first else 200)
                self.send_header("ETag", f'"{hashlib.sha256(data).hexdigest()}"')
                self.send_header("X-Repo-Commit", COMMIT)
                self.send_header("Content-Length", str(len(data) - first))
                if first:
                    self.send_header("Content-Range", f"bytes {first}-{len(data) - 1}/{len(data)}")
                self.end_headers()
                if not body:
                    return
                hub.gets.append((self.path, first))
                end = first + hub.cut_after.pop(0) if hub.cut_after else len(data)
                self.wfile.write(data[first:end])
                if end < len(data):
                    self.wfile.flush()
                    self.close_connection = True

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
