"""Rows without meaning to write, and a way to make a writer wait."""

import threading

from sqlalchemy import select

from studio.store.tables import Tally


def tally(name):
    return Tally(language="en", left=name, right="b")


def names(database):
    with database.read() as session:
        return sorted(session.scalars(select(Tally.left)))


def hold_back(database):
    """Keep the writer busy until the returned event is set, so that operations gather."""
    gate, entered = threading.Event(), threading.Event()

    def wait(session):
        entered.set()
        gate.wait(10)

    future = database._writer.submit(wait)
    assert entered.wait(10)
    return gate, future
