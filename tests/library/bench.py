"""A whole studio, its services without a server, and things of one owner in it, written as rows."""

import contextlib
import uuid
from datetime import timedelta

from studio.settings import Settings
from studio.store.base import now
from studio.store.library_tables import Tag, TakeMark
from studio.store.study_tables import Study
from studio.store.tables import Comparison, Consent, Take, Voice
from studio.studies.plan import StudyPlan
from studio.wiring import build

OWNER = "local"
BEGAN = now() - timedelta(days=10)
_PLAIN = {"status": "not_asked", "note": {"code": "take.aspect.none", "params": {}}}

_CHECKUP = {
    "verdict": "usable",
    "reasons": [],
    "seconds": 8.0,
    "speech_seconds": 7.0,
    "bandwidth_hz": 11_000.0,
    "loudness_lufs": -20.0,
    "peak_dbfs": -3.0,
    "clipping_ratio": 0.0,
    "snr_db": 40.0,
    "container": "wav",
    "codec": "pcm_s16le",
    "sample_rate": 24_000,
    "channels": 1,
}


@contextlib.contextmanager
def a_studio(folder, url=None, **settings):
    """Its tables are there; nothing is scheduled and no engine is started."""
    made = build(Settings(data_dir=folder, database_url=url, measure=False, **settings))
    made.database.start()
    try:
        yield made
    finally:
        made.close()


class Shelf:
    """Puts things into a library, each an hour after the one before."""

    def __init__(self, studio, owner=OWNER):
        self.studio = studio
        self.owner = owner
        self.hours = 0

    def _moment(self):
        self.hours += 1
        return BEGAN + timedelta(hours=self.hours)

    def _add(self, *rows):
        def write(session):
            for row in rows:
                session.add(row)
                session.flush()

        self.studio.database.write(write)

    def comparison(self, text="A text.", engines=("kokoro", "piper"), state="done", **fields):
        """A comparison and its takes; returns its id and theirs."""
        made = str(uuid.uuid4())
        row = Comparison(
            id=made,
            owner=self.owner,
            text=text,
            text_sha256="",
            created_at=self._moment(),
            **{"language": "en", **fields},
        )
        takes = [self._take(row, place, engine, state) for place, engine in enumerate(engines)]
        self._add(row, *takes)
        return made, [take.id for take in takes]

    def attempt(self, comparison, first, number=2):
        """One more attempt at a take."""
        with self.studio.database.read() as session:
            row, old = session.get(Comparison, comparison), session.get(Take, first)
        take = self._take(row, old.position, old.engine, "done")
        take.first_attempt, take.attempt = first, number
        self._add(take)
        return take.id

    def _take(self, comparison, place, engine, state):
        made = str(uuid.uuid4())
        done = state == "done"
        if done:
            self.studio.blobs.put(f"results/{self.owner}/{made}", b"fLaC")
        return Take(
            id=made,
            comparison_id=comparison.id,
            position=place,
            engine=engine,
            key=made,
            state=state,
            request={"seed": 1, "wanted": {"engine": engine}},
            aspects=dict.fromkeys(("reference", "instruction", "language"), _PLAIN),
            blob=f"results/{self.owner}/{made}" if done else None,
            sample_rate=24_000 if done else None,
            seconds=1.0 + place if done else None,
            created_at=comparison.created_at,
            finished_at=comparison.created_at,
        )

    def voice(self, name="Anna", **fields):
        made = str(uuid.uuid4())
        moment = self._moment()
        self.studio.blobs.put(f"voices/{self.owner}/{made}", b"fLaC")
        self._add(
            Voice(
                id=made,
                owner=self.owner,
                name=name,
                clip_blob=f"voices/{self.owner}/{made}",
                clip_sha256=made,
                checkup=_CHECKUP,
                created_at=moment,
                **{"language": "en", **fields},
            ),
            Consent(
                id=str(uuid.uuid4()),
                voice_id=made,
                owner=self.owner,
                statement="Yes.",
                locale="en",
                clip_sha256=made,
            ),
        )
        return made

    def study(self, title="A study", state="draft", **fields):
        made = str(uuid.uuid4())
        self._add(
            Study(
                id=made,
                owner=self.owner,
                title=title,
                question="preference",
                protocol="ab",
                state=state,
                plan=StudyPlan().model_dump(mode="json"),
                created_at=self._moment(),
                **{"language": "en", **fields},
            )
        )
        return made

    def mark(self, take, **fields):
        values = {"name": "", "note": "", "starred": False, "pinned": False, **fields}
        self._add(TakeMark(take_id=take, owner=self.owner, **values))

    def tag(self, kind, thing, tag):
        self._add(Tag(kind=kind, thing_id=thing, tag=tag, owner=self.owner))
