"""A stop flag that a process forked elsewhere can see: a file that is there or not."""

import tempfile
from pathlib import Path


class StopFile:
    """Set by making a file. What forks a borrowed process hands over only what can be pickled.

    Args:
        path: of the file; by default one of its own that nobody else guesses.
    """

    def __init__(self, path: str | None = None) -> None:
        self.path = path or str(Path(tempfile.mkdtemp(prefix="studio-stop-")) / "stop")

    def is_set(self) -> bool:
        """Whether it was set."""
        return Path(self.path).exists()

    def set(self) -> None:
        """Set it."""
        Path(self.path).touch()

    def forget(self) -> None:
        """Remove what stands for it."""
        Path(self.path).unlink(missing_ok=True)
        Path(self.path).parent.rmdir()
