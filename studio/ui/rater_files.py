"""The rater page's own files: read once, compressed once, cached by the browser for good."""

import functools
import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

_ASSETS = Path(__file__).parents[2] / "assets"
_FOLDER = _ASSETS / "rater"
_STYLES = (_ASSETS / "css" / "tokens.css", _FOLDER / "rater.css")
_START = "start.js"
"""Stands in the document itself, as the styles do: the page is there with its first answer."""
_LONG = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Files:
    """What the rater's page consists of.

    Attributes:
        version: changes with any of the files; part of the modules' addresses, so that they may be
            kept for good and one version's modules never meet another's.
        style: the style sheet, for the document.
        start: the script of the document.
        modules: name → (plain, compressed) of what the start script imports.
    """

    version: str
    style: str
    start: str
    modules: dict[str, tuple[bytes, bytes]]


@functools.cache
def files() -> Files:
    """Read everything, once."""
    modules = {
        path.name: path.read_bytes() for path in sorted(_FOLDER.glob("*.js")) if path.name != _START
    }
    digest = hashlib.sha256()
    for name, content in modules.items():
        digest.update(name.encode() + b"\0" + content)
    return Files(
        version=digest.hexdigest()[:12],
        style="\n".join(_plain(path.read_text(encoding="utf-8")) for path in _STYLES),
        start=(_FOLDER / _START).read_text(encoding="utf-8"),
        modules={name: (data, gzip.compress(data, 9, mtime=0)) for name, data in modules.items()},
    )


def _plain(sheet: str) -> str:
    """A style sheet without indentation: it travels with every document."""
    return "\n".join(line.strip() for line in sheet.splitlines() if line.strip())


def module(request: Request) -> Response:
    """One module. Another version than the present one is answered, but not to be kept."""
    found = files().modules.get(request.path_params["name"])
    if found is None:
        return Response(status_code=404, headers={"cache-control": "no-store"})
    present = request.path_params["version"] == files().version
    answer = Response(
        media_type="text/javascript",
        headers={
            "cache-control": _LONG if present else "no-store",
            "x-content-type-options": "nosniff",
            "vary": "accept-encoding",
        },
    )
    return compressible(request, answer, *found)


def compressible(request: Request, answer: Response, plain: bytes, compressed: bytes) -> Response:
    """Put the shorter body into an answer where the browser reads it."""
    if "gzip" in request.headers.get("accept-encoding", ""):
        answer.body = compressed
        answer.headers["content-encoding"] = "gzip"
    else:
        answer.body = plain
    answer.headers["content-length"] = str(len(answer.body))
    return answer
