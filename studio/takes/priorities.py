"""Who goes first: the numbers in a take's ``priority``. The smaller one is rendered first."""

PERSON = 0
"""Somebody waits for it."""
LATER = 5
"""Somebody may come back for it: a study's takes, further attempts after the checks."""
BATCH = 10
"""Part of a batch."""
PAUSED = 1000
"""Added to the priority of what is not to be rendered for now. A row's own priority comes back when
that is taken off again, and no query for work passes over the rows that wait in between."""
