"""The scheduler's lease: one holder at a time, taken over in time, never by two."""

import os
import subprocess
import sys
import threading
import time

import pytest

from studio.settings import Settings
from studio.store.base import now
from studio.store.database import Database
from studio.store.work_tables import Lease
from studio.takes.fence import SCHEDULER
from studio.takes.lease import SchedulerLease
from studio.takes.place import gone, here
from tests.waiting import until

PATIENCE = 1.2


class Process:
    """What one process does with the lease, here in threads."""

    def __init__(self, database):
        self.database = database
        self.gains, self.losses = [], []
        self.lease = SchedulerLease(
            database,
            0.1,
            PATIENCE,
            self.gains.append,
            lambda: self.losses.append(time.monotonic()),
        )


@pytest.fixture
def database(tmp_path):
    database = Database(Settings(data_dir=tmp_path))
    database.start()
    yield database
    database.close()


@pytest.fixture
def process(database):
    made = []

    def another():
        made.append(Process(database))
        return made[-1]

    yield another
    for each in made:
        each.lease.close()


def row(database):
    with database.read() as session:
        found = session.get_one(Lease, SCHEDULER)
        session.expunge(found)
        return found


def test_the_first_one_has_it_at_once_and_keeps_it(process, database):
    first, second = process(), process()
    first.lease.start()
    second.lease.start()
    assert first.lease.term is not None
    before = row(database).beat
    time.sleep(PATIENCE * 2)
    assert (first.losses, second.gains, second.lease.term) == ([], [], None)
    assert row(database).beat > before + 3


def test_handed_back_it_is_taken_at_once_and_the_term_grows(process, database):
    first, second = process(), process()
    first.lease.start()
    second.lease.start()
    handed = []
    first.lease.close(before=lambda _: handed.append(1))
    began = time.monotonic()
    until(lambda: second.lease.term)
    assert time.monotonic() - began < PATIENCE / 2
    assert handed == [1]
    assert [term.number for term in (*first.gains, *second.gains)] == [1, 2]
    with database.read() as session:
        assert not first.gains[0].holds(session, locked=False)
        assert second.gains[0].holds(session, locked=False)


def test_who_cannot_renew_stops_before_another_may_begin(process, database, monkeypatch):
    first, second = process(), process()
    first.lease.start()
    second.lease.start()
    stuck = threading.Event()
    write = database.write

    def slow(operation):
        if threading.current_thread() in first.lease._threads:
            stuck.wait(10)
        return write(operation)

    monkeypatch.setattr(database, "write", slow)
    until(lambda: second.gains, 5)
    began = time.monotonic()
    assert first.losses, "both would render"
    assert first.losses[0] < began
    stuck.set()
    time.sleep(PATIENCE)
    assert first.lease.term is None
    assert len(second.gains) == 1
    assert second.losses == []


def test_a_renewal_finds_out_that_another_one_took_over(process, database):
    first = process()
    first.lease.start()

    def take(session):
        session.get_one(Lease, SCHEDULER).holder = "somebody"
        session.get_one(Lease, SCHEDULER).term += 1

    database.write(take)
    until(lambda: first.losses, 2)
    assert first.lease.term is None


def test_who_begins_while_the_work_cannot_be_taken_up_tries_again(process, database):
    first = process()
    failures = [RuntimeError("no disk")]
    gained = first.lease._gained

    def once(term):
        if failures:
            raise failures.pop()
        gained(term)

    first.lease._gained = once
    first.lease.start()
    until(lambda: first.gains)
    assert first.gains[0].number == 2


@pytest.mark.skipif(sys.platform != "linux", reason="told by /proc")
def test_a_process_that_ended_on_this_machine_is_known_to_be_gone(process, database):
    assert not gone(here())
    child = subprocess.Popen(
        [sys.executable, "-c", "from studio.takes.place import here; print(here()); input()"],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )
    place = child.stdout.readline().strip()
    assert not gone(place)
    child.kill()
    child.wait()
    assert gone(place)
    database.write(lambda s: s.add(_lease(place)))
    first = process()
    first.lease.start()
    assert first.gains[0].number == 8, "nobody need be waited for"


@pytest.mark.parametrize(
    "place",
    ["", "host 12", "host 1 at elsewhere 4026531836 5", "host x at y", f"host {os.getpid()} at "],
    ids=["nobody", "no boot", "another boot", "no number", "this number without a boot"],
)
def test_a_process_elsewhere_may_well_live(place):
    assert not gone(place)


def _lease(place):
    return Lease(name=SCHEDULER, holder="dead", term=7, beat=9, place=place, renewed_at=now())
