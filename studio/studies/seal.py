"""The seal of a study: hashes of its plan and of its answer key, and where its chain starts.

Two documents are hashed when a study opens. The *plan* says what is asked, on which texts, by which
rules. The *key* says what is compared and which take lies behind each text and condition; its hash
is salted, for the few names that it can hold would be guessed otherwise. Hashes and moment may be
published at once, the salt when the study is closed. The first answer is chained to the seal, so
that none can have been given before.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from studio.store.study_tables import (
    Study,
    StudyCondition,
    StudyItem,
    StudyReference,
    StudyText,
)
from studio.studies.chain import START, digest

VERSION = 1


def minute(moment: datetime) -> str:
    """A moment in UTC to the minute, ``2026-01-31T09:05Z``: all that hashes and exports say.

    A rater's seconds would let their answers be found in another log; their order is kept anyway.
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def plan_document(study: Study, texts: Iterable[StudyText]) -> dict[str, Any]:
    """What must not depend on the answers: question, protocol, texts, the plan itself."""
    return {
        "study": study.id,
        "question": study.question,
        "protocol": study.protocol,
        "language": study.language,
        "use": study.use,
        "plan": study.plan,
        "texts": [
            {"position": one.position, "sha256": one.text_sha256}
            for one in sorted(texts, key=lambda one: one.position)
        ],
    }


def key_document(
    conditions: Iterable[StudyCondition],
    items: Iterable[StudyItem],
    references: Iterable[StudyReference] = (),
) -> dict[str, Any]:
    """What is compared, and what a rater hears for each text and condition."""
    return {
        "conditions": [
            {
                "position": one.position,
                "label": one.label,
                "condition": one.condition,
                "engine": one.engine,
                "instruction": one.instruction,
            }
            for one in sorted(conditions, key=lambda one: one.position)
        ],
        "items": [
            {
                "text": one.text,
                "condition": one.condition,
                "take": one.take_id,
                "verdict": one.verdict,
            }
            for one in sorted(items, key=lambda one: (one.text, one.condition))
        ],
        "references": [
            {"id": one.id, "text": one.text, "sha256": one.sha256}
            for one in sorted(references, key=lambda one: one.id)
        ],
    }


def make_seal(
    plan: Mapping[str, Any], key: Mapping[str, Any], salt: str, moment: datetime
) -> dict[str, Any]:
    """The seal: hashes, salt and moment.

    Args:
        plan: :func:`plan_document`, when the study opens.
        key: :func:`key_document`, when every take is fixed.
        salt: random; to be kept from everybody until the study is closed.
        moment: of opening.
    """
    return {
        "version": VERSION,
        "plan_sha256": digest(plan),
        "key_sha256": digest({"salt": salt, "key": dict(key)}),
        "sealed_at": minute(moment),
        "salt": salt,
    }


def public_part(seal: Mapping[str, Any]) -> dict[str, Any]:
    """What may be published while the study is open: everything but the salt.

    What somebody took out of a seal is null here, and no hash will fit any more.
    """
    names = ("version", "plan_sha256", "key_sha256", "sealed_at")
    return {name: seal.get(name) for name in names}


def chain_start(seal: Mapping[str, Any] | None) -> str:
    """What the first answer's hash follows: the seal's, or ``START`` where there is none."""
    return START if seal is None else digest(public_part(seal))


def answer_record(  # noqa: PLR0913 - an answer has so many parts
    *,
    sequence: int,
    trial: str,
    rater: str,
    kind: str,
    text: int,
    conditions: list[int | None],
    heard: str,
    answer: Mapping[str, Any],
    answered_at: str,
) -> dict[str, Any]:
    """What :func:`studio.studies.chain.link` hashes of an answer.

    Args:
        sequence: 1, 2, … within the study.
        trial: SHA-256, in hexadecimal, of the trial's token (:func:`token_digest`).
        rater: random id.
        kind: of the trial: training, main, repeat, identical or attention.
        text: position of the text.
        conditions: ``slot["condition"]`` of every slot in the order of the screen.
        heard: :func:`heard_digest` of the slots.
        answer: in its canonical form (`studio.studies.protocols.answer`).
        answered_at: :func:`minute` of the moment.
    """
    return {
        "sequence": sequence,
        "trial": trial,
        "rater": rater,
        "kind": kind,
        "text": text,
        "conditions": conditions,
        "heard": heard,
        "answer": dict(answer),
        "answered_at": answered_at,
    }


def heard_digest(slots: Iterable[Mapping[str, Any]]) -> str:
    """Hash of what lay in every slot: takes, recordings and spoilt takes alike.

    Args:
        slots: each with ``slot`` and ``source``, in the order of the screen.
    """
    return digest({"slots": [{"slot": one["slot"], "source": one["source"]} for one in slots]})


def token_digest(token: str) -> str:
    """A trial in exports and hashes: SHA-256 of its token, which stays secret."""
    return hashlib.sha256(token.encode()).hexdigest()
