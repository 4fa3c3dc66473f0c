"""Blind trials over real HTTP: what is sent, what is not, and when a vote counts."""

import asyncio
import re
import socket
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import httpx
import numpy as np
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import select

from studio.api import leaderboard, trials
from studio.api.problems import install
from studio.listening.leaderboard import LeaderboardService
from studio.listening.trials import TrialService
from studio.settings import Settings
from studio.store.database import Database
from studio.store.tables import Trial, Vote
from tests.listening.takes import SpokenTakes


class Server:
    """The routes of this area over a real database, served by a real server."""

    def __init__(self, folder, **settings) -> None:
        self.settings = Settings(data_dir=folder, **settings)
        self.database = Database(self.settings)
        self.database.start()
        self.takes = SpokenTakes()
        self.takes.add("one", "espeak/en-us")
        self.takes.add("one", "piper/joe")
        app = FastAPI()
        app.state.studio = SimpleNamespace(
            trials=TrialService(self.settings, self.database, self.takes),
            leaderboard=LeaderboardService(self.settings, self.database),
        )
        install(app)
        app.include_router(trials.router)
        app.include_router(leaderboard.router)
        self.app = app
        self._server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="info"))
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]

    def client(self, **more) -> httpx.Client:
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=20, **more)

    def trial_of(self, token: str) -> Trial:
        with self.database.read() as session:
            return session.scalars(select(Trial).where(Trial.token == token)).one()

    def votes(self) -> list[Vote]:
        with self.database.read() as session:
            return list(session.scalars(select(Vote)))

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self.database.close()


@pytest.fixture
def serve(tmp_path) -> Iterator:
    servers: list[Server] = []

    def start(**settings) -> Server:
        servers.append(Server(tmp_path, **settings))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def issue(client: httpx.Client, **order) -> dict:
    answer = client.post("/api/trials", json={"protocol": "ab", **order})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_the_whole_way_from_a_trial_to_the_leaderboard(serve):
    server = serve(listen_fraction=0.2)
    with server.client() as client:
        trial = issue(client, comparison="one")
        assert set(trial) == {"token", "a_url", "b_url"}
        early = client.post(f"/api/trials/{trial['token']}/vote", json={"choice": "a"})
        assert early.status_code == 409
        assert early.json()["error"]["code"] == "too_early"
        for side in "ab":
            assert client.get(trial[f"{side}_url"]).status_code == 200
        early = client.post(f"/api/trials/{trial['token']}/vote", json={"choice": "a"})
        assert early.status_code == 409
        time.sleep(early.json()["error"]["wait_seconds"])
        voted = client.post(f"/api/trials/{trial['token']}/vote", json={"choice": "a"})
        assert voted.status_code == 200
        reveal = voted.json()
        assert {reveal["a"]["engine"], reveal["b"]["engine"]} == {"espeak", "piper"}
        assert set(reveal["a"]) == {"engine", "title", "preset", "model", "comparison", "take"}
        again = client.post(f"/api/trials/{trial['token']}/vote", json={"choice": "a"})
        assert (again.status_code, again.json()) == (200, reveal)
        other = client.post(f"/api/trials/{trial['token']}/vote", json={"choice": "b"})
        assert (other.status_code, other.json()["error"]["code"]) == (409, "already_voted")
        board = client.get("/api/leaderboard", params={"language": "en"}).json()
        assert board["votes"] == 1
        assert board["conditions"][0]["engine"] == reveal["a"]["engine"]
        assert board["conditions"][0]["title"]
    row = server.trial_of(trial["token"])
    assert row.heard_a_at is not None
    assert row.heard_b_at is not None


def test_a_language_may_come_with_its_region(serve):
    server = serve(listen_fraction=0)
    with server.client() as client:
        trial = issue(client, language="en-GB")
        for side in "ab":
            client.get(trial[f"{side}_url"])
        client.post(f"/api/trials/{trial['token']}/vote", json={"choice": "tie"})
        for language, votes in (("en", 1), ("en-US", 1), ("EN_gb", 1), ("ko-KR", 0)):
            board = client.get("/api/leaderboard", params={"language": language}).json()
            assert board["votes"] == votes
        assert client.post("/api/trials", json={"language": "ko-KR"}).status_code == 409


def test_both_clips_come_with_the_same_headers_and_none_that_could_tell(serve):
    server = serve()
    with server.client() as client:
        for _ in range(5):
            trial = issue(client)
            a, b = (
                client.get(trial[f"{side}_url"], headers={"Range": "bytes=0-9"}) for side in "ab"
            )
            assert a.status_code == b.status_code == 200
            names_a, names_b = ([name for name, _ in answer.headers.raw] for answer in (a, b))
            assert names_a == names_b
            varying = {"content-length", "date"}
            assert {k: v for k, v in a.headers.items() if k not in varying} == {
                k: v for k, v in b.headers.items() if k not in varying
            }
            assert a.headers["cache-control"] == "no-store"
            assert a.headers["content-type"] == "audio/wav"
            assert a.headers["referrer-policy"] == "no-referrer"
            assert a.headers["cross-origin-resource-policy"] == "same-origin"
            assert not {"etag", "last-modified", "content-disposition", "set-cookie"} & set(
                a.headers
            )
            assert int(a.headers["content-length"]) == len(a.content)
            assert a.content[:4] == b.content[:4] == b"RIFF"
            again = client.get(trial["a_url"], headers={"If-None-Match": "*"})
            assert (again.status_code, again.content) == (200, a.content)


