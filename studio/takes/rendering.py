"""The renderer: engines side by side, each with a line of takes and threads that make them."""

import logging
import threading
from collections.abc import Iterable, Sequence

import numpy as np

from studio.engines.registry import engine_class
from studio.problems import NotFound, Unavailable
from studio.runtime.runtime import Runtime
from studio.store.database import Database
from studio.store.tables import Take
from studio.takes.admission import Admission
from studio.takes.bell import Bells
from studio.takes.elsewhere.contract import Elsewhere
from studio.takes.fence import Fence
from studio.takes.keeping import Keeper
from studio.takes.lines import Line, Waiting
from studio.takes.live import LiveTake
from studio.takes.making import Maker
from studio.takes.preparing import Preparer
from studio.takes.priorities import PERSON
from studio.takes.shift import Shift
from studio.takes.speaking import Narrator

_HALT_SECONDS = 5.0
log = logging.getLogger(__name__)


class Renderer:
    """Renders queued takes while this process is the scheduler. The row leads.

    A thread that finds a row changed drops its own result; what is not rendered here stays queued
    in its row, for whoever schedules.

    Args:
        database: knows which takes are queued.
        runtime: knows how many takes an engine renders at a time.
        narrator: has takes spoken.
        preparer: settles what an engine is asked.
        keeper: keeps what comes of it.
        admission: asked once more before money is spent.
        bells: rung by comparison id when something changed.
        first_pause: seconds before a take whose failure may pass is tried again.
        elsewhere: renders some engines' takes on other machines.
    """

    def __init__(  # noqa: PLR0913, PLR0917 (the services it asks)
        self,
        database: Database,
        runtime: Runtime,
        narrator: Narrator,
        preparer: Preparer,
        keeper: Keeper,
        admission: Admission,
        bells: Bells,
        first_pause: float = 0.0,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self._runtime = runtime
        self._elsewhere = elsewhere
        self._maker = Maker(
            database,
            narrator,
            preparer,
            keeper,
            admission,
            bells,
            first_pause,
            self._go_on,
            elsewhere,
        )
        self._lock = threading.Lock()
        self._shift: Shift | None = None
        self._live: dict[str, LiveTake] = {}
        self._at_work: set[str] = set()
        self.hungry = threading.Event()
        """Set when there is room for takes that were not taken in, or may not have been."""

    # whose turn it is

    @property
    def open(self) -> bool:
        """Whether takes are rendered in this process."""
        return self._shift is not None

    def start(self, fence: Fence) -> None:
        """Render, in a term as the scheduler."""
        with self._lock:
            self._shift = Shift(fence, self._lanes, self._work)

    def drain(self, seconds: float) -> bool:
        """Begin no more; whether what is under way has ended within so many seconds."""
        with self._lock:
            shift = self._shift
        if shift is None:
            return True
        self._ended(shift.shut())
        return shift.wait(seconds)

    def halt(self, seconds: float = _HALT_SECONDS) -> None:
        """Stop all work; rows of takes that were not finished stay as they are."""
        with self._lock:
            shift, self._shift = self._shift, None
            lives = list(self._live.values())
        if shift is None:
            return
        shift.closing.set()
        for live in lives:
            live.cancel.set()
        self._ended(shift.shut())
        shift.wait(seconds)

    # takes

    def enqueue(self, takes: Iterable[Take]) -> None:
        """Render takes whose rows are queued (and committed), if this process renders."""
        self._put([take for take in takes if self._wanted(take)])

    def live(self, take_id: str) -> LiveTake | None:
        """The take in the making; ``None``: its row tells everything, or it is not made here."""
        with self._lock:
            return self._live.get(take_id)

    def progress(self, take_id: str) -> float:
        """Seconds of audio made so far, in this process."""
        live = self.live(take_id)
        return live.seconds if live else 0.0

    def stop(self, take_id: str) -> None:
        """Let the work on a take end. Its row has been changed already."""
        live = self.live(take_id)
        if live is not None:
            live.cancel.set()

    def lives(self) -> dict[str, LiveTake]:
        """What is being made here or waits for that, by take id."""
        with self._lock:
            return dict(self._live)

    def room(self, engine: str) -> int:
        """How many more takes of an engine may wait here."""
        with self._lock:
            shift = self._shift
        return shift.room(engine) if shift else 0

    def _wanted(self, take: Take) -> bool:
        """Whether a take is to be taken in: a person's always, others where there is room."""
        if take.priority > PERSON and self.room(take.engine) == 0:
            return False
        live = self.live(take.id)
        if live is None or live.cancel.is_set():
            return True
        if live.began:
            self.hungry.set()  # its old work is just ending: whoever looks into the rows finds it
        return False

    def _go_on(self, take: Take) -> None:
        """Its fallback takes over: whoever listens goes on listening."""
        self._put([take])

    def _put(self, takes: Sequence[Take]) -> None:
        by_engine: dict[str, list[Waiting]] = {}
        with self._lock:
            shift = self._shift
            if shift is None:
                return  # the rows stay queued for whoever schedules
            for take in takes:
                live = self._live[take.id] = LiveTake()
                turn = (take.priority, take.created_at, take.position)
                checkpoints = tuple(take.request.get("checkpoints", ()))
                waiting = Waiting(take.id, live, turn, take.comparison_id, checkpoints)
                by_engine.setdefault(take.engine, []).append(waiting)
        for engine, together in by_engine.items():
            if not shift.put(engine, together):
                self._ended(together)

    # in an engine's threads

    def _work(self, shift: Shift, engine: str, line: Line) -> None:
        threading.Thread(target=_preload, name="preload-measuring", daemon=True).start()
        while together := line.next(_batch(engine)):
            if shift.ebbs(engine):
                self.hungry.set()
            mine = self._taken(together)
            try:
                self._maker.make(mine, shift.fence, shift.closing)
            except Exception:
                # The line goes on; the rows are found by whoever looks after those that are lost.
                log.exception("takes were not made: %s", [waiting.take for waiting in mine])
            finally:
                with self._lock:
                    self._at_work.difference_update(waiting.take for waiting in mine)
                self._ended(together)

    def _taken(self, together: Sequence[Waiting]) -> list[Waiting]:
        """Those that no other thread is at work on; that one's end has the others found again."""
        with self._lock:
            mine = [waiting for waiting in together if waiting.take not in self._at_work]
            self._at_work.update(waiting.take for waiting in mine)
        if len(mine) < len(together):
            self.hungry.set()
        return mine

    def _ended(self, takes: Iterable[Waiting]) -> None:
        for waiting in takes:
            with self._lock:
                # a take that went over to its fallback is live anew
                if self._live.get(waiting.take) is waiting.live:
                    del self._live[waiting.take]
            waiting.live.end()

    def _lanes(self, engine: str) -> int:
        if self._elsewhere is not None and self._elsewhere.takes(engine):
            return self._elsewhere.lanes(engine)
        return self._runtime.lanes(engine)


def _batch(engine: str) -> int:
    """How many takes an engine renders in one pass."""
    try:
        return engine_class(engine).card.batch
    except (NotFound, Unavailable):
        return 1


def _preload() -> None:
    """Import what measuring needs while the engine is still at work."""
    from studio.audio import encode, measure

    encode.flac(np.zeros(2400, dtype=np.float32), 24_000)
    measure.measure(np.zeros(24_000, dtype=np.float32), 24_000)
