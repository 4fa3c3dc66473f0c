"""Which moment of a take says which part of its text, so that takes can be heard side by side."""

from studio.quality.said import Said

Moments = list[tuple[float, float]]

_LEAST = 2
"""With fewer moments nothing is known that the length alone would not tell."""
_STEP_SECONDS = 0.02
"""Moments nearer than this are one."""


def moments(said: Said, seconds: float) -> Moments:
    """Where each word that was said as written begins, and where each run of them ends.

    Between two moments a listener may take both text and time to pass evenly.

    Args:
        said: the text beside what was heard.
        seconds: length of the recording.

    Returns:
        (share of the text's letters that is said by then, 0-1; seconds from the beginning), both
        never falling; empty where too little was understood.
    """
    whole = said.letters(0, len(said.wanted))
    if not whole:
        return []
    found: Moments = []
    for stretch in said.stretches:
        if not stretch.said:
            continue
        (start, end), (first, last) = stretch.reference, stretch.heard
        if last <= first:
            continue
        steps = range(end - start) if end - start == last - first else range(1)
        for step in steps:
            found.append((said.letters(0, start + step) / whole, said.heard[first + step].start))
        found.append((said.letters(0, end) / whole, said.heard[last - 1].end))
    kept: Moments = []
    for share, at in found:
        moment = (round(min(share, 1.0), 5), round(min(max(at, 0.0), seconds), 3))
        after = not kept or (moment[0] > kept[-1][0] and moment[1] > kept[-1][1] + _STEP_SECONDS)
        if after:
            kept.append(moment)
    return kept if len(kept) >= _LEAST else []
