"""Blobs on a store that is busy, slow, torn, away or forbidden: whole, in time, with a sentence."""

import importlib
import os
import sys
import time

import pytest

from studio.problems import Unavailable
from studio.store import bucket as bucket_module
from studio.store.blobs import Blobs
from tests.faulty_gateway import answer, drop, late, tear
from tests.object_stores import store

NAME = "results/local/0b39a8a6-3f57-4c7e-9df0-3f8b6b9b1c11"
BIG = os.urandom(9 * 1024 * 1024)
"""More than either service's client sends in one request without a session."""


@pytest.fixture(params=["s3", "gs"])
def remote(request):
    with store(request.param) as found:
        yield found


@pytest.fixture
def blobs(remote):
    blobs = Blobs(remote.url, patience_seconds=8)
    blobs.put(NAME, b"old")
    return blobs


def code_of(operation) -> str:
    with pytest.raises(Unavailable) as caught:
        operation()
    return caught.value.code


def test_a_large_blob_comes_back_as_it_was(blobs):
    blobs.put(NAME, BIG)
    assert blobs.size(NAME) == len(BIG)
    assert blobs.get(NAME) == BIG
    assert blobs.read_range(NAME, 8_000_000, 8_000_100) == BIG[8_000_000:8_000_100]


@pytest.mark.parametrize(
    "fault",
    [answer(503), answer(429), answer(500), drop, tear],
    ids=["503", "429", "500", "drop", "tear"],
)
def test_a_passing_failure_is_not_seen_by_anybody(remote, blobs, fault):
    for operation in (
        lambda: blobs.put(NAME, b"new"),
        lambda: blobs.get(NAME) == b"new" or pytest.fail("other bytes"),
        lambda: blobs.size(NAME) == 3 or pytest.fail("another size"),
        lambda: blobs.exists(NAME) or pytest.fail("it is there"),
        lambda: [one.name for one in blobs.names()] == [NAME] or pytest.fail("another list"),
        lambda: blobs.delete(NAME),
    ):
        remote.gateway.faults = [fault]
        operation()
    remote.gateway.well()
    assert not blobs.exists(NAME)


def test_a_store_that_is_away_is_told_in_time_and_is_used_again_when_it_is_back(remote):
    blobs = Blobs(remote.url, patience_seconds=1)
    blobs.put(NAME, b"old")
    remote.gateway.always = drop
    began = time.monotonic()
    for use in (blobs.get, blobs.exists, blobs.delete, lambda name: blobs.put(name, b"new")):
        assert code_of(lambda use=use: use(NAME)) == "blobs_unreachable"
    assert time.monotonic() - began < 20
    remote.gateway.well()
    assert blobs.get(NAME) == b"old"


def test_a_store_that_does_not_answer_is_not_waited_for(remote, monkeypatch):
    monkeypatch.setattr(bucket_module, "_CALL_SECONDS", 0.5)
    blobs = Blobs(remote.url, patience_seconds=1)
    remote.gateway.always = late(30)
    began = time.monotonic()
    assert code_of(lambda: blobs.put(NAME, b"new")) == "blobs_unreachable"
    assert time.monotonic() - began < 6


def test_a_forbidden_store_is_told_at_once(remote, blobs):
    remote.gateway.always = answer(403, b"AccessDenied")
    began = time.monotonic()
    assert code_of(lambda: blobs.put(NAME, b"new")) == "blobs_refused"
    assert code_of(lambda: blobs.get(NAME)) == "blobs_refused"
    assert time.monotonic() - began < 5


def test_a_bucket_that_is_not_there_is_told(remote):
    blobs = Blobs(remote.url.replace("test-", "none-"), patience_seconds=3)
    assert code_of(lambda: blobs.put(NAME, b"new")) == "blobs_refused"
    assert code_of(blobs.try_out) == "blobs_refused"


def test_a_torn_upload_leaves_the_old_bytes(remote):
    blobs = Blobs(remote.url, patience_seconds=1)
    blobs.put(NAME, b"old")
    remote.gateway.always = answer(503)
    assert code_of(lambda: blobs.put(NAME, BIG)) == "blobs_unreachable"
    remote.gateway.well()
    assert blobs.get(NAME) == b"old"


def test_what_another_process_put_is_seen(remote, blobs):
    other = Blobs(remote.url)
    assert not other.exists("results/local/later")
    assert len(list(other.names())) == 1
    blobs.put("results/local/later", b"x")
    assert other.exists("results/local/later")
    assert len(list(other.names())) == 2


def test_a_missing_library_is_told(monkeypatch):
    registry_module = importlib.import_module("fsspec.registry")
    monkeypatch.setitem(sys.modules, "gcsfs", None)
    monkeypatch.delitem(registry_module._registry, "gs", raising=False)
    assert code_of(lambda: Blobs("gs://bucket/prefix").get(NAME)) == "blobs_library_missing"
