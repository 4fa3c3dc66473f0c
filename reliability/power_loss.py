"""The power goes 200 times, at random moments, under people who order, cancel, upload and vote.

Simulated by ``kill -9``: the process gets no warning, the operating system keeps what it was given.
After each, rows and blobs are held against each other and against what was acknowledged; at the end
every take that anybody was promised must have come to an end. Goal: nothing broken, nothing lost.
"""

import itertools
import random
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from benchmarks import study_answers as answers
from benchmarks import votes
from benchmarks._vote_load import CHOICES, Rater
from reliability._figures import none
from reliability._invariants import broken
from reliability._process import Server
from reliability._sounds import recording
from studio.settings import Settings

MOMENTS = 200
_LONGEST_SECONDS = 5.0
_EVERY = (
    8  # of so many lives, one lasts until the studio has kept an upload: it listens to it first
)
_UPLOAD_SECONDS = 60.0
_PATIENCE_SECONDS = 90.0
"""Of a client: the doctor, too, is loaded anew in each life."""
_BETWEEN_VOTES = 0.15
"""Seconds; then the ballots last for all lives."""
_BETWEEN_ORDERS = 0.25
"""Seconds; then what was ordered can be rendered, and heard by the check, in time."""
_FINAL = ("done", "failed", "cancelled")
_SETTLE_SECONDS = 600.0


@dataclass
class _Promises:
    """What the studio acknowledged."""

    takes: set[str] = field(default_factory=set)
    comparisons: set[str] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)
    voices: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    votes: dict[str, str] = field(default_factory=dict)


