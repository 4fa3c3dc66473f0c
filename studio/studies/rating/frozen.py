"""A study as it was when it opened: what raters may hear. It never changes, so it is read once."""

import functools
import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from studio.problems import NotFound
from studio.store.study_tables import Study, StudyCondition, StudyItem, StudyReference, StudyText
from studio.store.tables import Voice
from studio.studies.plan import StudyPlan
from studio.studies.protocols import Protocol, protocol
from studio.studies.seal import chain_start


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording of a person.

    Attributes:
        voice: whose; None where the study does not say.
        text: position of the text that it says; None for anything else.
        blob: mono FLAC.
        cloned: whether a clone was made of this very recording: then it is never an X.
    """

    id: str
    voice: str | None
    text: int | None
    blob: str
    cloned: bool = False


@dataclass(frozen=True)
class Frozen:
    """What may be drawn.

    Attributes:
        texts: by position; only those that are in.
        takes: by ``(text, condition)``, of these texts.
        voices: cloned voice of each condition, or None.
        instruction: what the takes were told, where the question is whether they did it.
        chain_start: hash that the first answer follows.
    """

    id: str
    protocol: Protocol
    question: str
    language: str
    plan: StudyPlan
    texts: Mapping[int, str]
    takes: Mapping[tuple[int, int], str]
    voices: Mapping[int, str | None]
    recordings: tuple[Recording, ...]
    chain_start: str
    instruction: str = ""

    @property
    def conditions(self) -> tuple[int, ...]:
        """Positions of the conditions, ascending."""
        return tuple(sorted(self.voices))

    @functools.cached_property
    def pairs(self) -> Mapping[tuple[int, int], tuple[int, ...]]:
        """Texts that both conditions of a pair say; where X is played, X must fit both."""
        found = {}
        for first, second in itertools.combinations(self.conditions, 2):
            texts = tuple(
                text
                for text in self.texts
                if (text, first) in self.takes and (text, second) in self.takes
            )
            heard = self.protocol.reference != "recording" or self.of_speaker(first, second)
            if texts and heard:
                found[first, second] = texts
        return found

    def of_speaker(self, *conditions: int) -> tuple[Recording, ...]:
        """Recordings that may be X for conditions: of their speaker, and not what was cloned."""
        wanted = {self.voices[one] for one in conditions} - {None}
        return tuple(
            one
            for one in self.recordings
            if not one.cloned and (one.voice is None or not wanted or wanted == {one.voice})
        )

    def hidden(self, text: int) -> Recording | None:
        """The recording of a text, for a hidden reference."""
        if not self.plan.hidden_reference:
            return None
        return next((one for one in self.recordings if one.text == text), None)


def read(session: Session, study_id: str) -> Frozen:
    """Read a study that was opened.

    Raises:
        NotFound: ``unknown_study``.
    """
    study = session.get(Study, study_id)
    if study is None:
        raise NotFound("unknown_study")
    items = session.scalars(select(StudyItem).where(StudyItem.study_id == study_id)).all()
    out = {one.text for one in items if one.verdict == "bad"}
    texts = select(StudyText).where(StudyText.study_id == study_id).order_by(StudyText.position)
    conditions = select(StudyCondition).where(StudyCondition.study_id == study_id)
    compared = session.scalars(conditions).all()
    voices = {one.position: one.voice_id for one in compared}
    takes = {
        (one.text, one.condition): one.take_id
        for one in items
        if one.take_id is not None and one.text not in out
    }
    said = {text for text, _ in takes}
    return Frozen(
        id=study.id,
        protocol=protocol(study.protocol),
        question=study.question,
        language=study.language,
        plan=StudyPlan.model_validate(study.plan),
        texts={
            one.position: one.text for one in session.scalars(texts) if one.position in said - out
        },
        takes=takes,
        voices=voices,
        recordings=_recordings(session, study_id, {one for one in voices.values() if one}),
        chain_start=chain_start(study.seal),
        instruction=next(
            (one.instruction for one in compared if study.question == "instruction"), ""
        ),
    )


def _recordings(session: Session, study_id: str, voices: set[str]) -> tuple[Recording, ...]:
    query = select(StudyReference).where(StudyReference.study_id == study_id)
    found = session.scalars(query.order_by(StudyReference.id)).all()
    hashes = [one.sha256 for one in found]
    clips = select(Voice.clip_sha256, Voice.reference_sha256).where(
        Voice.id.in_(voices),
        or_(Voice.clip_sha256.in_(hashes), Voice.reference_sha256.in_(hashes)),
    )
    cloned = {one for row in session.execute(clips) for one in row}
    return tuple(
        Recording(one.id, one.voice_id, one.text, one.blob, one.sha256 in cloned) for one in found
    )
