"""Takes as files that leave the studio: they say what they are, and cloned voices are marked."""

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from sqlalchemy import update
from sqlalchemy.orm import Session

from studio.problems import Conflict, NotAllowed, NotFound, Unavailable
from studio.quality import watermark
from studio.settings import Settings
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.tables import Comparison, Take
from studio.takes import provenance
from studio.takes.rows import take_of

if TYPE_CHECKING:
    from studio.runtime.runtime import Runtime

Format = Literal["wav", "flac", "mp3"]
_MARK = "studio.quality.watermark:mark_flac"
_BENCH = "speech"
_MARK_SECONDS = 120.0
"""The first call loads torch; marking itself takes a tenth of a take's length."""


class HasId(Protocol):
    """A consent, as exports see it."""

    @property
    def id(self) -> str: ...


class Consents(Protocol):
    """Where consents are found; `studio.voices` fits this shape without being imported."""

    def consent(self, owner: str, voice_id: str) -> HasId:
        """The consent under which a voice was saved, also after the voice was deleted.

        Raises:
            NotFound: ``unknown_consent``.
        """
        ...


@dataclass(frozen=True)
class Export:
    """A file to hand out.

    Attributes:
        data: the file.
        watermark: name and version of the watermark in it; None for none.
        provenance: what the file says of itself (`studio.takes.provenance`).
    """

    data: bytes
    watermark: str | None
    provenance: provenance.Document


class Exports:
    """Makes files of done takes. Every one says what it is; those of cloned voices carry a mark.

    The marked sound is made once, when it is first asked for, and kept beside the take's own.

    Args:
        settings: whether cloned voices are marked.
        database, blobs: where takes are.
        runtime: the process that marks.
        consents: finds under which consent a voice was cloned.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        blobs: Blobs,
        runtime: "Runtime",
        consents: Consents,
    ) -> None:
        self._settings = settings
        self._database = database
        self._blobs = blobs
        self._runtime = runtime
        self._consents = consents
        self._marking = threading.Lock()

    def export(
        self, owner: str, take_id: str, file_format: Format, *, marked: bool | None = None
    ) -> Export:
        """A done take as a file: WAV of 16 bits, FLAC of 24 bits, or MP3.

        Args:
            owner: whose take it is.
            take_id: the take.
            file_format: what file.
            marked: with a watermark or without; None as the settings say.

        Raises:
            NotFound: ``unknown_take``.
            Conflict: ``take_not_done``.
            NotAllowed: ``watermark_required``: a cloned voice is not handed out without.
            Unavailable: ``watermark_unavailable``: it was to be marked and cannot be.
        """
        take, comparison = self._done(owner, take_id)
        must = is_clone(take) and self._settings.watermark
        if must and marked is False:
            raise NotAllowed("watermark_required")
        flac, name = self._sound(take, marked=must or bool(marked))
        about = self._about(take, comparison, name)
        return Export(_file(flac, file_format, about), name, about)

    def listen(self, owner: str, take_id: str, file_format: Format) -> bytes:
        """The same for a player of the studio's own pages: at once, the samples as they are kept.

        Raises as :meth:`export` does for takes that are not there.
        """
        take, comparison = self._done(owner, take_id)
        about = self._about(take, comparison, None)
        return _file(self._blobs.get(str(take.blob)), file_format, about)

    def _done(self, owner: str, take_id: str) -> tuple[Take, Comparison]:
        with self._database.read() as session:
            take, comparison = take_of(session, owner, take_id)
        if take.state != "done" or take.blob is None:
            raise Conflict("take_not_done")
        return take, comparison

    def _about(self, take: Take, comparison: Comparison, mark: str | None) -> provenance.Document:
        voice = comparison.voice_id if take.request.get("speaker") in ("clone", "closest") else None
        consent = self._consent(comparison.owner, voice)
        return provenance.document(take, consent, voice, mark)

    def _consent(self, owner: str, voice: str | None) -> str | None:
        if voice is None:
            return None
        try:
            return self._consents.consent(owner, voice).id
        except NotFound:
            return None

    def _sound(self, take: Take, *, marked: bool) -> tuple[bytes, str | None]:
        """A take's samples as FLAC and the name of the watermark in them."""
        blob = str(take.blob)
        if not marked:
            return self._blobs.get(blob), None
        method = _method()
        kept = f"{blob}-{_in_a_name(method)}"
        with self._marking:  # a second format asked for at once finds it made
            if self._kept(take.id) == kept and self._blobs.exists(kept):
                return self._blobs.get(kept), method
            plain = self._blobs.get(blob)
            sound = self._marked(plain, float(take.seconds or 0.0))
            if sound is None:  # too short, or nothing that sounds like speech: the file says "none"
                return plain, None
            self._blobs.put(kept, sound)
            # Takes that were answered from the store have the same sound.
            same = update(Take).where(Take.blob == blob).values(marked_blob=kept)

            def keep(session: Session) -> None:
                session.execute(same)

            self._database.write(keep)
        return sound, method

    def _kept(self, take_id: str) -> str | None:
        with self._database.read() as session:
            take = session.get(Take, take_id)
            return take.marked_blob if take is not None else None

    def _marked(self, flac: bytes, seconds: float) -> bytes | None:
        try:
            made: dict[str, Any] = self._runtime.call(
                _MARK, flac, bench=_BENCH, timeout=_MARK_SECONDS + seconds
            )
        except Unavailable as reason:
            raise Unavailable("watermark_unavailable") from reason
        sound: bytes | None = made["flac"]
        return sound


def _file(flac: bytes, file_format: Format, about: provenance.Document) -> bytes:
    from studio.audio import encode
    from studio.audio.tags import tagged

    samples, rate = encode.read_flac(flac)
    encoder = {"wav": encode.wav, "flac": encode.flac, "mp3": encode.mp3}[file_format]
    return tagged(encoder(samples, rate), file_format, provenance.tags(about))


def is_clone(take: Take) -> bool:
    """Whether somebody's voice was cloned for a take."""
    return bool(take.request.get("speaker") == "clone")


def _method() -> str:
    try:
        return watermark.method()
    except ModuleNotFoundError as missing:  # the package is not installed
        raise Unavailable("watermark_unavailable") from missing


def _in_a_name(method: str) -> str:
    """As part of a blob's name, so that another version's mark is made anew."""
    return "".join(c if c.isalnum() else "-" for c in method)
