"""How far raters agree: Krippendorff's alpha in the metric that suits the protocol."""

from typing import Any

import numpy as np

from studio.statistics.agreement import Agreement, Metric, agreement, agreement_of_votes
from studio.studies.dataset import Dataset
from studio.studies.results.counted import Comparisons, Ratings
from studio.studies.results.figures import number


def agreeing(rows: Comparisons | Ratings, data: Dataset) -> dict[str, Any] | None:
    """Alpha with its interval; None where no two raters heard the same.

    AB and AXY: nominal, of a text's pair. CCR: ordinal, of a text's pair, taken both ways round for
    which of a pair is the first is arbitrary. ACR and SMOS: ordinal, MUSHRA: interval, of a text's
    take; reference and anchor, which all rate alike by design, are left out.
    """
    metric: Metric
    if isinstance(rows, Ratings):
        mine = rows.position >= 0
        text = rows.text[mine]
        unit = rows.position[mine] * (int(text.max(initial=0)) + 1) + text
        metric = "interval" if data.protocol.name == "mushra" else "ordinal"
        found = agreement(rows.value[mine], rows.rater[mine], unit, metric, cluster=text)
    elif rows.scored:
        found = _both_ways(rows)
    else:
        found = agreement_of_votes(rows.votes(data.labels))
    if found.alpha is None:
        return None
    return {
        "alpha": number(found.alpha),
        "low": number(found.low),
        "high": number(found.high),
        "metric": found.metric,
        "units": found.units,
        "raters": found.raters,
        "pairable": found.values,
    }


def _both_ways(rows: Comparisons) -> Agreement:
    low, high = np.minimum(rows.first, rows.second), np.maximum(rows.first, rows.second)
    value = np.where(rows.first == low, rows.value, -rows.value)
    size, texts = int(high.max()) + 1, int(rows.text.max()) + 1
    unit = 2 * ((low * size + high) * texts + rows.text)
    return agreement(
        np.concatenate([value, -value]),
        np.tile(rows.rater, 2),
        np.concatenate([unit, unit + 1]),
        "ordinal",
        cluster=np.tile(rows.text, 2),
    )
