"""The tables of studies: what is compared, who rates, what was served, answered and decided."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from studio.store.base import Base, now


class Study(Base):
    """A listening test: one question, one protocol, a plan that is fixed first."""

    __tablename__ = "studies"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    title: Mapped[str] = mapped_column(String(200))
    """For the owner; raters never see it, for it may name what is compared."""
    question: Mapped[str] = mapped_column(String(32))
    """preference, naturalness, likeness, instruction or pronunciation."""
    protocol: Mapped[str] = mapped_column(String(16))
    """ab, axy, abx, acr, smos, ccr or mushra."""
    language: Mapped[str] = mapped_column(String(16))
    """Of the texts; a study has one."""
    use: Mapped[str] = mapped_column(String(64), default="general")
    """What the speech is for (news, shorts …); its decision holds for it."""
    state: Mapped[str] = mapped_column(String(16), index=True, default="draft")
    """draft, open or closed."""
    plan: Mapped[dict[str, Any]]
    """`studio.studies.plan.StudyPlan` as JSON; frozen when the study opens."""
    seal: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """At opening: hashes of plan and answer key, salt, moment; head of the chain of answers."""
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_because: Mapped[str] = mapped_column(String(32), default="")
    """target, enough, futile or owner."""
    deleted_at: Mapped[datetime | None] = mapped_column(index=True)
    """In the bin since then: no rater is let in, its owner can take it back out."""


class StudyCondition(Base):
    """What a study compares: an engine with model, voice and settings, as it is ordered."""

    __tablename__ = "study_conditions"
    study_id: Mapped[str] = mapped_column(ForeignKey("studies.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    label: Mapped[str] = mapped_column(String(120))
    """As the result shows it; distinct within a study."""
    condition: Mapped[str] = mapped_column(String(200))
    """``engine/preset@model`` as on the leaderboard; two conditions may share it, not a label."""
    engine: Mapped[str] = mapped_column(String(64))
    wanted: Mapped[dict[str, Any]]
    """`studio.takes.order.EngineOrder` as JSON."""
    voice_id: Mapped[str | None] = mapped_column(String(36))
    instruction: Mapped[str] = mapped_column(Text, default="")


class StudyText(Base):
    """A text of a study. Answers to one text are clustered by it."""

    __tablename__ = "study_texts"
    study_id: Mapped[str] = mapped_column(ForeignKey("studies.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    text_sha256: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(80), default="typed")
    """typed, csv, or ``scripts/<collection>/<number>``."""


class StudyItem(Base):
    """One condition saying one text: the take that raters may hear, once its owner has listened."""

    __tablename__ = "study_items"
    study_id: Mapped[str] = mapped_column(ForeignKey("studies.id"), primary_key=True)
    text: Mapped[int] = mapped_column(Integer, primary_key=True)
    condition: Mapped[int] = mapped_column(Integer, primary_key=True)
    comparison_id: Mapped[str] = mapped_column(String(36), index=True)
    first_take: Mapped[str] = mapped_column(String(36), index=True)
    """The attempt that was ordered."""
    take_id: Mapped[str | None] = mapped_column(String(36))
    """In a draft, the attempt its owner heard or judged; once the study is open, what raters hear,
    by the plan's rule on retries (None where the text is out)."""
    verdict: Mapped[str] = mapped_column(String(16), default="")
    """The owner's after listening: empty, good or bad. A bad one takes its whole text out."""
    heard_at: Mapped[datetime | None]


class StudyReference(Base):
    """A recording of a person that raters hear as X, or as the hidden reference of a text."""

    __tablename__ = "study_references"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey("studies.id"), index=True)
    voice_id: Mapped[str | None] = mapped_column(String(36))
    """Whose voice it is, where a study clones several."""
    text: Mapped[int | None] = mapped_column(Integer)
    """The text it says, for a hidden reference; None for a recording of anything else."""
    name: Mapped[str] = mapped_column(String(200))
    blob: Mapped[str] = mapped_column(String(200))
    """Decoded mono FLAC."""
    sha256: Mapped[str] = mapped_column(String(64))
    seconds: Mapped[float] = mapped_column(Float)
    findings: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime] = mapped_column(default=now)


