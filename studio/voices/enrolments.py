"""Reference clips compiled for engines that clone: made once, kept as plain arrays and values."""

import hashlib
import io
import threading
import unicodedata
import uuid
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from studio.engines.contract import Enrolment, ReferenceClip
from studio.problems import BadInput, Unavailable
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.tables import EnrolmentRow
from studio.voices.reference import Sent
from studio.voices.rows import keep_enrolment

if TYPE_CHECKING:
    from studio.runtime.runtime import Runtime

KIND = "clone"
_PLAIN = (str, int, float, bool)
_LONGEST = 80
"""Characters of a model revision in the table."""
_TRANSCRIPT_DIGITS = 8


class Enrolments:
    """Enrolments by the recording's hash, engine and model revision.

    Args:
        database: where their values are kept.
        blobs: where their arrays are kept.
        runtime: asks the engine, in its own process, for a new one.
    """

    def __init__(self, database: Database, blobs: Blobs, runtime: "Runtime") -> None:
        self._database = database
        self._blobs = blobs
        self._runtime = runtime
        self._gates: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def get(
        self, owner: str, sent: Sent, clip: Callable[[], ReferenceClip], sets: tuple[str, ...] = ()
    ) -> tuple[str, Enrolment]:
        """The enrolment and the key that stands for it in a take's own key.

        Args:
            owner: in whose folder new arrays are kept.
            sent: the recording and to which engine it goes.
            clip: gives the recording; called only where there is no enrolment yet.
            sets: the weight set that compiles, of an engine that has several.

        Raises:
            BadInput: ``engine_cannot_clone``, or what the engine says against the clip.
            Unavailable: the engine cannot serve now.
            NotFound: the recording's last voice was deleted meanwhile.
        """
        if sent.card.cloning.kind == "none":
            raise BadInput("engine_cannot_clone", engine=sent.card.title)
        engine, revision = sent.card.name, self._revision(sent, sets)
        key = f"{sent.sha256}:{engine}:{revision}"
        with self._gates[engine]:
            found = self._stored(sent.sha256, engine, revision)
            if found is None:
                found = self._runtime.enroll(engine, clip(), sets)
                self._keep(owner, sent.sha256, engine, revision, found)
        return key, found

    def made_at(self, sent: Sent, sets: tuple[str, ...] = ()) -> datetime | None:
        """When the enrolment that :meth:`get` would give was compiled; ``None``: not yet.

        Raises:
            Unavailable: the engine's weights are missing.
        """
        key = (sent.sha256, sent.card.name, self._revision(sent, sets))
        with self._database.read() as session:
            row = session.get(EnrolmentRow, key)
        return row.created_at if row is not None and row.kind == KIND else None

    def forget(self, sent: Sent, sets: tuple[str, ...] = ()) -> None:
        """Drop an enrolment; the next :meth:`get` compiles anew."""
        key = (sent.sha256, sent.card.name, self._revision(sent, sets))

        def drop(session: Session) -> str | None:
            row = session.get(EnrolmentRow, key)
            if row is None:
                return None
            session.delete(row)
            return row.arrays_blob

        blob = self._database.write(drop)
        if blob is not None:
            self._blobs.delete(blob)

    def _revision(self, sent: Sent, sets: tuple[str, ...]) -> str:
        """Of the model that compiles, and of the transcript where it reads it."""
        revision = self._runtime.model_revision(sent.card.name, sets)
        if sent.card.cloning.transcript == "unused":
            return revision
        words = unicodedata.normalize("NFC", sent.transcript.strip())
        words = hashlib.sha256(words.encode()).hexdigest()[:_TRANSCRIPT_DIGITS]
        if len(revision) > _LONGEST - _TRANSCRIPT_DIGITS - 1:
            revision = hashlib.sha256(revision.encode()).hexdigest()
        return f"{revision}~{words}"

    def _stored(self, clip_sha256: str, engine: str, revision: str) -> Enrolment | None:
        with self._database.read() as session:
            row = session.get(EnrolmentRow, (clip_sha256, engine, revision))
        if row is None or row.kind != KIND:
            return None
        if row.arrays_blob is None:
            return Enrolment(values=row.values)
        try:
            return Enrolment(arrays=unpack(self._blobs.get(row.arrays_blob)), values=row.values)
        except Unavailable:  # a deletion that was cut short took the arrays first: compile anew
            return None

    def _keep(
        self, owner: str, clip_sha256: str, engine: str, revision: str, found: Enrolment
    ) -> None:
        if not all(isinstance(value, _PLAIN) for value in found.values.values()):
            raise Unavailable("engine_garbage", engine=engine, reason="values")
        name = f"voices/{owner}/{uuid.uuid4()}" if found.arrays else None
        if name is not None:
            self._blobs.put(name, pack(dict(found.arrays), engine))
        row = EnrolmentRow(
            clip_sha256=clip_sha256,
            engine=engine,
            model_revision=revision,
            kind=KIND,
            values=dict(found.values),
            arrays_blob=name,
        )
        try:
            replaced = self._database.write(lambda session: keep_enrolment(session, row))
        except BaseException:
            if name is not None:
                self._blobs.delete(name)
            raise
        if replaced is not None:
            self._blobs.delete(replaced)


def pack(arrays: dict[str, NDArray[Any]], engine: str) -> bytes:
    """Named arrays as one ``.npz`` file, without pickle.

    Raises:
        Unavailable: ``engine_garbage``: an array holds Python objects.
    """
    buffer = io.BytesIO()
    names = {f"a:{name}": np.asarray(array) for name, array in arrays.items()}
    if any(array.dtype.hasobject for array in names.values()):
        raise Unavailable("engine_garbage", engine=engine, reason="object")
    np.savez(buffer, allow_pickle=False, **names)
    return buffer.getvalue()


def unpack(data: bytes) -> dict[str, NDArray[Any]]:
    """The inverse of :func:`pack`."""
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        return {name.removeprefix("a:"): file[name] for name in file.files}
