"""Making the stimuli of one screen: every take and recording on it brought into one dress."""

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from studio.audio.anchor import low_anchor, spoilt
from studio.audio.bandwidth import bandwidth, low_pass
from studio.audio.errors import AudioError
from studio.audio.nuisance import nuisance
from studio.audio.stimulus import Stimulus, StimulusSpec, make_pair
from studio.listening.source import Samples, TakeSource
from studio.listening.stimuli import CannotMake
from studio.problems import Problem
from studio.store.blobs import Blobs
from studio.studies.rating.frozen import Frozen
from studio.studies.rating.screens import Slot

Sound = tuple[Samples, int]


@dataclass(frozen=True, slots=True)
class Made:
    """The clips of a screen by slot, their length together in seconds, and what was done."""

    clips: Mapping[str, bytes]
    seconds: float
    preparation: dict[str, Any]


class Workshop:
    """Makes screens. What is made for a token is the same, byte for byte, however often it is made.

    Args:
        source: finished takes.
        blobs: recordings of people.
    """

    def __init__(self, source: TakeSource, blobs: Blobs) -> None:
        self._source = source
        self._blobs = blobs

    def make(
        self, token: str, slots: Sequence[Slot], study: Frozen, spec: StimulusSpec | None = None
    ) -> Made:
        """Make the clips of a screen. Takes some 50 ms for each.

        The trial's own dither makes one take two different files on two screens, and on one.

        Args:
            token: the trial's.
            slots: what lies where.
            study: whose takes and recordings.
            spec: what they are to have in common; by default the plan's.

        Raises:
            CannotMake: these cannot be made alike, or one of them is gone.
        """
        began = time.perf_counter()
        if spec is None:
            plan = study.plan
            spec = StimulusSpec(target_lufs=plan.loudness_lufs, fair=plan.fair_bandwidth)
        rng = np.random.default_rng(
            int.from_bytes(hashlib.sha256(b"dither:" + token.encode()).digest())
        )
        try:
            sounds, cutoff = self._sounds(slots, study, spec, rng)
            common = spec if cutoff is None else replace(spec, fair=False)
            made = make_pair(sounds, common, rng)
        except AudioError as problem:
            raise CannotMake(problem.code) from problem
        except Problem as problem:  # the take was deleted, or its file is lost
            raise CannotMake(problem.code) from problem
        facts = {slot.slot: _facts(one, cutoff) for slot, one in zip(slots, made, strict=True)}
        took = time.perf_counter() - began
        for fact in facts.values():
            fact["nuisance"]["made_seconds"] = took
        return Made(
            clips={slot.slot: one.wav for slot, one in zip(slots, made, strict=True)},
            seconds=sum(one.seconds for one in made),
            preparation={"specification": asdict(spec), "slots": facts, "made_seconds": took},
        )

    def _sounds(
        self,
        slots: Sequence[Slot],
        study: Frozen,
        spec: StimulusSpec,
        rng: np.random.Generator,
    ) -> tuple[list[Sound], float | None]:
        """The screen's sounds before they are made alike, and the fair low-pass they had already.

        A stimulus that is narrow on purpose must not narrow the others: where there is one, what
        the others have in common is sought without it.
        """
        sounds = [self._sound(slot, study) for slot in slots]
        worse = [slot.role in ("anchor", "spoilt") for slot in slots]
        cutoff = None
        if spec.fair and any(worse):
            plain = [sound for sound, bad in zip(sounds, worse, strict=True) if not bad]
            widths = [width for one in plain or sounds if (width := bandwidth(*one)) is not None]
            cutoff = max(min(widths, default=spec.sample_rate / 2), spec.lowest_low_pass_hz)
            sounds = [(low_pass(samples, rate, cutoff), rate) for samples, rate in sounds]
        for at, slot in enumerate(slots):
            samples, rate = sounds[at]
            if slot.role == "anchor":
                sounds[at] = low_anchor(samples, rate), rate
            elif slot.role == "spoilt" or _spoilt_x(slot):
                sounds[at] = spoilt(samples, rng), rate
        return sounds, cutoff

    def _sound(self, slot: Slot, study: Frozen) -> Sound:
        of = slot.source.get("anchor", slot.source)
        if isinstance(of, Mapping):
            if "item" not in of:
                return self._recording(of["reference"], study)
            of = of["item"]
        text, condition = of
        take = study.takes.get((text, condition))
        if take is None:
            raise CannotMake("unknown_take")
        return self._source.samples(take)

    def _recording(self, reference: str, study: Frozen) -> Sound:
        from studio.audio.encode import read_flac

        found = next((one for one in study.recordings if one.id == reference), None)
        if found is None:
            raise CannotMake("unknown_reference")
        return read_flac(self._blobs.get(found.blob))


def _spoilt_x(slot: Slot) -> bool:
    """ABX: X is spoilt where it is equal to the spoilt one."""
    return slot.role == "reference" and "anchor" in slot.source


def _facts(stimulus: Stimulus, cutoff: float | None) -> dict[str, Any]:
    facts = asdict(stimulus)
    facts["bytes"] = len(facts.pop("wav"))
    if cutoff is not None:
        facts["low_pass_hz"] = cutoff
    measured = nuisance(stimulus.wav)
    known = (facts["bandwidth_hz"], facts["low_pass_hz"], measured["rate_hz"] / 2)
    expected = min(hertz for hertz in known if hertz is not None)
    measured["bandwidth_residual_hz"] = measured["bandwidth_hz"] - expected
    return {**facts, "nuisance": measured}
