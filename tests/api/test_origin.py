"""Other websites cannot act through a visitor's browser; our pages, scripts and links can."""

import httpx
import pytest
from starlette.responses import PlainTextResponse

from studio.api.origin import OwnOrigin

HERE = "http://127.0.0.1:7860"


async def ask(method="POST", base=HERE, allowed=(), **headers) -> httpx.Response:
    app = OwnOrigin(PlainTextResponse("done"), allowed)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base) as client:
        return await client.request(method, "/api/voices", headers=named)


@pytest.fixture
def anyio_backend():
    return "asyncio"


pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("method", ["POST", "DELETE", "PUT", "PATCH"])
@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site", "origin": "https://evil.example"},
        {"sec_fetch_site": "same-site", "origin": "http://127.0.0.1:9999"},
        {"sec_fetch_site": "cross-site"},
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "null"},
        {"origin": "http://[broken"},
    ],
)
async def test_a_page_of_another_origin_changes_nothing(method, headers):
    answer = await ask(method, **headers)
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "cross_site"
    assert answer.headers["connection"] == "close"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec_fetch_site": "same-origin", "origin": HERE},
        {"sec_fetch_site": "none"},
        {"origin": HERE},
        {"origin": "HTTP://127.0.0.1:7860"},
        # A proxy that puts its own name into Host: the browser's word counts, else the proxy's.
        {"sec_fetch_site": "same-origin", "origin": "https://studio.example"},
        {"origin": "https://studio.example", "x_forwarded_host": "studio.example"},
    ],
)
async def test_our_own_pages_and_scripts_without_a_page_may_change_things(headers):
    assert (await ask(**headers)).text == "done"


async def test_other_websites_may_link_to_the_studio():
    answer = await ask("GET", sec_fetch_site="cross-site", origin="https://evil.example")
    assert answer.text == "done"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:7860", "localhost.evil.example", "192.168.0.7", "a b", "[::1"],
)
async def test_a_strange_name_for_this_machine_gets_nothing(method, host):
    answer = await ask(method, host=host, sec_fetch_site="same-origin")
    assert (answer.status_code, answer.json()["error"]["code"]) == (421, "unknown_host")
    assert "STUDIO_ALLOWED_HOSTS" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:7860", "localhost.", "127.0.0.1:80", "[::1]:7860", "app.localhost"],
)
async def test_this_machines_own_names_are_answered(host):
    assert (await ask("GET", host=host)).text == "done"


async def test_a_name_that_is_allowed_is_answered_and_star_allows_all():
    for allowed, status in (((), 421), (("Studio.Example ",), 200), (("*",), 200)):
        answer = await ask("GET", host="studio.example:443", allowed=allowed)
        assert answer.status_code == status


async def test_behind_another_address_than_loopback_every_name_is_answered():
    assert (await ask("GET", base="http://10.0.0.5:7860", host="studio.example")).text == "done"


async def test_the_refusal_is_in_the_readers_language():
    answer = await ask(origin="https://evil.example", accept_language="ko")
    assert "웹사이트" in answer.json()["error"]["message"]
