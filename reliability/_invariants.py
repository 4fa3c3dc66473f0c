"""What must be true of a studio's rows and blobs at any moment, whatever befell its process."""

import io
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import soundfile
from sqlalchemy import func, select

from studio.problems import Problem
from studio.settings import Settings
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.study_tables import Study
from studio.store.tables import Comparison, Consent, Take, Tally, Trial, Voice, Vote
from studio.studies.chain import first_break
from studio.studies.dataset import read
from studio.studies.seal import chain_start

_LENGTH_TOLERANCE_SECONDS = 0.001


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
        return [*found, *_takes(database, settings), *_votes(database), *_studies(database)]
    finally:
        database.close()


def _takes(database: Database, settings: Settings) -> list[str]:
    blobs = Blobs(settings.resolved_blobs_url)
    found = []
    with database.read() as session:
        takes = list(session.scalars(select(Take)))
        voices = list(session.scalars(select(Voice)))
        consented = set(session.scalars(select(Consent.voice_id)))
        comparisons = set(session.scalars(select(Comparison.id)))
    for take in takes:
        if take.comparison_id not in comparisons:
            found.append(f"take {take.id} belongs to nothing")
        if take.state == "done":
            found += _sounds(blobs, f"take {take.id}", take.blob, take.seconds)
        elif take.blob is not None:
            found.append(f"take {take.id} is {take.state} and has a sound")
    for voice in voices:
        found += _sounds(blobs, f"voice {voice.id}", voice.clip_blob, None)
        if voice.id not in consented:
            found.append(f"voice {voice.id} has no consent")
    return found


def _sounds(blobs: Blobs, what: str, blob: str | None, seconds: float | None) -> list[str]:
    if blob is None:
        return [f"{what} is done and has no sound"]
    try:
        samples, rate = soundfile.read(io.BytesIO(blobs.get(blob)))
    except (Problem, soundfile.LibsndfileError) as problem:
        return [f"{what}: {problem}"]
    if seconds is not None and abs(len(samples) / rate - seconds) > _LENGTH_TOLERANCE_SECONDS:
        return [f"{what} lasts {len(samples) / rate} s and its row says {seconds} s"]
    return []


def _votes(database: Database) -> list[str]:
    with database.read() as session:
        votes = session.scalar(select(func.count()).select_from(Vote)) or 0
        orphans = session.scalar(
            select(func.count()).select_from(Vote).where(Vote.trial.not_in(select(Trial.token)))
        )
        tallied = session.scalar(select(func.sum(Tally.left_wins + Tally.right_wins + Tally.ties)))
    found = []
    if votes != (tallied or 0):
        found.append(f"{votes} votes, but {tallied} in the tallies")
    if orphans:
        found.append(f"{orphans} votes without a trial")
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
