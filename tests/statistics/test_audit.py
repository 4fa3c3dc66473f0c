"""The audit finds what a test plants, and nothing where nothing is."""

import numpy as np
import pytest

from studio.statistics.audit import audit


def stimuli(seed, trials=100, conditions=3, plant=None, each=2):
    """Features as honest preparation leaves them; `plant` = (feature, amount) for condition 0."""
    rng = np.random.default_rng(seed)
    rows = []
    for trial in range(trials):
        text, level = int(rng.integers(10)), -23 - 2 * rng.random()
        for code in rng.choice(conditions, each, replace=False):
            row = {
                "seconds": 4 + 0.3 * text + 0.4 * code + rng.normal(0, 0.1),
                "bandwidth_hz": 9000 + 700 * code + rng.normal(0, 200),
                # Soft onsets differ by a millisecond from voice to voice: below the promise.
                "lead_seconds": 0.25 + 0.001 * code + rng.normal(0, 0.0005),
                "tail_seconds": 0.25 + rng.normal(0, 0.001),
                "loudness_lufs": level + rng.normal(0, 0.02),
                "bandwidth_residual_hz": rng.normal(0, 120),
                "token": float(rng.integers(256)),
                "made_seconds": float(rng.gamma(3, 0.05)),
            }
            if plant and code == 0:
                row[plant[0]] += plant[1]
            rows.append((row, f"voice {code}", trial, text))
    return (
        {name: [row[name] for row, *_ in rows] for name in rows[0][0]},
        [name for _, name, _, _ in rows],
        [trial for *_, trial, _ in rows],
        [text for *_, text in rows],
    )


@pytest.mark.parametrize(
    ("feature", "amount"),
    [
        ("lead_seconds", 0.030),
        ("loudness_lufs", 1.0),
        ("bandwidth_residual_hz", -3000.0),
        ("token", -300.0),
    ],
)
def test_a_planted_leak_is_found_and_named(feature, amount):
    found = audit(*stimuli(1, plant=(feature, amount)))
    assert found.leaking
    assert found.preparation.low > found.preparation.chance
    assert [one.name for one in found.features if one.tells and not one.natural] == [feature]


def test_honest_stimuli_leak_nothing_although_the_voices_differ():
    found = audit(*stimuli(2))
    assert not found.leaking
    assert found.preparation.low <= found.preparation.chance + 0.02
    assert {one.name for one in found.features if one.tells} == {"seconds", "bandwidth_hz"}
    assert found.everything.low > found.everything.chance, "length tells, and it is said"


def test_a_bandwidth_that_was_to_be_levelled_is_a_leak():
    table = stimuli(3)
    assert not audit(*table).leaking
    assert audit(*table, natural={"seconds"}).leaking


@pytest.mark.slow
def test_honest_studies_are_rarely_accused():
    accused = sum(audit(*stimuli(1000 + seed, trials=60), seed=seed).leaking for seed in range(200))
    assert accused <= 8  # 2 % of 200 and their chance


def test_a_longer_sound_may_take_longer_to_make_but_one_voice_may_not():
    features, names, trials, texts = stimuli(8, trials=200, each=1)
    features["made_seconds"] = [0.1 + 0.2 * seconds for seconds in features["seconds"]]
    assert not audit(features, names, trials, texts).leaking
    slow = [0.2 * (name == "voice 0") for name in names]
    features["made_seconds"] = [a + b for a, b in zip(features["made_seconds"], slow, strict=True)]
    found = audit(features, names, trials, texts)
    assert [one.name for one in found.features if one.tells and not one.natural] == ["made_seconds"]


def test_what_a_whole_trial_took_tells_none_of_its_stimuli():
    features, names, trials, texts = stimuli(9)
    length = np.bincount(trials, weights=features["seconds"])
    features["made_seconds"] = [0.1 + 0.2 * length[trial] for trial in trials]
    found = audit(features, names, trials, texts)
    assert not found.leaking
    assert next(one.p for one in found.features if one.name == "made_seconds") == 1


def test_single_stimuli_are_permuted_within_their_texts():
    honest, planted = (
        stimuli(4, trials=200, each=1),
        stimuli(4, trials=200, each=1, plant=("lead_seconds", 0.03)),
    )
    assert not audit(*honest).leaking
    assert audit(*planted).leaking


def test_the_same_rows_give_the_same_audit():
    table = stimuli(5, trials=40)
    assert audit(*table, seed=3) == audit(*table, seed=3)


def test_there_is_nothing_to_say_of_one_condition_or_one_trial():
    features, names, trials, texts = stimuli(6, trials=10)
    alone = audit(features, ["one"] * len(names), trials, texts)
    assert alone.preparation is None
    assert not alone.leaking
    with pytest.raises(ValueError, match="rows"):
        audit(features, names[:-1], trials, texts)
    features["token"][0] = float("nan")
    with pytest.raises(ValueError, match="finite"):
        audit(features, names, trials, texts)
