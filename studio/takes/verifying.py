"""What an audio file says of its origin, and whether the watermark of cloned voices is in it."""

from typing import TYPE_CHECKING, Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict

from studio.audio.tags import Tags
from studio.locales import Note, note
from studio.problems import BadInput, NotFound, Unavailable
from studio.settings import Settings
from studio.store.database import Database
from studio.takes import provenance
from studio.takes.rows import take_of

if TYPE_CHECKING:
    from studio.runtime.runtime import Runtime

Verdict = Literal["declared_and_marked", "declared", "marked", "nothing"]
_OPEN = "studio.takes.opening:opened"
_ALIVE = "studio.takes.opening:alive"
_LOOK = "studio.quality.watermark:look"
_OPEN_SECONDS = 60.0
_LOOK_SECONDS = 120.0
_READ_SECONDS = 30.0
_COMMENT = 500
_VERDICTS: dict[Verdict, Note] = {
    "declared_and_marked": note("provenance.verdict_declared_and_marked"),
    "declared": note("provenance.verdict_declared"),
    "marked": note("provenance.verdict_marked"),
    "nothing": note("provenance.verdict_nothing"),
}
_UNHEARD: dict[Verdict, Note] = {
    "declared": note("provenance.declared_unheard"),
    "nothing": note("provenance.nothing_unheard"),
}
"""The same where the watermark was not looked for: nobody may read that as "not found"."""
_NO_DETECTOR = note("provenance.no_detector")
_MARKS = {
    "found": note("provenance.watermark_found"),
    "not_found": note("provenance.watermark_not_found"),
    "not_checked": _NO_DETECTOR,
}


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class WatermarkView(_View):
    """What was found of the watermark."""

    state: Literal["found", "not_found", "not_checked"]
    confidence: float | None = None
    """The detector's measure of the surest part, 0 to 1."""
    share: float | None = None
    """Of the parts that hold sound, those with the watermark, 0 to 1."""
    method: str = ""
    reason: Note | None = None
    """Why it was not looked for."""

    @property
    def says(self) -> Note:
        """What that means."""
        return self.reason or _MARKS[self.state]


class KnownView(_View):
    """What this studio knows of the ids in the file."""

    take: bool = False
    comparison: str | None = None
    """The comparison that the take belongs to."""
    voice: bool = False
    """The voice is still there."""
    consent: bool = False


class ProvenanceView(_View):
    """What is known of a file's origin."""

    verdict: Verdict
    container: str | None
    seconds: float | None
    metadata: dict[str, Any] | None
    """What the file says of itself, in the studio's form (`studio.takes.provenance`)."""
    comment: str
    """The file's comment, whoever wrote it; shortened."""
    watermark: WatermarkView
    known: KnownView

    @property
    def says(self) -> Note:
        """The verdict with its limits."""
        unheard = self.watermark.state == "not_checked"
        return (unheard and _UNHEARD.get(self.verdict)) or _VERDICTS[self.verdict]


class Records(Protocol):
    """Voices and consents; `studio.voices` fits this shape without being imported."""

    def get(self, owner: str, voice_id: str) -> Any:
        """A voice; raises ``NotFound``."""
        ...

    def consent(self, owner: str, voice_id: str) -> Any:
        """The consent (``.id``) under which a voice was saved; raises ``NotFound``."""
        ...


