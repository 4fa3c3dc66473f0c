"""A result by text and by rater, and the checks that were mixed in."""

from collections.abc import Mapping
from statistics import median
from typing import Any

import numpy as np

from studio.statistics.clustered import share
from studio.studies.dataset import Answered, Dataset
from studio.studies.results.counted import Comparisons, Floats, Ints, Ratings
from studio.studies.results.exclusions import Excluded
from studio.studies.results.figures import interval, number
from studio.studies.results.reliability import Reliability, alike, repeats

_EXCERPT = 60


def basis(
    data: Dataset, kept: tuple[Answered, ...], checks: Mapping[str, Reliability]
) -> dict[str, Any]:
    """What a result stands on, in counts."""
    kinds = ("main", "repeat", "identical", "attention")
    headphones = dict.fromkeys(("passed", "failed", "skipped", "none"), 0)
    for rater in data.raters:
        if rater.id in checks:
            headphones[rater.headphones or "none"] += 1
    seconds = [one.seconds for one in kept]
    return {
        "answers": len([one for one in data.answers if one.kind != "training"]),
        "counted": len(kept),
        "raters": len([who for who in checks if checks[who].seconds]),
        "counted_raters": len({one.rater for one in kept}),
        "texts": len({one.text for one in kept}),
        "ties": sum(one.answer.get("choice") == "tie" for one in kept),
        "unusable": sum(bool(one.answer.get("unusable")) for one in kept),
        "by_kind": {kind: len(data.of_kind(kind)) for kind in kinds},
        "headphones": headphones,
        "seconds_median": number(median(seconds)) if seconds else None,
    }


def consistency(data: Dataset, without: frozenset[str]) -> dict[str, Any] | None:
    """How often mirrored repeats were answered alike, over raters who count."""
    pairs = [(one, two) for one, two in repeats(data.answers) if two.rater not in without]
    if not pairs:
        return None
    value: Floats = np.array([float(alike(one, two)) for one, two in pairs])
    rater, text = _codes(pairs)
    found = share(value, rater, text)
    return {
        **interval(found),
        "repeats": len(pairs),
        "same": int(value.sum()),
        "raters": found.raters,
        "chance": None,
    }


def identical(data: Dataset, without: frozenset[str]) -> dict[str, Any] | None:
    """What was answered to pairs of the same take: the floor of coin flips."""
    asked = [one for one in data.of_kind("identical") if one.rater not in without]
    if not asked:
        return None
    sides = [_side(one) for one in asked]
    decisive = [(one, side) for one, side in zip(asked, sides, strict=True) if side is not None]
    found: dict[str, Any] = {
        "pairs": len(asked),
        "ties": len(asked) - len(decisive),
        "a": sum(side == "a" for _, side in decisive),
        "b": sum(side == "b" for _, side in decisive),
        "share_a": None,
        "low": None,
        "high": None,
    }
    if decisive:
        value: Floats = np.array([float(side == "a") for _, side in decisive])
        rater, text = _codes([(one, one) for one, _ in decisive])
        found.update(interval(share(value, rater, text), "share_a"))
    return found


def attention(checks: Mapping[str, Reliability]) -> dict[str, Any] | None:
    """Attention checks of everybody."""
    asked = sum(one.asked for one in checks.values())
    right = sum(one.passed for one in checks.values())
    return {"asked": asked, "passed": right, "share": number(right / asked)} if asked else None


def by_text(data: Dataset, rows: Comparisons | Ratings) -> list[dict[str, Any]]:
    """Every text: what each condition won there (a tie counts half), or its mean."""
    listed = []
    for text in sorted(set(rows.text.tolist())):
        words = data.texts.get(text, "")
        here = rows.text == text
        listed.append(
            {
                "text": text,
                "excerpt": words if len(words) <= _EXCERPT else words[: _EXCERPT - 1] + "…",
                "votes": _screens(rows, here),
                "values": _values(data, rows, here),
            }
        )
    return listed