class _People:
    """Threads that use a studio until it goes away."""

    def __init__(self, port: int, promises: _Promises, ballots: list[tuple[Rater, str]]) -> None:
        self._address = f"http://127.0.0.1:{port}"
        self._promises = promises
        self._ballots = ballots
        self._numbers = itertools.count()
        self._threads: list[threading.Thread] = []

    def begin(self) -> None:
        """Use it."""
        for work in (self._order, self._order, self._upload, self._vote, self._vote):
            thread = threading.Thread(target=self._until_gone, args=(work,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def join(self) -> None:
        """Wait until everybody noticed."""
        for thread in self._threads:
            thread.join(30)

    def _until_gone(self, work: Callable[[httpx.Client, int], None]) -> None:
        with httpx.Client(base_url=self._address, timeout=_PATIENCE_SECONDS) as client:
            for _ in range(10_000):
                try:
                    work(client, next(self._numbers))
                except httpx.TransportError:
                    return

    def _order(self, client: httpx.Client, number: int) -> None:
        time.sleep(_BETWEEN_ORDERS)
        wanted = (
            {"engine": "espeak"},
            {"engine": "test_echo"},
            {"engine": "test_slow", "options": {"seconds": 0.4}},
        )[number % 3]
        order = {
            "text": f"Power may go at any moment, {time.monotonic_ns()}.",
            "language": "en",
            "engines": [wanted],
        }
        answer = client.post("/api/comparisons", json=order)
        if answer.status_code != httpx.codes.ACCEPTED:
            raise RuntimeError(answer.text)
        made = answer.json()
        self._promises.comparisons.add(made["id"])
        self._promises.takes.update(take["id"] for take in made["takes"])
        if number % 4 == 0:
            take = made["takes"][0]["id"]
            gone = client.post(f"/api/takes/{take}/cancel")
            if gone.is_success and gone.json()["state"] == "cancelled":
                self._promises.cancelled.add(take)

    def _upload(self, client: httpx.Client, number: int) -> None:
        answer = client.post(
            "/api/voices",
            data={"name": f"Voice {number}", "language": "en", "consent": "true"}
            | {"insist_clip": "true", "insist_transcript": "true"},
            files={"file": ("clip.wav", recording(number), "audio/wav")},
        )
        if not answer.is_success:
            raise RuntimeError(answer.text)
        voice = answer.json()["id"]
        self._promises.voices.add(voice)
        if number % 3 == 0 and client.delete(f"/api/voices/{voice}").is_success:
            self._promises.deleted.add(voice)

    def _vote(self, client: httpx.Client, number: int) -> None:
        time.sleep(_BETWEEN_VOTES)
        if not self._ballots:
            client.get("/healthz")  # so that it is noticed when the studio is gone
            return
        rater, token = self._ballots.pop()
        choice = CHOICES[number % 3]
        body = rater.get("body", '{"choice":"<choice>"}').replace("<choice>", choice)
        answer = client.post(
            rater.get("path", "/api/trials/<token>/vote").replace("<token>", token),
            content=body,
            headers={
                "Content-Type": "application/json",
                "Cookie": f"{rater.get('name', 'rater')}={rater['cookie']}",
            },
        )
        if answer.is_success:
            self._promises.votes[token] = choice
        elif answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise RuntimeError(answer.text)


def run(moments: int = MOMENTS, seed: int | None = None) -> dict[str, dict]:
    """Kill it ``moments`` times and look after each."""
    seed = random.randrange(2**32) if seed is None else seed
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        settings = Settings(data_dir=data, database_url=None, blobs_url=None)
        orders = [*votes.prepare(data, 20, each=moments), *answers.prepare(data, 20, each=moments)]
        ballots = [(rater, token) for rater in orders for token in rater["tokens"]]
        chance.shuffle(ballots)
        made_up = set(broken(settings))  # what the benchmarks' ballots point to was never rendered
        promises = _Promises()
        faults: list[str] = []
        server = Server(
            data,
            STUDIO_MEASURE="0",
            STUDIO_VOTES_PER_MINUTE="1000000",
            STUDIO_RATER_REQUESTS_PER_MINUTE_ADDRESS="1000000",
            STUDIO_LISTEN_FRACTION="0",
        )
        try:
            for number in range(moments):
                server.start()
                people = _People(server.port, promises, ballots)
                people.begin()
                if number % _EVERY == 0:
                    _until_a_voice(promises)
                time.sleep(chance.uniform(0.0, _LONGEST_SECONDS))
                server.kill()
                people.join()
                faults += [f"{number + 1}: {f}" for f in broken(settings) if f not in made_up]
                _said(number + 1, promises)
            server.start()
            unfinished, faults_at_end = _ended(server.client, promises)
            faults += faults_at_end
        finally:
            server.stop()
            server.client.close()
        faults += [f"at the end: {fault}" for fault in broken(settings) if fault not in made_up]
        counted = votes.count(data) + answers.count(data)[0]
    for fault in faults[:20]:
        print(f"  {fault}")
    votes_lost = len(set(promises.votes) - set(counted))
    twice = sum(n - 1 for n in counted.values())
    return {
        "moments at which the power went": {"value": moments, "unit": f"(seed {seed})"},
        "takes promised": {"value": len(promises.takes), "unit": ""},
        "takes cancelled": {"value": len(promises.cancelled), "unit": ""},
        "voices promised": {"value": len(promises.voices), "unit": ""},
        "voices deleted again": {"value": len(promises.deleted), "unit": ""},
        "votes and answers acknowledged": {"value": len(promises.votes), "unit": ""},
        "promises between rows and blobs broken": none(len(faults)),
        "takes that never ended": none(unfinished),
        "votes and answers acknowledged and lost": none(votes_lost),
        "votes and answers counted twice": none(twice),
    }


def _said(number: int, promises: _Promises) -> None:
    """A line now and then: the run takes half an hour."""
    if number % 10 == 0:
        kept = (len(promises.takes), len(promises.voices), len(promises.votes))
        print("  {}: {} takes, {} voices, {} votes promised".format(number, *kept), flush=True)


def _until_a_voice(promises: _Promises) -> None:
    """Wait until one more upload was acknowledged."""
    before, until = len(promises.voices), time.monotonic() + _UPLOAD_SECONDS
    while len(promises.voices) == before and time.monotonic() < until:
        time.sleep(0.02)


def _ended(client: httpx.Client, promises: _Promises) -> tuple[int, list[str]]:
    """How many promised takes never end, and what else was acknowledged and is not so."""
    until = time.monotonic() + _SETTLE_SECONDS
    waiting = dict.fromkeys(promises.takes)
    states: Counter[str] = Counter()
    faults: list[str] = []
    while waiting and time.monotonic() < until:
        for take in list(waiting):
            answer = client.get(f"/api/takes/{take}")
            if answer.status_code == httpx.codes.NOT_FOUND:
                faults.append(f"take {take} is gone")
                del waiting[take]
            elif (state := answer.json()["state"]) in _FINAL:
                states[state] += 1
                del waiting[take]
                if take in promises.cancelled and state != "cancelled":
                    faults.append(f"take {take} was cancelled and is {state}")
        time.sleep(0.5)
    there = {voice["id"] for voice in client.get("/api/voices").json()["voices"]}
    faults += [f"voice {v} is gone" for v in promises.voices - promises.deleted - there]
    faults += [f"voice {v} was deleted and is there" for v in promises.deleted & there]
    print(f"  takes: {dict(states)}")
    return len(waiting), faults