class Verifier:
    """Looks at files; keeps nothing of them.

    Args:
        settings: size of uploads.
        database: takes.
        runtime: the processes that decode and that listen.
        records: voices and consents.
    """

    def __init__(
        self, settings: Settings, database: Database, runtime: "Runtime", records: Records
    ) -> None:
        self._settings = settings
        self._database = database
        self._runtime = runtime
        self._records = records

    def verify(self, owner: str, data: bytes) -> ProvenanceView:
        """Look at a file.

        Raises:
            BadInput: it is no audio file that we know (a code of `studio.audio.errors.CODES`), and
                says nothing of its origin either.
        """
        found = self._opened(data)
        heard, reason = self._watermark(found)
        return view(found, heard, lambda document: self._known(owner, document), reason)

    def _opened(self, data: bytes) -> dict[str, Any]:
        limit = self._settings.upload_max_bytes
        try:
            found: dict[str, Any] = self._runtime.call(
                _OPEN, data, limit, bench="media", timeout=_OPEN_SECONDS
            )
        except Unavailable as ended:
            if ended.code == "workbench_timeout":
                raise BadInput(ended.code, **ended.params) from ended
            if ended.code != "workbench_crashed":
                raise
            # The decoder fell over this file, unless the bench cannot work at all.
            self._runtime.call(_ALIVE, bench="media", timeout=_READ_SECONDS)
            raise BadInput("unreadable") from ended
        return found

    def _watermark(self, found: dict[str, Any]) -> tuple[dict[str, Any] | None, Note | None]:
        """What the detector says; None and why where it says nothing."""
        if found["samples"] is None:
            return None, None
        try:
            heard: dict[str, Any] = self._runtime.call(
                _LOOK, found["samples"], found["rate"], bench="speech", timeout=_LOOK_SECONDS
            )
        except Unavailable as reason:
            late = reason.code == "workbench_timeout"
            return None, note("provenance.detector_late") if late else _NO_DETECTOR
        return heard, None

    def _known(self, owner: str, document: dict[str, Any]) -> KnownView:
        voice, consent = document["voice"]["id"], document["consent"]
        comparison = self._comparison(owner, document["take"])
        return KnownView(
            take=comparison is not None,
            comparison=comparison,
            voice=bool(voice) and self._has_voice(owner, voice),
            consent=bool(voice and consent) and self._consent(owner, voice) == consent,
        )

    def _comparison(self, owner: str, take: str | None) -> str | None:
        try:
            with self._database.read() as session:
                return take_of(session, owner, take or "")[1].id
        except NotFound:
            return None

    def _has_voice(self, owner: str, voice: str) -> bool:
        try:
            self._records.get(owner, voice)
        except NotFound:
            return False
        return True

    def _consent(self, owner: str, voice: str) -> str | None:
        try:
            return str(self._records.consent(owner, voice).id)
        except NotFound:
            return None


def view(
    found: dict[str, Any], heard: dict[str, Any] | None, known: Any, reason: Note | None = None
) -> ProvenanceView:
    """What was read and heard, put together.

    Args:
        found: of `studio.takes.opening.opened`.
        heard: of `studio.quality.watermark.look`; None where it could not run.
        known: from a document to a `KnownView`.
        reason: why nothing was heard, where nothing was.

    Raises:
        BadInput: the file could not be decoded and says nothing.
    """
    document = provenance.from_tags(Tags(found["comment"], found["fields"]))
    problem = found["problem"]
    if problem is not None and document is None:
        raise BadInput(problem["code"], **problem["params"])
    mark = _mark(found, heard, reason)
    marked = mark.state == "found"
    verdict: Verdict = "marked" if marked else "nothing"
    if document is not None:
        verdict = "declared_and_marked" if marked else "declared"
    return ProvenanceView(
        verdict=verdict,
        container=found["container"],
        seconds=found["seconds"],
        metadata=document,
        comment=found["comment"][:_COMMENT],
        watermark=mark,
        known=known(document) if document is not None else KnownView(),
    )


def _mark(
    found: dict[str, Any], heard: dict[str, Any] | None, reason: Note | None
) -> WatermarkView:
    if found["problem"] is not None:
        problem = found["problem"]
        return WatermarkView(
            state="not_checked", reason=Note(f"error.{problem['code']}", problem["params"])
        )
    if heard is None:
        return WatermarkView(state="not_checked", reason=reason or _NO_DETECTOR)
    if heard["confidence"] is None:
        return WatermarkView(
            state="not_checked", method=heard["method"], reason=note("provenance.no_speech")
        )
    return WatermarkView(
        state="found" if heard["found"] else "not_found",
        confidence=round(heard["confidence"], 3),
        share=heard["share"],
        method=heard["method"],
    )
