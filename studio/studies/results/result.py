"""The result of a study, computed from its answers alone: the same answers give the same result."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from studio.listening.conditions import title
from studio.locales import Note, note
from studio.statistics.clustered import Estimate
from studio.statistics.paired import differences
from studio.studies.dataset import Answered, Dataset
from studio.studies.results import abx, looking, pairs, scores, views
from studio.studies.results.adjustment import adjustment
from studio.studies.results.agreeing import agreeing
from studio.studies.results.counted import Comparisons, Ratings, comparisons, counted, ratings
from studio.studies.results.exclusions import Excluded, excluded
from studio.studies.results.figures import mirrored, number, plain
from studio.studies.results.headline import FEW_RATERS, Duel, headline, listeners
from studio.studies.results.proof import answers_sha256, seal_view
from studio.studies.results.reliability import Reliability, reliability
from studio.studies.results.stopping import closed_early, opens, progress, stopping

METHOD = "study-result/1"
DRAWS = 1000
_UNUSABLE = 0.05
_CROWD = 0.001
_KINDS = {
    "ab": "pairs",
    "axy": "pairs",
    "ccr": "comparison",
    "acr": "scores",
    "smos": "scores",
    "mushra": "mushra",
    "abx": "abx",
}


@dataclass(frozen=True)
class _Counted:
    """Answers that count, with and without the plan's exclusions."""

    answers: tuple[Answered, ...]
    everyone: tuple[Answered, ...]
    rows: Comparisons | Ratings
    all_rows: Comparisons | Ratings


def shut(data: Dataset) -> dict[str, Any] | None:
    """The result while the plan does not allow to look; None when it does."""
    because = opens(data)
    if because is None:
        return None
    return {"study": about(data), "state": "shut", "opens": because, "progress": progress(data)}


def about(data: Dataset) -> dict[str, Any]:
    """Which study it is."""
    return {
        "id": data.id,
        "title": data.title,
        "protocol": data.protocol.name,
        "question": data.question,
        "language": data.language,
        "use": data.use,
        "state": data.state,
        "opened_at": data.opened_at.isoformat() if data.opened_at else None,
        "closed_at": data.closed_at.isoformat() if data.closed_at else None,
        "closed_because": data.closed_because,
        "ties": data.plan.ties,
    }


def result(data: Dataset, draws: int = DRAWS) -> dict[str, Any]:
    """Everything that a study showed but the parts that take long (`LATER`).

    Sentences are notes, to be put into a language by whoever shows them.

    Args:
        data: the study; whether it may be looked at is for :func:`shut` to say.
        draws: of the bootstrap.
    """
    checks = reliability(data)
    out = excluded(data, checks)
    kept, everyone = counted(data, out.raters), counted(data)
    reader = comparisons if data.protocol.name in ("ab", "axy", "abx", "ccr") else ratings
    here = _Counted(
        kept, everyone, reader_of(reader, data, kept), reader_of(reader, data, everyone)
    )
    found: dict[str, Any] = {
        "study": about(data),
        "state": "ready",
        "opens": None,
        "progress": progress(data),
        "kind": _KINDS[data.protocol.name],
        "conditions": [
            {
                "position": position,
                "label": label,
                "condition": data.conditions[position],
                "engine": data.engines[position],
                "title": title(data.engines[position]),
            }
            for position, label in data.labels.items()
        ],
        "basis": views.basis(data, kept, checks),
        "consistency": views.consistency(data, out.raters),
        "identical": views.identical(data, out.raters),
        "attention": views.attention(checks),
        "stopping": stopping(data),
        "seal": seal_view(data),
        "method": METHOD,
        "answers_sha256": answers_sha256(data),
        "sound": {
            "retries": data.plan.retries,
            "fair_bandwidth": data.plan.fair_bandwidth,
            "loudness_lufs": data.plan.loudness_lufs,
        },
        **dict.fromkeys(EMPTY),
    }
    found["reasons"] = {}
    _fill(found, data, here, draws)
    found["exclusions"] = _exclusions(found, out, here)
    found["by_text"] = views.by_text(data, here.rows)
    found["by_rater"] = views.by_rater(data, here.all_rows, checks, out)
    found["favouring"] = _favouring(data, out)
    duel = _duel(found, data, here)
    if data.plan.stopping.rule == "anytime" and data.protocol.takes == 2:  # noqa: PLR2004 (A and B)
        seen = looking.sequences(data, kept)
        found["stopping"]["pairs"] = looking.table(seen, data)
        duel = None if duel is None else looking.at_any_time(duel, seen, data)
    notes = [*_notes(found, data, duel, checks), *_crowds(out)]
    found["headline"] = headline(data, duel, notes).to_json()
    for part in EMPTY:
        if found[part] is None and part not in found["reasons"]:
            found["reasons"][part] = _reason(part, data)
    return dict(plain(found))


