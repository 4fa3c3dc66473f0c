"""A studio with accounts on, and people in it."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import uvicorn
from fastapi import FastAPI

from studio.accounts.principal import Role
from studio.server import create_app
from studio.settings import Settings
from studio.wiring import Studio

PASSWORD = "a long enough password"
ADDRESS = "127.0.0.1"


def settings(folder: Path, **more) -> Settings:
    more = {"auth": "on", "measure": False, "enrol_saved_voices": False, **more}
    more.setdefault("requests_per_minute_user", 100_000)
    more.setdefault("requests_per_minute_address", 100_000)
    return Settings(data_dir=folder / "data", **more)


@contextlib.contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The application on a port of its own."""
    server = uvicorn.Server(uvicorn.Config(app, host=ADDRESS, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.01)
    try:
        yield f"http://{ADDRESS}:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)


@contextlib.contextmanager
def a_studio(folder: Path, **more) -> Iterator[tuple[Studio, str]]:
    """The whole studio over HTTP: its services, and its address."""
    app = create_app(settings(folder, **more))
    with served(app) as address:
        yield app.state.studio, address


def someone(studio: Studio, name: str, *roles: Role, password: str = PASSWORD) -> str:
    """Add an account; returns its id."""
    return studio.accounts.add(name, roles or (Role.CREATOR,), password)[0].id


def signed_in(studio: Studio, address: str, name: str, password: str = PASSWORD) -> httpx.Client:
    """A browser that signed in, without the page's detour."""
    session = studio.accounts.sign_in(name, password, "bench")
    return httpx.Client(base_url=address, cookies={"studio_session": session.token}, timeout=180)
