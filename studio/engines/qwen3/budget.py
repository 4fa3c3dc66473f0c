"""How many frames a text may take: generous, but never the two and a half minutes of a runaway.

The model ends an utterance by itself. Where it fails to (a transcript that does not cover its clip
is enough), it would babble on to the library's limit of 2048 frames, 164 s.
"""

import math
import unicodedata

FRAMES_PER_SECOND = 12.5
LONGEST_FRAMES = 1500
"""Two minutes; no text within the card's limits is expected to take half of it."""
_FACTOR = 2.5
"""A slow, dramatic reading takes at most so many times as long as an ordinary one."""
_EXTRA_SECONDS = 3.0
"""For breaths and pauses that even one word may bring along."""
_SECONDS = {"CJK": 0.28, "HANGUL": 0.2, "HIRAGANA": 0.16, "KATAKANA": 0.16}
"""Of one character at an ordinary pace, by the first word of its Unicode name."""
_LETTER, _DIGIT, _MARK = 0.08, 0.45, 0.25


def frame_budget(text: str) -> int:
    """Frames (80 ms each) after which an utterance is cut.

    Args:
        text: what is to be spoken, in any script or mixture.
    """
    expected = sum(map(_seconds, text))
    return min(LONGEST_FRAMES, math.ceil((_FACTOR * expected + _EXTRA_SECONDS) * FRAMES_PER_SECOND))


def _seconds(character: str) -> float:
    category = unicodedata.category(character)
    if category[0] in "ZMC":  # spaces, combining marks, control characters
        return 0.0
    if category[0] == "N":
        return _DIGIT
    if category[0] in "PS":
        return _MARK
    script = unicodedata.name(character, "").partition(" ")[0]
    return _SECONDS.get(script, _LETTER)
