"""Signing in with Hugging Face where accounts are on, against a provider that runs here."""

import contextlib
from collections.abc import Iterator

import httpx
import pytest

from studio.accounts.principal import Role
from studio.store.account_tables import Identity, User
from tests.accounts.bench import a_studio, signed_in, someone
from tests.api.test_sign_in import Provider, serve


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    made = Provider()
    server, thread, made.address = serve(made.app)
    yield made
    server.should_exit = True
    thread.join()


@contextlib.contextmanager
def a_space(folder, provider, **more):
    settings = {
        "oauth_client_id": "studio",
        "oauth_client_secret": "hush",
        "openid_provider_url": provider.address,
        **more,
    }
    with a_studio(folder, **settings) as (studio, address):
        someone(studio, "root", Role.ADMIN)
        yield studio, address


@pytest.fixture(scope="module")
def open_space(tmp_path_factory, provider):
    with a_space(tmp_path_factory.mktemp("open"), provider, auth_sign_up="huggingface") as running:
        yield running


def there_and_back(browser: httpx.Client, **params) -> httpx.Response:
    begun = browser.get("/login/huggingface", params=params)
    assert begun.status_code == 303
    agreed = httpx.get(begun.headers["location"])
    return browser.get(agreed.headers["location"])


def test_whoever_signs_in_there_gets_an_account_that_is_a_creators(open_space, provider):
    studio, address = open_space
    provider.subject = "account-21"
    with httpx.Client(base_url=address) as browser:
        back = there_and_back(browser, to="/ko/voices", lang="ko")
        assert back.headers["location"] == "/ko/voices"
        me = browser.get("/api/account").json()
    assert (me["name"], me["roles"], me["huggingface"]) == ("somebody", ["creator"], True)
    assert me["id"] not in ("local", "account-21"), "nobody who lets themselves in is the first"
    with httpx.Client(base_url=address) as another:
        there_and_back(another, to="/en/")
        assert another.get("/api/account").json()["id"] == me["id"], "the same person again"
    with studio.database.read() as session:
        kept = [row.subject for row in session.query(Identity)]
    assert not any("account-21" in one for one in kept)


def test_somebody_of_the_same_name_is_somebody_else(open_space, provider):
    studio, address = open_space
    provider.subject = "account-22"
    someone(studio, "somebody", Role.ADMIN) if not _there(studio, "somebody") else None
    with httpx.Client(base_url=address) as browser:
        there_and_back(browser, to="/en/")
        me = browser.get("/api/account").json()
    assert me["name"].startswith("somebody-")
    assert me["roles"] == ["creator"]


def _there(studio, name: str) -> bool:
    with studio.database.read() as session:
        return session.query(User).filter(User.name == name).first() is not None


def test_it_leads_to_pages_of_the_studio_only(open_space, provider):
    _, address = open_space
    provider.subject = "account-21"
    for to in ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere", "/en/../x"):
        with httpx.Client(base_url=address) as browser:
            assert there_and_back(browser, to=to, lang="en").headers["location"] == "/en/"


def test_where_sign_up_is_closed_only_connected_accounts_come_in(tmp_path, provider):
    provider.subject = "account-30"
    with a_space(tmp_path, provider) as (studio, address):
        with httpx.Client(base_url=address) as stranger:
            refused = there_and_back(stranger, to="/en/", lang="en")
            assert refused.headers["location"] == "/en/login?problem=sign_up_closed"
            assert "Ask an admin" in stranger.get(refused.headers["location"]).text
            assert stranger.get("/api/voices").status_code == 401
        someone(studio, "kim", Role.CREATOR)
        with signed_in(studio, address, "kim") as kim:
            back = there_and_back(kim, to="/en/account", link=True, lang="en")
            assert back.headers["location"] == "/en/account"
            assert kim.get("/api/account").json()["huggingface"]
        with httpx.Client(base_url=address) as browser:
            there_and_back(browser, to="/en/")
            assert browser.get("/api/account").json()["name"] == "kim"
            user = browser.get("/api/account").json()["id"]
            studio.accounts.change(user, disabled=True)
            assert browser.get("/api/account").status_code == 401
            shut = there_and_back(browser, to="/en/", lang="en")
            assert shut.headers["location"] == "/en/login?problem=sign_in_wrong"
        with signed_in(studio, address, "root") as root:
            taken = there_and_back(root, to="/en/account", link=True, lang="en")
            assert taken.headers["location"] == "/en/account?problem=identity_taken"


def test_what_one_begins_another_cannot_finish(tmp_path, provider):
    """Otherwise somebody could tie their account there to a victim's here."""
    provider.subject = "account-40"
    with a_space(tmp_path, provider) as (studio, address):
        for name in ("kim", "lee"):
            someone(studio, name, Role.CREATOR)
        with signed_in(studio, address, "kim") as kim, signed_in(studio, address, "lee") as lee:
            begun = kim.get("/login/huggingface", params={"to": "/en/account", "link": True})
            agreed = httpx.get(begun.headers["location"])
            lee.cookies.set("sign_in", kim.cookies["sign_in"])
            crossed = lee.get(agreed.headers["location"])
            assert crossed.headers["location"].endswith("problem=sign_in_expired")
            assert not lee.get("/api/account").json()["huggingface"]
