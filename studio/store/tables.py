"""The tables. Each service reads and writes its own; relations across services go by id only."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from studio.store.base import Base, now


class Voice(Base):
    """A cloned voice: a speaker known by a reference clip."""

    __tablename__ = "voices"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(16))
    transcript: Mapped[str] = mapped_column(Text, default="")
    clip_blob: Mapped[str] = mapped_column(String(200))
    """Decoded mono FLAC; the uploaded bytes themselves are never kept."""
    clip_sha256: Mapped[str] = mapped_column(String(64), index=True)
    checkup: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)
    doctor: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What the reference doctor found; None where its models could not be asked."""
    reference_blob: Mapped[str | None] = mapped_column(String(200))
    """The best part of the clip, repaired, as engines get it; None: the clip as it is."""
    reference_sha256: Mapped[str | None] = mapped_column(String(64))
    """Of the reference's samples; enrolments are keyed by it."""
    upload: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What a client of the speech API sent with the recording: consent (its own name of it),
    description, media_type, bytes. None: it came by another door."""
    shared: Mapped[bool] = mapped_column(default=False)
    """Whether everybody with an account may use it; changing it stays its owner's."""
    deleted_at: Mapped[datetime | None] = mapped_column(index=True)
    """In the bin since then: nobody sees or uses it, its owner can take it back out."""


class Consent(Base):
    """Who agreed to what, when, about which clip. Outlives the voice."""

    __tablename__ = "consents"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    voice_id: Mapped[str] = mapped_column(String(36), index=True)
    owner: Mapped[str] = mapped_column(String(64))
    statement: Mapped[str] = mapped_column(Text)
    """The sentence the person agreed to, as it was shown."""
    locale: Mapped[str] = mapped_column(String(8))
    clip_sha256: Mapped[str] = mapped_column(String(64))
    given_at: Mapped[datetime] = mapped_column(default=now)
    speaker: Mapped[str] = mapped_column(String(200), default="")
    """Whose voice it is, as the person said: empty for their own."""
    about: Mapped[str] = mapped_column(String(16), default="speech")
    """``speech``: that the voice is cloned; ``sharing``: that everybody with an account uses it."""
    withdrawn_at: Mapped[datetime | None]
    """When sharing ended; the consent to the voice itself ends with the voice."""


class EnrolmentRow(Base):
    """A reference clip compiled for one engine, keyed by clip, engine and model revision."""

    __tablename__ = "enrolments"
    clip_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    engine: Mapped[str] = mapped_column(String(64), primary_key=True)
    model_revision: Mapped[str] = mapped_column(String(80), primary_key=True)
    """Of the model that compiled it, and of the transcript where that model reads it."""
    kind: Mapped[str] = mapped_column(String(32))
    """``clone`` (arrays in a blob) or ``closest_preset`` (a ranking in ``values``)."""
    values: Mapped[dict[str, Any]]
    arrays_blob: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(default=now)


class PresetEmbedding(Base):
    """The speaker embedding of an engine's preset, measured once on a fixed sentence."""

    __tablename__ = "preset_embeddings"
    engine: Mapped[str] = mapped_column(String(64), primary_key=True)
    model_revision: Mapped[str] = mapped_column(String(80), primary_key=True)
    preset: Mapped[str] = mapped_column(String(80), primary_key=True)
    encoder: Mapped[str] = mapped_column(String(64), primary_key=True)
    embedding: Mapped[list[Any]]


class Comparison(Base):
    """The takes of one text, voice and instruction across engines."""

    __tablename__ = "comparisons"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    text: Mapped[str] = mapped_column(Text)
    text_sha256: Mapped[str] = mapped_column(String(64), index=True)
    language: Mapped[str] = mapped_column(String(16))
    voice_id: Mapped[str | None] = mapped_column(String(36))
    instruction: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    study_id: Mapped[str | None] = mapped_column(String(36), index=True)
    """The study it was rendered for; such takes are in no list and no pool but the study's."""
    batch_id: Mapped[str | None] = mapped_column(String(36), index=True)
    """The batch it was ordered in; such takes are in its list alone."""
    title: Mapped[str] = mapped_column(String(200), default="")
    """As its owner calls it; empty: its text tells."""
    project: Mapped[str] = mapped_column(String(80), default="", index=True)
    """What it is made for, as its owner calls it; costs are summed by it."""
    readings: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    """How parts of the text are said instead: {"start", "end", "reading"} in characters of the
    text, in order; None: as it is written."""
    deleted_at: Mapped[datetime | None] = mapped_column(index=True)
    """In the bin since then."""


