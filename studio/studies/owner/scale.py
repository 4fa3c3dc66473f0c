"""The differences that matter by default, by protocol, and how far a difference can go."""

DIFFERENCES = {
    "ab": 0.10,
    "axy": 0.10,
    "abx": 0.10,
    "acr": 0.3,
    "smos": 0.3,
    "ccr": 0.3,
    "mushra": 5.0,
}
"""Of a share from one half, or of means on the scale."""
FARTHEST = {"acr": 4.0, "smos": 4.0, "ccr": 3.0, "mushra": 100.0}
SHARES = ("ab", "axy", "abx")


def farthest(protocol: str) -> float:
    """The difference that a scale cannot pass: one half of a share."""
    return FARTHEST.get(protocol, 0.5)


def unit(protocol: str) -> str:
    """What a difference is measured in: share, points (0 to 100) or mean (of the scale)."""
    if protocol in SHARES:
        return "share"
    return "points" if protocol == "mushra" else "mean"
