"""Weight sets one by one: from a slow, a closed or a moving hub, and from a person's own folder."""

import hashlib
import json
import threading
import time
from pathlib import Path

import pytest

from studio.engines.card import WeightSet
from studio.problems import BadInput, NotFound, Unavailable
from studio.runtime.hub import Stopped
from studio.runtime.weights import WeightsFound, WeightsMissing, WeightStore
from tests.waiting import until

from .hub import COMMIT
from .weight_sets import BIG, FROM_HUB, FROM_PACKAGE, REVISION, SMALL, card, hub_file

ALICE = WeightSet(name="alice", licence="MIT", files=(hub_file("model.onnx", BIG),))
BERTA = WeightSet(name="berta", licence="MIT", files=(hub_file("sub/voices.json", SMALL),))


@pytest.fixture
def engine(monkeypatch):
    """Give the engine ``fake`` these weight sets."""

    def given(*sets, **facts):
        made = card(*sets, **facts)
        kind = type("Fake", (), {"card": made})
        monkeypatch.setattr("studio.runtime.weights.engine_class", lambda _: kind)
        return made

    return given


def in_thread(work):
    """Start it; the answer is a function that waits for its end and returns or raises."""
    ended = []

    def run():
        try:
            ended.append((work(), None))
        except Exception as problem:  # noqa: BLE001 - handed to the test
            ended.append((None, problem))

    thread = threading.Thread(target=run)
    thread.start()

    def end(seconds=10):
        thread.join(seconds)
        value, problem = ended[0]
        if problem is not None:
            raise problem
        return value

    return end


# sets that do different things


def test_each_set_is_found_by_itself(store, hub):
    both = card(ALICE, BERTA, sets_serve="each")
    assert store.complete(both) == []
    store.fetch(both, set_name="berta")
    (found,) = store.complete(both)
    assert found.set_name == "berta"
    assert store.locate(both) == found, "one is enough to be ready"
    assert isinstance(store.locate(both, "alice"), WeightsMissing)
    with pytest.raises(Unavailable) as problem:
        store.require(both, "alice")
    assert problem.value.code == "weight_set_missing"
    assert problem.value.params == {"engine": "fake", "set": "alice", "size": "3 MB"}


def test_sets_carried_by_packages_count_among_the_complete(store, package):
    assert [one.set_name for one in store.complete(card(FROM_HUB, FROM_PACKAGE))] == ["small"]


def test_an_unknown_set_is_refused_with_those_there_are(store, engine):
    engine(ALICE, BERTA)
    for work in (
        lambda: store.get("fake", set_name="carol"),
        lambda: store.verify("fake", set_name="carol"),
        lambda: store.remove("fake", "carol"),
        lambda: store.use("fake", "carol", None),
    ):
        with pytest.raises(NotFound) as problem:
            work()
        assert problem.value.params["known"] == "alice, berta"


def test_one_set_is_removed_and_the_other_stays(store, hub, engine):
    both = engine(ALICE, BERTA, sets_serve="each")
    for name in ("alice", "berta"):
        store.get("fake", set_name=name)
    assert store.remove("fake", "alice") > len(BIG)
    assert [one.set_name for one in store.complete(both)] == ["berta"]


def test_a_size_stated_for_the_whole_set_is_shown_where_the_files_have_none(store):
    unsized = WeightSet(
        name="unsized",
        licence="MIT",
        files=(hub_file("model.onnx", BIG, known=False),),
        bytes=3_100_000,
    )
    (state,) = store.sets(card(unsized))
    assert state.bytes == 3_100_000
    assert store.locate(card(unsized)).bytes == 3_100_000


# the hub


def test_progress_knows_the_total_where_the_card_states_no_sizes(store, hub):
    unsized = WeightSet(
        name="unsized",
        licence="MIT",
        files=tuple(
            hub_file(name, data, known=False)
            for name, data in (("model.onnx", BIG), ("sub/voices.json", SMALL))
        ),
    )
    told = []
    store.fetch(card(unsized), lambda done, total: told.append((done, total)))
    assert {total for _, total in told} == {len(BIG) + len(SMALL)}
    assert told[-1][0] == len(BIG) + len(SMALL)


def test_a_download_stops_within_a_second_and_goes_on_where_it_stopped(store, hub, own):
    hub.pace = 2_000_000
    stop, told = threading.Event(), []
    end = in_thread(lambda: store.fetch(card(ALICE), lambda *now: told.append(now), stop=stop))
    until(lambda: told and told[-1][0] > 400_000)
    asked = time.monotonic()
    stop.set()
    with pytest.raises(Stopped):
        end()
    assert time.monotonic() - asked < 1.0
    (state,) = store.sets(card(ALICE))
    assert not state.present
    assert state.own_bytes >= 400_000
    hub.pace = None
    store.fetch(card(ALICE))
    assert (own / "alice" / "model.onnx").read_bytes() == BIG
    assert hub.gets[-1][1] >= 400_000


