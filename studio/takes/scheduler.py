"""The scheduler: of all processes on one database the one that renders, and what it looks after."""

import logging
import threading
import time
from collections.abc import Iterable

from sqlalchemy.orm import Session

from studio.settings import Settings
from studio.store.database import Database
from studio.store.tables import Take
from studio.takes.bell import Bells
from studio.takes.fence import Term
from studio.takes.lease import SchedulerLease
from studio.takes.live import LiveTake
from studio.takes.measuring import Measurer
from studio.takes.queued import hand_back, next_takes, running, states, take_up
from studio.takes.rendering import Renderer
from studio.takes.shift import ROOM

_LOOK_SECONDS = 0.4
"""How often rows are looked at for what other processes ordered or cancelled."""
_TELL_SECONDS = 1.0
"""How often progress is written into rows, for other processes."""
_FIND_SECONDS = 3.0
"""Between two looks for rows that are running nowhere; what is missing twice is queued again."""
log = logging.getLogger(__name__)


class Scheduler:
    """Keeps the lease, and while it is this process's, has rows rendered and measured.

    Args:
        settings: how the lease is kept, how long a stop may take.
        database: where rows and lease are.
        renderer: renders; only while this process is the scheduler.
        measurer: measures; likewise.
        bells: rung by comparison id when something changed.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        renderer: Renderer,
        measurer: Measurer,
        bells: Bells,
    ) -> None:
        self._database = database
        self._renderer = renderer
        self._measurer = measurer
        self._bells = bells
        self._stop_seconds = settings.stop_seconds
        self._lease = SchedulerLease(
            database,
            settings.lease_beat_seconds,
            settings.lease_patience_seconds,
            self._gained,
            self._lost,
        )
        self._closing = threading.Event()
        self._looking = threading.Thread(target=self._look_on, name="scheduler", daemon=True)
        self._told: dict[str, float] = {}
        self._told_at = 0.0
        self._missing: set[str] = set()
        self._found_at = 0.0

    @property
    def here(self) -> bool:
        """Whether takes are rendered in this process."""
        return self._renderer.open and self._lease.term is not None

    def start(self) -> None:
        """Become the scheduler now or whenever the one there is ends."""
        self._lease.start()
        self._looking.start()

    def nudge(self) -> None:
        """Look at the rows now: something was changed that nobody was told of."""
        self._renderer.hungry.set()

    def close(self) -> None:
        """Let what is running end, for a while; hand the rest back, and the lease."""
        self._closing.set()
        self.nudge()
        self._measurer.halt()
        self._renderer.drain(self._stop_seconds)
        self._renderer.halt()
        if self._looking.is_alive():
            self._looking.join(_LOOK_SECONDS * 4)
        self._lease.close(before=hand_back)

    # called by the lease

    def _gained(self, term: Term) -> None:
        def begin(session: Session) -> None:
            if term.holds(session):
                take_up(session)

        self._database.write(begin)
        self._renderer.start(term)
        self._measurer.start()
        self._bells.ring_all()
        self.nudge()

    def _lost(self) -> None:
        self._renderer.halt()
        self._measurer.halt()
        self._bells.ring_all()

    # in the thread

    def _look_on(self) -> None:
        while not self._closing.is_set():
            self._renderer.hungry.wait(_LOOK_SECONDS)
            self._renderer.hungry.clear()
            if self._closing.is_set() or not self.here:
                continue
            try:
                self._heed()
                self._feed()
                self._tell()
                self._find()
            except Exception:
                if not self._closing.is_set():
                    log.exception("the rows of takes could not be looked at")
                    self._closing.wait(1.0)

    def _heed(self) -> None:
        """Stop what other processes have cancelled, deleted or ordered anew."""
        lives = self._renderer.lives()
        began = {take for take, live in lives.items() if live.began}
        with self._database.read() as session:
            rows = states(session, lives)
        for take in lives:
            state, comparison = rows.get(take, ("deleted", ""))
            wanted = ("running",) if take in began else ("queued", "running")
            if state not in wanted:
                lives[take].cancel.set()
                self._bells.ring(comparison)

    def _feed(self) -> None:
        lives = self._renderer.lives()
        waiting = {take for take, live in lives.items() if not live.cancel.is_set()}
        with self._database.read() as session:
            found = next_takes(session, ROOM, waiting)
        self._renderer.enqueue(found)

    def _find(self) -> None:
        """Queue again what is said to be running and is not: its end could not be written down."""
        if time.monotonic() - self._found_at < _FIND_SECONDS:
            return
        self._found_at = time.monotonic()
        with self._database.read() as session:
            lost = running(session).difference(self._renderer.lives())
        again, self._missing = lost & self._missing, lost
        term = self._lease.term
        if not again or term is None:
            return

        def queue(session: Session) -> None:
            for take in again if term.holds(session) else ():
                row = session.get(Take, take)
                if row is not None and row.state == "running":
                    row.state, row.measures = "queued", None

        self._database.write(queue)
        log.warning("takes that nobody was rendering any more are queued again: %d", len(again))

    def _tell(self) -> None:
        """Write how far takes are into their rows, where somebody in another process may look."""
        if time.monotonic() - self._told_at < _TELL_SECONDS:
            return
        self._told_at = time.monotonic()
        making = {take: live for take, live in self._renderer.lives().items() if live.began}
        grown = {t: v for t, v in _seconds(making.items()) if v > self._told.get(t, 0.0)}
        self._told = dict(_seconds(making.items()))
        term = self._lease.term
        if not grown or term is None:
            return

        def write(session: Session) -> None:
            if not term.holds(session):
                return
            for take, seconds in grown.items():
                row = session.get(Take, take)
                if row is not None and row.state == "running":
                    made = {"progress_seconds": round(seconds, 3)}
                    row.measures = {**(row.measures or {}), **made}

        self._database.write(write)


def _seconds(making: Iterable[tuple[str, LiveTake]]) -> list[tuple[str, float]]:
    return [(take, live.seconds) for take, live in making]
