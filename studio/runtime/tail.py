"""The last words of a process: its output drained without end into a small ring."""

import contextlib
import os
import threading
import time

_READ = 65536
_PAUSE = 0.001
"""Seconds between full reads, so that a flood costs its maker time and not the studio: 64 MB/s."""


class Tail:
    """Drains a pipe in a thread of its own and remembers the end of what came.

    The reader lives in another process than the writer, so a writer that holds its interpreter's
    lock inside C code while it prints still gets rid of its bytes.

    Args:
        pipe: a file descriptor open for reading; closed at end of file.
        keep: how many bytes to remember.
    """

    def __init__(self, pipe: int, keep: int = 65536) -> None:
        self._pipe = pipe
        self._keep = keep
        self._ring = bytearray()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._drain, name="tail", daemon=True)
        self._thread.start()

    def _drain(self) -> None:
        with contextlib.suppress(OSError):
            while data := os.read(self._pipe, _READ):
                with self._lock:
                    self._ring += data
                    del self._ring[: -self._keep]
                if len(data) == _READ:
                    time.sleep(_PAUSE)
        os.close(self._pipe)

    def text(self, limit: int = 2000, wait: float = 0.0) -> str:
        """The last ``limit`` characters; ``wait`` seconds for the end of the pipe first."""
        if wait:
            self._thread.join(wait)
        with self._lock:
            return self._ring.decode("utf-8", "replace")[-limit:].strip()