EMPTY = (
    "board", "matrix", "tests", "ties", "agreement", "first_position", "audit", "fragility",
    "metrics", "abx", "favouring",
)  # fmt: skip
"""Parts that not every study has; null with a reason where there is none."""


def reader_of(
    reader: Callable[[tuple[Answered, ...]], Comparisons | Ratings],
    data: Dataset,
    answers: tuple[Answered, ...],
) -> Comparisons | Ratings:
    """Rows of a protocol; for ABX the share right takes the place of a preference."""
    if data.protocol.name == "abx":
        return abx.rows(answers)
    return reader(answers)


def _fill(found: dict[str, Any], data: Dataset, here: _Counted, draws: int) -> None:
    """Board, matrix and what belongs to the kind of protocol."""
    if not len(here.rows):
        return
    if data.protocol.name == "abx":
        found["abx"] = abx.table(abx.heard(here.answers))
        return
    if isinstance(here.rows, Ratings) and isinstance(here.all_rows, Ratings):
        board = scores.standings(here.rows, data)
        everyone = scores.standings(here.all_rows, data)
        scored = scores.table(here.rows, data)
        pairwise = differences(scored)
        found["matrix"] = scores.matrix(pairwise, here.rows, data)
        found["tests"] = scores.tests(pairwise, scored, data)
        found["agreement"] = agreeing(here.rows, data)
    elif isinstance(here.rows, Comparisons) and isinstance(here.all_rows, Comparisons):
        board, votes = pairs.standings(here.rows, data, draws)
        everyone, _ = pairs.standings(here.all_rows, data, draws)
        found["matrix"] = pairs.matrix(here.rows)
        found["agreement"] = agreeing(here.rows, data)
        found["ties"] = pairs.ties(here.rows) if data.plan.ties or here.rows.scored else None
        found["first_position"] = pairs.first_position(here.rows, data)
        found["method"] = f"{METHOD} {votes.method}"
        found["votes_sha256"] = votes.votes_sha256
    found["board"] = {
        **{key: value for key, value in board.items() if key != "rows"},
        "kept": board["rows"],
        "everyone": everyone["rows"],
        **adjustment(here.rows, data),
    }
    if found["board"]["adjusted"] is None:
        found["reasons"]["adjusted"] = _reason("adjusted", data)


def _exclusions(found: Mapping[str, Any], out: Excluded, here: _Counted) -> dict[str, Any]:
    answered = {one.rater for one in here.everyone}
    gone = out.raters & answered
    board = found["board"]
    changes = False
    if board is not None:
        changes = _first(board["kept"]) != _first(board["everyone"])
    return {
        "rules": [
            {
                "rule": rule.name,
                "limit": rule.limit,
                "raters": len(set(rule.raters) & answered),
                "ids": [who for who in rule.raters if who in answered],
            }
            for rule in out.rules
        ],
        "impossible": dict(out.impossible),
        "raters_removed": len(gone),
        "answers_removed": len(here.everyone) - len(here.answers),
        "raters": len(answered),
        "answers": len(here.everyone),
        "changes_first": changes,
    }


def _favouring(data: Dataset, out: Excluded) -> list[dict[str, Any]] | None:
    if not out.favours:
        return None
    place = {label: position for position, label in data.labels.items()}
    return [
        {
            "rater": one.rater,
            "condition": place[one.condition],
            "votes": one.votes,
            "chosen": number(one.chosen),
            "expected": number(one.expected),
            "p": number(one.p),
        }
        for one in out.favours
        if one.flagged
    ]


def _first(standings: list[dict[str, Any]]) -> int | None:
    """Position of the condition with the best value of the largest component."""
    for row in standings:
        if row["role"] == "condition" and row["value"] is not None:
            return int(row["position"])
    return None


def _duel(found: Mapping[str, Any], data: Dataset, here: _Counted) -> Duel | None:
    """The best condition against the second best that it met."""
    if found["abx"]:
        heard = {pair: one.estimate for pair, one in abx.heard(here.answers).items()}
        row = max(found["abx"], key=lambda one: (one["trials"], -one["first"], -one["second"]))
        pair = (row["first"], row["second"])
        return Duel(*pair, heard[pair], row["p_holm"], 0.5, heard[pair].raters)
    if found["board"] is None or not found["matrix"]:
        return None
    order = [
        row["position"]
        for row in found["board"]["kept"]
        if row["role"] == "condition" and row["value"] is not None and row["component"] == 0
    ]
    tests = {(row["first"], row["second"]): row for row in found["matrix"]}
    for other in order[1:]:
        row = tests.get((min(order[0], other), max(order[0], other)))
        if row is not None:
            estimate = _estimate(here.rows, data, order[0], other)
            if estimate is None:
                continue
            centre = 0.5 if data.protocol.answer == "choice" else 0.0
            p = 1.0 if row["p_holm"] is None else row["p_holm"]
            return Duel(order[0], other, _within(estimate, data), p, centre, estimate.raters)
    return None


