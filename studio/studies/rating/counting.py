"""When an answer counts, and counting each once: decided inside the database's single writer."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from studio.listening.heard import Stopwatches
from studio.problems import Conflict, NotAllowed, NotFound, Problem
from studio.store.base import now
from studio.store.study_tables import StudyAnswer, StudyRater
from studio.studies.chain import link
from studio.studies.protocols import Protocol, answer
from studio.studies.rating.batch_rows import Hand, Rows
from studio.studies.rating.seats import completion_code, key_digest, lingers, link_digest
from studio.studies.rating.shelf import Shelf, Shelved
from studio.studies.seal import answer_record, heard_digest, minute, token_digest

_ROUNDS = 3
_TOGETHER = 0.5
"""Of the length of several stimuli that are compared at will, how much must have passed: nobody has
to hear all twelve to their ends one after the other."""
_ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Paper:
    """An answer somebody gave.

    Attributes:
        invite: token of the invitation it came by.
        key: of the cookie that came along; a personal link needs none.
        token: of the screen.
        given: what came over the wire.
    """

    invite: str
    key: str | None
    token: str
    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Counted:
    """A counted answer.

    Attributes:
        answered: how many screens its rater has answered by now.
        goes_on: whether the study is open or, closed, has something left that they were served.
        code: the completion code, once they are through.
        new: whether it was not counted before.
    """

    shelved: Shelved
    rater: str
    answered: int
    goes_on: bool
    code: str | None
    new: bool


class Counting:
    """Counts answers, or says why not.

    The rule on time: every clip of the screen had left to its last byte, and from then, or from
    this rater's answer before if that was later (so that loading ahead shortens nothing), at least
    ``listen_fraction`` of the length of all clips together has passed. Where several stimuli are
    compared at will (MUSHRA), half of that.

    Args:
        listen_fraction: see above.
        stopwatches: how long ago clips left and answers were counted.
        shelf: the studies.
    """

    def __init__(self, listen_fraction: float, stopwatches: Stopwatches, shelf: Shelf) -> None:
        self._fraction = listen_fraction
        self._stopwatches = stopwatches
        self._shelf = shelf

    def count(self, session: Session, papers: Sequence[Paper]) -> list[Counted | Problem]:
        """Run inside the writer, over answers in the order they came.

        Returns:
            For each the count of it, new or from before, or the refusal: ``unknown_invite``,
            ``invite_revoked``, ``unknown_trial``, ``not_your_trial``, a malformed answer,
            ``already_answered``, ``study_closed``, ``clips_not_heard`` or ``answer_too_early``.
        """
        for _ in range(_ROUNDS):
            batch = _Batch(self, session, papers)
            try:
                with session.begin_nested():
                    batch.keep()
            except IntegrityError:  # another process counted meanwhile: look again
                continue
            return batch.outcomes
        raise RuntimeError("answers of other processes kept coming in between")

    def wait(
        self, trial: Any, protocol: Protocol, sent: Mapping[str, datetime | None], hand: Hand
    ) -> tuple[float, Problem | None]:
        """Seconds that passed on a screen, and the refusal where they are too few."""
        needed = self._fraction * trial.listen_seconds
        needed *= _TOGETHER if protocol.answer == "scores" else 1.0
        elapsed = self._stopwatches.since(trial.token, sent)
        if elapsed is None:
            return 0.0, Conflict("clips_not_heard")
        if hand.last is not None:
            before = self._stopwatches.since(hand.last, {_ANSWERED: hand.at})
            elapsed = min(elapsed, elapsed if before is None else before)
        if elapsed < needed:
            wait = max(0.1, math.ceil((needed - elapsed) * 10) / 10)
            return elapsed, Conflict("answer_too_early", wait_seconds=wait)
        return elapsed, None

    def note(self, trial: str) -> None:
        """Start the clock of an answer."""
        self._stopwatches.start(trial, _ANSWERED)

    def study(self, session: Session, study_id: str) -> Shelved:
        """A study by its id."""
        return self._shelf.get(session, study_id)


class _Batch:
    """Some answers on their way into the table."""

    def __init__(self, rules: Counting, session: Session, papers: Sequence[Paper]) -> None:
        self._rules = rules
        self._session = session
        self._connection = session.connection()
        wanted = [(paper.token, paper.invite) for paper in papers]
        self._read = Rows(self._connection, wanted)
        self._standing = self._read.standing()
        self._heads: dict[str, tuple[int, str]] = {}
        self._rows: list[dict[str, Any]] = []
        self._finished: dict[str, dict[str, Any]] = {}
        before = set(self._standing)
        verdicts = [self._judge(paper) for paper in papers]
        self.outcomes: list[Counted | Problem] = [
            verdict or self._counted(paper.token, paper.token not in before)
            for paper, verdict in zip(papers, verdicts, strict=True)
        ]

    def keep(self) -> None:
        """Write what is new."""
        if self._rows:
            self._connection.execute(insert(StudyAnswer), self._rows)
        for rater, values in self._finished.items():
            self._connection.execute(
                update(StudyRater).where(StudyRater.id == rater).values(**values)
            )
        for row in self._rows:
            self._rules.note(row["trial"])

    def _judge(self, paper: Paper) -> Problem | None:  # noqa: PLR0911 (a ladder of refusals)
        """Take one answer in, or say why not."""
        trial, invite = self._read.trials.get(paper.token), self._read.invites.get(paper.invite)
        if invite is None:
            return NotFound("unknown_invite")
        if invite.revoked_at is not None:
            return NotAllowed("invite_revoked")
        if trial is None or trial.study_id != invite.study_id:
            return NotFound("unknown_trial")
        if trial.key not in (link_digest(paper.invite), key_digest(trial.study_id, paper.key)):
            return NotAllowed("not_your_trial")
        shelved = self._rules.study(self._session, trial.study_id)
        protocol = shelved.study.protocol
        names = tuple(one["slot"] for one in trial.slots if one["slot"] != "x")
        try:
            given = answer(paper.given, protocol, names, ties=shelved.study.plan.ties)
        except Problem as problem:
            return problem
        if paper.token in self._standing:
            same = self._standing[paper.token] == given
            return None if same else Conflict("already_answered")
        if trial.state != "open" and not lingers(trial.closed_because, trial.closed_at):
            return Conflict("study_closed")
        hand = self._read.hands[trial.rater]
        seconds, early = self._rules.wait(trial, protocol, self._read.sent[trial.token], hand)
        if early is None:
            self._add(trial, given, seconds, hand, shelved)
        return early

    def _add(
        self, trial: Any, given: dict[str, Any], seconds: float, hand: Hand, shelved: Shelved
    ) -> None:
        if trial.study_id not in self._heads:
            head = self._read.head(trial.study_id)
            self._heads[trial.study_id] = head or (0, shelved.study.chain_start)
        sequence, previous = self._heads[trial.study_id]
        moment = now()
        record = answer_record(
            sequence=sequence + 1,
            trial=token_digest(trial.token),
            rater=trial.rater,
            kind=trial.kind,
            text=trial.text,
            conditions=[one["condition"] for one in trial.slots],
            heard=heard_digest(trial.slots),
            answer=given,
            answered_at=minute(moment),
        )
        sha256 = link(previous, record)
        self._heads[trial.study_id] = (sequence + 1, sha256)
        self._rows.append(
            {
                "trial": trial.token,
                "study_id": trial.study_id,
                "rater": trial.rater,
                "sequence": sequence + 1,
                "answer": given,
                "seconds": seconds,
                "answered_at": moment,
                "previous_sha256": previous,
                "sha256": sha256,
            }
        )
        self._standing[trial.token] = given
        hand.number, hand.last, hand.at = hand.number + 1, trial.token, moment
        if hand.number >= shelved.screens or not self._goes_on(trial):
            values: dict[str, Any] = {}
            if not hand.code:
                values["completion_code"] = hand.code = completion_code()
            if hand.number >= shelved.screens:
                values["finished_at"] = moment
            if values:
                self._finished.setdefault(trial.rater, {}).update(values)

    def _counted(self, token: str, new: bool) -> Counted:
        trial = self._read.trials[token]
        shelved = self._rules.study(self._session, trial.study_id)
        hand = self._read.hands[trial.rater]
        return Counted(
            shelved=shelved,
            rater=trial.rater,
            answered=hand.number,
            goes_on=self._goes_on(trial),
            code=hand.code or None,
            new=new,
        )

    def _goes_on(self, trial: Any) -> bool:
        if trial.state == "open":
            return True
        return self._read.served(trial.rater) > self._read.hands[trial.rater].number
