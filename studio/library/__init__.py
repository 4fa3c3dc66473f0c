"""What people keep, found again: comparisons, takes, voices and studies, with tags and a bin."""
