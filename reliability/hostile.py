"""Whatever comes from outside is tried as path, URL, SQL, HTML and format string, everywhere.

Every path and query parameter of the OpenAPI document, every text of the bodies below, headers, and
uploads by name and by content. Goal: no 500; a file beside the studio is never read, a server never
asked, no table changed by words, nothing comes back as markup or filled in by a format.
"""

import copy
import re
import sqlite3
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from reliability._figures import none, yes
from reliability._sounds import recording
from tests.studio_process import StudioProcess, running

_CANARY = "canary-7f3d1c"
_PARAMETER = re.compile(r"\{([^}]+)\}")
_BODIES: dict[str, dict[str, Any]] = {
    "POST /api/comparisons": {
        "text": "Hello.",
        "language": "en",
        "voice": None,
        "instruction": "softly",
        "engines": [{"engine": "test_echo", "preset": "", "options": {"x": "y"}}],
    },
    "POST /api/plans": {
        "text": "Hello.",
        "language": "en",
        "voice": "x",
        "instruction": "softly",
        "engines": [{"engine": "test_echo", "preset": "a", "fallback": "espeak"}],
    },
    "POST /api/batches": {
        "name": "Many",
        "texts": ["One."],
        "language": "en",
        "instruction": "softly",
        "engines": [{"engine": "test_echo"}],
    },
    "POST /api/studies": {"title": "A study", "language": "en", "use": "news"},
    "POST /v1/audio/speech": {
        "model": "test_echo",
        "input": "Hello.",
        "voice": "a",
        "instructions": "softly",
        "response_format": "wav",
    },
    "POST /synthesize": {"user_id": "somebody", "text": "Hello.", "input_voice_gcs": "voices/a/b"},
    "POST /api/trials": {"protocol": "ab", "comparison": "x", "language": "en"},
    "POST /api/trials/none/vote": {"choice": "a"},
    "POST /api/login": {"name": "ada", "password": "a password"},
    "POST /api/users": {"name": "ada", "roles": ["creator"]},
    "POST /api/account/keys": {"name": "mine", "scopes": ["creator"]},
    "POST /api/rater/none/begin": {"locale": "en"},
}
_HEADERS = ("Host", "Accept-Language", "Cookie", "X-Request-Id", "X-Forwarded-For", "Range")
_HEADERS_TOO = ("Authorization", "Origin", "If-None-Match", "User-Agent", "Referer", "Content-Type")


class _Asked(ThreadingHTTPServer):
    """A server that nobody should ask; it counts who does."""

    daemon_threads = True

    def __init__(self) -> None:
        self.count = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.count += 1
                self.send_response(404)
                self.end_headers()

            do_HEAD = do_POST = do_GET  # noqa: N815

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


def run() -> dict[str, dict]:
    """Send it all, and look at what came back."""
    with tempfile.TemporaryDirectory() as folder:
        secret = Path(folder) / "secret.txt"
        secret.write_text(_CANARY)
        asked = _Asked()
        words = _words(secret, f"http://127.0.0.1:{asked.server_port}/x.wav")
        studio = StudioProcess(
            Path(folder) / "data",
            STUDIO_MEASURE="0",
            STUDIO_STOP_SECONDS="1",
            STUDIO_SECRET_KEY=f"key-{_CANARY}",
        )
        with running(studio):
            before = _tables(studio)
            outcome = _Outcome(studio.client)
            for request in _requests(studio, words, secret, asked.server_port):
                outcome.take(request)
            lives = studio.process is not None and studio.process.poll() is None
            pages = _marked_up(studio)
            tables = _tables(studio) == before
        asked.shutdown()
    for what, count in outcome.bad.most_common(20):
        print(f"  {what}: {count}")
    return {
        "requests": {"value": outcome.sent, "unit": f"{dict(outcome.statuses)}"},
        "answered with 500, or not": none(outcome.errors),
        "a file beside the studio was read": none(outcome.leaks),
        "a server was asked": none(asked.count),
        "came back as markup": none(outcome.markup + pages),
        "filled in by a format": none(outcome.filled),
        "the same tables": yes(tables),
        "the process lives": yes(lives),
    }


