"""The clips of trials: made alike, held in bounded memory, made again byte for byte when needed."""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from sqlalchemy import or_, select

from studio.audio.errors import AudioError
from studio.audio.stimulus import Stimulus, StimulusSpec, make_pair
from studio.listening.heard import Side
from studio.listening.source import TakeSource
from studio.problems import Conflict, NotFound, Problem
from studio.store.database import Database
from studio.store.tables import Trial

_HELD_BYTES = 64 * 1024 * 1024
_REASONS = {
    "cannot_match": "stimuli_unmatched",
    "no_sound": "stimuli_silent",
    "too_short": "stimuli_short",
}


class CannotMake(Exception):
    """A pair that cannot become stimuli; another is to be drawn.

    Args:
        code: catalogue key (below ``error``) of the reason.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Clip:
    """One stimulus as it is sent: a WAV file, and whose it is."""

    trial: str
    side: Side
    rater: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Prepared:
    """Both clips of a trial, their length together in seconds, and what was done to each."""

    a: bytes
    b: bytes
    seconds: float
    preparation: dict[str, Any]


class Stimuli:
    """Makes clips and holds the latest.

    What is sent for a trial never changes: a clip that has left memory, or was made before a
    restart, is made again from the takes with the specification kept with the trial and the
    trial's own dither, which gives the same bytes. The dither also makes one take two different
    files in two trials.

    Both clips keep their own length. Padding the shorter one with silence would hide nothing that
    is not heard, and would break the rule that both pads of both clips are alike.

    Args:
        source: finished takes.
        database: trials.
        held_bytes: how much memory the clips may take.
    """

    def __init__(
        self, source: TakeSource, database: Database, held_bytes: int = _HELD_BYTES
    ) -> None:
        self._source = source
        self._database = database
        self._limit = held_bytes
        self._bytes = 0
        self._clips: OrderedDict[str, Clip] = OrderedDict()
        self._lock = threading.Lock()
        self._remaking = threading.Lock()

    def make(self, trial: Trial, spec: StimulusSpec) -> Prepared:
        """Make both clips of a trial. Takes a good part of a second.

        Args:
            trial: its token, and its takes as A and B.
            spec: what they are to have in common.

        Raises:
            CannotMake: these takes cannot be made alike, or one is gone.
        """
        seed = int.from_bytes(hashlib.sha256(b"dither:" + trial.token.encode()).digest())
        try:
            takes = [self._source.samples(take) for take in (trial.take_a, trial.take_b)]
            a, b = make_pair(takes, spec, np.random.default_rng(seed))
        except AudioError as problem:
            raise CannotMake(_REASONS.get(problem.code, "stimuli_failed")) from problem
        except Problem as problem:  # the take was deleted, or its file is lost
            raise CannotMake("stimuli_failed") from problem
        return Prepared(
            a=a.wav,
            b=b.wav,
            seconds=a.seconds + b.seconds,
            preparation={"spec": asdict(spec), "a": _facts(a), "b": _facts(b)},
        )

    def hold(self, trial: Trial, made: Prepared) -> None:
        """Keep a trial's clips at hand; the longest unused leave."""
        clips = {
            trial.stimulus_a: Clip(trial.token, "a", trial.rater, made.a),
            trial.stimulus_b: Clip(trial.token, "b", trial.rater, made.b),
        }
        with self._lock:
            for stimulus, clip in clips.items():
                before = self._clips.pop(stimulus, None)
                self._bytes += len(clip.data) - (len(before.data) if before else 0)
                self._clips[stimulus] = clip
            while self._bytes > self._limit and self._clips:
                self._bytes -= len(self._clips.popitem(last=False)[1].data)

    def held(self, stimulus: str) -> Clip | None:
        """The clip behind a token where it is in memory."""
        with self._lock:
            clip = self._clips.get(stimulus)
            if clip is not None:
                self._clips.move_to_end(stimulus)
            return clip

    def fetch(self, stimulus: str) -> Clip:
        """The clip behind a token, made again where needed.

        Raises:
            NotFound: ``unknown_stimulus``.
            Conflict: ``stimulus_gone``.
        """
        query = select(Trial).where(or_(Trial.stimulus_a == stimulus, Trial.stimulus_b == stimulus))
        clip = self.held(stimulus)
        if clip is not None:
            return clip
        with self._database.read() as session:
            trial = session.scalars(query).one_or_none()
        if trial is None:
            raise NotFound("unknown_stimulus")
        with self._remaking:  # the other clip's request finds it made
            clip = self.held(stimulus)
            if clip is not None:
                return clip
            try:
                made = self.make(trial, StimulusSpec(**trial.preparation["spec"]))
            except CannotMake as problem:
                raise Conflict("stimulus_gone") from problem
            self.hold(trial, made)
        side: Side = "a" if trial.stimulus_a == stimulus else "b"
        return Clip(trial.token, side, trial.rater, made.a if side == "a" else made.b)


def _facts(stimulus: Stimulus) -> dict[str, Any]:
    facts = asdict(stimulus)
    facts["bytes"] = len(facts.pop("wav"))
    return facts
