"""Signing in, keys, roles, shutting out: over HTTP, as a browser and as a program."""

import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from studio.accounts.cookie import COOKIE
from studio.accounts.principal import Role
from studio.accounts.tokens import SecretKey, digest
from studio.store.account_tables import ApiKey, LoginSession, User
from tests.accounts.bench import PASSWORD, a_studio, settings, signed_in, someone


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with a_studio(tmp_path_factory.mktemp("accounts")) as (studio, address):
        someone(studio, "ada", Role.ADMIN)
        someone(studio, "bob", Role.CREATOR)
        someone(studio, "rae", Role.RATER)
        yield studio, address


@pytest.fixture
def studio(running):
    return running[0]


@pytest.fixture
def address(running):
    return running[1]


@pytest.fixture
def as_user(running):
    clients = []

    def client(name: str) -> httpx.Client:
        clients.append(signed_in(*running, name))
        return clients[-1]

    yield client
    for each in clients:
        each.close()


def by_key(address: str, key: str) -> httpx.Client:
    return httpx.Client(base_url=address, headers={"Authorization": f"Bearer {key}"})


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_the_first_account_owns_what_was_there_before(studio):
    assert studio.accounts.named("ADA").id == "local"
    assert studio.accounts.named("bob").id != "local"


def test_a_browser_signs_in_and_out(address):
    with httpx.Client(base_url=address) as browser:
        assert code(browser.get("/api/voices")) == (401, "sign_in_required")
        wrong = browser.post("/api/login", json={"name": "bob", "password": "not the password"})
        assert code(wrong) == (403, "sign_in_wrong")
        right = browser.post("/api/login", json={"name": "Bob", "password": PASSWORD})
        assert right.json()["roles"] == ["creator"]
        cookie = right.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert browser.get("/api/voices").status_code == 200
        token = browser.cookies[COOKIE]
        assert browser.post("/api/logout").status_code == 204
        assert COOKIE not in browser.cookies
        again = httpx.get(f"{address}/api/voices", cookies={COOKIE: token})
        assert code(again) == (401, "sign_in_required"), "the session itself has ended"


def test_an_unknown_name_is_refused_like_a_wrong_password_and_takes_as_long(address):
    def tried(name: str) -> tuple[float, httpx.Response]:
        begun = time.perf_counter()
        answer = httpx.post(
            f"{address}/api/login", json={"name": name, "password": "not the password"}
        )
        return time.perf_counter() - begun, answer

    tried("rae")
    known, unknown = [tried("rae") for _ in range(3)], [tried("nobody-here") for _ in range(3)]
    assert known[0][1].json() == unknown[0][1].json()
    fastest = min(one[0] for one in known)
    assert min(one[0] for one in unknown) > 0.5 * fastest


def test_guessing_is_slowed_down_for_right_and_wrong_passwords_alike(studio, address):
    someone(studio, "eve", Role.RATER)
    for _ in range(8):
        httpx.post(f"{address}/api/login", json={"name": "eve", "password": "wrong"})
    answer = httpx.post(f"{address}/api/login", json={"name": "EVE ", "password": PASSWORD})
    assert code(answer) == (429, "too_many_sign_ins")
    assert int(answer.headers["retry-after"]) > 60
    other = httpx.post(f"{address}/api/login", json={"name": "bob", "password": PASSWORD})
    assert other.status_code == 200, "somebody else is not shut out"


def test_nothing_that_lets_anybody_in_is_kept(studio, as_user):
    browser = as_user("bob")
    made = browser.post("/api/account/keys", json={"name": "kept?", "scopes": ["creator"]}).json()
    with studio.database.read() as session:
        rows = [
            repr([getattr(row, column.name) for column in row.__table__.columns])
            for table in (User, LoginSession, ApiKey)
            for row in session.query(table)
        ]
    everything = "\n".join(rows)
    assert made["key"] not in everything
    assert browser.cookies[COOKIE] not in everything
    assert PASSWORD not in everything
    assert "$argon2id$" in everything


def test_a_key_is_told_once_works_and_ends_when_revoked(address, as_user):
    browser = as_user("bob")
    made = browser.post("/api/account/keys", json={"name": "my job", "scopes": ["creator"]})
    assert made.status_code == 201
    key = made.json()
    assert key["key"].startswith("vs_")
    assert key["beginning"] == key["key"][:10]
    listed = {one["id"]: one for one in browser.get("/api/account/keys").json()["keys"]}
    assert "key" not in listed[key["id"]]
    with by_key(address, key["key"]) as program:
        assert program.get("/api/voices").status_code == 200
        assert program.get("/api/account").json()["name"] == "bob"
        assert browser.delete(f"/api/account/keys/{key['id']}").status_code == 204
        assert code(program.get("/api/voices")) == (401, "key_unknown")