class _Outcome:
    """What came back."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self.sent = self.errors = self.leaks = self.markup = self.filled = 0
        self.statuses: Counter[int] = Counter()
        self.bad: Counter[str] = Counter()

    def take(self, request: dict[str, Any]) -> None:
        """Send one and judge the answer."""
        self.sent += 1
        label = f"{request['method']} {request['url'][:60]}"
        try:
            with self._client.stream(**request, timeout=20, follow_redirects=False) as answer:
                body = b""
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > 200_000:
                        break
        except (httpx.LocalProtocolError, UnicodeEncodeError, httpx.InvalidURL):
            return  # the client itself will not send such a thing
        except httpx.HTTPError as problem:
            self._count("errors", f"{label}: {type(problem).__name__}")
            return
        self.statuses[answer.status_code] += 1
        if answer.status_code == 500:
            self._count("errors", f"{label}: 500")
        text = body.decode("utf-8", "replace") + str(dict(answer.headers))
        if _CANARY in text:
            self._count("leaks", f"{label}: the file")
        html = "html" in answer.headers.get("content-type", "")
        if html and "<img src=x onerror" in text:
            self._count("markup", f"{label}: markup")
        if "${7*7}49" in text or "<class '" in text:
            self._count("filled", f"{label}: a format")

    def _count(self, kind: str, words: str) -> None:
        setattr(self, kind, getattr(self, kind) + 1)
        self.bad[words] += 1


def _words(secret: Path, address: str) -> list[str]:
    climbing = "../" * 12
    return [
        str(secret),
        f"file://{secret}",
        f"{climbing}{str(secret).lstrip('/')}",
        "..\\..\\..\\windows\\win.ini",
        "/dev/zero",
        address,
        f"gs://bucket/../{secret}",
        "' OR '1'='1",
        "'; DROP TABLE takes; --",
        '") UNION SELECT password_hash FROM users --',
        "<img src=x onerror=alert(1)>",
        "</script><script>alert(1)</script>",
        "javascript:alert(1)",
        "{0.__class__.__init__.__globals__}",
        "{text.__class__}",
        "${7*7}{{7*7}}%(a)s%s%n%x",
        "$(touch /tmp/voice-studio-was-here)",
        "`id`",
        "\x00",
        "a\r\nSet-Cookie: a=b",
        "\ud800",
        "\u202eevil\u2066",
        "𝕏" * 50,
        "-1",
        "9" * 400,
        "A" * 20_000,
        "",
    ]


def _requests(
    studio: StudioProcess, words: list[str], secret: Path, port: int
) -> Iterator[dict[str, Any]]:
    document = studio.client.get("/openapi.json").json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method not in ("get", "post", "put", "patch", "delete"):
                continue
            if "environment" in path or "weights" in path:
                continue  # would install or download; their names are checked by the same code
            yield from _in_path(method, path, words)
            yield from _in_query(method, path, operation, words)
    for label, body in _BODIES.items():
        method, path = label.split(" ", 1)
        for word in words:
            for changed in _each_text(body, word):
                yield {"method": method, "url": path, "json": changed}
    for header in (*_HEADERS, *_HEADERS_TOO):
        for word in words:
            value = word.encode("utf-8", "replace")[:4000]
            yield {"method": "GET", "url": "/api/comparisons", "headers": {header: value}}
    yield from _uploads(words, secret, port)


def _in_path(method: str, path: str, words: list[str]) -> Iterator[dict[str, Any]]:
    for word in words if _PARAMETER.search(path) else []:
        segment = quote(word.encode("utf-8", "replace")[:300], safe="")
        yield {"method": method.upper(), "url": _PARAMETER.sub(lambda _, s=segment: s, path)}


def _in_query(
    method: str, path: str, operation: dict[str, Any], words: list[str]
) -> Iterator[dict[str, Any]]:
    names = [p["name"] for p in operation.get("parameters", []) if p["in"] == "query"]
    plain = _PARAMETER.sub("0b39a8a6-3f57-4c7e-9df0-3f8b6b9b1c11", path)
    for word in words if names else []:
        value = word.encode("utf-8", "replace").decode()[:2000]
        yield {"method": method.upper(), "url": plain, "params": dict.fromkeys(names, value)}


def _each_text(body: Any, word: str) -> Iterator[Any]:
    """The body with one of its texts replaced, each in turn."""
    for place in list(_places(body)):
        changed = copy.deepcopy(body)
        target = changed
        for step in place[:-1]:
            target = target[step]
        target[place[-1]] = word.encode("utf-8", "replace").decode()
        yield changed


def _places(body: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    children = body.items() if isinstance(body, dict) else enumerate(body)
    for key, value in children:
        if isinstance(value, str) or value is None:
            yield (*at, key)
        elif isinstance(value, dict | list):
            yield from _places(value, (*at, key))


def _uploads(words: list[str], secret: Path, port: int) -> Iterator[dict[str, Any]]:
    fields = {"name": "Mine", "language": "en", "consent": "true", "insist_clip": "true"}
    for word in words:
        name = word.encode("utf-8", "replace").decode()[:200].replace("\x00", "0") or "x"
        sent = {"file": (name.replace("\r", " ").replace("\n", " "), recording(1), "audio/wav")}
        yield {"method": "POST", "url": "/api/checkups", "files": sent}
        for field in ("name", "language", "transcript", "speaker"):
            yield {
                "method": "POST",
                "url": "/api/voices",
                "data": {**fields, field: name},
                "files": {"file": ("clip.wav", recording(1), "audio/wav")},
            }
        yield {
            "method": "POST",
            "url": "/upload-voice",
            "data": {"user_id": name},
            "files": {"file": ("clip.wav", recording(1), "audio/wav")},
        }
    for content in _contents(secret, port):
        for url, field in (("/api/checkups", "file"), ("/api/provenance", "file")):
            yield {
                "method": "POST",
                "url": url,
                "files": {field: ("clip.wav", content, "audio/wav")},
            }
        yield {
            "method": "POST",
            "url": "/api/voices",
            "data": fields,
            "files": {"file": ("clip.wav", content, "audio/wav")},
        }


def _contents(secret: Path, port: int) -> list[bytes]:
    """Files that want a decoder to read other files, to ask servers, or to run out of memory."""
    address = f"http://127.0.0.1:{port}/x.wav"
    wav = recording(1)
    return [
        f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{address}\n#EXT-X-ENDLIST\n".encode(),
        f"#EXTM3U\n#EXTINF:5,\nfile://{secret}\n".encode(),
        f"ffconcat version 1.0\nfile {secret}\n".encode(),
        f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file://{secret}">]><a>&x;</a>'.encode(),
        b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\x01\0\xff\xff\xff\xff\xff\xff" + b"\xff" * 16,
        wav[:40] + b"\xff" * 4 + wav[44:],
        wav[:200],
        b"",
        b"\0" * 1000,
        b"fLaC" + b"\xff" * 1000,
        b"OggS" + b"\0" * 1000,
        b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + b"\0" * 100,
        b"\x1a\x45\xdf\xa3" + b"\xff" * 500,
    ]


def _marked_up(studio: StudioProcess) -> int:
    """Pages that hold what was sent as markup."""
    pages = ("/en/", "/ko/", "/en/voices", "/en/studies", "/en/engines", "/en/leaderboard")
    texts = [studio.client.get(page).text for page in pages]
    return sum("<img src=x onerror" in text for text in texts)


def _tables(studio: StudioProcess) -> list[str]:
    with closing(sqlite3.connect(studio.data_dir / "studio.sqlite3")) as database:
        rows = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return [row[0] for row in rows]
