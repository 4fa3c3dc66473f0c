"""Blind trials: issued, streamed, voted on, and revealed only then."""

from typing import get_args

from sqlalchemy import update
from sqlalchemy.orm import Session

from studio import telemetry
from studio.listening.ballot import Ballot, Cast, Paper
from studio.listening.ballot_box import BallotBox
from studio.listening.conditions import split, title
from studio.listening.heard import Stopwatches
from studio.listening.issuing import Issuer
from studio.listening.limits import RateLimit
from studio.listening.raters import is_token, new_key, rater_id
from studio.listening.source import TakeSource
from studio.listening.stimuli import Clip, Stimuli
from studio.listening.views import Choice, IssuedTrial, Reveal, Revealed
from studio.problems import BadInput, NotAllowed, NotFound, Problem
from studio.settings import Settings
from studio.store.base import now
from studio.store.database import Database
from studio.store.tables import Trial

PROTOCOLS = ("ab",)
STIMULUS_PATH = "/api/stimuli"


class TrialService:
    """AB trials with ties, as a rater meets them.

    Args:
        settings: loudness, fair mode, the rule on time, limits.
        database: keeps trials, votes and tallies.
        source: finished takes.
    """

    def __init__(self, settings: Settings, database: Database, source: TakeSource) -> None:
        self._database = database
        self._stopwatches = Stopwatches()
        self._stimuli = Stimuli(source, database)
        self._issuer = Issuer(settings, database, source, self._stimuli)
        self._vote_rate = RateLimit(settings.votes_per_minute)
        self._trial_rate = RateLimit(settings.trials_per_minute_address)
        ballot = Ballot(settings.listen_fraction, self._stopwatches, self._vote_rate)
        self._box = BallotBox(database, ballot, _told)

    def issue(  # noqa: PLR0913 (wishes and circumstances, each by name)
        self,
        rater: str | None,
        protocol: str = "ab",
        comparison: str | None = None,
        *,
        language: str | None = None,
        owner: str = "local",
        address: str | None = None,
    ) -> IssuedTrial:
        """Draw two takes and make their stimuli. Blocks for a second: call it in a thread.

        Args:
            rater: id of whom it is served to (`raters.rater_id`); ``None`` makes up a new one.
            protocol: ``ab``.
            comparison: draw from this one; by default from all of the owner's.
            language: draw only texts in it.
            owner: whose takes.
            address: network address asking, for its limit.

        Raises:
            BadInput: ``unknown_protocol``.
            NotFound: no such comparison.
            Conflict: there is no pair, or none that can be made alike (see `Issuer.issue`).
            TooMany: ``too_many_requests``.
        """
        if address is not None:
            self._trial_rate.take(address)
        if protocol not in PROTOCOLS:
            raise BadInput("unknown_protocol", protocol=protocol[:40], known=", ".join(PROTOCOLS))
        rater = rater or rater_id(new_key()) or ""
        trial = self._issuer.issue(rater, comparison, language, owner)
        return IssuedTrial(
            token=trial.token,
            a_url=f"{STIMULUS_PATH}/{trial.stimulus_a}",
            b_url=f"{STIMULUS_PATH}/{trial.stimulus_b}",
        )

    def held(self, stimulus: str, rater: str | None) -> Clip | None:
        """:meth:`stimulus` where it is in memory, without waiting; else ``None``."""
        clip = self._stimuli.held(stimulus)
        if clip is not None:
            _only(clip, rater)
        return clip

    def stimulus(self, stimulus: str, rater: str | None) -> Clip:
        """The clip behind a stimulus token, made again where it left memory: call it in a thread.

        Raises:
            NotFound: ``unknown_stimulus``.
            NotAllowed: ``not_your_trial``: the cookie is another rater's.
            Conflict: ``stimulus_gone``: its take was deleted.
        """
        if not is_token(stimulus):
            raise NotFound("unknown_stimulus")
        clip = self._stimuli.fetch(stimulus)
        _only(clip, rater)
        return clip

    async def mark_sent(self, clip: Clip) -> None:
        """Note that the last byte of a clip has left. The first time counts."""
        self._stopwatches.start(clip.trial, clip.side)
        moment = now()
        column = Trial.heard_a_at if clip.side == "a" else Trial.heard_b_at

        def note(session: Session) -> None:
            session.connection().execute(
                update(Trial)
                .where(Trial.token == clip.trial, column.is_(None))
                .values({column: moment})
            )

        await self._database.write_async(note)

    async def vote(self, rater: str | None, token: str, choice: Choice) -> Reveal:
        """Count a vote; what it was about is told once it is on disk.

        Args:
            rater: id of the cookie that came along; ``None`` without one: then whoever has the
                trial's token is its rater.
            token: the trial's.
            choice: ``a``, ``b`` or ``tie``.

        Raises:
            BadInput: ``unknown_choice``.
            NotFound: ``unknown_trial``.
            NotAllowed: ``not_your_trial``.
            Conflict: ``too_early`` (with ``wait_seconds``) or ``already_voted``.
            TooMany: ``too_many_requests``.
        """
        if choice not in get_args(Choice):
            raise BadInput("unknown_choice")
        if rater is not None:
            self._vote_rate.take(rater)
        if not is_token(token):
            raise NotFound("unknown_trial")
        cast = await self._box.put(Paper(token, rater, choice))
        if isinstance(cast, Problem):
            raise cast
        return Reveal(
            choice=cast.choice,
            a=_revealed(cast.condition_a, cast.comparison, cast.take_a),
            b=_revealed(cast.condition_b, cast.comparison, cast.take_b),
        )

    def close(self) -> None:
        """Count the votes that wait."""
        self._box.close()


def _told(vote: Cast) -> None:
    if vote.new:
        telemetry.vote_counted("blind")


def _only(clip: Clip, rater: str | None) -> None:
    if rater is not None and rater != clip.rater:
        raise NotAllowed("not_your_trial")


def _revealed(condition: str, comparison: str, take: str) -> Revealed:
    engine, preset, model = split(condition)
    return Revealed(
        engine=engine,
        title=title(engine),
        preset=preset,
        model=model,
        comparison=comparison,
        take=take,
    )
