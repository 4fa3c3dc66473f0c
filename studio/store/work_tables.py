"""The tables of work that outlives a process: who schedules, what was ordered, how much."""

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from studio.store.base import Base, now


class Lease(Base):
    """What one process at a time does for all. It is theirs while they keep renewing it."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64))
    """Random, new with each process; empty when it was handed back."""
    term: Mapped[int] = mapped_column(Integer, default=0)
    """Grows by one whenever another process takes over."""
    beat: Mapped[int] = mapped_column(Integer, default=0)
    """Grows with every renewal. Others watch whether it does by their own monotonic clock, so no
    process relies on another one's clock, nor on one that was set back."""
    place: Mapped[str] = mapped_column(String(120), default="")
    """Host and process id, for people."""
    renewed_at: Mapped[datetime] = mapped_column(default=now)
    """For people, too."""


class Batch(Base):
    """Many texts ordered at once; nobody sits and waits for them."""

    __tablename__ = "batches"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(16))
    """running, paused or cancelled; whether all is done, its takes tell."""
    order: Mapped[dict[str, Any]]
    """Language, voice, instruction, engines and retries, as ordered for every text."""
    total: Mapped[int] = mapped_column(Integer)
    """How many takes."""
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)


class Usage(Base):
    """How much an account ordered in one hour; for its quotas, so days old is old enough."""

    __tablename__ = "usage"
    owner: Mapped[str] = mapped_column(String(64), primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    """Its first moment."""
    takes: Mapped[int] = mapped_column(Integer)
    characters: Mapped[int] = mapped_column(Integer)