def by_rater(
    data: Dataset,
    rows: Comparisons | Ratings,
    checks: Mapping[str, Reliability],
    excluded: Excluded,
) -> list[dict[str, Any]]:
    """Every rater by a random id, those left out as well."""
    headphones = {one.id: one.headphones for one in data.raters}
    codes = {name: code for code, name in enumerate(rows.raters)}
    agreeing = {} if data.protocol.name == "abx" else _agreement(rows)
    listed = []
    for who, one in checks.items():
        here = rows.rater == codes.get(who, -1)
        if not one.seconds:
            continue
        listed.append(
            {
                "rater": who,
                "votes": _screens(rows, here),
                "values": _values(data, rows, here),
                "agreement_with_others": number(agreeing.get(codes.get(who, -1))),
                "consistency": number(one.alike / one.repeats) if one.repeats else None,
                "repeats": one.repeats,
                "attention_passed": one.passed,
                "attention_asked": one.asked,
                "first_share": number(one.first / one.decisive) if one.decisive else None,
                "headphones": headphones.get(who, "") or "none",
                "median_seconds": number(median(one.seconds)),
                "excluded": excluded.by_rater(who),
            }
        )
    return sorted(listed, key=lambda row: (len(row["excluded"]) > 0, row["rater"]))


def _screens(rows: Comparisons | Ratings, here: Any) -> int:
    """How many screens some rows come from: an ABX or MUSHRA screen has several rows."""
    if isinstance(rows, Ratings):
        return len(np.unique(rows.screen[here]))
    return int(here.sum())


def _values(data: Dataset, rows: Comparisons | Ratings, here: Any) -> list[dict[str, Any]]:
    found = []
    for position in data.labels:
        if isinstance(rows, Ratings):
            value = rows.value[here & (rows.position == position)]
        else:
            forward, backward = here & (rows.first == position), here & (rows.second == position)
            value = np.concatenate([rows.value[forward], rows.mirrored[backward]])
        if len(value):
            found.append(
                {
                    "position": position,
                    "value": number(float(value.mean())),
                    "votes": len(value),
                }
            )
    return found


def _agreement(rows: Comparisons | Ratings) -> dict[int, float]:
    """How well each rater goes with the others' means.

    Comparisons: share of their decisive answers on the side that most others of the pair chose.
    Scores: Pearson's r between their scores and the mean of the others' for the same stimulus.
    """
    return _correlated(rows) if isinstance(rows, Ratings) else _sided(rows)


def _sided(rows: Comparisons) -> dict[int, float]:
    low, high = np.minimum(rows.first, rows.second), np.maximum(rows.first, rows.second)
    centre = 0.0 if rows.scored else 0.5
    sign = np.sign(np.where(rows.first == low, rows.value - centre, centre - rows.value))
    size = int(high.max(initial=0)) + 1
    pair: Ints = low * size + high
    total = np.bincount(pair, sign, size * size)
    raters = len(rows.raters)
    own = np.bincount(rows.rater * size * size + pair, sign, raters * size * size)
    others = total[pair] - own[rows.rater * size * size + pair]
    known = (sign != 0) & (others != 0)
    right = np.bincount(rows.rater, known & (sign == np.sign(others)), raters)
    asked = np.bincount(rows.rater, known, raters)
    return {code: float(right[code] / asked[code]) for code in range(raters) if asked[code]}


def _correlated(rows: Ratings) -> dict[int, float]:
    size = int(rows.text.max(initial=0)) + 1
    item: Ints = (rows.position - rows.position.min(initial=0)) * size + rows.text
    total, count = np.bincount(item, rows.value), np.bincount(item)
    found = {}
    for code in range(len(rows.raters)):
        mine = rows.rater == code
        own = np.bincount(item[mine], rows.value[mine], len(total))
        seen = np.bincount(item[mine], minlength=len(total))
        rest = count - seen
        known = (seen > 0) & (rest > 0)
        if known.sum() < 3:  # noqa: PLR2004 (two points always lie on a line)
            continue
        here, there = own[known] / seen[known], (total - own)[known] / rest[known]
        if here.std() > 0 and there.std() > 0:
            found[code] = float(np.corrcoef(here, there)[0, 1])
    return found


def _side(one: Answered) -> str | None:
    if "choice" in one.answer:
        said = str(one.answer["choice"])
        return None if said == "tie" else said
    score = one.answer["score"]
    return None if score == 0 else "b" if score > 0 else "a"


def _codes(pairs: list[tuple[Answered, Answered]]) -> tuple[Ints, Ints]:
    names = {who: code for code, who in enumerate(sorted({two.rater for _, two in pairs}))}
    rater: Ints = np.array([names[two.rater] for _, two in pairs], dtype=np.int64)
    text: Ints = np.array([two.text for _, two in pairs], dtype=np.int64)
    return rater, text
