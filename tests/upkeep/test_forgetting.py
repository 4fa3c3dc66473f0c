"""Somebody who asks for it is forgotten: no row, no blob, no word of theirs is left; others stay."""

import gzip

import httpx
import pytest
from sqlalchemy import func, select

from studio.accounts.principal import Role
from studio.store.tables import Trial, Voice
from studio.upkeep.backup import back_up
from studio.upkeep.checking import check
from tests.accounts import belongings
from tests.accounts.bench import a_studio, signed_in, someone
from tests.suite_engines import find_engines, forget_engines


@pytest.fixture
def engines(monkeypatch):
    find_engines(monkeypatch)
    yield
    forget_engines()


def everything(studio, folder):
    """All rows, as a backup has them."""
    back_up(studio.settings, studio.database, studio.blobs, folder)
    return {
        path.name: gzip.decompress(path.read_bytes()).decode()
        for path in (folder / "rows").iterdir()
    }


def test_a_person_is_forgotten_with_all_that_was_theirs(tmp_path, engines):
    with a_studio(tmp_path) as (studio, address):
        someone(studio, "boss", Role.ADMIN)
        for name in ("ann", "ben"):
            someone(studio, name, Role.STUDY_OWNER)
        ann = belongings.make(studio, signed_in(studio, address, "ann"), tmp_path)
        ben = belongings.make(studio, signed_in(studio, address, "ben"), tmp_path)
        assert list(check(studio.database, studio.blobs)) == []
        before = everything(studio, tmp_path / "before")
        assert any(belongings.MARK in text for text in before.values())
        with studio.database.read() as session:
            trials = session.scalar(select(func.count()).select_from(Trial))

        wrong = ann.person.delete("/api/account", params={"confirm": "ben"})
        assert wrong.status_code == 422
        gone = ann.person.delete("/api/account", params={"confirm": "ann"})
        assert gone.status_code == 204, gone.text

        assert ann.person.get("/api/voices").status_code == 401
        assert list(check(studio.database, studio.blobs)) == []
        owners = {one.name.split("/")[1] for one in studio.blobs.names()}
        assert ann.user_id not in owners
        assert ben.user_id in owners
        after = everything(studio, tmp_path / "after")
        for table, text in after.items():
            assert ann.user_id not in text, table
            for identity in (ann.ids["voice_id"], ann.ids["consent_id"], ann.ids["study_id"]):
                assert identity not in text, table
        with studio.database.read() as session:
            assert session.scalar(select(func.count()).select_from(Trial)) == trials
            assert {voice.owner for voice in session.scalars(select(Voice))} == {ben.user_id}
        assert ben.person.get(f"/api/takes/{ben.ids['take_id']}/audio").status_code == 200

        ben.person.delete("/api/account", params={"confirm": "ben"})
        last = everything(studio, tmp_path / "last")
        assert not [table for table, text in last.items() if belongings.MARK in text]
        assert list(studio.blobs.names()) == []
        assert httpx.get(f"{address}/healthz").status_code == 200
