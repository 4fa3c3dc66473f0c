"""A newcomer's first comparison, ordered by the studio: something to hear before anything is read.

Once for each owner, however many pages are opened at the same moment, and never with an engine
that is paid for.
"""

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from studio.locales import FALLBACK, LanguageName, Note, note, text
from studio.problems import Problem
from studio.runtime.runtime import Runtime
from studio.settings import Settings
from studio.store.database import Database
from studio.store.library_tables import Welcome
from studio.store.tables import Comparison
from studio.takes.acceptance import LicenceService
from studio.takes.example import FEWEST, Remedy, remedy_for, voices_for
from studio.takes.order import ComparisonOrder
from studio.takes.prices import Prices
from studio.takes.service import TakeService


@dataclass(frozen=True)
class Welcomed:
    """What a newcomer is shown.

    Attributes:
        comparison: the example's id; None: they know their way, or there is nothing to show.
        other_language: why it is in another language than the page.
        remedy: what would give the page's language a voice more.
        nothing: why there is no example, where somebody would have got one.
    """

    comparison: str | None = None
    other_language: Note | None = None
    remedy: Remedy | None = None
    nothing: Note | None = None


class _MadeMeanwhile(Exception):
    """Another page of theirs was quicker."""


class WelcomeService:
    """Orders the example.

    Args:
        settings: whether there is one.
        database: who was welcomed already.
        runtime: which engines are ready.
        licences: whose terms were accepted.
        takes: orders and renders.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        runtime: Runtime,
        licences: LicenceService,
        takes: TakeService,
    ) -> None:
        self._on = settings.welcome
        self._prices = Prices(settings.prices)
        self._database = database
        self._runtime = runtime
        self._licences = licences
        self._takes = takes

    def welcome(self, owner: str, language: str) -> Welcomed:
        """The example of somebody who has made nothing themselves; ordered now where it is not yet.

        Args:
            owner: who has come.
            language: of the page; the example is in another one where no two real voices speak it.
        """
        if not self._on:
            return Welcomed()
        with self._database.read() as session:
            known = _known(session, owner)
        if known is None:
            return self._made(owner, language)
        if known == "":
            return Welcomed()
        spoken = self._spoken(known)
        return self._shown(known, language, spoken) if spoken else Welcomed()

    def _made(self, owner: str, language: str) -> Welcomed:
        states = self._runtime.states()
        for spoken in dict.fromkeys((language, FALLBACK)):
            voices = voices_for(spoken, states, self._prices, self._licences)
            if len(voices) >= FEWEST:
                break
        else:
            return Welcomed(nothing=note("welcome.nothing"))
        order = ComparisonOrder(
            text=text(spoken, "welcome.text"),
            title=text(language, "welcome.title"),
            language=spoken,
            engines=voices,
        )

        def keep(session: Session, comparison: str, _: object) -> None:
            if _known(session, owner, but=comparison) is not None:
                raise _MadeMeanwhile
            session.add(Welcome(owner=owner, comparison_id=comparison))
            session.flush()

        try:
            made = self._takes.create(owner, order, beside=keep).id
        except (_MadeMeanwhile, IntegrityError):
            with self._database.read() as session:
                made = _known(session, owner) or ""
        except Problem:  # a quota of theirs is for what they order themselves
            return Welcomed()
        return self._shown(made, language, spoken) if made else Welcomed()

    def _shown(self, comparison: str, language: str, spoken: str) -> Welcomed:
        if spoken == language:
            return Welcomed(comparison)
        why = note(
            "welcome.other_language", language=LanguageName(language), spoken=LanguageName(spoken)
        )
        return Welcomed(comparison, why, remedy_for(language, self._runtime.states(), self._prices))

    def _spoken(self, comparison: str) -> str:
        """The language of a comparison; empty where it was removed."""
        with self._database.read() as session:
            row = session.get(Comparison, comparison)
        return row.language if row is not None and row.deleted_at is None else ""


def _known(session: Session, owner: str, but: str | None = None) -> str | None:
    """The example of somebody who has nothing else; empty where they have; None: never welcomed.

    Args:
        session: to look in.
        owner: who.
        but: a comparison that does not count: the one that is being made.
    """
    row = session.get(Welcome, owner)
    example = but if row is None else row.comparison_id
    others = select(Comparison.id).where(Comparison.owner == owner)
    if example is not None:
        others = others.where(Comparison.id != example)
    if session.scalar(select(exists(others))):
        return ""
    return None if row is None else row.comparison_id
