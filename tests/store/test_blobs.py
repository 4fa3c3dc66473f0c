"""Blobs: whole or not at all, flushed before they are named, and nothing outside their folder."""

import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from studio.problems import Unavailable
from studio.store.blobs import Blobs
from tests.object_stores import store

NAME = "results/local/0b39a8a6-3f57-4c7e-9df0-3f8b6b9b1c11"


@pytest.fixture(params=["file", "s3", "gs"])
def blobs(request, tmp_path):
    if request.param == "file":
        yield Blobs(f"file://{tmp_path}/with a space".replace(" ", "%20"))
        return
    with store(request.param) as bucket:
        yield Blobs(bucket.url)


def test_what_was_put_is_there_until_it_is_deleted(blobs):
    assert not blobs.exists(NAME)
    blobs.put(NAME, b"first")
    blobs.put(NAME, b"second")
    assert blobs.exists(NAME)
    assert blobs.get(NAME) == b"second"
    blobs.delete(NAME)
    blobs.delete(NAME)
    assert not blobs.exists(NAME)
    with pytest.raises(Unavailable):
        blobs.get(NAME)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/etc/passwd",
        "results/../../etc",
        "results/local",
        "results/local/..",
        "results/local/a/b",
        "results//a",
        "results/local/a\0",
        "results/local/a\n",
        "results/local/.partial-x",
        "results/local/a b",
        "results/local/" + "a" * 200,
        "Results/local/a",
    ],
)
def test_a_name_that_could_lead_elsewhere_is_refused(blobs, name):
    for use in (blobs.get, blobs.exists, blobs.delete, lambda n: blobs.put(n, b"")):
        with pytest.raises(ValueError, match="name"):
            use(name)


def test_a_put_that_fails_leaves_the_old_bytes_and_no_other_file(tmp_path, monkeypatch):
    blobs = Blobs(str(tmp_path))
    blobs.put(NAME, b"old")

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable) as refused:
        blobs.put(NAME, b"new")
    assert refused.value.code == "blobs_full"
    assert blobs.get(NAME) == b"old"
    assert [p.name for p in (tmp_path / NAME).parent.iterdir()] == [Path(NAME).name]


def test_bytes_and_folders_are_flushed_before_put_returns(tmp_path, monkeypatch):
    blobs = Blobs(str(tmp_path / "blobs"))
    flushed = []
    real = os.fsync

    def spy(descriptor):
        flushed.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", spy)
    blobs.put(NAME, b"x")
    assert flushed[-1] == "local"
    assert ".partial-" in flushed[-2]
    assert {"results", "blobs", tmp_path.name} <= set(flushed)


def test_what_an_interrupted_put_left_is_swept(tmp_path):
    blobs = Blobs(str(tmp_path))
    blobs.put(NAME, b"kept")
    left = (tmp_path / NAME).with_name(".partial-abc")
    left.write_bytes(b"half")
    assert blobs.sweep() == 0  # another process may be writing it
    os.utime(left, (0, 0))
    assert blobs.sweep() == 1
    assert blobs.sweep() == 0
    assert blobs.get(NAME) == b"kept"


def test_a_blob_can_be_measured_and_read_in_parts(blobs):
    blobs.put(NAME, b"0123456789")
    assert blobs.size(NAME) == 10
    assert blobs.read_range(NAME, 0, 4) == b"0123"
    assert blobs.read_range(NAME, 4, 10) == b"456789"
    assert blobs.read_range(NAME, 8, 99) == b"89"
    assert blobs.read_range(NAME, 10, 12) == b""
    assert blobs.read_range(NAME, 99, 100) == b""
    blobs.put(NAME, b"")
    assert blobs.size(NAME) == 0
    assert blobs.read_range(NAME, 0, 4) == b""
    blobs.delete(NAME)
    for use in (blobs.size, lambda name: blobs.read_range(name, 0, 4)):
        with pytest.raises(Unavailable) as caught:
            use(NAME)
        assert caught.value.code == "blob_missing"


def test_a_url_leads_back_to_its_blob_and_no_other_text_does(blobs):
    url = blobs.url_of(NAME)
    assert url == f"{blobs.url}/{NAME}"
    assert "://" in url
    assert blobs.name_of(url) == NAME
    others = [
        NAME,
        url + "/more",
        url + "?query",
        url.replace("results", "results/.."),
        f"{blobs.url}/results/local",
        url.replace("://", "://elsewhere/"),
        "https://example.org/" + NAME,
        "",
    ]
    for other in others:
        assert blobs.name_of(other) is None


def test_what_is_there_can_be_listed(blobs):
    assert list(blobs.names()) == []
    before = datetime.now(UTC) - timedelta(seconds=5)
    names = [
        f"{kind}/{owner}/{n}" for kind in ("results", "voices") for owner in "ab" for n in "12"
    ]
    for name in reversed(names):
        blobs.put(name, name.encode())
    found = list(blobs.names())
    assert [one.name for one in found] == names
    assert {one.size for one in found} == {len(names[0]), len(names[-1])}
    assert all(before < one.modified < before + timedelta(seconds=60) for one in found)
    assert [one.name for one in blobs.names("voices/")] == names[4:]
    assert [one.name for one in blobs.names("voices/b/")] == names[6:]
    assert [one.name for one in blobs.names("voices/b/2")] == names[7:]
    assert list(blobs.names("nothing/")) == []


def test_a_store_can_be_tried_out_and_is_left_as_it_was(blobs):
    blobs.try_out()
    assert list(blobs.names()) == []
