"""Recordings that raters hear as X or as the hidden reference: never the one that was cloned."""

import io
import uuid
import wave
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studio.problems import BadInput, Conflict, NotFound
from studio.store.base import now
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.study_tables import StudyReference
from studio.studies.owner.rows import Whole, draft_of, study_of, whole
from studio.studies.owner.words import one_line
from studio.takes.rows import is_id
from studio.voices.clips import Clips
from studio.voices.refusal import ClipRefused
from studio.voices.service import VoiceService

MOST = 400
LONGEST_SECONDS = 30.0
"""Longer than that nobody keeps in mind what the speaker sounds like."""
_NAME_CHARACTERS = 200
_SHARED_SECONDS = 1.0
_FOR_CLONING = ("checkup.reason.too_little_speech",)
"""A headline is enough to be heard, if not to be cloned from."""


class References:
    """Keeps second recordings of speakers.

    Args:
        database, blobs: rows and recordings.
        clips: decodes what is uploaded, in a process of its own.
        voices: knows which clips were cloned.
    """

    def __init__(
        self, database: Database, blobs: Blobs, clips: Clips, voices: VoiceService
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._clips = clips
        self._voices = voices

    def add(  # noqa: PLR0913, PLR0917 (what a form says)
        self,
        owner: str,
        study_id: str,
        data: bytes,
        voice_id: str | None = None,
        text: int | None = None,
        name: str = "",
    ) -> None:
        """Keep a recording; one for the same text takes the place of the one before.

        Args:
            owner: whose study it is.
            study_id: the study.
            data: the file.
            voice_id: whose voice it is, of those that the study clones.
            text: position of the text that is said in it; ``None``: anything else.
            name: for the owner.

        Raises:
            NotFound: ``unknown_study``, ``unknown_voice``, ``unknown_study_text``.
            Conflict: ``study_not_draft``, ``study_references_too_many``.
            BadInput: it cannot be read, ``clip_refused``, ``study_reference_long``,
                ``study_reference_twice``; ``study_reference_cloned``: it is the clip that a voice
                was cloned from, or a part of it.
        """
        with self._database.read() as session:
            all_ = whole(session, draft_of(session, owner, study_id))
        if text is not None and text not in {one.position for one in all_.texts}:
            raise NotFound("unknown_study_text")
        if voice_id is not None:
            voice_id = self._voices.get(owner, voice_id).id
        label = one_line(name, "name", _NAME_CHARACTERS)
        check, clip = self._clips.examine(data, keep=True, short=True)
        if clip is None:
            raise ClipRefused(check.reasons)
        if clip.seconds > LONGEST_SECONDS:
            raise BadInput(
                "study_reference_long", seconds=round(clip.seconds, 1), limit=LONGEST_SECONDS
            )
        self._refuse_cloned(owner, all_, voice_id, clip.flac, clip.sha256)
        row = StudyReference(
            id=str(uuid.uuid4()),
            study_id=study_id,
            voice_id=voice_id,
            text=text,
            name=label,
            blob=f"studies/{owner}/{uuid.uuid4()}",
            sha256=clip.sha256,
            seconds=clip.seconds,
            findings=[
                reason.to_json() for reason in check.reasons if reason.code not in _FOR_CLONING
            ],
            created_at=now(),
        )

        def keep(session: Session) -> list[str]:
            study = draft_of(session, owner, study_id)
            mine = select(StudyReference).where(StudyReference.study_id == study.id)
            old = list(session.scalars(mine))
            same = [one for one in old if one.sha256 == row.sha256 and one.text == row.text]
            if any(one.voice_id == row.voice_id for one in same):
                raise BadInput("study_reference_twice")
            replaced = [one for one in old if text is not None and one.text == text]
            if len(old) - len(replaced) >= MOST:
                raise Conflict("study_references_too_many", limit=MOST)
            for one in replaced:
                session.delete(one)
            session.add(row)
            return [one.blob for one in replaced]

        self._blobs.put(row.blob, clip.flac)
        try:
            left = self._database.write(keep)
        except BaseException:
            self._blobs.delete(row.blob)
            raise
        self.drop(left)

    def remove(self, owner: str, study_id: str, reference_id: str) -> None:
        """Forget a recording.

        Raises:
            NotFound: ``unknown_study``, ``unknown_reference``.
            Conflict: ``study_not_draft``.
        """

        def forget(session: Session) -> str:
            study = draft_of(session, owner, study_id)
            row = _reference_of(session, study.id, reference_id)
            session.delete(row)
            return row.blob

        self.drop([self._database.write(forget)])

    def sound(self, owner: str, study_id: str, reference_id: str) -> bytes:
        """A kept recording as WAV, mono, 16 bit.

        Raises:
            NotFound: ``unknown_study``, ``unknown_reference``.
            Unavailable: ``clip_missing``: the store has lost it.
        """
        with self._database.read() as session:
            study = study_of(session, owner, study_id)
            row = _reference_of(session, study.id, reference_id)
        return self._clips.wav(row.blob)

    def drop(self, blobs: Iterable[str]) -> None:
        """Remove recordings that no row names any more and nobody shares."""
        for blob in blobs:
            with self._database.read() as session:
                named = select(func.count()).where(StudyReference.blob == blob)
                if session.scalar(named):
                    continue
            self._blobs.delete(blob)

    def _refuse_cloned(
        self, owner: str, all_: Whole, voice_id: str | None, flac: bytes, sha256: str
    ) -> None:
        from studio.audio.encode import read_flac
        from studio.audio.same_recording import shared_seconds

        voices = {voice_id, *(one.voice_id for one in all_.conditions)} - {None}
        heard = read_flac(flac)
        for each in sorted(str(voice) for voice in voices):
            try:
                name = self._voices.get(owner, each).name
                wav, cloned = self._voices.cloned_from(owner, each)
            except NotFound:  # deleted since
                continue
            if cloned == sha256 or shared_seconds(*heard, *_samples(wav)) >= _SHARED_SECONDS:
                raise BadInput("study_reference_cloned", voice=name)


def _samples(wav: bytes) -> tuple[NDArray[np.float32], int]:
    """Of a WAV file that was made here: mono, 16 bit."""
    with wave.open(io.BytesIO(wav)) as file:
        raw = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        return (raw / np.float32(32768)).astype(np.float32), file.getframerate()


def _reference_of(session: Session, study_id: str, reference_id: str) -> StudyReference:
    row = session.get(StudyReference, reference_id) if is_id(reference_id) else None
    if row is None or row.study_id != study_id:
        raise NotFound("unknown_reference")
    return row