def test_a_disk_that_fills_up_meanwhile_is_called_full(store, hub, own):
    source = ALICE.files[0].sources[0]
    named = f"{source.path}\0{hashlib.sha256(BIG).hexdigest()}".encode()
    part = own / "alice" / ".downloads" / f"{hashlib.sha256(named).hexdigest()[:24]}.part"
    part.parent.mkdir(parents=True)
    part.symlink_to("/dev/full")  # every write to it fails as on a full disk
    with pytest.raises(Unavailable) as problem:
        store.fetch(card(ALICE))
    assert problem.value.code == "disk_full"


def test_a_hub_out_of_reach_is_named_without_what_else_stands_in_its_address(store, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://me:my-password@127.0.0.1:9")
    with pytest.raises(Unavailable) as problem:
        store.fetch(card(ALICE))
    assert (problem.value.code, problem.value.params["host"]) == ("hub_unreachable", "127.0.0.1:9")
    assert "password" not in str(problem.value.params)


def test_a_silent_hub_does_not_hold_up_a_stop(store, hub):
    hub.stall = True
    stop = threading.Event()
    end = in_thread(lambda: store.fetch(card(ALICE), stop=stop))
    assert hub.stalled.wait(10)
    asked = time.monotonic()
    stop.set()
    with pytest.raises(Stopped):
        end()
    assert time.monotonic() - asked < 1.0


def test_one_engines_download_does_not_hold_up_anothers(store, hub):
    hub.stall = True
    stop = threading.Event()
    end = in_thread(lambda: store.fetch(card(ALICE), stop=stop))
    assert hub.stalled.wait(10)
    hub.stall = False
    store.fetch(card(BERTA))
    stop.set()
    with pytest.raises(Stopped):
        end()


def test_what_a_branch_stood_for_is_noted_beside_the_files(store, hub, own):
    hub.files = {path.replace(REVISION, "main"): data for path, data in hub.files.items()}
    moving = WeightSet(
        name="moving", licence="MIT", files=(hub_file("model.onnx", BIG, revision="main"),)
    )
    store.fetch(card(moving))
    noted = json.loads((own / "moving" / ".origins.json").read_text())
    assert noted["model.onnx"]["origin"] == f"someone/model@{COMMIT}"


def test_a_file_that_changes_at_the_hub_is_not_glued_to_the_old_ones_beginning(store, hub, own):
    (path,) = (p for p in hub.files if p.endswith("model.onnx"))
    unsized = WeightSet(
        name="moving", licence="MIT", files=(hub_file("model.onnx", BIG, known=False),)
    )
    hub.cut_after = [1_000_000, 0]
    with pytest.raises(Unavailable):
        store.fetch(card(unsized))
    hub.files[path] = BIG[::-1]
    store.fetch(card(unsized))
    assert (own / "moving" / "model.onnx").read_bytes() == BIG[::-1]


def test_a_file_without_a_hash_on_the_card_is_checked_with_the_hubs(store, hub, monkeypatch):
    unsized = WeightSet(name="x", licence="MIT", files=(hub_file("model.onnx", BIG, known=False),))
    monkeypatch.setattr("studio.runtime.sources.sha256_of", lambda _: "0" * 64)
    with pytest.raises(Unavailable, match="weights_corrupt"):
        store.fetch(card(unsized))


def test_a_hub_that_sends_more_than_it_announced_is_given_up(store, hub, own):
    hub.surplus = b"more"
    with pytest.raises(Unavailable) as problem:
        store.fetch(card(ALICE))
    assert "instead of" in problem.value.params["reason"]
    hub.surplus = b""
    store.fetch(card(ALICE))
    assert (own / "alice" / "model.onnx").read_bytes() == BIG


@pytest.mark.parametrize("token", [None, "hf_of-someone-who-did-not-agree"])
def test_gated_weights_name_the_page_and_never_the_token(store, hub, monkeypatch, token):
    hub.gated = set(hub.files)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    if token:
        monkeypatch.setenv("HF_TOKEN", token)
    with pytest.raises(Unavailable) as problem:
        store.fetch(card(ALICE))
    assert problem.value.code == "weights_gated"
    assert problem.value.params["url"] == f"{hub.url}/someone/model"
    assert token is None or token not in str(problem.value)


def test_whoever_agreed_gets_gated_weights(store, hub, monkeypatch):
    hub.gated = set(hub.files)
    monkeypatch.setenv("HF_TOKEN", hub.token)
    assert store.fetch(card(ALICE)).set_name == "alice"


def test_a_free_set_serves_where_the_one_before_is_gated(store, hub):
    hub.gated = {path for path in hub.files if path.endswith("model.onnx")}
    found = store.fetch(card(ALICE, BERTA))
    assert found.set_name == "berta"
    assert "alice" in found.skipped[0]


# a folder of the person's


@pytest.fixture
def mine(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(BIG)
    return folder


def test_a_folder_of_ones_own_serves_in_place(store, engine, mine, fresh_settings):
    made = engine(ALICE)
    published = store.use("fake", "alice", mine)
    assert (published.present, published.differs) == (True, False)
    found = store.locate(made)
    assert found.folder == mine
    another = WeightStore(fresh_settings)
    assert another.locate(made) == found, "remembered"


def test_a_fine_tuned_model_is_welcome_and_told_apart(store, engine, mine):
    made = engine(ALICE)
    store.use("fake", "alice", mine)
    before = store.locate(made).revision
    (mine / "model.onnx").write_bytes(BIG[::-1] + b"tuned")
    (state,) = store.sets(made)
    assert (state.present, state.differs, state.folder) == (True, True, mine)
    assert store.locate(made).revision != before
    assert [one.good for one in store.verify("fake")] == [False]


def test_a_folder_that_lacks_files_is_refused_by_name(store, engine, mine):
    made = engine(FROM_HUB)
    with pytest.raises(BadInput) as problem:
        store.use("fake", "large", mine)
    assert problem.value.code == "weights_folder_lacks"
    assert problem.value.params["files"] == "sub/voices.json"
    assert isinstance(store.locate(made), WeightsMissing)


@pytest.mark.parametrize("path", ["/nowhere", "~nobody-of-that-name/x", "/" + "long" * 500, "a\0b"])
def test_what_is_no_folder_is_refused(store, engine, path):
    engine(ALICE)
    with pytest.raises(BadInput) as problem:
        store.use("fake", "alice", Path(path))
    assert problem.value.code == "weights_folder_missing"
    assert len(problem.value.params["folder"]) <= 200


@pytest.mark.parametrize(
    "text", ["null", "[]", "{", '{"fake": "x"}', '{"fake": {"alice": 5, "berta": "/b\\u0000"}}']
)
def test_a_record_of_folders_that_was_spoilt_by_hand_names_none(store, engine, own, text):
    made = engine(ALICE, BERTA)
    record = own.parent / "folders.json"
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(text)
    assert [state.present for state in store.sets(made)] == [False, False]


def test_long_lists_and_names_are_said_in_part(store, engine, mine):
    files = tuple(hub_file(f"voices/{number}.npy", SMALL) for number in range(400))
    many = (
        WeightSet(name=f"set-{number}", licence="MIT", files=files[number:])
        for number in range(150)
    )
    engine(*many)
    with pytest.raises(BadInput) as problem:
        store.use("fake", "set-0", mine)
    assert problem.value.params["files"].startswith("voices/0.npy, voices/1.npy, ")
    assert problem.value.params["files"].endswith(", …")
    with pytest.raises(NotFound) as problem:
        store.get("fake", set_name="x" * 5000)
    assert len(str(problem.value.params)) < 600


def test_a_folder_that_lost_a_file_is_said_and_the_next_place_serves(store, hub, engine, mine):
    made = engine(ALICE)
    store.get("fake")
    store.use("fake", "alice", mine)
    assert store.locate(made).folder == mine
    (mine / "model.onnx").unlink()
    (state,) = store.sets(made)
    assert state.lacking == ("model.onnx",)
    assert isinstance(store.locate(made), WeightsFound)


def test_removing_never_touches_the_persons_files(store, engine, mine):
    made = engine(ALICE)
    store.use("fake", "alice", mine)
    assert store.remove("fake", "alice") == 0
    assert (mine / "model.onnx").read_bytes() == BIG
    assert isinstance(store.locate(made), WeightsMissing)


def test_a_folder_is_used_no_more_once_forgotten(store, engine, mine):
    made = engine(ALICE)
    store.use("fake", "alice", mine)
    store.use("fake", "alice", None)
    assert isinstance(store.locate(made), WeightsMissing)


# verify


def test_a_file_without_a_hash_on_the_card_is_compared_with_what_came(store, hub, engine, own):
    engine(WeightSet(name="x", licence="MIT", files=(hub_file("model.onnx", BIG, known=False),)))
    store.get("fake")
    assert [one.good for one in store.verify("fake")] == [True]
    (own / "x" / "model.onnx").write_bytes(b"damage")
    assert [one.good for one in store.verify("fake")] == [False]


def test_verifying_tells_how_far_it_is_and_stops_when_told(store, hub, engine):
    engine(FROM_HUB)
    store.get("fake")
    told = []
    store.verify("fake", lambda *now: told.append(now))
    assert told[-1] == (len(BIG) + len(SMALL), len(BIG) + len(SMALL))
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        store.verify("fake", stop=stop)
