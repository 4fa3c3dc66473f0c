"""Serves the script that draws the plots, out of the installed plotly package.

A result page loads it from here and from nowhere else, and only when there is a plot to draw. The
address has the version in it, so a browser keeps what it loaded until another version is installed.
"""

import functools
import gzip
import importlib.metadata
import importlib.util
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

UNVERSIONED = "/vendor/plotly.min.js"
"""Leads to the versioned address, so that no script of ours has to know the version."""


@functools.cache
def address() -> str:
    """Where the script of the installed version is, below the root path."""
    return f"/vendor/plotly-{importlib.metadata.version('plotly')}.min.js"


@functools.cache
def _script() -> bytes:
    """The script, compressed: 1.4 MB instead of 4.8 MB over the wire."""
    # Without importing plotly: its Python part is of no use here.
    found = importlib.util.find_spec("plotly")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("plotly")
    path = Path(found.origin).parent / "package_data" / "plotly.min.js"
    return gzip.compress(path.read_bytes(), compresslevel=6, mtime=0)


def mount(app: FastAPI) -> None:
    """Add the two addresses to the application."""
    app.add_api_route(UNVERSIONED, _versioned, methods=["GET", "HEAD"], include_in_schema=False)
    app.add_api_route(address(), _plotly, methods=["GET", "HEAD"], include_in_schema=False)


def _versioned(request: Request) -> RedirectResponse:
    headers = {"cache-control": "no-cache"}
    return RedirectResponse(request.scope.get("root_path", "") + address(), 307, headers)


def _plotly(request: Request) -> Response:
    headers = {
        "cache-control": "public, max-age=31536000, immutable",
        "vary": "Accept-Encoding",
        "x-content-type-options": "nosniff",
    }
    body = _script()
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
    else:
        body = gzip.decompress(body)
    return Response(body, media_type="text/javascript; charset=utf-8", headers=headers)