def test_a_key_expires(studio, address, as_user):
    browser = as_user("bob")
    soon = datetime.now(UTC) + timedelta(seconds=1.0)
    order = {"name": "short", "scopes": ["creator"], "expires_at": soon.isoformat()}
    key = browser.post("/api/account/keys", json=order).json()["key"]
    with by_key(address, key) as program:
        assert program.get("/api/voices").status_code == 200
        time.sleep(1.1)
        studio.accounts.doors.forget()  # five seconds at most elsewhere
        assert code(program.get("/api/voices")) == (401, "key_unknown")
    order["expires_at"] = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    assert code(browser.post("/api/account/keys", json=order)) == (422, "key_expired")


def test_a_key_may_no_more_than_its_scopes_and_its_person(address, as_user):
    browser = as_user("bob")
    beyond = browser.post("/api/account/keys", json={"name": "x", "scopes": ["admin"]})
    assert code(beyond) == (422, "key_scopes")
    key = browser.post("/api/account/keys", json={"name": "x", "scopes": ["rater"]}).json()["key"]
    with by_key(address, key) as program:
        assert program.get("/api/leaderboard").status_code == 200
        assert code(program.get("/api/voices")) == (403, "role_needed")
        more = program.post("/api/account/keys", json={"name": "y", "scopes": ["rater"]})
        assert code(more) == (403, "not_by_key")
        password = program.post("/api/account/password", json={"old": PASSWORD, "new": "x" * 12})
        assert code(password) == (403, "not_by_key")


def test_a_key_in_a_cookie_opens_nothing(address, as_user):
    browser = as_user("bob")
    key = browser.post("/api/account/keys", json={"name": "x", "scopes": ["rater"]}).json()["key"]
    answer = httpx.get(f"{address}/api/leaderboard", cookies={COOKIE: key})
    assert code(answer) == (401, "sign_in_required")


def test_what_somebody_loses_their_key_loses_at_once(studio, address, as_user):
    user = someone(studio, "kim", Role.CREATOR)
    key = as_user("kim").post("/api/account/keys", json={"name": "x", "scopes": ["creator"]})
    admin = as_user("ada")
    with by_key(address, key.json()["key"]) as program:
        assert program.get("/api/voices").status_code == 200
        admin.patch(f"/api/users/{user}", json={"roles": ["rater"]}).raise_for_status()
        assert code(program.get("/api/voices")) == (403, "role_needed")


def test_shutting_somebody_out_ends_sessions_and_keys_at_once(studio, address, as_user):
    user = someone(studio, "lee", Role.CREATOR)
    browser = as_user("lee")
    key = browser.post("/api/account/keys", json={"name": "x", "scopes": ["creator"]}).json()["key"]
    admin = as_user("ada")
    with by_key(address, key) as program:
        assert browser.get("/api/voices").status_code == program.get("/api/voices").status_code
        admin.patch(f"/api/users/{user}", json={"disabled": True}).raise_for_status()
        assert browser.get("/api/voices").status_code == 401
        assert program.get("/api/voices").status_code == 401
        shut = httpx.post(f"{address}/api/login", json={"name": "lee", "password": PASSWORD})
        assert code(shut) == (403, "sign_in_wrong")
        admin.patch(f"/api/users/{user}", json={"disabled": False}).raise_for_status()
        assert browser.get("/api/voices").status_code == 401, "let in again is not signed in"
        assert program.get("/api/voices").status_code == 401
    again = httpx.post(f"{address}/api/login", json={"name": "lee", "password": PASSWORD})
    assert again.status_code == 200


def test_a_new_password_signs_out_the_other_browsers(studio, as_user):
    someone(studio, "max", Role.CREATOR)
    here, there = as_user("max"), as_user("max")
    wrong = here.post("/api/account/password", json={"old": "no", "new": "another password"})
    assert code(wrong) == (403, "password_wrong")
    short = here.post("/api/account/password", json={"old": PASSWORD, "new": "short"})
    assert code(short) == (422, "password_length")
    changed = here.post("/api/account/password", json={"old": PASSWORD, "new": "another password"})
    assert changed.status_code == 204
    assert here.get("/api/voices").status_code == 200
    assert there.get("/api/voices").status_code == 401
    studio.accounts.sign_in("max", "another password", "test")