class StudyInvite(Base):
    """A link to a study: one for everybody, or one for each rater."""

    __tablename__ = "study_invites"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey("studies.id"), index=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    """open or personal."""
    name: Mapped[str] = mapped_column(String(120), default="")
    """The owner's note on whom it is for; never in an export."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    revoked_at: Mapped[datetime | None]


class StudyRater(Base):
    """Somebody who takes part. The id is random and the only thing an export has of them."""

    __tablename__ = "study_raters"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey("studies.id"), index=True)
    invite_id: Mapped[str] = mapped_column(String(36), index=True)
    key: Mapped[str] = mapped_column(String(64))
    """Digest of the cookie's key, or of the personal link; unique within a study."""
    locale: Mapped[str] = mapped_column(String(8), default="en")
    trained_at: Mapped[datetime | None]
    headphones: Mapped[str] = mapped_column(String(16), default="")
    """empty, passed, failed or skipped."""
    headphone_trials: Mapped[list[Any]] = mapped_column(default=list)
    """What was asked and answered in the headphone check."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
    completion_code: Mapped[str] = mapped_column(String(16), default="")


class StudyTrial(Base):
    """One screen of a study, drawn for one rater. What lies in which slot stays on the server."""

    __tablename__ = "study_trials"
    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey("studies.id"), index=True)
    rater: Mapped[str] = mapped_column(String(32), index=True)
    number: Mapped[int] = mapped_column(Integer)
    """1, 2, … of this rater; unique with it."""
    kind: Mapped[str] = mapped_column(String(16))
    """training, main, repeat (mirrored), identical or attention."""
    text: Mapped[int] = mapped_column(Integer)
    """Position of the text."""
    slots: Mapped[list[Any]]
    """In the order of the screen: {"slot": "a"|"b"|"x"|"1"…, "clip": token of its address,
    "source": {"item": [text, condition]} | {"reference": id} | {"anchor": [text, condition]},
    "condition": position or None}."""
    repeat_of: Mapped[str | None] = mapped_column(String(64))
    listen_seconds: Mapped[float] = mapped_column(Float)
    """Length of all its clips together."""
    preparation: Mapped[dict[str, Any]]
    """Specification, and for each slot what was done and measured; the blindness audit reads it."""
    issued_at: Mapped[datetime] = mapped_column(default=now)


class StudyClip(Base):
    """The address of one clip of a trial: a random token that shares nothing with the take."""

    __tablename__ = "study_clips"
    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    trial: Mapped[str] = mapped_column(ForeignKey("study_trials.token"), index=True)
    slot: Mapped[str] = mapped_column(String(8))
    sent_at: Mapped[datetime | None]
    """When its last byte had left, on the server's clock."""


class StudyAnswer(Base):
    """The frozen answer to a trial. The primary key decides a race; rows are never changed."""

    __tablename__ = "study_answers"
    trial: Mapped[str] = mapped_column(ForeignKey("study_trials.token"), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey("studies.id"), index=True)
    rater: Mapped[str] = mapped_column(String(32), index=True)
    sequence: Mapped[int] = mapped_column(Integer)
    """1, 2, … within the study, in the order they were counted; unique with it."""
    answer: Mapped[dict[str, Any]]
    """`studio.studies.answers`: {"choice"}, {"score"} or {"scores"}, and "unusable"."""
    seconds: Mapped[float] = mapped_column(Float)
    """From the last clip's last byte, or their answer before where that was later, to the
    answer, on the server's clock."""
    answered_at: Mapped[datetime] = mapped_column(default=now)
    previous_sha256: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the answer before it and this one: `studio.studies.chain`."""


class Decision(Base):
    """What a study decided: the default of a language and a use, with its evidence."""

    __tablename__ = "decisions"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    study_id: Mapped[str] = mapped_column(ForeignKey("studies.id"), index=True)
    language: Mapped[str] = mapped_column(String(16))
    use: Mapped[str] = mapped_column(String(64))
    label: Mapped[str] = mapped_column(String(120))
    condition: Mapped[str] = mapped_column(String(200))
    wanted: Mapped[dict[str, Any]]
    """`EngineOrder` as JSON: what the studio proposes from now on."""
    voice_id: Mapped[str | None] = mapped_column(String(36))
    instruction: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[dict[str, Any]]
    """Sentence, votes, raters, interval, method, hash of the answers."""
    decided_at: Mapped[datetime] = mapped_column(default=now, index=True)
    withdrawn_at: Mapped[datetime | None]


Index("ix_study_raters_key", StudyRater.study_id, StudyRater.key, unique=True)
Index("ix_study_trials_number", StudyTrial.rater, StudyTrial.number, unique=True)
Index("ix_study_answers_sequence", StudyAnswer.study_id, StudyAnswer.sequence, unique=True)
