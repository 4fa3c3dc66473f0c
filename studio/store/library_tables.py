"""The tables of what people note on their things, how words are said and what things cost."""

from datetime import datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from studio.store.base import Base, now


class Tag(Base):
    """A word that somebody put on a thing of theirs."""

    __tablename__ = "tags"
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    """comparison, take, voice or study."""
    thing_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    tag: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), index=True)


class TakeMark(Base):
    """What its owner noted on a take; the take itself is never changed by it."""

    __tablename__ = "take_marks"
    take_id: Mapped[str] = mapped_column(ForeignKey("takes.id"), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    starred: Mapped[bool] = mapped_column(default=False)
    pinned: Mapped[bool] = mapped_column(default=False)
    """Shown before the others of its comparison."""
    changed_at: Mapped[datetime] = mapped_column(default=now)


class TakePart(Base):
    """The sound of one part of a long text, so that another part can be redone alone."""

    __tablename__ = "take_parts"
    comparison_id: Mapped[str] = mapped_column(ForeignKey("comparisons.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of everything that decides the part's samples, as of a take."""
    owner: Mapped[str] = mapped_column(String(64), index=True)
    blob: Mapped[str] = mapped_column(String(200))
    sample_rate: Mapped[int] = mapped_column(Integer)
    seconds: Mapped[float] = mapped_column(Float)
    rendered_at: Mapped[datetime] = mapped_column(default=now)


class Pronunciation(Base):
    """How somebody wants a word said in a language."""

    __tablename__ = "pronunciations"
    owner: Mapped[str] = mapped_column(String(64), primary_key=True)
    language: Mapped[str] = mapped_column(String(16), primary_key=True)
    written: Mapped[str] = mapped_column(String(120), primary_key=True)
    reading: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime] = mapped_column(default=now)


class Welcome(Base):
    """The example that the studio made for somebody when they first came."""

    __tablename__ = "welcomes"
    owner: Mapped[str] = mapped_column(String(64), primary_key=True)
    comparison_id: Mapped[str] = mapped_column(String(36))
    """It may be gone since: nobody gets a second one."""
    made_at: Mapped[datetime] = mapped_column(default=now)


class CostBook(Base):
    """Prices and assumptions of somebody's cost calculator, where they differ from the studio's."""

    __tablename__ = "cost_books"
    owner: Mapped[str] = mapped_column(String(64), primary_key=True)
    values: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime] = mapped_column(default=now)
