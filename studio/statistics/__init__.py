"""Statistics of listening tests: pure functions from arrays to estimates with intervals."""

from studio.statistics.board import (
    DRAWS,
    METHOD,
    SEED,
    Board,
    Component,
    Point,
    Record,
    Standing,
    board,
    point,
)
from studio.statistics.davidson import Fit, Model, fit, points
from studio.statistics.proportion import Share, wilson
from studio.statistics.votes import Votes

__all__ = [
    "DRAWS",
    "METHOD",
    "SEED",
    "Board",
    "Component",
    "Fit",
    "Model",
    "Point",
    "Record",
    "Share",
    "Standing",
    "Votes",
    "board",
    "fit",
    "point",
    "points",
    "wilson",
]
