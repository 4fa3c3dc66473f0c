"""The whole studio with its audio in S3 or Google Cloud Storage: made, kept, heard, deleted there."""

import threading
import time

import httpx
import pytest

from studio.accounts.principal import Role
from studio.upkeep.checking import check
from tests.accounts import belongings
from tests.accounts.bench import a_studio, signed_in, someone
from tests.e2e.speech import a_clip
from tests.faulty_gateway import answer, late
from tests.object_stores import store
from tests.suite_engines import find_engines, forget_engines
from tests.waiting import until


@pytest.fixture(params=["s3", "gs"])
def place(request, tmp_path, monkeypatch):
    find_engines(monkeypatch)
    with store(request.param) as bucket:
        with a_studio(tmp_path, blobs_url=bucket.url, take_backoff_seconds=1.0) as (
            studio,
            address,
        ):
            someone(studio, "ann", Role.ADMIN)
            yield bucket, studio, address, signed_in(studio, address, "ann")
        bucket.gateway.well()
    forget_engines()


def test_what_a_person_makes_is_kept_there_and_deleted_there(place, tmp_path):
    bucket, studio, _, person = place
    clip = a_clip(tmp_path / "clip.wav", "en").read_bytes()
    about = {"name": "Ann", "language": "en", "transcript": "Hello.", "consent": "true"}
    about |= {"insist_clip": "true", "insist_transcript": "true"}
    files = {"file": ("a.wav", clip)}
    voice = belongings.asked(person, "POST", "/api/voices", 201, files=files, data=about)["id"]
    comparison = ordered(person, "kept elsewhere")
    take = belongings.done(person, comparison)
    blob = f"results/{studio.accounts.named('ann').id}/{take}"
    kinds = sorted({one.name.partition("/")[0] for one in studio.blobs.names()})
    assert kinds == ["results", "voices"]
    assert studio.blobs.url_of(blob) == f"{bucket.url}/{blob}"
    assert studio.blobs.size(blob) > 0
    assert list(check(studio.database, studio.blobs, deep=True)) == []
    assert person.get(f"/api/takes/{take}/audio").status_code == 200
    assert person.get(f"/api/voices/{voice}/clip").content[:4] == b"RIFF"

    assert person.delete(f"/api/comparisons/{comparison}").status_code == 204
    assert person.delete(f"/api/voices/{voice}").status_code == 204
    assert person.get(f"/api/takes/{take}").status_code == 404
    assert list(studio.blobs.names()) == []


def ordered(person, text):
    order = {"text": text, "language": "en", "engines": [{"engine": "speaker", "voice": "ann"}]}
    return belongings.asked(person, "POST", "/api/comparisons", 202, json=order)["id"]


def test_a_slow_store_holds_up_nobody_else(place):
    bucket, _, address, person = place
    take = belongings.done(person, ordered(person, "said before it was slow"))
    bucket.gateway.always = late(3)
    waits = [
        threading.Thread(target=lambda: person.get(f"/api/takes/{take}/audio")) for _ in range(4)
    ]
    for wait in waits:
        wait.start()
    time.sleep(0.3)
    worst = 0.0
    for _ in range(10):
        began = time.monotonic()
        assert httpx.get(f"{address}/healthz").status_code == 200
        assert person.get("/api/voices").status_code == 200
        worst = max(worst, time.monotonic() - began)
    assert worst < 2
    assert any(wait.is_alive() for wait in waits)  # it was slow all that time
    bucket.gateway.well()
    for wait in waits:
        wait.join(30)


def test_a_take_that_is_made_while_the_store_fails_is_kept_when_it_is_back(place):
    bucket, studio, _, person = place
    take = belongings.done(person, ordered(person, "said before"))
    bucket.gateway.always = answer(503)
    comparison = ordered(person, "said while the store was away")
    refused = person.get(f"/api/takes/{take}/audio")
    assert refused.status_code == 503
    assert refused.json()["error"]["code"] == "blobs_unreachable"
    bucket.gateway.well()
    late_take = belongings.done(person, comparison)
    assert studio.blobs.size(f"results/{studio.accounts.named('ann').id}/{late_take}") > 0
    until(lambda: person.get(f"/api/takes/{take}/audio").status_code == 200, 10)
