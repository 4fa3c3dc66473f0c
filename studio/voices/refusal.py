"""A clip that will not do, refused in the words of those who looked at it."""

from collections.abc import Sequence

from studio.locales import Note, note
from studio.problems import BadInput

INSIST_CLIP = "insist_clip"


class ClipRefused(BadInput):
    """The check-up refuses the recording.

    Args:
        reasons: what is wrong and what to do, one note each; at least one.
    """

    def __init__(self, reasons: Sequence[Note]) -> None:
        super().__init__("clip_refused")
        self.reasons = tuple(reasons)
        # The sentence of the problem is made of sentences: `locales.text` puts notes into words.
        self.params = {"reasons": _together(self.reasons)}  # type: ignore[dict-item]


class DoctorRefused(BadInput):
    """The doctor found faults; a person who hears none may insist, its models may be wrong.

    Args:
        reasons: the faults, one note each.
    """

    def __init__(self, reasons: Sequence[Note]) -> None:
        super().__init__("doctor_refused")
        self.reasons = tuple(reasons)
        self.params = {"reasons": _together(self.reasons), "insist": INSIST_CLIP}  # type: ignore[dict-item]


def _together(reasons: Sequence[Note]) -> Note:
    together = reasons[-1]
    for reason in reversed(reasons[:-1]):
        together = note("checkup.and", first=reason, rest=together)
    return together
