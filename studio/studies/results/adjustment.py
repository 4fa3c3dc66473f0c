"""The board as it would stand with stimuli of one length, loudness and bandwidth."""

from typing import Any

import numpy as np

from studio.statistics.adjusted import adjusted
from studio.studies.dataset import Dataset
from studio.studies.results.counted import Comparisons, Floats, Ratings
from studio.studies.results.figures import number

_COVARIATES = {
    "seconds": ("seconds", 1.0, "s"),
    "loudness": ("loudness_lufs", 1.0, "LU"),
    "bandwidth": ("bandwidth_hz", 1e-3, "kHz"),
}
"""By name: which measure of a stimulus, what one unit of it is multiplied with, and the unit."""


def adjustment(rows: Comparisons | Ratings, data: Dataset) -> dict[str, Any]:
    """``adjusted`` (as the board's rows) and ``covariates`` of AB and AXY; else both None.

    A covariate's ``value`` is what one unit more of it adds to the log odds of winning; of
    ``position``, what being heard first adds.
    """
    nothing: dict[str, Any] = {"adjusted": None, "covariates": None, "left_out": []}
    if isinstance(rows, Ratings) or rows.scored or not len(rows):
        return nothing
    given = {
        name: _gap(rows, measure, factor) for name, (measure, factor, _) in _COVARIATES.items()
    }
    known = {name: values for name, values in given.items() if np.isfinite(values).any()}
    found = adjusted(rows.votes(data.labels), known)
    if not found.standings or not found.converged:
        return nothing
    place = {label: position for position, label in data.labels.items()}
    units = {name: unit for name, (_, _, unit) in _COVARIATES.items()}
    return {
        "adjusted": [
            {
                "position": place[one.condition],
                "role": "condition",
                "label": one.condition,
                "value": number(one.rating),
                "low": number(one.low),
                "high": number(one.high),
                "rank": one.rank,
                "votes": one.votes,
                "component": one.component,
            }
            for one in found.standings
        ],
        "covariates": [
            {
                "name": one.name,
                "value": number(one.value),
                "low": number(one.low),
                "high": number(one.high),
                "share": number(one.share),
                "unit": units.get(one.name, ""),
            }
            for one in found.coefficients
        ],
        "left_out": [{"name": name, "why": why} for name, why in found.left_out],
    }


def _gap(rows: Comparisons, measure: str, factor: float) -> Floats:
    """A measure of A less that of B, NaN where one was not measured, (n,)."""
    nothing = float("nan")
    return np.array(
        [
            factor
            * (
                one.slot("a").nuisance.get(measure, nothing)
                - one.slot("b").nuisance.get(measure, nothing)
            )
            for one in rows.answers
        ],
        dtype=np.float64,
    )
