"""How many cores this process may use."""

import os


def available(most: int) -> int:
    """Cores given to this process (an affinity mask counts), between 1 and ``most``."""
    if hasattr(os, "sched_getaffinity"):
        count = len(os.sched_getaffinity(0))
    else:
        count = os.cpu_count() or 1
    return max(1, min(most, count))
