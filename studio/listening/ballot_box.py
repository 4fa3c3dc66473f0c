"""Votes that come at the same time are counted together: one reading, one writing, one commit."""

import asyncio
import functools
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from studio.listening.ballot import Ballot, Cast, Paper
from studio.problems import Problem
from studio.store.database import Database

_MOST = 256


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    paper: Paper
    loop: asyncio.AbstractEventLoop
    answer: "asyncio.Future[Cast | Problem]"


class BallotBox:
    """Collects votes while a commit runs, and has the next commit take them all.

    Args:
        database: whose writer counts.
        ballot: the rules.
    """

    def __init__(self, database: Database, ballot: Ballot) -> None:
        self._database = database
        self._ballot = ballot
        self._waiting: list[_Waiting] = []
        self._called = False
        self._lock = threading.Lock()
        self._counter = ThreadPoolExecutor(1, thread_name_prefix="votes")

    async def put(self, paper: Paper) -> Cast | Problem:
        """Have an answer counted; returns once it is on disk, or refused.

        Should the caller be cancelled, the answer is counted all the same.
        """
        loop = asyncio.get_running_loop()
        waiting = _Waiting(paper, loop, loop.create_future())
        with self._lock:
            self._waiting.append(waiting)
            self._call()
        return await waiting.answer

    def close(self) -> None:
        """Count what waits, then end."""
        self._counter.shutdown(wait=True)

    def _call(self) -> None:
        if self._waiting and not self._called:
            self._called = True
            self._counter.submit(self._count)

    def _count(self) -> None:
        with self._lock:
            batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            self._called = False
        papers = [waiting.paper for waiting in batch]
        outcomes: list[Cast | Problem | BaseException]
        try:
            outcomes = [*self._database.write(lambda session: self._ballot.count(session, papers))]
        except BaseException as failure:  # noqa: BLE001 (goes to everyone who waits)
            outcomes = [failure] * len(batch)
        with self._lock:
            self._call()
        by_loop = defaultdict(list)
        for waiting, outcome in zip(batch, outcomes, strict=True):
            by_loop[waiting.loop].append((waiting, outcome))
        for loop, answers in by_loop.items():
            if not loop.is_closed():  # whoever waited there is gone
                loop.call_soon_threadsafe(functools.partial(_tell, answers))


def _tell(answers: list[tuple[_Waiting, Cast | Problem | BaseException]]) -> None:
    for waiting, outcome in answers:
        if waiting.answer.done():
            continue
        if isinstance(outcome, BaseException) and not isinstance(outcome, Problem):
            waiting.answer.set_exception(outcome)
        else:
            waiting.answer.set_result(outcome)
