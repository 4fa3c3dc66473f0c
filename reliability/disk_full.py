"""The disk is full while takes, votes, voices, a migration are written; then there is room again.

On a small file system in memory, which only a superuser may mount. Goal: what was acknowledged is
there, what was not is told in a sentence, nothing is half, and the studio goes on by itself once
there is room.
"""

import contextlib
import os
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.votes import count, prepare
from reliability._figures import answered, none, yes
from reliability._invariants import broken
from reliability._process import Server, serving
from reliability._sounds import recording
from studio.settings import Settings

_ROOM = "24m"
_ROUNDS = 5


def run() -> dict[str, dict]:
    """Fill the disk, use the studio, make room, use it again; several times."""
    if os.geteuid() != 0:
        return {"not run": {"value": "only a superuser may mount a small disk", "unit": ""}}
    with _small_disk() as disk:
        migrated = _migration(disk / "migrated")
        data = disk / "data"
        orders = prepare(data, raters=10, each=40)
        ballots = [(rater["cookie"], token) for rater in orders for token in rater["tokens"]]
        told: Counter[str] = Counter()
        voted: set[str] = set()
        with serving(data, STUDIO_MEASURE="0", STUDIO_VOTES_PER_MINUTE="1000000") as server:
            for number in range(_ROUNDS):
                _fill(disk)
                told += _use(server, ballots, voted, number)
                (disk / "filler").unlink()
            well = _use(server, ballots, voted, 99)
            unfinished = _unfinished(server)
        faults = broken(Settings(data_dir=data, database_url=None, blobs_url=None))
        lost = len(voted - set(count(data)))
    for fault in faults:
        print(f"  {fault}")
    silent = told["500"] + told["no sentence"]
    return {
        "requests on a full disk": {"value": told.total(), "unit": f"{dict(told)}"},
        "answered with 500 or without a sentence": none(silent),
        "requests that fail once there is room": none(well.total() - well["done"]),
        "takes that never ended": none(unfinished),
        "votes acknowledged and lost": none(lost),
        "promises between rows and blobs broken": none(len(faults)),
        "a migration that found no room came off later": yes(migrated),
    }


def _use(
    server: Server, ballots: list[tuple[str, str]], voted: set[str], number: int
) -> Counter[str]:
    """Order, upload and vote; what was said to it."""
    told: Counter[str] = Counter()
    client = server.client
    for step in range(6):
        order = {
            "text": f"Round {number}, step {step}: is there room for this?",
            "language": "en",
            "engines": [{"engine": "espeak"}],
        }
        told[answered(client.post("/api/comparisons", json=order))] += 1
        cookie, token = ballots.pop()
        answer = client.post(
            f"/api/trials/{token}/vote", json={"choice": "a"}, headers={"Cookie": f"rater={cookie}"}
        )
        if answer.is_success:
            voted.add(token)
        told[answered(answer)] += 1
    voice = client.post(
        "/api/voices",
        data={"name": "Full", "language": "en", "consent": "true", "insist_clip": "true"},
        files={"file": ("clip.wav", recording(number), "audio/wav")},
    )
    told[answered(voice)] += 1
    return told


def _unfinished(server: Server) -> int:

    until = time.monotonic() + 60
    open_takes = -1
    while open_takes and time.monotonic() < until:
        time.sleep(0.5)
        comparisons = server.client.get("/api/comparisons?limit=100").json()["comparisons"]
        takes = [take for comparison in comparisons for take in comparison["takes"]]
        open_takes = sum(take["state"] in ("queued", "running") for take in takes)
    return open_takes


def _migration(data: Path) -> bool:
    """Whether a first start without room fails with words, and the next one with room succeeds."""
    disk = data.parent
    data.mkdir()
    _fill(disk)
    try:
        with serving(data):
            return False
    except RuntimeError:
        pass
    finally:
        (disk / "filler").unlink()
    with serving(data) as server:
        return bool(server.client.get("/api/comparisons").is_success)


def _fill(disk: Path) -> None:
    with contextlib.suppress(OSError), (disk / "filler").open("wb", buffering=0) as filler:
        while filler.write(b"x" * 4096):
            pass


@contextlib.contextmanager
def _small_disk() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        disk = Path(folder) / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_ROOM}", "tmpfs", disk], check=True)
        try:
            yield disk
        finally:
            subprocess.run(["umount", "--lazy", disk], check=True)
