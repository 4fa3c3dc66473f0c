"""Upkeep of what is kept: backups, restoring, checking rows against blobs, deleting for good."""
