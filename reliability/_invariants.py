"""What must be true of a studio's rows and blobs at any moment, whatever befell its process."""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

from sqlalchemy import func, select

from studio.settings import Settings
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.study_tables import Study
from studio.store.tables import Tally, Vote
from studio.studies.chain import first_break
from studio.studies.dataset import read
from studio.studies.seal import chain_start
from studio.upkeep.checking import check


def broken(settings: Settings) -> list[str]:
    """Every promise that does not hold, in words; empty where all is well.

    Args:
        settings: of a studio on SQLite; its process may be running or dead.
    """
    path = Path(str(Database(settings).url.database))
    if not path.exists():
        return []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as raw:
        found = [
            f"the database is damaged: {row[0]}"
            for row in raw.execute("PRAGMA integrity_check")
            if row[0] != "ok"
        ]
        found += [f"a dangling reference: {row}" for row in raw.execute("PRAGMA foreign_key_check")]
    database = Database(settings)
    try:
        return [*found, *_kept(database, settings), *_votes(database), *_studies(database)]
    finally:
        database.close()


def _kept(database: Database, settings: Settings) -> list[str]:
    """What `python -m studio check --deep` finds, but for blobs whose row a crash prevented."""
    faults = check(database, Blobs(settings.resolved_blobs_url), deep=True)
    return [f"{f.kind}: {f.what} {f.where}" for f in faults if f.kind != "orphan"]


def _votes(database: Database) -> list[str]:
    with database.read() as session:
        votes = session.scalar(select(func.count()).select_from(Vote)) or 0
        tallied = session.scalar(select(func.sum(Tally.left_wins + Tally.right_wins + Tally.ties)))
    found = []
    if votes != (tallied or 0):
        found.append(f"{votes} votes, but {tallied} in the tallies")
    return found


def _studies(database: Database) -> list[str]:
    found = []
    with database.read() as session:
        for study in session.scalars(select(Study).where(Study.state != "draft")):
            answers = read(session, study.id).answers
            chain = [(answer.record, answer.sha256) for answer in answers]
            at = first_break(chain_start(study.seal), chain)
            if at is not None:
                found.append(f"the chain of study {study.id} breaks at {at}")
            twice = [t for t, n in Counter(answer.trial for answer in answers).items() if n > 1]
            if twice:
                found.append(f"answered twice in study {study.id}: {twice[:3]}")
    return found
