"""Pauses that a text asks for: the library reads ``<break time="0.5s"/>`` among the words."""

import re

LONGEST_PAUSES = 20
"""Seconds of pauses in one text; nobody waits for more, and a typing error may ask for hours."""
_BREAK = re.compile(r"<break\s+time=\"([0-9]+(?:.[0-9]*)?)s\"\s*/?>")


def paused(text: str) -> float:
    """Seconds of all the pauses together."""
    total = 0.0
    for length in _BREAK.findall(text):
        try:
            total += float(length)
        except ValueError:  # "1,5": the library fails on it too
            return float("inf")
    return total
