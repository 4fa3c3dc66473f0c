"""The composition root: builds every service from the settings, once."""

from dataclasses import dataclass

from studio.accounts.service import AccountService
from studio.costs.service import CostService
from studio.dialects.cloning import Cloning
from studio.dialects.speech import Speech
from studio.dialects.speech_models import Models
from studio.dialects.speech_uploads import SpeechUploads
from studio.dialects.speech_voices import VoiceNames
from studio.library.service import Library
from studio.listening.leaderboard import LeaderboardService
from studio.listening.trials import TrialService
from studio.runtime.asr_model import Recogniser
from studio.runtime.choice import runtime_of
from studio.runtime.environments import Environments
from studio.runtime.jobs import Jobs
from studio.runtime.runtime import Runtime
from studio.runtime.weights import WeightStore
from studio.settings import Settings
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.studies.owner.service import StudyService
from studio.studies.rating.service import RatingService
from studio.studies.results.service import ResultService
from studio.takes.acceptance import LicenceService
from studio.takes.batches.results import BatchResults
from studio.takes.batches.service import BatchService
from studio.takes.elsewhere.choice import elsewhere_of
from studio.takes.exports import Exports
from studio.takes.history import EngineHistory
from studio.takes.ledger import Ledger
from studio.takes.prices import Prices
from studio.takes.pronunciations import Pronunciations
from studio.takes.service import TakeService
from studio.takes.source import StoredTakes
from studio.takes.trying import Trying
from studio.takes.verifying import Verifier
from studio.takes.welcome import WelcomeService
from studio.upkeep.forgetting import Forgetting
from studio.upkeep.readiness import Readiness
from studio.voices.clips import Clips
from studio.voices.service import VoiceService


@dataclass(frozen=True)
class Studio:
    """The running studio: services that pages, routes and commands translate for."""

    settings: Settings
    database: Database
    blobs: Blobs
    weights: WeightStore
    environments: Environments
    jobs: Jobs
    engine_history: EngineHistory
    runtime: Runtime
    voices: VoiceService
    licences: LicenceService
    ledger: Ledger
    costs: CostService
    prices: Prices
    takes: TakeService
    welcome: WelcomeService
    pronunciations: Pronunciations
    trying: Trying
    batches: BatchService
    batch_results: BatchResults
    cloning: Cloning
    speech: Speech
    speech_uploads: SpeechUploads
    exports: Exports
    verifier: Verifier
    trials: TrialService
    leaderboard: LeaderboardService
    results: ResultService
    rating: RatingService
    studies: StudyService
    accounts: AccountService
    readiness: Readiness
    forgetting: Forgetting
    library: Library

    def start(self) -> None:
        """Bring the database up to date and take up work that was left."""
        self.database.start()
        self.accounts.start()
        self.takes.start()
        self.batches.start()
        self.library.purging.start()

    def close(self) -> None:
        """End engines and writers; what was acknowledged is on disk already."""
        self.readiness.stop()
        self.library.purging.close()
        self.jobs.close()
        self.voices.close()
        self.takes.close()
        self.runtime.close()
        self.trials.close()
        self.leaderboard.close()
        self.results.close()
        self.rating.close()
        self.database.close()


def build(settings: Settings) -> Studio:
    """Wire the services. Nothing is started and no file is touched before :meth:`Studio.start`."""
    database = Database(settings)
    blobs = Blobs(settings.resolved_blobs_url)
    weights = WeightStore(settings)
    environments = Environments(settings)
    runtime = runtime_of(settings, weights, environments)
    licences = LicenceService(database)
    recogniser = Recogniser(settings, weights)
    voices = VoiceService(settings, database, blobs, runtime, recogniser, licences.accepted)
    takes = TakeService(
        settings,
        database,
        blobs,
        runtime,
        voices,
        licences,
        recogniser=recogniser.folder,
        elsewhere=elsewhere_of(settings, database),
    )
    batches = BatchService(settings, database, takes.planner, takes.admission, takes.scheduler)
    exports = Exports(settings, database, blobs, runtime, voices)
    finished = StoredTakes(database, blobs)
    trials = TrialService(settings, database, finished)
    results = ResultService(settings, database)
    clips = Clips(settings, blobs, runtime)
    studies = StudyService(settings, database, blobs, takes, voices, clips, results)
    models, names = Models(runtime, licences, studies.decisions), VoiceNames(runtime, voices)
    accounts, prices = AccountService(settings, database), Prices(settings.prices)
    return Studio(
        settings=settings,
        database=database,
        blobs=blobs,
        weights=weights,
        environments=environments,
        jobs=Jobs(),
        engine_history=EngineHistory(database),
        runtime=runtime,
        voices=voices,
        licences=licences,
        ledger=Ledger(database),
        costs=CostService(database, prices),
        prices=prices,
        takes=takes,
        welcome=WelcomeService(settings, database, runtime, licences, takes),
        pronunciations=Pronunciations(settings, database),
        trying=Trying(database, runtime, licences, Prices(settings.prices)),
        batches=batches,
        batch_results=BatchResults(batches, database, exports),
        cloning=Cloning(settings, database, blobs, runtime, voices, takes),
        speech=Speech(models, names, takes),
        speech_uploads=SpeechUploads(models, names, voices),
        exports=exports,
        verifier=Verifier(settings, database, runtime, voices),
        trials=trials,
        leaderboard=LeaderboardService(settings, database),
        results=results,
        rating=RatingService(settings, database, finished, blobs),
        studies=studies,
        accounts=accounts,
        readiness=Readiness(database, blobs),
        forgetting=Forgetting(database, blobs, takes.removal, voices.delete, accounts.doors.forget),
        library=Library(
            settings,
            database,
            takes.removal,
            voices.delete,
            studies.drafts,
            takes.scheduler.nudge,
            lambda: takes.scheduler.here,
        ),
    )
