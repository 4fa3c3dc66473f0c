"""The last step before an engine speaks: the speaker and the key are settled, the store asked."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from studio.engines.contract import Enrolment, Request
from studio.engines.registry import engine_class
from studio.problems import Unavailable
from studio.runtime.runtime import Runtime
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.tables import Comparison, Take
from studio.takes.acceptance import LicenceService
from studio.takes.casting import best_match, closest_aspect
from studio.takes.job import Job
from studio.takes.part_keys import KeyedPart, keys_of
from studio.takes.parts_kept import adopt_for
from studio.takes.reports import Reports
from studio.takes.row_states import answer_from_store
from studio.takes.rows import OWN_BLOB, result_blob, same_key
from studio.takes.speakers import VoiceLookup
from studio.takes.spoken import spoken_of


@dataclass(frozen=True)
class Prepared:
    """What an engine is asked, and the key of the answer."""

    request: Request
    key: str
    parts: tuple[KeyedPart, ...] = ()
    """Where the text is rendered in parts: those."""

    def part_request(self, number: int) -> Request:
        """What the engine is asked for one part."""
        part = self.parts[number]
        return replace(self.request, text=part.part.text, seed=part.seed)


@dataclass(frozen=True)
class _Speaker:
    key: str
    preset: str
    title: str
    aspects: dict
    enrolment: Enrolment | None = None


class Preparer:
    """Settles what only now can be settled, and writes it into the row.

    Args:
        database, blobs: earlier takes.
        runtime: which model would speak.
        voices: finds closest presets and enrolments.
        licences: which licences were accepted.
        reports: asked for one on each take that is done.
    """

    def __init__(  # noqa: PLR0913, PLR0917 (the services it asks)
        self,
        database: Database,
        blobs: Blobs,
        runtime: Runtime,
        voices: VoiceLookup,
        licences: LicenceService,
        reports: Reports,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._runtime = runtime
        self._voices = voices
        self._licences = licences
        self._reports = reports

    def prepare(self, job: Job) -> Prepared | None:
        """The request; ``None`` when the store has the answer, or the row has changed.

        Raises:
            Problem: the engine cannot be asked.
        """
        if not self._licences.accepted(job.engine):
            title = engine_class(job.engine).card.title
            raise Unavailable("licence_not_accepted", engine=title)
        plan = job.take.request
        who = self._speaker(job)
        revision = self._runtime.model_revision(job.engine, job.checkpoints)
        text = spoken_of(job.comparison)
        keys = keys_of(
            engine_class(job.engine).card,
            plan["speaker"],
            plan,
            text=text,
            language=job.comparison.language,
            engine=job.engine,
            model_revision=revision,
            speaker=who.key,
        )
        if not self._settle(job, who, revision, keys.take):
            return None
        request = Request(
            text=text,
            language=job.comparison.language,
            preset="" if who.enrolment else who.preset,
            enrolment=who.enrolment,
            instruction=plan["instruction"],
            options=plan["options"],
            seed=plan["seed"],
        )
        return Prepared(request, keys.take, keys.parts)

    def forget_enrolment(self, job: Job) -> None:
        """Drop what a service has forgotten, so that :meth:`prepare` has it compiled anew."""
        voice, sets = job.take.request["voice"], job.checkpoints[:1]
        self._voices.forget_enrolment(job.owner, voice, job.engine, sets)

    def _speaker(self, job: Job) -> _Speaker:
        take, plan = job.take, job.take.request
        title, aspects = plan["preset_title"], dict(take.aspects)
        if plan["speaker"] == "designed":
            return _Speaker("designed", "", title, aspects)
        if plan["speaker"] == "clone":
            sets = job.checkpoints[:1]
            key, made = self._voices.enrolment(job.owner, plan["voice"], job.engine, sets)
            return _Speaker(key, take.preset, title, aspects, made)
        if plan["speaker"] != "closest":
            return _Speaker(f"preset:{take.preset}", take.preset, title, aspects)
        matches = self._voices.closest_presets(job.owner, plan["voice"], job.engine)
        presets = self._runtime.presets(job.engine)
        match = best_match(matches, presets, job.comparison.language)
        if match is None:
            raise Unavailable("engine_without_presets", engine=job.engine)
        preset, _ = match
        aspects["reference"] = closest_aspect(*match).to_json()
        return _Speaker(f"preset:{preset.id}", preset.id, preset.title, aspects)

    def _settle(self, job: Job, who: _Speaker, revision: str, key: str) -> bool:
        """Write down what was found; whether there is something to render."""
        take, before = job.take, job.take.request["preset_title"]
        with self._database.read() as session:
            earlier = same_key(session, job.owner, key)
        if earlier is not None and not self._blobs.exists(str(earlier.blob)):
            earlier = None
        own = self._own_copy(job, earlier)

        def settle(session: Session) -> bool:
            row = job.row(session)
            if row is None:
                return False
            row.preset, row.model_revision, row.key = who.preset, revision, key
            row.aspects = who.aspects
            row.request = {**row.request, "preset_title": who.title}
            if earlier is None or session.get(Take, earlier.id) is None:  # removed meanwhile
                return True
            answer_from_store(row, earlier)
            adopt_for(session, session.get_one(Comparison, row.comparison_id), [row])
            row.blob = own or row.blob
            self._reports.ask(session, row)
            return False

        found = (who.preset, revision, key, who.title)
        if earlier is None and found == (take.preset, take.model_revision, take.key, before):
            return True
        going_on = self._database.write(settle)
        if own is not None and not self._answered_by(own, take.id):  # cancelled in between
            self._blobs.delete(own)
        self._reports.wake()
        return going_on

    def _own_copy(self, job: Job, earlier: Take | None) -> str | None:
        """The sound under the take's own name, for one whose name was promised before."""
        if earlier is None or not job.take.request.get(OWN_BLOB):
            return None
        name = result_blob(job.owner, job.take.id)
        self._blobs.put(name, self._blobs.get(str(earlier.blob)))
        return name

    def _answered_by(self, blob: str, take_id: str) -> bool:
        with self._database.read() as session:
            row = session.get(Take, take_id)
            return row is not None and row.blob == blob
