"""Parts of a result that take seconds, computed behind the rest."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from studio.locales import Note, note
from studio.statistics.fragility import fragility
from studio.statistics.mixed import mixed
from studio.studies.dataset import Answered, Dataset
from studio.studies.results.blindness import leak_note, table_of
from studio.studies.results.counted import comparisons, counted, ratings
from studio.studies.results.figures import number, plain
from studio.studies.results.metrics import metrics
from studio.studies.results.scores import table

_FEW_VOTES = 3
_FEW_SHARE = 0.02
"""A first place that hangs on so few votes is told beside the headline."""

LATER = ("audit", "fragility", "mixed", "metrics")
"""Names of these parts."""
FROM_DATABASE = ("metrics",)
"""Those among them that need more than a study's answers: a bundle cannot give them again."""


def later(
    session: Session,
    data: Dataset,
    found: Mapping[str, Any],
    audit: Callable[[dict[str, Any]], dict[str, Any] | None],
) -> dict[str, Any]:
    """Compute them.

    Args:
        session: for what was measured on the takes.
        data: the study.
        found: the result so far.
        audit: looks for leaks in a table of stimuli.

    Returns:
        The parts, and ``reasons`` for those that are null.
    """
    out = {who for rule in found["exclusions"]["rules"] for who in rule["ids"]}
    answers = counted(data, out)
    stimuli = table_of(data)
    parts: dict[str, Any] = {
        "audit": audit(stimuli) if stimuli is not None else None,
        "fragility": fragile(data, answers),
        "mixed": modelled(data, answers),
        "metrics": metrics(session, data, answers),
    }
    none = {
        "audit": note(
            "result.reason.no_measures" if stimuli is None else "result.reason.not_finished"
        ),
        "fragility": _why(data, answers, applies=data.protocol.name in ("ab", "axy")),
        "mixed": _why(data, answers, applies=data.protocol.name in ("acr", "smos", "mushra")),
        "metrics": note("result.reason.no_figures"),
    }
    return {**plain(parts), "reasons": {name: none[name] for name in LATER if parts[name] is None}}


def fragile(data: Dataset, answers: tuple[Answered, ...]) -> dict[str, Any] | None:
    """The fewest votes whose removal changes the first place, of AB and AXY."""
    if data.protocol.name not in ("ab", "axy") or not answers:
        return None
    rows = comparisons(answers)
    found = fragility(rows.votes(data.labels)) if len(rows) else None
    if found is None:
        return None
    place = {label: position for position, label in data.labels.items()}
    return {
        "votes": found.votes,
        "at_least": found.at_least,
        "exact": found.exact,
        "of": found.of,
        "first": place[found.first],
        "then": None if found.then is None else place[found.then],
        "removed": [
            {
                "winner": place[one.winner],
                "loser": place[one.loser],
                "tie": one.tie,
                "count": one.count,
            }
            for one in found.removed
        ],
        "raters": [rows.raters[code] for code in found.raters],
        "method": found.method,
    }


def modelled(data: Dataset, answers: tuple[Answered, ...]) -> dict[str, Any] | None:
    """The mixed model of scores: raters and texts as random effects."""
    if data.protocol.name not in ("acr", "smos", "mushra") or not answers:
        return None
    found = mixed(table(ratings(answers), data))
    if found is None:
        return None
    place = {label: position for position, label in data.labels.items()}
    return {
        "means": [
            {"position": place[name], "value": number(value), "se": number(se)}
            for name, value, se in found.means
        ],
        "contrasts": [
            {
                "first": place[one.first],
                "second": place[one.second],
                "mean": number(one.difference),
                "low": number(one.low),
                "high": number(one.high),
                "p": number(one.p),
                "p_holm": number(one.p_holm),
            }
            for one in found.contrasts
        ],
        "rater_sd": number(found.rater),
        "text_sd": number(found.text),
        "residual_sd": number(found.residual),
        "converged": found.converged,
    }


def _why(data: Dataset, answers: tuple[Answered, ...], *, applies: bool) -> Note:
    if not applies:
        return note("result.reason.protocol")
    name = "result.reason.too_few" if answers and data.labels else "result.reason.no_answers"
    return Note(name)


def noted(found: Mapping[str, Any]) -> dict[str, Any]:
    """The result with what these parts add to its headline."""
    fragile_by = found["fragility"]
    turned = None
    if fragile_by is not None and fragile_by["votes"] is not None and found["headline"]["sure"]:
        few = fragile_by["votes"] <= max(_FEW_VOTES, _FEW_SHARE * fragile_by["of"])
        turned = note("result.note.fragile", votes=fragile_by["votes"]) if few else None
    further = [one for one in (leak_note(found["audit"]), turned) if one is not None]
    head = {**found["headline"], "notes": [*further, *found["headline"]["notes"]]}
    return {**found, "headline": head, "pending": []}
