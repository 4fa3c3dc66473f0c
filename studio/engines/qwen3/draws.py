"""Random draws of one row of a batch, independent of the other rows and of the process."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch


@contextmanager
def row_draws(seeds: Sequence[int], device: torch.device) -> Iterator[None]:
    """While inside, ``torch.multinomial`` draws every row with a generator of its own.

    The library samples a whole batch from the one generator of the process: the same text with the
    same seed would sound different in other company. This way a row draws what it draws alone.
    Only the thread that enters is concerned. (Torch's own way to step in, a ``TorchFunctionMode``,
    takes a moment at every operation and made a step half as slow again.)

    Args:
        seeds: one for each row.
        device: of the probabilities.
    """
    generators = [torch.Generator(device).manual_seed(seed % 2**63) for seed in seeds]
    library, generating = torch.multinomial, threading.get_ident()

    def draw(rows: torch.Tensor, *args: Any, **named: Any) -> torch.Tensor:
        if threading.get_ident() != generating or len(rows) != len(generators):
            return library(rows, *args, **named)
        pairs = zip(rows.split(1), generators, strict=True)
        return torch.cat([library(row, *args, **named, generator=g) for row, g in pairs])

    torch.multinomial = draw  # type: ignore[assignment]
    try:
        yield
    finally:
        torch.multinomial = library
