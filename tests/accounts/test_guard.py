"""The guard by itself: what it costs, and sockets that outlive their session."""

import asyncio
import time

import pytest

from studio.accounts.cookie import COOKIE
from studio.accounts.principal import LOCAL, NOBODY, Role
from studio.accounts.service import AccountService
from studio.api.guard import Guard
from studio.store.database import Database
from tests.accounts.bench import PASSWORD, settings

REQUESTS = 1000


@pytest.fixture
def accounts(tmp_path):
    chosen = settings(tmp_path)
    database = Database(chosen)
    database.start()
    made = AccountService(chosen, database)
    made.add("root", [Role.ADMIN], PASSWORD)
    made.add("kim", [Role.CREATOR], PASSWORD)
    yield made
    database.close()


def scope(path: str, token: str = "", kind: str = "http") -> dict:
    headers = [(b"cookie", f"{COOKIE}={token}".encode())] if token else []
    return {
        "type": kind,
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 1),
    }


class App:
    """What is behind: notes whom it is told."""

    def __init__(self) -> None:
        self.told = []

    async def __call__(self, scope, receive, send) -> None:
        self.told.append(scope["principal"])


def test_it_costs_less_than_a_millisecond_a_request(accounts, tmp_path):
    app = App()
    guard = Guard(app, settings(tmp_path), accounts)
    token = accounts.sign_in("kim", PASSWORD, "test").token

    async def ask() -> float:
        await guard(scope("/api/voices", token), None, None)
        begun = time.process_time()
        for _ in range(REQUESTS):
            await guard(scope("/api/takes/some-id", token), None, None)
        return (time.process_time() - begun) / REQUESTS

    assert asyncio.run(ask()) < 0.001
    assert {one.name for one in app.told} == {"kim"}


def test_where_accounts_are_off_everybody_is_local(accounts, tmp_path):
    app = App()
    guard = Guard(app, settings(tmp_path, auth="off"), accounts)
    asyncio.run(guard(scope("/never/listed"), None, None))
    assert app.told == [LOCAL]


def test_a_public_door_knows_nobody_but_does_not_ask(accounts, tmp_path):
    app = App()
    asyncio.run(Guard(app, settings(tmp_path), accounts)(scope("/healthz"), None, None))
    assert app.told == [NOBODY]


def test_a_path_that_is_nearly_one_of_the_public_ones_is_not_public(accounts, tmp_path):
    app, sent = App(), []

    async def send(message) -> None:
        sent.append(message)

    guard = Guard(app, settings(tmp_path), accounts)
    near = ("/healthz/", "/healthz\n", "//healthz", "/HEALTHZ", "/x/healthz", "/api/voices/healthz")
    for path in (*near, "/assets", "/en/theme.css/x", "/r/", "/r/a/b", ""):
        asyncio.run(guard(scope(path), None, send))
    assert not app.told
    assert {one["status"] for one in sent if "status" in one} == {401}


def test_an_open_socket_ends_with_its_session(accounts, tmp_path):
    signed = accounts.sign_in("kim", PASSWORD, "test")
    heard, sent = [], []

    async def app(scope, receive, send) -> None:
        while (message := await receive())["type"] != "websocket.disconnect":
            heard.append(message["text"])
            if message["text"] == "one":
                accounts.change(signed.user.id, disabled=True)
        await send({"type": "websocket.send", "text": "too late"})

    texts = iter(["one", "two", "three"])

    async def receive() -> dict:
        return {"type": "websocket.receive", "text": next(texts)}

    async def send(message) -> None:
        sent.append(message)

    guard = Guard(app, settings(tmp_path), accounts)
    opened = scope("/v1/audio/speech/stream", signed.token, "websocket")
    asyncio.run(guard(opened, receive, send))
    assert heard == ["one"]
    assert sent == [{"type": "websocket.close", "code": 4401}]
