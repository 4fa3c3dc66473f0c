"""How long reading a text aloud can take: the bound for models that babble on when done."""

_GRACE_SECONDS = 2.5
_SECONDS_A_CHARACTER = 0.2
"""Very slow reading: 5 letters a second, a third of the usual pace."""
_SECONDS_A_SYLLABLE = 0.5
"""The same for writing with a syllable or more to a character."""
_DENSE = frozenset({"ko", "ja", "zh", "yue"})


def longest_reading(text: str, language: str) -> float:
    """Seconds within which any reading of the text is over.

    Args:
        text: as it is written; numbers and the like are short for what is said of them, for which
            very slow reading leaves room.
        language: ISO 639 code.
    """
    pace = _SECONDS_A_SYLLABLE if language in _DENSE else _SECONDS_A_CHARACTER
    return _GRACE_SECONDS + pace * len(text)