def test_the_rater_is_a_cookie_that_scripts_cannot_read_and_is_kept_only_as_a_digest(serve):
    server = serve(listen_fraction=0)
    with server.client() as first, server.client() as second:
        answer = first.post("/api/trials", json={})
        cookie = answer.headers["set-cookie"]
        assert re.match(r"rater=[\w-]{43};", cookie)
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        key = first.cookies["rater"]
        issue(first)
        assert first.cookies["rater"] == key
        trial = answer.json()
        assert key not in server.trial_of(trial["token"]).rater
        issue(second)
        for url in (trial["a_url"], trial["b_url"]):
            assert second.get(url).status_code == 403
        for url in (trial["a_url"], trial["b_url"]):
            first.get(url)
        path = f"/api/trials/{trial['token']}/vote"
        for cookies in (second.cookies["rater"], "forged", ""):
            wrong = httpx.post(
                f"http://127.0.0.1:{server.port}{path}",
                json={"choice": "a"},
                headers={"Cookie": f"rater={cookies}"},
            )
            assert (wrong.status_code, wrong.json()["error"]["code"]) == (403, "not_your_trial")
        assert server.votes() == []
        without = httpx.post(f"http://127.0.0.1:{server.port}{path}", json={"choice": "a"})
        assert without.status_code == 200


def test_bad_requests_are_refused_in_whole_sentences(serve):
    server = serve()
    with server.client() as client:
        for order, status in (
            ({"protocol": "mushra"}, 422),
            ({"protocol": "ab", "more": 1}, 422),
            ({"comparison": "elsewhere"}, 404),
            ([], 422),
        ):
            answer = client.post("/api/trials", json=order)
            assert answer.status_code == status, answer.text
            assert len(answer.json()["error"]["message"]) > 10
        trial = issue(client)
        for body in ({"choice": "both"}, {}, {"choice": "a", "x": 1}):
            assert client.post(f"/api/trials/{trial['token']}/vote", json=body).status_code == 422
        assert client.post("/api/trials/nothing/vote", json={"choice": "a"}).status_code == 404
        assert client.get("/api/stimuli/nothing").status_code == 404
        korean = client.get("/api/stimuli/nothing", headers={"Accept-Language": "ko"})
        assert "없습니다" in korean.json()["error"]["message"]


def test_too_many_requests_say_when_to_come_back(serve):
    server = serve(trials_per_minute_address=2, votes_per_minute=1)
    with server.client() as client:
        trials = [issue(client), issue(client)]
        late = client.post("/api/trials", json={})
        assert late.status_code == 429
        assert int(late.headers["retry-after"]) >= 30
        client.post(f"/api/trials/{trials[0]['token']}/vote", json={"choice": "a"})
        late = client.post(f"/api/trials/{trials[1]['token']}/vote", json={"choice": "a"})
        assert late.status_code == 429
        assert int(late.headers["retry-after"]) >= 60


def test_racing_clients_make_one_vote(serve):
    server = serve(listen_fraction=0)
    with server.client() as client:
        trial = issue(client)
        for side in "ab":
            client.get(trial[f"{side}_url"])

    async def race() -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
            path = f"/api/trials/{trial['token']}/vote"
            return await asyncio.gather(
                *(client.post(path, json={"choice": ("a", "b", "tie")[n % 3]}) for n in range(20))
            )

    answers = asyncio.run(race())
    (kept,) = server.votes()
    won = [answer for answer in answers if answer.status_code == 200]
    assert len(won) in {6, 7}
    assert {answer.json()["choice"] for answer in won} == {kept.choice}
    assert {answer.json()["error"]["code"] for answer in answers if answer not in won} == {
        "already_voted"
    }


def test_a_clip_whose_client_leaves_half_way_does_not_count_as_heard(serve):
    server = serve(listen_fraction=0)
    server.takes.known.clear()
    sound, rate = server.takes.sounds["take-0"]
    for condition in ("espeak/en-us", "piper/joe"):
        server.takes.add("long", condition, sound=(np.tile(sound, 300), rate))  # 8 MB as WAV
    with server.client() as client:
        trial = issue(client)
    left = socket.socket()
    left.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    left.connect(("127.0.0.1", server.port))
    left.sendall(f"GET {trial['a_url']} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert left.recv(1000).startswith(b"HTTP/1.1 200")
    time.sleep(0.3)
    left.close()
    with server.client() as client:
        client.get(trial["b_url"])
        time.sleep(0.2)
        row = server.trial_of(trial["token"])
        assert row.heard_a_at is None
        assert row.heard_b_at is not None
        early = client.post(f"/api/trials/{trial['token']}/vote", json={"choice": "a"})
        assert early.json()["error"]["code"] == "too_early"
        client.get(trial["a_url"])
        assert (
            client.post(f"/api/trials/{trial['token']}/vote", json={"choice": "a"}).status_code
            == 200
        )


def test_nothing_logged_or_sent_before_the_vote_names_what_is_compared(serve, caplog):
    server = serve()
    caplog.set_level("DEBUG")
    with server.client() as client:
        told = []
        for _ in range(5):
            answer = client.post("/api/trials", json={"protocol": "ab"})
            told.append(str(answer.headers) + answer.text)
            for side in "ab":
                clip = client.get(answer.json()[f"{side}_url"])
                told.append(str(clip.headers))
                assert not re.search(rb"espeak|piper|LIST|INFO|ID3", clip.content)
            early = client.post(f"/api/trials/{answer.json()['token']}/vote", json={"choice": "a"})
            told.append(str(early.headers) + early.text)
    for words in (*told, caplog.text):
        assert not re.search(r"espeak|piper|joe|take-\d|en-us", words)
