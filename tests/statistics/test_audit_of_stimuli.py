"""The audit on real stimuli of real voices: honest ones, and ones with a fault put in on purpose."""

import functools
import io

import numpy as np
import pytest
import soundfile

from studio.audio.bandwidth import bandwidth, low_pass
from studio.audio.encode import pcm16, wav_header
from studio.audio.nuisance import nuisance
from studio.audio.stimulus import StimulusSpec, make_pair
from studio.statistics.audit import audit
from tests.audio.speech import espeak, piper

SPEC = StimulusSpec()
TEXTS = (
    "The train leaves at nine.",
    "She put the letter on the table.",
    "Rain is expected in the north.",
    "Please hold the line for a moment.",
    "The museum opens again in spring.",
    "He laughed and closed the door.",
    "Turn left after the old bridge.",
    "Our team won by a single point.",
)
TIMES = 4


@functools.lru_cache(maxsize=1)
def trials():
    """Real pairs, A the robot and B the person: (text, native bandwidths, the two files)."""
    made = []
    for text, sentence in enumerate(TEXTS):
        takes = [espeak(sentence), piper(sentence)]
        native = [bandwidth(*take) or 0.0 for take in takes]
        for time in range(TIMES):
            pair = make_pair(takes, SPEC, np.random.default_rng(100 * text + time))
            made.append((text, native, [stimulus.wav for stimulus in pair]))
    return made


def spoilt(wav: bytes, how) -> bytes:
    samples, rate = soundfile.read(io.BytesIO(wav), dtype="float32")
    data = pcm16(how(samples, rate).astype(np.float32))
    return wav_header(rate, len(data)) + data


PLANTS = {
    "loudness_lufs": lambda sound, _: sound * 10 ** (1 / 20),
    "lead_seconds": lambda sound, rate: np.concatenate((np.zeros(round(0.03 * rate)), sound)),
    "bandwidth_residual_hz": lambda sound, rate: low_pass(sound, rate, 5000.0),
}


def table(plant=None):
    rows = []
    for trial, (text, native, files) in enumerate(trials()):
        for position, wav in enumerate(files):
            if plant and position == 0:
                wav = spoilt(wav, PLANTS[plant])  # noqa: PLW2901
            found = nuisance(wav)
            kept = min(native[position], SPEC.sample_rate / 2)
            found["bandwidth_residual_hz"] = found["bandwidth_hz"] - kept
            rows.append((found, "robot" if position == 0 else "person", trial, text))
    names = list(rows[0][0])
    return (
        {name: [row[name] for row, *_ in rows] for name in names},
        *([row[place] for row in rows] for place in (1, 2, 3)),
    )


def test_nothing_is_found_in_honest_stimuli_of_two_engines():
    found = audit(*table())
    assert [one.name for one in found.features if one.tells and not one.natural] == []
    assert not found.leaking
    assert found.preparation.low <= 0.5 <= max(found.preparation.high, 0.5)


@pytest.mark.parametrize("plant", PLANTS)
def test_one_condition_louder_later_or_duller_is_found(plant):
    found = audit(*table(plant))
    assert found.leaking
    assert found.preparation.low > 0.5
    assert plant in [one.name for one in found.features if one.tells]
