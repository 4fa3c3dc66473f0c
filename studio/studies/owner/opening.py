"""Opening a study: what raters hear is fixed, the plan frozen, both sealed."""

import secrets

from sqlalchemy.orm import Session

from studio.problems import Conflict
from studio.store.base import now
from studio.store.database import Database
from studio.store.study_tables import Study
from studio.studies.closing import close
from studio.studies.owner.refusal import NotReady
from studio.studies.owner.rows import Whole, draft_of, study_of, whole
from studio.studies.owner.showing import Showing, bad_texts
from studio.studies.owner.views import ItemView
from studio.studies.seal import key_document, make_seal, plan_document
from studio.takes.condition import condition as named

_SALT_BYTES = 16


class Opening:
    """Opens drafts and closes what is open.

    Args:
        database: rows.
        showing: how a draft stands.
    """

    def __init__(self, database: Database, showing: Showing) -> None:
        self._database = database
        self._showing = showing

    def open(self, owner: str, study_id: str) -> None:
        """Open a draft to raters. From now on nothing of it changes.

        Raises:
            NotFound: ``unknown_study``.
            Conflict: ``study_not_draft``; ``study_not_ready`` (:class:`NotReady`) with every
                reason; ``study_changed_meanwhile``.
        """
        with self._database.read() as session:
            before = whole(session, draft_of(session, owner, study_id))
        items = self._showing.items(owner, before)
        reasons = self._showing.readiness(before, items).reasons
        if reasons:
            raise NotReady(reasons)

        def freeze(session: Session) -> None:
            all_ = whole(session, draft_of(session, owner, study_id))
            if _facts(all_) != _facts(before):
                raise Conflict("study_changed_meanwhile")
            _freeze(all_, items)

        self._database.write(freeze)

    def close(self, owner: str, study_id: str) -> None:
        """Close an open study: no answer counts any more, its result may be read.

        Raises:
            NotFound: ``unknown_study``.
            Conflict: ``study_not_running``.
        """

        def end(session: Session) -> None:
            if not close(session, study_of(session, owner, study_id), "owner"):
                raise Conflict("study_not_running")

        self._database.write(end)


def _facts(all_: Whole) -> tuple[object, ...]:
    """Everything that readiness was judged by."""
    study: Study = all_.study
    return (
        study.question,
        study.protocol,
        study.language,
        study.plan,
        [(c.label, c.wanted, c.voice_id, c.instruction) for c in all_.conditions],
        [t.text_sha256 for t in all_.texts],
        [(i.text, i.condition, i.first_take, i.take_id, i.verdict) for i in all_.items],
        [(r.id, r.voice_id, r.text) for r in all_.references],
    )


def _freeze(all_: Whole, items: tuple[ItemView, ...]) -> None:
    out = bad_texts(items)
    takes = {(item.text, item.condition): item.take for item in items}
    for row in all_.items:
        take = takes[row.text, row.condition]
        row.take_id = take.id if take and row.text not in out else None
    for condition in all_.conditions:
        some = next(
            take
            for (text, position), take in takes.items()
            if take and position == condition.position and text not in out
        )
        condition.condition = named(
            some.engine,
            some.preset,
            condition.voice_id,
            _designed(condition.condition),
            some.model,
        )
    study = all_.study
    study.state, study.opened_at = "open", now()
    if study.plan["sealed"]:
        plan = plan_document(study, all_.texts)  # the key says which of them are out
        key = key_document(all_.conditions, all_.items, all_.references)
        study.seal = make_seal(plan, key, secrets.token_hex(_SALT_BYTES), study.opened_at)


def _designed(condition: str) -> str:
    """``designed:<hash>`` of a condition whose voice is made up from a description."""
    who = condition.partition("@")[0].partition("/")[2]
    return who if who.startswith("designed:") else ""
