"""Having takes spoken: in parts where their texts are long, as many as the engine does at once."""

from collections.abc import Callable, Sequence

from studio.engines.contract import Chunk
from studio.engines.registry import engine_class
from studio.problems import Problem
from studio.runtime.report import RenderReport
from studio.runtime.runtime import Runtime
from studio.takes.job import Job
from studio.takes.keeping_parts import PartKeeper
from studio.takes.lasting import stale_enrolment
from studio.takes.preparing import Prepared, Preparer
from studio.takes.reel import Reel


class Narrator:
    """Speaks prepared takes of one engine.

    Args:
        runtime: renders.
        preparer: compiles a clip anew for a service that has forgotten it.
        keeper: keeps parts.
    """

    def __init__(self, runtime: Runtime, preparer: Preparer, keeper: PartKeeper) -> None:
        self._runtime = runtime
        self._preparer = preparer
        self._keeper = keeper

    def speak(
        self,
        pairs: Sequence[tuple[Job, Prepared]],
        listener: Callable[[Job], Callable[[Chunk], None]],
        conclude: Callable[[Job, RenderReport | Exception], None],
    ) -> None:
        """Speak to the end of all.

        Args:
            pairs: takes that need the same weight sets.
            listener: makes what gets a take's sound, in order.
            conclude: told of each take as soon as it is whole, cancelled or was ended by a problem.
        """
        reels = [Reel(job, prepared, self._keeper, listener(job)) for job, prepared in pairs]
        for reel in reels:
            try:
                reel.begin()
            except Exception as problem:  # noqa: BLE001 (stores may raise anything)
                reel.problem = problem
        refreshed: set[str] = set()
        while reels:
            ended = [reel for reel in reels if not reel.open]
            for reel in ended:
                conclude(reel.job, reel.outcome())
            reels = [reel for reel in reels if reel not in ended]
            turn = _turn(reels)
            if not turn:
                break
            first = turn[0][0].job
            items = [reel.item(number) for reel, number in turn]
            outcomes = self._runtime.render_batch(first.engine, items, first.checkpoints)
            for (reel, number), outcome in zip(turn, outcomes, strict=True):
                if self._forgotten(reel, number, outcome) and reel.job.take.id not in refreshed:
                    refreshed.add(reel.job.take.id)
                    self._refresh(reel)
                else:
                    reel.ended(number, outcome)

    @staticmethod
    def _forgotten(reel: Reel, number: int, outcome: RenderReport | Exception) -> bool:
        """Whether a service has lost the voice: services forget those that go unused."""
        return (
            isinstance(outcome, Exception)
            and stale_enrolment(outcome)
            and reel.job.take.request["speaker"] == "clone"
            and reel.silent(number)
        )

    def _refresh(self, reel: Reel) -> None:
        """Ask once more, with the clip compiled anew."""
        try:
            self._preparer.forget_enrolment(reel.job)
            prepared = self._preparer.prepare(reel.job)
        except Problem as problem:
            reel.problem = problem
            return
        if prepared is None:
            reel.stop()
        else:
            reel.prepared = prepared


def _turn(reels: Sequence[Reel]) -> list[tuple[Reel, int]]:
    """What is rendered next: a part of each take, then further ones, as many as go together."""
    open_ = [(reel, reel.lacking()) for reel in reels]
    if not open_:
        return []
    most = max(len(lacking) for _, lacking in open_)
    by_turns = [
        (reel, lacking[place])
        for place in range(most)
        for reel, lacking in open_
        if place < len(lacking)
    ]
    return by_turns[: max(len(open_), _together(open_[0][0].job.engine))]


def _together(engine: str) -> int:
    return engine_class(engine).card.batch
