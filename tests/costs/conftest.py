"""A whole studio with accounts over either database, and two people in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import pytest

from studio.accounts.principal import Role
from studio.store.tables import LedgerRow, Voice
from studio.wiring import Studio
from tests.accounts.bench import a_studio, signed_in, someone
from tests.suite_engines import find_engines, forget_engines


@dataclass
class World:
    """Ann and Ben, signed in."""

    studio: Studio
    ann: httpx.Client
    ben: httpx.Client
    ids: dict[str, str]

    def charged(self, owner: str, number: int, **columns) -> None:
        """Put a charge into somebody's ledger."""
        row = {
            "id": f"{owner}-{number}",
            "owner": self.ids[owner],
            "take_id": f"take-{number}",
            "engine": "test_paid",
            "model": "hd",
            "characters": 100,
            "amount": 0.01,
            "currency": "USD",
            "per_million_characters": 100.0,
            "price_as_of": "2026-01-31",
            "price_source": "https://example.org/prices",
            "at": datetime(2026, 11, 5, 12, tzinfo=UTC),
            **columns,
        }
        self.studio.database.write(lambda session: session.add(LedgerRow(**row)))

    def voice(self, owner: str, identity: str, name: str) -> None:
        """Give somebody a voice."""
        row = Voice(
            id=identity,
            owner=self.ids[owner],
            name=name,
            language="en",
            clip_blob=f"voices/{identity}",
            clip_sha256="",
            checkup={},
        )
        self.studio.database.write(lambda session: session.add(row))


@pytest.fixture
def world(tmp_path, database_url, monkeypatch) -> Iterator[World]:
    find_engines(monkeypatch)
    with a_studio(tmp_path, database_url=database_url, stop_seconds=0) as (studio, address):
        ids = {name: someone(studio, name, Role.CREATOR) for name in ("ann", "ben")}
        ann, ben = (signed_in(studio, address, name) for name in ("ann", "ben"))
        with ann, ben:
            yield World(studio, ann, ben, ids)
    forget_engines()
