"""A clip that will not do, refused in the check-up's own words."""

from collections.abc import Sequence

from studio.locales import Note, note
from studio.problems import BadInput


class ClipRefused(BadInput):
    """The check-up refuses the recording.

    Args:
        reasons: what is wrong and what to do, one note each; at least one.
    """

    def __init__(self, reasons: Sequence[Note]) -> None:
        super().__init__("clip_refused")
        self.reasons = tuple(reasons)
        together = self.reasons[-1]
        for reason in reversed(self.reasons[:-1]):
            together = note("checkup.and", first=reason, rest=together)
        # The sentence of the problem is made of sentences: `locales.text` puts notes into words.
        self.params = {"reasons": together}  # type: ignore[dict-item]
