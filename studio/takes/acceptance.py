"""Licences that a person must accept before an engine is used: asked, recorded, withdrawn."""

import hashlib
import json
import uuid
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from studio import locales
from studio.engines.card import Card
from studio.engines.registry import engine_class
from studio.locales import note, say
from studio.problems import BadInput, Conflict
from studio.store.base import now
from studio.store.database import Database
from studio.store.tables import Acceptance


class AcceptanceView(BaseModel):
    """How it stands with an engine's licence."""

    model_config = ConfigDict(frozen=True)

    engine: str
    needed: bool
    """Its licence must be accepted before the first use."""
    accepted: bool
    """The terms as they stand today were accepted, or need not be."""
    accepted_at: datetime | None
    statement: str
    """What is agreed to; once accepted, in the words that were shown."""
    terms_sha256: str
    """Stands for today's terms; to be sent back with the acceptance."""
    url: str


class LicenceService:
    """Acceptances, valid for the whole studio: whoever runs it answers for how it is used.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def accepted(self, engine: str) -> bool:
        """Whether an engine may be used as far as its licence goes.

        Raises:
            NotFound, Unavailable: no such engine, or it does not import.
        """
        card = engine_class(engine).card
        if not card.licence.acceptance:
            return True
        with self._database.read() as session:
            return _valid(session, card) is not None

    def view(self, engine: str, locale: str) -> AcceptanceView:
        """How it stands, in a language. Raises as :meth:`accepted` does."""
        card = engine_class(engine).card
        with self._database.read() as session:
            row = _valid(session, card) if card.licence.acceptance else None
        return AcceptanceView(
            engine=engine,
            needed=card.licence.acceptance,
            accepted=row is not None or not card.licence.acceptance,
            accepted_at=row.accepted_at if row else None,
            statement=row.statement if row else _statement(card, locale),
            terms_sha256=terms_sha256(card),
            url=card.licence.url,
        )

    def accept(
        self, owner: str, engine: str, locale: str, terms: str | None = None
    ) -> AcceptanceView:
        """Record that a person accepts an engine's licence.

        Args:
            owner: who accepts.
            engine: its name.
            locale: language in which the statement was shown.
            terms: hash of the terms that were shown, where the door knows it.

        Raises:
            NotFound, Unavailable: no such engine, or it does not import.
            BadInput: ``licence_without_acceptance``: there is nothing to accept.
            Conflict: ``licence_changed``: other terms were shown than those of today.
        """
        card = engine_class(engine).card
        if not card.licence.acceptance:
            raise BadInput("licence_without_acceptance", engine=card.title)
        if terms is not None and terms != terms_sha256(card):
            raise Conflict("licence_changed", engine=card.title)
        locale = locale if locale in locales.languages() else locales.FALLBACK

        def keep(session: Session) -> None:
            if _valid(session, card) is None:
                session.add(
                    Acceptance(
                        id=str(uuid.uuid4()),
                        engine=engine,
                        terms_sha256=terms_sha256(card),
                        owner=owner,
                        locale=locale,
                        statement=_statement(card, locale),
                        accepted_at=now(),
                    )
                )

        self._database.write(keep)
        return self.view(engine, locale)

    def withdraw(self, owner: str, engine: str, locale: str = locales.FALLBACK) -> AcceptanceView:  # noqa: ARG002 (who may withdraw is decided here one day)
        """Take an acceptance back; its record stays. Raises as :meth:`accepted` does."""
        engine_class(engine)

        def end(session: Session) -> None:
            query = update(Acceptance).where(
                Acceptance.engine == engine, Acceptance.withdrawn_at.is_(None)
            )
            session.execute(query.values(withdrawn_at=now()))

        self._database.write(end)
        return self.view(engine, locale)


def terms_sha256(card: Card) -> str:
    """SHA-256 (hex) of what an engine's card says of its licence."""
    licence = card.licence
    gist = say(locales.FALLBACK, licence.terms) if licence.terms else ""
    parts = [licence.code, licence.weights, licence.commercial, licence.url, gist]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def _valid(session: Session, card: Card) -> Acceptance | None:
    """The acceptance of today's terms."""
    query = select(Acceptance).where(
        Acceptance.engine == card.name,
        Acceptance.terms_sha256 == terms_sha256(card),
        Acceptance.withdrawn_at.is_(None),
    )
    return session.scalars(query.order_by(Acceptance.accepted_at).limit(1)).first()


def _statement(card: Card, locale: str) -> str:
    licence = card.licence
    gist = say(locale, licence.terms) if licence.terms else ""
    return say(
        locale,
        note(
            "licence.statement",
            engine=card.title,
            licence=licence.weights,
            url=licence.url,
            terms=gist,
        ),
    ).strip()
