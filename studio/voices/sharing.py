"""Sharing a voice with everybody who has an account, and taking that back."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from studio.problems import BadInput, Conflict
from studio.store.base import now
from studio.store.database import Database
from studio.store.tables import Consent, Voice
from studio.voices import consents
from studio.voices.rows import SHARING, changeable_voice


class Sharing:
    """Shares voices under a recorded consent.

    Args:
        database: rows.
        accounts: whether there are accounts to share with.
    """

    def __init__(self, database: Database, *, accounts: bool) -> None:
        self._database = database
        self._accounts = accounts

    def share(self, owner: str, voice_id: str, *, agreed: bool, locale: str) -> None:
        """Let everybody with an account hear a voice's reference and use it.

        Args:
            owner: whose voice it is.
            voice_id: the voice.
            agreed: they agreed to the statement, for whose voice it is.
            locale: language in which it was shown.

        Raises:
            NotFound: ``unknown_voice``.
            NotAllowed: ``voice_not_yours``.
            Conflict: ``sharing_needs_accounts``: there is nobody to share with.
            BadInput: ``sharing_consent_needed``.
        """

        def share(session: Session) -> None:
            stored = changeable_voice(session, owner, voice_id, accounts=self._accounts)
            if not self._accounts:
                raise Conflict("sharing_needs_accounts")
            if not agreed:
                raise BadInput("sharing_consent_needed")
            # one at a time, or two clicks would leave two records
            voice = session.scalars(
                select(Voice).where(Voice.id == voice_id).with_for_update()
            ).one()
            _withdraw(session, voice_id)
            session.add(consents.shared(voice, stored.consent.speaker, locale, now()))
            voice.shared = True

        self._database.write(share)

    def unshare(self, owner: str, voice_id: str) -> None:
        """Let nobody else use a voice any more: what others ordered and is not made yet fails.

        What they made already stays theirs. A voice that is not shared stays as it is.

        Raises:
            NotFound: ``unknown_voice``.
            NotAllowed: ``voice_not_yours``.
        """

        def unshare(session: Session) -> None:
            voice = changeable_voice(session, owner, voice_id, accounts=self._accounts).voice
            voice.shared = False
            _withdraw(session, voice_id)

        self._database.write(unshare)


def _withdraw(session: Session, voice_id: str) -> None:
    holding = (Consent.about == SHARING, Consent.withdrawn_at.is_(None))
    session.execute(
        update(Consent).where(Consent.voice_id == voice_id, *holding).values(withdrawn_at=now())
    )
