"""A study that cannot be opened yet, refused with everything that hinders it."""

from collections.abc import Sequence

from studio.locales import Note, note
from studio.problems import Conflict


class NotReady(Conflict):
    """It cannot be opened yet.

    Args:
        reasons: what hinders it, one note each; at least one.
    """

    def __init__(self, reasons: Sequence[Note]) -> None:
        super().__init__("study_not_ready")
        self.reasons = tuple(reasons)
        together = self.reasons[-1]
        for reason in reversed(self.reasons[:-1]):
            together = note("study.and", first=reason, rest=together)
        # The sentence of the problem is made of sentences: `locales.text` puts notes into words.
        self.params = {"because": together, "reasons": self.reasons}  # type: ignore[dict-item]
