"""An engine's replicas: which of them serves, and what happens when one is lost in mid-take."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from studio.engines.card import Card
from studio.engines.contract import Enrolment, Preset, ReferenceClip, StopFlag
from studio.locales import Note
from studio.problems import Unavailable
from studio.runtime.engine_process import Cancelled, EngineProcess
from studio.runtime.ray.actor import NotPlaced
from studio.runtime.ray.cluster import Cluster
from studio.runtime.ray.replay import Differs, Replay
from studio.runtime.ray.replica import Replica
from studio.runtime.report import BatchItem, RenderReport
from studio.runtime.residence import Failure, House
from studio.runtime.speech import Outcome
from studio.runtime.weights import WeightsFound
from studio.settings import Settings

_POLL = 0.05
_LOSSES = 3
"""How often a render may lose its replica beyond the number of replicas, which one lost node may
all have been on."""
_NO_ROOM_SECONDS = 10.0
"""How long another replica is not tried again after the cluster had no room for it."""
Result = TypeVar("Result")
log = logging.getLogger("studio.runtime")


class Replicas:
    """The host of an engine on a cluster; stands where `EngineHost` stands on one machine.

    Args:
        card: the engine's.
        house: settings and lists of voices.
        cluster: where.
        most: how many actors there may be.
    """

    def __init__(self, card: Card, house: House, cluster: Cluster, most: int) -> None:
        self.name = card.name
        self._card = card
        self._changed = threading.Condition()
        self._all = [Replica(card, house, cluster, self._another_is_free) for _ in range(most)]
        self._lent: set[Replica] = set()
        self._no_room: dict[Replica, float] = {}
        """Until when a replica is not tried (``time.monotonic``)."""
        self._closed = False

    # what there is

    @property
    def process(self) -> EngineProcess | None:
        """Of one that is loaded, if any is."""
        return next((r.process for r in self._all if r.process is not None), None)

    @property
    def failure(self) -> Note | None:
        """Why the last load failed; None where a replica is loaded."""
        if self.process is not None:
            return None
        return next((r.failure for r in self._all if r.failure is not None), None)

    @property
    def last_failure(self) -> Failure | None:
        """Of the load that failed last, whatever came later."""
        failures = [r.last_failure for r in self._all if r.last_failure is not None]
        return max(failures, key=lambda failure: failure.at, default=None)

    @property
    def loaded(self) -> int:
        """How many replicas have the engine loaded."""
        return sum(replica.process is not None for replica in self._all)

    # work

    def render(self, item: BatchItem, weights: Sequence[WeightsFound]) -> RenderReport:
        """Speak; see :meth:`Runtime.render`."""
        (outcome,) = self.render_batch([item], weights)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def render_batch(
        self, items: Sequence[BatchItem], weights: Sequence[WeightsFound]
    ) -> list[Outcome]:
        """Speak several together; what a lost replica left undone is begun anew on another."""
        replays = [Replay(item) for item in items]
        outcomes: dict[Replay, Outcome] = {}
        losses = 0
        while left := [replay for replay in replays if replay not in outcomes]:
            for replay, outcome in zip(left, self._once(left, weights), strict=True):
                if isinstance(outcome, Differs):
                    outcomes[replay] = Unavailable("worker_lost", engine=self.name)
                elif not (_lost(outcome) and self._may_repeat(replay, losses)):
                    outcomes[replay] = outcome
            losses += 1
        return [outcomes[replay] for replay in replays]

    def _once(self, replays: Sequence[Replay], weights: Sequence[WeightsFound]) -> list[Outcome]:
        cancels = [replay.item.cancel for replay in replays]
        while True:
            try:
                with self._lend(_All(cancels)) as replica:
                    made = replica.render_batch([replay.begun() for replay in replays], weights)
                    if not any(isinstance(outcome, NotPlaced) for outcome in made):
                        return made
                    self._no_room[replica] = time.monotonic() + _NO_ROOM_SECONDS
            except Cancelled:
                return [RenderReport(cancelled=True) for _ in replays]
            except Unavailable as problem:
                return [problem for _ in replays]

    def _may_repeat(self, replay: Replay, losses: int) -> bool:
        """Whether another replica can take a render over without anyone hearing that."""
        log.warning("engine %s was lost in mid-take", self.name)
        return losses < _LOSSES + len(self._all) and (self._card.deterministic or not replay.heard)

    def enroll(self, clip: ReferenceClip, weights: Sequence[WeightsFound]) -> Enrolment:
        """Compile a reference clip; see :meth:`Runtime.enroll`."""
        return self._by_any(lambda replica: replica.enroll(clip, weights))

    def warm(self, weights: Sequence[WeightsFound], cancel: StopFlag | None = None) -> None:
        """Load one replica now; the others are loaded when there is work for them."""
        self._by_any(lambda replica: replica.warm(weights, cancel), cancel)

    def refresh_roster(self, weights: Sequence[WeightsFound]) -> list[Preset]:
        """Ask the engine's service for its voices again."""
        return self._by_any(lambda replica: replica.refresh_roster(weights))

    def _by_any(self, work: Callable[[Replica], Result], cancel: StopFlag | None = None) -> Result:
        losses = 0
        while True:
            with self._lend(cancel) as replica:
                try:
                    return work(replica)
                except NotPlaced:
                    self._no_room[replica] = time.monotonic() + _NO_ROOM_SECONDS
                except Unavailable as problem:
                    losses += 1
                    if not _lost(problem) or losses > _LOSSES + len(self._all):
                        raise

    # whose turn it is

    @contextmanager
    def _lend(self, cancel: StopFlag | None) -> Iterator[Replica]:
        with self._changed:
            while (replica := self._free()) is None:
                if cancel is not None and cancel.is_set():
                    raise Cancelled
                self._changed.wait(_POLL)
            self._lent.add(replica)
        try:
            yield replica
        finally:
            with self._changed:
                self._lent.discard(replica)
                self._changed.notify_all()

    def _free(self) -> Replica | None:
        """A loaded one; else one that is not, unless the cluster has just had no room for it.

        Raises:
            Unavailable: the studio is closing.
        """
        if self._closed:
            raise Unavailable("engine_crashed", engine=self.name, reason="ended")
        free = [replica for replica in self._all if replica not in self._lent]
        if loaded := next((r for r in free if r.process is not None), None):
            return loaded
        moment = time.monotonic()
        tried = self._no_room if self.process is not None else {}
        return next((r for r in free if tried.get(r, 0.0) <= moment), None)

    def _another_is_free(self) -> bool:
        """Whether somebody who waits for room could be served by a loaded replica at once."""
        with self._changed:
            return any(r.process is not None for r in self._all if r not in self._lent)

    # leaving memory

    @property
    def in_memory(self) -> bool:
        """Whether it is in the memory of this machine: never, as far as its studio is to mind."""
        return False

    @property
    def used_at(self) -> float:
        """When it was last used (``time.monotonic``)."""
        return max(replica.used_at for replica in self._all)

    def held_mb(self, device: str) -> int:  # noqa: ARG002 - as of `Tenant`
        """Memory of a graphics card of this machine: none."""
        return 0

    def try_leave(self) -> bool:
        """End all actors unless one is at work; whether any was ended."""
        if self._lent:
            return False
        left = [replica.try_leave() for replica in self._all]
        return any(left)

    def end_if_idle(self, settings: Settings) -> bool:
        """End actors that nobody used for so long; whether any was."""
        left = [replica.end_if_idle(settings) for replica in self._all]
        return any(left)

    def close(self) -> None:
        """End all actors, whatever they are doing."""
        self._closed = True
        for replica in self._all:
            replica.close()


def _lost(outcome: object) -> bool:
    return isinstance(outcome, Unavailable) and outcome.code == "worker_lost"


class _All:
    """Set once all of several items are cancelled."""

    def __init__(self, cancels: Sequence[threading.Event]) -> None:
        self._cancels = cancels

    def is_set(self) -> bool:
        return all(cancel.is_set() for cancel in self._cancels)
