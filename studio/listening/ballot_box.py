"""Votes that come at the same time are counted together: one reading, one writing, one commit."""

import asyncio
import functools
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from sqlalchemy.orm import Session

from studio.problems import Problem
from studio.store.database import Database

_MOST = 256
Paper = TypeVar("Paper")
Cast = TypeVar("Cast")
_Given_contra = TypeVar("_Given_contra", contravariant=True)
_Counted_co = TypeVar("_Counted_co", covariant=True)


class Rules(Protocol[_Given_contra, _Counted_co]):
    """When a vote counts (`studio.listening.ballot.Ballot` for one)."""

    def count(
        self, session: Session, papers: Sequence[_Given_contra]
    ) -> Sequence[_Counted_co | Problem]:
        """Run inside the writer: for each paper, in order, what was counted, or the refusal."""


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting(Generic[Paper, Cast]):
    paper: Paper
    loop: asyncio.AbstractEventLoop
    answer: "asyncio.Future[Cast | Problem]"


class BallotBox(Generic[Paper, Cast]):
    """Collects votes while a commit runs, and has the next commit take them all.

    Args:
        database: whose writer counts.
        ballot: the rules.
        told: told of each outcome that is no refusal, once it is on disk.
    """

    def __init__(
        self, database: Database, ballot: Rules[Paper, Cast], told: Callable[[Cast], None]
    ) -> None:
        self._database = database
        self._ballot = ballot
        self._told = told
        self._waiting: list[_Waiting[Paper, Cast]] = []
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
        for outcome in outcomes:
            if not isinstance(outcome, BaseException):
                self._told(outcome)
        by_loop = defaultdict(list)
        for waiting, outcome in zip(batch, outcomes, strict=True):
            by_loop[waiting.loop].append((waiting, outcome))
        for loop, answers in by_loop.items():
            if not loop.is_closed():  # whoever waited there is gone
                loop.call_soon_threadsafe(functools.partial(_tell, answers))


def _tell(answers: list[tuple[_Waiting[Paper, Cast], Cast | Problem | BaseException]]) -> None:
    for waiting, outcome in answers:
        if waiting.answer.done():
            continue
        if isinstance(outcome, BaseException) and not isinstance(outcome, Problem):
            waiting.answer.set_exception(outcome)
        else:
            waiting.answer.set_result(outcome)