class Take(Base):
    """One rendered audio, with what is needed to make it again and what was measured on it."""

    __tablename__ = "takes"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    comparison_id: Mapped[str] = mapped_column(ForeignKey("comparisons.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    engine: Mapped[str] = mapped_column(String(64))
    preset: Mapped[str] = mapped_column(String(80), default="")
    model_revision: Mapped[str] = mapped_column(String(80), default="")
    key: Mapped[str] = mapped_column(String(64), index=True)
    """SHA-256 of everything that decides the samples; equal keys share a blob."""
    state: Mapped[str] = mapped_column(String(16))
    """queued, running, done, failed or cancelled."""
    request: Mapped[dict[str, Any]]
    """Options, seed and insistence, as planned."""
    aspects: Mapped[dict[str, Any]]
    """reference, instruction, language → {"status", "note"}."""
    warnings: Mapped[list[Any]] = mapped_column(default=list)
    """Notes: {"code", "params"}."""
    reused: Mapped[bool] = mapped_column(default=False)
    """Answered from the store by an earlier take with the same key."""
    error: Mapped[dict[str, Any] | None]
    """A note: {"code", "params"}."""
    blob: Mapped[str | None] = mapped_column(String(200))
    sample_rate: Mapped[int | None] = mapped_column(Integer)
    seconds: Mapped[float | None] = mapped_column(Float)
    rtf: Mapped[float | None] = mapped_column(Float)
    ttfa_seconds: Mapped[float | None] = mapped_column(Float)
    measures: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
    """When the state became final."""
    rendered_at: Mapped[datetime | None]
    """When the samples were made: of a reused take, earlier than the take itself."""
    speaker: Mapped[str] = mapped_column(String(80), default="")
    """``designed:<hash>`` of a voice made up from a description; empty: preset or clip tell."""
    model: Mapped[str] = mapped_column(String(80), default="")
    """Which of the engine's models spoke; empty where it has one."""
    attribution: Mapped[str] = mapped_column(Text, default="")
    """Credit that the licence asked for when the take was made."""
    device: Mapped[str] = mapped_column(String(32), default="")
    """What rendered it: ``cpu``, ``cuda:0``; empty where nobody said."""
    instead_of: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The engine that was asked first, where another one stood in: engine, title, reason (note)."""
    cost: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What its rendering was charged: characters, amount, currency, as_of, source."""
    attempt: Mapped[int] = mapped_column(Integer, default=1)
    """1 for what was ordered; later ones were made because the checks caught those before."""
    first_attempt: Mapped[str | None] = mapped_column(String(36), index=True)
    """Id of the take that was ordered, for attempts after the first."""
    marked_blob: Mapped[str | None] = mapped_column(String(200))
    """The same sound with the watermark, made when it is first exported."""
    priority: Mapped[int] = mapped_column(Integer, default=0)
    """0: a person waits; 10: part of a batch. The smaller number is rendered first."""
    tries: Mapped[int] = mapped_column(Integer, default=0)
    """How often its rendering was begun: after a crash it is begun again."""
    not_before: Mapped[datetime | None]
    """A passing failure is tried again then, not sooner."""
    remote_job: Mapped[str | None] = mapped_column(String(300))
    """Name of the job elsewhere that renders it, where one does."""
    deleted_at: Mapped[datetime | None] = mapped_column(index=True)
    """In the bin since then, by itself; of a whole comparison in the bin its own row tells."""


class TakeReport(Base):
    """What was measured on a finished take, after it was heard."""

    __tablename__ = "take_reports"
    take_id: Mapped[str] = mapped_column(ForeignKey("takes.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    """pending, running, done or failed."""
    figures: Mapped[list[Any]] = mapped_column(default=list)
    """`studio.quality.figure.Figure` as JSON."""
    findings: Mapped[list[Any]] = mapped_column(default=list)
    """`studio.quality.figure.Finding` as JSON."""
    heard: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What speech recognition understood: text, language, alignment with the text."""
    remarks: Mapped[list[Any]] = mapped_column(default=list)
    """Notes on what could not be measured."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    measured_at: Mapped[datetime | None]
    seconds: Mapped[float | None] = mapped_column(Float)
    """How long measuring took."""


class Acceptance(Base):
    """Who accepted an engine's licence, when, in which words. Kept after a withdrawal."""

    __tablename__ = "acceptances"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    engine: Mapped[str] = mapped_column(String(64), index=True)
    terms_sha256: Mapped[str] = mapped_column(String(64))
    """Of the terms as the engine's card stated them; other terms are to be accepted anew."""
    owner: Mapped[str] = mapped_column(String(64))
    locale: Mapped[str] = mapped_column(String(8))
    statement: Mapped[str] = mapped_column(Text)
    """The sentence the person agreed to, as it was shown."""
    accepted_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]


class LedgerRow(Base):
    """What a paid service charged for one rendering, whatever came of it. Never changed."""

    __tablename__ = "ledger"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    take_id: Mapped[str] = mapped_column(String(36), index=True)
    engine: Mapped[str] = mapped_column(String(64))
    model: Mapped[str] = mapped_column(String(80), default="")
    """The service's own name of its model."""
    voice_id: Mapped[str] = mapped_column(String(36), default="")
    """The cloned voice that spoke; empty where none did."""
    project: Mapped[str] = mapped_column(String(80), default="")
    """Of the comparison, as it was called then."""
    characters: Mapped[int] = mapped_column(Integer)
    amount: Mapped[float | None] = mapped_column(Float)
    """By the price that was valid then; empty where none was known."""
    currency: Mapped[str] = mapped_column(String(3), default="")
    per_million_characters: Mapped[float | None] = mapped_column(Float)
    price_as_of: Mapped[str] = mapped_column(String(32), default="")
    price_source: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(default=now, index=True)


class Trial(Base):
    """One blind screen served to one rater. Position ``a`` and ``b`` are drawn, then fixed."""

    __tablename__ = "trials"
    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    protocol: Mapped[str] = mapped_column(String(16))
    rater: Mapped[str] = mapped_column(String(64), index=True)
    comparison_id: Mapped[str] = mapped_column(String(36), index=True)
    take_a: Mapped[str] = mapped_column(String(36))
    take_b: Mapped[str] = mapped_column(String(36))
    condition_a: Mapped[str] = mapped_column(String(200))
    condition_b: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(16))
    text_sha256: Mapped[str] = mapped_column(String(64))
    listen_seconds: Mapped[float] = mapped_column(Float)
    """Length of both clips together, as served."""
    stimulus_a: Mapped[str] = mapped_column(String(64), unique=True)
    """Random token of the clip's URL; shares nothing with the take."""
    stimulus_b: Mapped[str] = mapped_column(String(64), unique=True)
    preparation: Mapped[dict[str, Any]]
    """Per position: gain, loudness, bandwidth, seconds; what the blindness audit reads."""
    issued_at: Mapped[datetime] = mapped_column(default=now)
    heard_a_at: Mapped[datetime | None]
    """When the last byte of the clip left, on the server's clock."""
    heard_b_at: Mapped[datetime | None]


class Vote(Base):
    """The frozen answer to a trial. The primary key decides a race; rows are never changed."""

    __tablename__ = "votes"
    trial: Mapped[str] = mapped_column(ForeignKey("trials.token"), primary_key=True)
    choice: Mapped[str] = mapped_column(String(8))
    """a, b or tie."""
    condition_a: Mapped[str] = mapped_column(String(200))
    condition_b: Mapped[str] = mapped_column(String(200))
    rater: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(16), index=True)
    text_sha256: Mapped[str] = mapped_column(String(64))
    voted_at: Mapped[datetime] = mapped_column(default=now)


class Tally(Base):
    """Votes counted per language and ordered pair, kept in the vote's own transaction."""

    __tablename__ = "tallies"
    language: Mapped[str] = mapped_column(String(16), primary_key=True)
    left: Mapped[str] = mapped_column(String(200), primary_key=True)
    """The condition whose name sorts first."""
    right: Mapped[str] = mapped_column(String(200), primary_key=True)
    left_wins: Mapped[int] = mapped_column(Integer, default=0)
    right_wins: Mapped[int] = mapped_column(Integer, default=0)
    ties: Mapped[int] = mapped_column(Integer, default=0)


Index("ix_comparisons_owner_created", Comparison.owner, Comparison.created_at)
Index("ix_takes_key_state", Take.key, Take.state)
Index("ix_takes_waiting", Take.state, Take.engine, Take.priority, Take.created_at)
Index("ix_takes_state_finished", Take.state, Take.finished_at)
Index("ix_takes_engine_finished", Take.engine, Take.finished_at)
Index("ix_trials_pair", Trial.condition_a, Trial.condition_b)