def _within(found: Estimate, data: Dataset) -> Estimate:
    """An estimate whose interval does not pass what the scale allows."""
    kind = data.protocol
    if kind.answer == "choice":
        low, high = 0.0, 1.0
    elif kind.name == "ccr":
        low, high = float(kind.low), float(kind.high)
    else:
        high = float(kind.high - kind.low)
        low = -high
    return replace(found, low=max(found.low, low), high=min(found.high, high))


def _estimate(rows: Comparisons | Ratings, data: Dataset, one: int, other: int) -> Estimate | None:
    """The better of two conditions against the other."""
    if isinstance(rows, Comparisons):
        return pairs.estimate(rows, one, other)
    names = {data.labels[one], data.labels[other]}
    for found in differences(scores.table(rows, data)):
        if {found.first, found.second} == names and found.estimate is not None:
            turned = found.first != data.labels[one]
            return mirrored(found.estimate) if turned else found.estimate
    return None


def _notes(
    found: Mapping[str, Any],
    data: Dataset,
    duel: Duel | None,
    checks: Mapping[str, Reliability],
) -> list[Note]:
    """What must be said beside the headline, the gravest first."""
    notes = _of_proof(found, data)
    if duel is not None and duel.raters < FEW_RATERS:
        notes.append(note("result.note.few_raters", listeners=listeners(duel.raters)))
    board = found["board"]
    if board is not None:
        if found["exclusions"]["changes_first"]:
            first = _first(board["everyone"])
            if first is not None:
                notes.append(note("result.note.without_exclusions", first=data.labels[first]))
        other = None if board["adjusted"] is None else _first(board["adjusted"])
        if other is not None and other != _first(board["kept"]):
            notes.append(note("result.note.adjusted", first=data.labels[other]))
        if len(board["components"]) > 1:
            notes.append(note("result.note.parts", parts=len(board["components"])))
    unusable = found["basis"]["unusable"]
    if checks and unusable > _UNUSABLE * max(found["basis"]["counted"], 1):
        percent = f"{100 * unusable / found['basis']['counted']:.0f}"
        notes.append(note("result.note.unusable", percent=percent))
    if duel is not None and board is not None and len(data.labels) > 2 and _ahead(found, duel):  # noqa: PLR2004
        notes.append(note("result.note.all", first=data.labels[duel.first]))
    return notes


def _crowds(out: Excluded) -> list[Note]:
    """Remarks on conditions that more raters lean to than chance explains."""
    return [
        note("result.note.crowd", condition=one.condition) for one in out.crowds if one.p < _CROWD
    ]


def _of_proof(found: Mapping[str, Any], data: Dataset) -> list[Note]:
    """Remarks on whether the study was kept as it was planned."""
    notes = []
    if found["seal"]["broken_at"] is not None or found["seal"]["complete"] is False:
        notes.append(note("result.note.broken"))
    if False in (found["seal"]["plan_fits"], found["seal"]["key_fits"]):
        notes.append(note("result.note.changed"))
    if data.state == "open":
        notes.append(note("result.note.looking"))
    early = closed_early(data)
    return notes if early is None else [*notes, early]


def _ahead(found: Mapping[str, Any], duel: Duel) -> bool:
    """Whether the first is surely ahead of every other condition, by tests corrected together."""
    level = found["stopping"]["level"]
    others = [
        row["position"]
        for row in found["board"]["kept"]
        if row["role"] == "condition" and row["position"] != duel.first
    ]
    won = set()
    for row in found["matrix"]:
        if duel.first not in (row["first"], row["second"]):
            continue
        value = (row["mean"] or 0.0) if row["share"] is None else row["share"] - 0.5
        value = value if row["first"] == duel.first else -value
        if value > 0 and row["p_holm"] is not None and row["p_holm"] < level:
            won.add(row["second"] if row["first"] == duel.first else row["first"])
    return won >= set(others)


def _reason(part: str, data: Dataset) -> Note:
    name = data.protocol.name
    paired = name in ("ab", "axy", "ccr")
    applies = {
        "abx": name == "abx",
        "board": name != "abx",
        "matrix": name != "abx",
        "tests": name != "abx",
        "ties": paired and (data.plan.ties or name == "ccr"),
        "first_position": paired,
        "fragility": name in ("ab", "axy"),
        "adjusted": name in ("ab", "axy"),
        "favouring": paired,
    }
    if not applies.get(part, True):
        return note("result.reason.protocol")
    if not data.of_kind("main"):
        return note("result.reason.no_answers")
    return note("result.reason.too_few")