def test_signing_out_everywhere(studio, as_user):
    someone(studio, "ned", Role.CREATOR)
    here, there = as_user("ned"), as_user("ned")
    assert here.get("/api/account").json()["sessions"] == 2
    assert here.delete("/api/account/sessions", params={"others": True}).status_code == 204
    assert here.get("/api/voices").status_code == 200
    assert there.get("/api/voices").status_code == 401
    assert here.delete("/api/account/sessions").status_code == 204
    assert here.get("/api/voices").status_code == 401


def test_an_expired_session_is_none(studio, address, as_user):
    browser = as_user("bob")
    kept = digest(browser.cookies[COOKIE])

    def expire(session):
        session.get(LoginSession, kept).expires_at = datetime.now(UTC) - timedelta(seconds=1)

    studio.database.write(expire)
    studio.accounts.doors.forget()
    assert code(browser.get("/api/voices")) == (401, "sign_in_required")


def test_admins_add_people_and_reset_their_passwords(address, as_user):
    admin = as_user("ada")
    made = admin.post("/api/users", json={"name": "새사람", "roles": ["creator"]})
    assert made.status_code == 201
    first = made.json()["password"]
    user = made.json()["user"]
    login = httpx.post(f"{address}/api/login", json={"name": "새사람", "password": first})
    assert login.status_code == 200
    reset = admin.post(f"/api/users/{user['id']}/password", json={}).json()["password"]
    old = httpx.post(f"{address}/api/login", json={"name": "새사람", "password": first})
    assert old.status_code == 403
    new = httpx.post(f"{address}/api/login", json={"name": "새사람", "password": reset})
    assert new.status_code == 200
    twice = admin.post("/api/users", json={"name": "새사람", "roles": ["creator"]})
    assert code(twice) == (409, "user_exists")
    assert "password_hash" not in admin.get("/api/users").text


@pytest.mark.parametrize(
    "name", ["", "a b", "../x", "local", "nobody", "x" * 65, "a\u0000b", "<b>"]
)
def test_a_name_that_would_be_read_as_more_is_refused(as_user, name):
    answer = as_user("ada").post("/api/users", json={"name": name, "roles": ["rater"]})
    assert code(answer) == (422, "user_name")


def test_somebody_stays_who_can_let_others_in(as_user):
    admin = as_user("ada")
    assert code(admin.patch("/api/users/local", json={"disabled": True})) == (409, "last_admin")
    assert code(admin.patch("/api/users/local", json={"roles": ["rater"]})) == (409, "last_admin")


def test_nobody_but_an_admin_reaches_the_accounts(as_user):
    for name in ("bob", "rae"):
        browser = as_user(name)
        assert code(browser.get("/api/users")) == (403, "role_needed")
        assert code(browser.patch("/api/users/local", json={"disabled": True}))[0] == 403


def test_another_process_is_heard_of_within_five_seconds(studio, address, as_user):
    """The command line writes to the same database; the cache here forgets by itself."""
    user = someone(studio, "oto", Role.CREATOR)
    browser = as_user("oto")
    assert browser.get("/api/voices").status_code == 200

    def elsewhere(session):
        session.get(User, user).disabled_at = datetime.now(UTC)

    studio.database.write(elsewhere)
    begun = time.monotonic()
    while browser.get("/api/voices").status_code == 200:
        assert time.monotonic() - begun < 5
        time.sleep(0.1)


def test_a_password_in_the_settings_makes_the_first_admin_once(tmp_path):
    with a_studio(tmp_path, admin_password=PASSWORD) as (studio, _):
        assert studio.accounts.sign_in("admin", PASSWORD, "test").user.roles == (Role.ADMIN,)
        studio.accounts.reset_password("local", "changed by the admin")
    with a_studio(tmp_path, admin_password=PASSWORD) as (studio, _):
        studio.accounts.sign_in("admin", "changed by the admin", "test")


def test_the_studios_own_key_is_made_once_and_read_by_nobody_else(tmp_path):
    first = SecretKey(settings(tmp_path)).keyed("a", "text")
    assert SecretKey(settings(tmp_path)).keyed("a", "text") == first
    assert SecretKey(settings(tmp_path)).keyed("b", "text") != first
    file = tmp_path / "data" / "secret.key"
    assert file.stat().st_mode & 0o077 == 0
    assert list(file.parent.iterdir()) == [file]
    assert SecretKey(settings(tmp_path, secret_key="given")).keyed("a", "text") != first
