"""What a listening test needs to know of takes: the service that holds them fits this shape."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.floating[Any]]


class Candidate(Protocol):
    """A finished take that may become a stimulus."""

    @property
    def take(self) -> str:
        """The take's id."""

    @property
    def comparison(self) -> str:
        """Id of the comparison it belongs to; a pair is always of one comparison."""

    @property
    def condition(self) -> str:
        """What its ratings count for: ``engine/preset``."""

    @property
    def language(self) -> str:
        """Language of the text."""

    @property
    def text_sha256(self) -> str:
        """Hash of the text; ratings of one text are clustered by it."""


class TakeSource(Protocol):
    """Where finished takes come from."""

    def candidates(self, comparison: str | None, owner: str) -> Sequence[Candidate]:
        """Done takes of one comparison of this owner, or of all (the pool).

        Raises:
            NotFound: ``unknown_comparison``, when one is named that this owner does not have.
        """

    def samples(self, take: str) -> tuple[Samples, int]:
        """A done take: float32 mono in [-1, 1], shape (n,), and its sample rate in Hz.

        Raises:
            NotFound: ``unknown_take``.
        """
