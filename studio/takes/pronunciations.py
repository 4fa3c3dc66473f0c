"""Readings to look at before anything is rendered, and each person's own dictionary of them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from studio.problems import BadInput, NotFound, TooLarge
from studio.pronunciation import Reading, applied
from studio.pronunciation.readings import cleaned_reading
from studio.pronunciation.suggesting import suggestions
from studio.pronunciation.suggestion import Suggestion
from studio.settings import Settings
from studio.store.base import now
from studio.store.database import Database
from studio.store.library_tables import Pronunciation
from studio.takes.order import clean

MOST = 2000
"""Words in one person's dictionary."""
_LONGEST_WRITTEN = 120
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,3}")


class PronunciationView(BaseModel):
    """How somebody wants something said in a language."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    language: str
    written: str
    reading: str
    changed_at: datetime


@dataclass(frozen=True)
class Preview:
    """A text with what the studio proposes for it.

    Attributes:
        text: as the studio keeps it; places of the suggestions are in it.
        language: a bare code.
        suggestions: in order, none overlapping.
    """

    text: str
    language: str
    suggestions: tuple[Suggestion, ...]

    @property
    def spoken(self) -> str:
        """What would be said with the usual reading of each."""
        chosen = [Reading(start=s.start, end=s.end, reading=s.reading) for s in self.suggestions]
        return applied(self.text, chosen)


class Pronunciations:
    """Proposes readings, and keeps the words that people want said their way.

    Args:
        settings: how long a text may be.
        database: where dictionaries are kept.
    """

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database

    def preview(self, owner: str, text: str, language: str) -> Preview:
        """How the parts of a text may be said.

        Args:
            owner: whose dictionary goes first.
            text: any.
            language: ISO 639 code; a region is left aside.

        Raises:
            BadInput: characters that cannot be said, a language that is none.
            TooLarge: ``text_too_long``.
        """
        kept, code = clean(text, "text"), bare_code(language)
        limit = self._settings.text_max_characters
        if len(kept) > limit:
            raise TooLarge("text_too_long", characters=len(kept), limit=limit)
        own = {one.written: one.reading for one in self.list(owner, code)}
        return Preview(kept, code, tuple(suggestions(kept, code, own)))

    def list(self, owner: str, language: str | None = None) -> list[PronunciationView]:
        """A person's dictionary, by language and word.

        Raises:
            BadInput: ``language_not_a_code``.
        """
        query = select(Pronunciation).where(Pronunciation.owner == owner)
        if language is not None:
            query = query.where(Pronunciation.language == bare_code(language))
        query = query.order_by(Pronunciation.language, Pronunciation.written)
        with self._database.read() as session:
            return [PronunciationView.model_validate(row) for row in session.scalars(query)]

    def keep(self, owner: str, language: str, written: str, reading: str) -> PronunciationView:
        """Remember how something is said, in place of what was remembered of it before.

        Raises:
            BadInput: ``language_not_a_code``, ``written_wrong``, ``reading_wrong``,
                ``pronunciations_too_many``.
        """
        code, word = bare_code(language), _written(written)
        said = cleaned_reading(reading).strip()

        def write(session: Session) -> PronunciationView:
            row = session.get(Pronunciation, (owner, code, word))
            if row is None:
                mine = select(func.count()).where(Pronunciation.owner == owner)
                if (session.scalar(mine) or 0) >= MOST:
                    raise BadInput("pronunciations_too_many", limit=MOST)
                row = Pronunciation(owner=owner, language=code, written=word)
                session.add(row)
            row.reading, row.changed_at = said, now()
            return PronunciationView.model_validate(row)

        return self._database.write(write)

    def forget(self, owner: str, language: str, written: str) -> None:
        """Take a word out of the dictionary.

        Raises:
            NotFound: ``unknown_pronunciation``.
            BadInput: ``language_not_a_code``.
        """
        word = unicodedata.normalize("NFC", written).strip()
        query = delete(Pronunciation).where(
            Pronunciation.owner == owner,
            Pronunciation.language == bare_code(language),
            Pronunciation.written == word,
        )

        def remove(session: Session) -> int:
            found = session.execute(query.returning(Pronunciation.written)).all()
            return len(found)

        if not self._database.write(remove):
            raise NotFound("unknown_pronunciation")


def bare_code(language: str) -> str:
    """``en-GB`` as ``en``.

    Raises:
        BadInput: ``language_not_a_code``.
    """
    if not _LANGUAGE.fullmatch(language):
        raise BadInput("language_not_a_code")
    return re.split("[-_]", language)[0].lower()


def _written(raw: str) -> str:
    word = unicodedata.normalize("NFC", raw).strip()
    fit = all(unicodedata.category(c) not in ("Cc", "Cs", "Co") for c in word)
    if not word or len(word) > _LONGEST_WRITTEN or not fit:
        raise BadInput("written_wrong", limit=_LONGEST_WRITTEN)
    return word
