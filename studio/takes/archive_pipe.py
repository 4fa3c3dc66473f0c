"""What a ZIP is written into while it is sent: nothing of it is sought again, or kept whole."""

import io

PIECE = 256 * 1024
"""Bytes worth sending on."""


class ArchivePipe(io.RawIOBase):
    """Takes bytes from one side and gives them to the other."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Keep what was written."""
        self._parts.append(bytes(data))
        self.size += len(data)
        return len(data)

    def taken(self) -> bytes:
        """What was written since the last time."""
        whole = b"".join(self._parts)
        self._parts, self.size = [], 0
        return whole
