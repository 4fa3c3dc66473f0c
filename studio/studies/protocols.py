"""The protocols: what a rater hears on one screen, and what an answer to it may be.

ACR and CCR after ITU-T P.800 (1996), MUSHRA after ITU-R BS.1534-3 (2015), ABX after Munson and
Gardner (1950), JASA 22:675.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from studio.problems import BadInput

Name = Literal["ab", "axy", "abx", "acr", "smos", "ccr", "mushra"]
Question = Literal["preference", "naturalness", "likeness", "instruction", "pronunciation"]
Kind = Literal["training", "main", "repeat", "identical", "attention"]

QUESTIONS: tuple[Question, ...] = (
    "preference",
    "naturalness",
    "likeness",
    "instruction",
    "pronunciation",
)
MUSHRA_MOST = 12
"""Stimuli on one screen, hidden reference and anchor included (BS.1534-3, section 5.2)."""
MUSHRA_SECONDS = 12.0
"""Longer excerpts are not to be used (the same section)."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """A kind of screen.

    Attributes:
        name: as in addresses and files.
        answer: ``choice`` of ``choices``, one ``score`` or one of each stimulus (``scores``).
        takes: how many conditions one screen has; 0 for all of the study.
        reference: whether X is played: ``none``, ``recording`` (of the speaker, another one than
            was cloned), ``equal`` (X is A or B) or ``hidden`` (optional, one stimulus among others
            and, open, beside them).
        choices: what may be chosen.
        low, high: ends of the scale of a score; whole numbers.
        questions: what it may ask.
        paired: whether its answers compare conditions on one screen.
    """

    name: Name
    answer: Literal["choice", "score", "scores"]
    takes: int
    reference: Literal["none", "recording", "equal", "hidden"] = "none"
    choices: tuple[str, ...] = ()
    low: int = 0
    high: int = 0
    questions: tuple[Question, ...] = QUESTIONS
    paired: bool = True


PROTOCOLS: Mapping[str, Protocol] = {
    one.name: one
    for one in (
        Protocol("ab", "choice", 2, choices=("a", "b", "tie")),
        Protocol(
            "axy",
            "choice",
            2,
            reference="recording",
            choices=("a", "b", "tie"),
            questions=("likeness",),
        ),
        Protocol("abx", "choice", 2, reference="equal", choices=("a", "b")),
        Protocol("acr", "score", 1, low=1, high=5, paired=False),
        Protocol(
            "smos",
            "score",
            1,
            reference="recording",
            low=1,
            high=5,
            questions=("likeness",),
            paired=False,
        ),
        Protocol("ccr", "score", 2, low=-3, high=3),
        Protocol("mushra", "scores", 0, reference="hidden", low=0, high=100),
    )
}


def protocol(name: str) -> Protocol:
    """A protocol by its name.

    Raises:
        BadInput: ``unknown_protocol``.
    """
    if name not in PROTOCOLS:
        raise BadInput("unknown_protocol", protocol=name[:40], known=", ".join(PROTOCOLS))
    return PROTOCOLS[name]


def answer(
    given: Mapping[str, Any], kind: Protocol, slots: tuple[str, ...], *, ties: bool
) -> dict[str, Any]:
    """An answer in its one canonical form: ``choice``, ``score`` or ``scores``, and ``unusable``.

    A CCR score says how B compares with A. ``unusable`` is the rater's remark that no stimulus of
    the screen can be used; it stands beside the answer and changes nothing of it.

    Args:
        given: what came over the wire.
        kind: the study's protocol.
        slots: names of the stimuli that are to be scored, in the order of the screen.
        ties: whether a tie may be said.

    Raises:
        BadInput: ``answer_malformed``; ``answer_tie_not_allowed``; ``answer_out_of_range``.
    """
    unusable = given.get("unusable", False)
    if set(given) - {kind.answer, "unusable"} or not isinstance(unusable, bool):
        raise BadInput("answer_malformed", wanted=kind.answer)
    value = given.get(kind.answer)
    said: dict[str, Any]
    if kind.answer == "choice":
        if value not in kind.choices:
            raise BadInput("answer_malformed", wanted=kind.answer)
        if value == "tie" and not ties:
            raise BadInput("answer_tie_not_allowed")
        said = {"choice": value}
    elif kind.answer == "score":
        said = {"score": _score(value, kind)}
    else:
        if not isinstance(value, Mapping) or set(value) != set(slots):
            raise BadInput("answer_malformed", wanted=kind.answer)
        said = {"scores": {slot: _score(value[slot], kind) for slot in slots}}
    return {**said, "unusable": unusable}


def _score(value: Any, kind: Protocol) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadInput("answer_malformed", wanted=kind.answer)
    if isinstance(value, float) and not math.isfinite(value):  # an int may be too large to ask
        raise BadInput("answer_malformed", wanted=kind.answer)
    if value != int(value) or not kind.low <= value <= kind.high:
        raise BadInput("answer_out_of_range", low=kind.low, high=kind.high)
    return int(value)
