"""Everything of one person, removed: account, voices, takes, batches, studies, and every sound.

What stays tells nothing of them: the bill (whose caps others rely on) under no name, and votes,
which name engines and the hash of a text. It can be run again if it was interrupted.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Table, delete, exists, select, update
from sqlalchemy.orm import Session

from studio.accounts import users
from studio.problems import NotFound
from studio.store.account_tables import ApiKey, Identity, LoginSession, User
from studio.store.base import Base
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.library_tables import (
    CostBook,
    Pronunciation,
    Tag,
    TakeMark,
    TakePart,
    Welcome,
)
from studio.store.study_tables import Decision, Study
from studio.store.tables import Acceptance, Consent, LedgerRow, Voice
from studio.store.work_tables import Usage
from studio.studies.owner.draft_rows import forget_rows
from studio.studies.owner.rows import whole
from studio.takes.removal import Removal

NOBODY = "forgotten"
"""Owner of what is kept of somebody who is forgotten."""


@dataclass(frozen=True)
class Forgotten:
    """What went."""

    voices: int
    studies: int
    blobs: int
    """Sounds that nothing had named any more, beside those that went with their rows."""


class Forgetting:
    """Forgets people.

    Args:
        database, blobs: where they are known.
        takes: removes what they ordered.
        forget_voice: removes one of their voices, told owner and id.
        doors_changed: told after sessions and keys have gone.
    """

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        takes: Removal,
        forget_voice: Callable[[str, str], None],
        doors_changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._takes = takes
        self._forget_voice = forget_voice
        self._doors_changed = doors_changed

    def owner(self, name: str) -> str:
        """Whose things are meant: an account's by its name, or those under an owner's own id.

        Raises:
            NotFound: ``unknown_account``: nobody has that name, and nothing is theirs.
        """
        with self._database.read() as session:
            account = users.by_name(session, name)
            if account is not None:
                return account.id
            if name.isprintable() and any(
                session.scalar(select(exists().where(table.columns["owner"] == name)))
                for table in _owned()
            ):
                return name
        raise NotFound("unknown_account")

    def forget(self, owner: str) -> Forgotten:
        """Remove everything of an owner; their account first, so that nothing comes after.

        Raises:
            Conflict: ``last_admin``: an account that others need to be let in.
        """
        self._database.write(lambda session: _shut(session, owner))
        self._doors_changed()
        studies = self._forget_studies(owner)
        self._takes.everything(owner)
        with self._database.read() as session:
            voices = list(session.scalars(select(Voice.id).where(Voice.owner == owner)))
        for voice in voices:
            try:
                self._forget_voice(owner, voice)
            except NotFound:  # gone meanwhile
                continue
        self._database.write(lambda session: _last_rows(session, owner))
        self._doors_changed()
        left = [one.name for one in self._blobs.names() if one.name.split("/")[1] == owner]
        for name in left:
            self._blobs.delete(name)
        return Forgotten(len(voices), studies, len(left))

    def _forget_studies(self, owner: str) -> int:
        with self._database.read() as session:
            ids = list(session.scalars(select(Study.id).where(Study.owner == owner)))
        for study_id in ids:

            def forget(session: Session, study_id: str = study_id) -> list[str]:
                study = session.get(Study, study_id)
                return forget_rows(session, whole(session, study))[1] if study else []

            for blob in self._database.write(forget):
                self._blobs.delete(blob)
        return len(ids)


def _owned() -> list[Table]:
    return [table for table in Base.metadata.sorted_tables if "owner" in table.columns]


def _shut(session: Session, owner: str) -> None:
    row = session.get(User, owner)
    if row is not None:
        users.disable(session, row)


def _last_rows(session: Session, owner: str) -> None:
    for door in (LoginSession, ApiKey, Identity):
        session.execute(delete(door).where(door.user_id == owner))
    session.execute(delete(User).where(User.id == owner))
    marks = (Tag, TakeMark, TakePart, Pronunciation, CostBook, Welcome)
    for theirs in (Consent, Usage, Decision, *marks):
        session.execute(delete(theirs).where(theirs.owner == owner))
    nameless = {"owner": NOBODY, "voice_id": "", "project": ""}
    session.execute(update(LedgerRow).where(LedgerRow.owner == owner).values(nameless))
    session.execute(update(Acceptance).where(Acceptance.owner == owner).values(owner=NOBODY))
