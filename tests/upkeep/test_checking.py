"""A check finds what is missing, left over, changed or dangling, and nothing where all is well."""

import os
import time

import pytest
from sqlalchemy import delete, update

from studio.cli import main
from studio.store.tables import Comparison, Take
from studio.upkeep import checking
from studio.upkeep.checking import check, delete_orphans
from tests.suite_engines import find_engines, forget_engines
from tests.takes.bench import OWNER, a_bench


@pytest.fixture
def bench(tmp_path, monkeypatch):
    find_engines(monkeypatch)
    with a_bench(tmp_path / "data") as running:
        yield running
    forget_engines()


@pytest.fixture
def take(bench):
    return bench.wait(bench.order("chunks 2 checked", "test_echo")).takes[0]


def faults(bench, **how):
    return [(fault.kind, fault.what) for fault in check(bench.database, bench.blobs, **how)]


def test_nothing_is_found_where_all_is_well(bench, take):
    assert faults(bench, deep=True) == []


def test_a_missing_sound_is_found(bench, take):
    name = f"results/{OWNER}/{take.id}"
    bench.blobs.delete(name)
    assert faults(bench) == [("missing", name)]


def test_a_sound_of_another_length_or_none_at_all_is_found_by_a_deep_check(bench, take):
    name = f"results/{OWNER}/{take.id}"
    other = bench.wait(bench.order("chunks 3 longer", "test_echo")).takes[0]
    bench.blobs.put(name, bench.blobs.get(f"results/{OWNER}/{other.id}"))
    assert faults(bench) == []
    assert faults(bench, deep=True) == [("changed", name)]
    bench.blobs.put(name, b"torn")
    assert faults(bench, deep=True) == [("changed", name)]


def test_an_old_sound_that_no_row_names_is_found_and_deleted_and_a_young_one_is_not(bench, take):
    orphan = "results/somebody/orphan"
    bench.blobs.put(orphan, b"left")
    assert faults(bench) == []  # its row may yet come
    path = bench.settings.data_dir / "blobs" / orphan
    os.utime(path, (time.time() - 7200,) * 2)
    found = list(check(bench.database, bench.blobs))
    assert [(fault.kind, fault.what) for fault in found] == [("orphan", orphan)]
    assert delete_orphans(bench.database, bench.blobs, found) == 1
    assert faults(bench) == []
    assert bench.blobs.exists(f"results/{OWNER}/{take.id}")


def test_an_orphan_that_got_its_row_meanwhile_is_kept(bench, take):
    name = f"results/{OWNER}/{take.id}"
    late = [checking.Fault("orphan", name)]
    assert delete_orphans(bench.database, bench.blobs, late) == 0
    assert bench.blobs.exists(name)


def test_a_row_that_points_nowhere_is_found(bench, take):
    bench.database.write(
        lambda session: session.execute(update(Comparison).values(batch_id="gone"))
    )
    assert faults(bench) == [("dangling", "comparisons.batch_id gone")]
    bench.takes.removal.everything(OWNER)
    assert faults(bench) == []


def test_a_name_that_is_none_is_a_missing_sound(bench, take):
    bench.database.write(lambda session: session.execute(update(Take).values(blob="../x")))
    assert ("missing", "../x") in faults(bench)


def test_the_command_tells_by_its_exit_status(bench, take, monkeypatch, capsys):
    monkeypatch.setenv("STUDIO_DATA_DIR", str(bench.settings.data_dir))
    monkeypatch.setenv("STUDIO_DATABASE_URL", bench.settings.resolved_database_url)
    assert main(["check", "--deep"]) == 0
    bench.database.write(lambda session: session.execute(delete(Take)))
    path = bench.settings.data_dir / "blobs" / f"results/{OWNER}/{take.id}"
    os.utime(path, (time.time() - 7200,) * 2)
    assert main(["check"]) == 1
    assert "orphan" in capsys.readouterr().out
    assert main(["check", "--delete-orphans"]) == 0
    assert main(["check"]) == 0
