"""The service of studies, from a draft to a decision. Everything belongs to an owner."""

from studio.settings import Settings
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.studies.owner.checking import Checking
from studio.studies.owner.conditions import Conditions
from studio.studies.owner.decisions import Decisions, Evidence
from studio.studies.owner.drafts import Drafts
from studio.studies.owner.forecast import Forecaster
from studio.studies.owner.invites import Invites
from studio.studies.owner.opening import Opening
from studio.studies.owner.progress import Progress
from studio.studies.owner.references import References
from studio.studies.owner.rendering import Rendering
from studio.studies.owner.showing import Showing
from studio.takes.service import TakeService
from studio.voices.clips import Clips
from studio.voices.service import VoiceService


class StudyService:
    """What an owner does with studies, a part for each step.

    Attributes:
        showing: how studies stand.
        drafts: writing them.
        rendering: their takes.
        checking: the owner's listening.
        references: recordings of speakers.
        forecaster: what difference a plan can detect.
        opening: opening and closing.
        invites: links for raters.
        progress: how far an open one is.
        decisions: what they decided.

    Args:
        settings: limits.
        database, blobs: where everything is kept.
        takes: renders what is compared.
        voices: knows cloned voices.
        clips: decodes recordings.
        evidence: what closed studies showed.
    """

    def __init__(  # noqa: PLR0913, PLR0917 (the services it is built on)
        self,
        settings: Settings,
        database: Database,
        blobs: Blobs,
        takes: TakeService,
        voices: VoiceService,
        clips: Clips,
        evidence: Evidence,
    ) -> None:
        conditions = Conditions(takes, voices)
        self.showing = Showing(database, blobs, takes, voices, conditions)
        self.rendering = Rendering(settings, database, takes)
        self.references = References(database, blobs, clips, voices)
        self.drafts = Drafts(database, conditions, self.rendering.remove, self.references.drop)
        self.checking = Checking(database, takes)
        self.forecaster = Forecaster(database)
        self.opening = Opening(database, self.showing)
        self.invites = Invites(database)
        self.progress = Progress(database)
        self.decisions = Decisions(database, evidence)
