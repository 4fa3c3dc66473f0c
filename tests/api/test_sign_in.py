"""Signing in against a provider of accounts that runs here and checks what it is sent."""

import base64
import hashlib
import secrets
import threading
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Form, HTTPException, Request
from fastapi.responses import RedirectResponse

from studio.api import problems, sign_in
from studio.listening.raters import is_token
from studio.settings import Settings

INVITE = "/r/abcdefgh12345678"


class Provider:
    """OpenID Connect as a provider does it: a code for one use, bound to its challenge."""

    def __init__(self) -> None:
        self.subject = "account-7"
        self.codes: dict[str, tuple[str, str]] = {}
        self.tokens: dict[str, str] = {}
        self.app = FastAPI()
        self.address = ""
        self.app.get("/.well-known/openid-configuration")(self.about)
        self.app.get("/authorize")(self.authorize)
        self.app.post("/token")(self.token)
        self.app.get("/userinfo")(self.userinfo)

    async def about(self) -> dict:
        return {
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "userinfo_endpoint": f"{self.address}/userinfo",
        }

    async def authorize(self, request: Request) -> RedirectResponse:
        asked = request.query_params
        assert asked["client_id"] == "studio"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self.codes[code] = (asked["code_challenge"], asked["redirect_uri"])
        return RedirectResponse(f"{asked['redirect_uri']}?code={code}&state={asked['state']}", 302)

    async def token(
        self,
        request: Request,
        code: str = Form(),
        code_verifier: str = Form(),
        redirect_uri: str = Form(),
    ) -> dict:
        wanted = base64.b64encode(b"studio:hush").decode()
        challenge, address = self.codes.pop(code, ("", ""))
        made = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest())
        right = request.headers.get("authorization") == f"Basic {wanted}"
        if not right or made.rstrip(b"=").decode() != challenge or redirect_uri != address:
            raise HTTPException(400, "invalid_grant")
        token = secrets.token_urlsafe(8)
        self.tokens[token] = self.subject
        return {"access_token": token, "token_type": "bearer"}

    async def userinfo(self, request: Request) -> dict:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            raise HTTPException(401)
        return {"sub": self.tokens[token], "preferred_username": "somebody"}


def serve(app: FastAPI):
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        pass
    return server, thread, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"


@pytest.fixture(scope="module")
def provider():
    made = Provider()
    server, thread, made.address = serve(made.app)
    yield made
    server.should_exit = True
    thread.join()


def studio_app(provider: Provider, **settings) -> FastAPI:
    wanted = {
        "rater_login": "huggingface",
        "oauth_client_id": "studio",
        "oauth_client_secret": "hush",
        "openid_provider_url": provider.address,
    } | settings
    app = FastAPI()
    app.state.studio = SimpleNamespace(settings=Settings(**wanted))
    problems.install(app)
    app.include_router(sign_in.router)

    @app.get("/who")
    async def who(person: sign_in.Person) -> dict:
        return {"person": person}

    return app


@pytest.fixture(scope="module")
def studio(provider):
    server, thread, address = serve(studio_app(provider))
    yield address
    server.should_exit = True
    thread.join()


@pytest.fixture
def browser(studio):
    with httpx.Client(base_url=studio) as client:
        yield client


def signed_in(browser: httpx.Client) -> str:
    begun = browser.get("/login/huggingface", params={"to": INVITE})
    assert begun.status_code == 303
    agreed = httpx.get(begun.headers["location"])
    back = browser.get(agreed.headers["location"])
    assert (back.status_code, back.headers["location"]) == (303, INVITE)
    return browser.get("/who").json()["person"]


def test_the_same_account_is_the_same_rater_in_any_browser(browser, studio, provider):
    person = signed_in(browser)
    assert is_token(person), "it serves as a rater's key"
    with httpx.Client(base_url=studio) as another:
        assert another.get("/who").json()["person"] is None
        assert signed_in(another) == person
        provider.subject = "account-8"
        assert signed_in(another) != person
    provider.subject = "account-7"


def test_nothing_of_the_account_is_in_the_cookie(browser):
    signed_in(browser)
    kept = browser.cookies["person"]
    assert "account" not in kept
    assert "somebody" not in kept
    body = kept.split(".")[0]
    assert b"account" not in base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))


def test_a_cookie_that_was_changed_is_nobody(browser):
    signed_in(browser)
    kept = browser.cookies["person"]
    changed = kept[:5] + ("A" if kept[5] != "A" else "B") + kept[6:]
    answer = httpx.get(f"{browser.base_url}/who", cookies={"person": changed})
    assert answer.json()["person"] is None


def test_a_code_without_its_way_or_with_another_state_is_refused(browser, studio):
    begun = browser.get("/login/huggingface", params={"to": INVITE})
    agreed = urlsplit(httpx.get(begun.headers["location"]).headers["location"])
    sent = {name: values[0] for name, values in parse_qs(agreed.query).items()}
    stranger = httpx.get(f"{studio}/login/callback", params=sent)
    assert (stranger.status_code, stranger.json()["error"]["code"]) == (403, "sign_in_expired")
    swapped = browser.get("/login/callback", params=sent | {"state": "another"})
    assert (swapped.status_code, swapped.json()["error"]["code"]) == (403, "sign_in_refused")
    spent = browser.get("/login/callback", params=sent | {"code": "made-up"})
    assert (spent.status_code, spent.json()["error"]["code"]) == (403, "sign_in_refused")


@pytest.mark.parametrize(
    "to", ["", "https://elsewhere.example/r/abcdefgh", "//elsewhere.example", "/ko/studies"]
)
def test_it_leads_back_to_a_raters_page_only(browser, to):
    assert browser.get("/login/huggingface", params={"to": to}).status_code == 404


def test_where_nobody_signs_in_there_is_no_door(provider):
    server, thread, address = serve(studio_app(provider, rater_login="off"))
    assert httpx.get(f"{address}/login/huggingface", params={"to": INVITE}).status_code == 404
    server.should_exit = True
    thread.join()


def test_a_provider_that_is_away_is_said(provider):
    app = studio_app(provider, openid_provider_url="http://127.0.0.1:9")
    server, thread, address = serve(app)
    answer = httpx.get(f"{address}/login/huggingface", params={"to": INVITE})
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "sign_in_unreachable")
    server.should_exit = True
    thread.join()


def test_a_space_that_offers_it_wants_it():
    space = {"space_id": "some/space", "oauth_client_id": "a", "oauth_client_secret": "b"}
    assert Settings(**space).raters_sign_in
    assert not Settings(**space, rater_login="off").raters_sign_in
    assert not Settings(oauth_client_id="a", oauth_client_secret="b").raters_sign_in
