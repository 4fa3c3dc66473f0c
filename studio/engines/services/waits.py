"""How long a busy service is waited for: as it asks, within a limit."""

import email.utils
import re
import time
from collections.abc import Mapping

_PATIENT_SECONDS = 8.0
"""The longest wait, all in all, that a busy service may ask for and be obeyed."""
_WAITS = 2


class Waits:
    """What a busy service (429, 503) asked to wait for, and how much of that was granted."""

    def __init__(self) -> None:
        self._granted = 0
        self._seconds = 0.0

    def obeyed(self, status: int | None, headers: Mapping[str, str] | None) -> float | None:
        """Seconds to wait before asking again; ``None``: it asks too much, or nothing."""
        wait = retry_after(headers or {}) if status in (429, 503) else None
        if wait is None or self._granted >= _WAITS or self._seconds + wait > _PATIENT_SECONDS:
            return None
        self._granted += 1
        self._seconds += wait
        return wait


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a ``Retry-After`` header asks for, as a number or as a date (RFC 9110)."""
    value = next((text for name, text in headers.items() if name.lower() == "retry-after"), "")
    value = value.strip()
    if re.fullmatch(r"\d{1,9}(\.\d{1,6})?", value):
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError):
        return None
    return max(0.0, moment.timestamp() - time.time())
