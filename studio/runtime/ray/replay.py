"""A render begun anew elsewhere: what was heard already must be spoken again, then it goes on."""

import numpy as np

from studio.engines.contract import Chunk, Usage
from studio.runtime.report import BatchItem


class Differs(Exception):
    """The second rendering is another one than the first: the two cannot be joined."""


class Replay:
    """Passes an item's chunks on, each sample once however often the item is begun.

    Args:
        item: what a caller wants.
    """

    def __init__(self, item: BatchItem) -> None:
        self.item = item
        self._heard: list[Chunk] = []
        self._repeated = 0
        """Samples of this beginning so far that had been heard before."""

    @property
    def heard(self) -> int:
        """Samples that the caller got."""
        return sum(chunk.samples.size for chunk in self._heard)

    def begun(self) -> BatchItem:
        """The item, to be rendered from its start."""
        self._repeated = 0
        return BatchItem(self.item.request, self._pass_on, self.item.cancel, self._usage)

    def _usage(self, usage: Usage) -> None:
        if self.item.on_usage is not None:
            self.item.on_usage(usage)

    def _pass_on(self, chunk: Chunk) -> None:
        known = min(chunk.samples.size, self.heard - self._repeated)
        if known > 0:
            self._compare(chunk, known)
            self._repeated += known
            chunk = Chunk(chunk.samples[known:], chunk.sample_rate)
            if not chunk.samples.size:
                return
        self._heard.append(chunk)
        self._repeated += chunk.samples.size
        self.item.on_chunk(chunk)

    def _compare(self, chunk: Chunk, known: int) -> None:
        before = np.concatenate([one.samples for one in self._heard])
        expected = before[self._repeated : self._repeated + known]
        same_rate = self._heard[0].sample_rate == chunk.sample_rate
        if not same_rate or not np.array_equal(expected, chunk.samples[:known]):
            raise Differs
