"""The chain of answers: each carries the hash of the one before, so that none can be changed."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

START = "0" * 64
"""What the first answer of a study that is not sealed follows; a sealed one starts at its seal."""


def canonical(record: Mapping[str, Any]) -> bytes:
    """JSON with sorted keys, no spaces, in UTF-8: the same record gives the same bytes."""
    return json.dumps(
        record, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def digest(record: Mapping[str, Any]) -> str:
    """SHA-256, in hexadecimal, of a record's canonical form."""
    return hashlib.sha256(canonical(record)).hexdigest()


def link(previous: str, record: Mapping[str, Any]) -> str:
    """The hash of an answer: of the hash before it, and of what it says.

    Args:
        previous: the hash of the answer before, or where the chain starts.
        record: ``sequence``, ``trial`` (SHA-256 of its token), ``rater``, ``kind``, ``text``,
            ``conditions`` (positions in the order of the screen), ``heard``, ``answer``,
            ``answered_at``: `studio.studies.seal.answer_record`.
    """
    return hashlib.sha256(previous.encode() + b"\n" + canonical(record)).hexdigest()


def first_break(start: str, answers: Iterable[tuple[Mapping[str, Any], str]]) -> int | None:
    """Position (0, 1, …) of the first answer whose hash is not what it must be; ``None``: sound.

    Args:
        start: where the chain starts.
        answers: records with the hash that each claims, in order.
    """
    previous = start
    for place, (record, claimed) in enumerate(answers):
        previous = link(previous, record)
        if previous != claimed:
            return place
    return None
