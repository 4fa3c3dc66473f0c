"""What a store tells of a blob without reading it."""

from datetime import datetime
from typing import NamedTuple


class StoredBlob(NamedTuple):
    """One blob in a list."""

    name: str
    """``kind/owner/id``."""
    size: int
    """Bytes."""
    modified: datetime
    """When it was put, in UTC."""
