"""The audit in a process of its own: seconds of work that must not hold up the pages.

``python -m studio.studies.results.auditing`` reads a table of stimuli as JSON and writes what was
found. It gives way to everything else on the machine, and its libraries never enter the studio.
"""

import json
import os
import subprocess
import sys
import threading
from typing import Any

_NICENESS = 5
_SECONDS = 300.0


class Auditor:
    """Runs audits, one process each, and ends the one that runs when the studio closes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: subprocess.Popen[bytes] | None = None
        self._closed = False

    def __call__(self, table: dict[str, Any]) -> dict[str, Any] | None:
        """Audit one table (`table_of` in `studio.studies.results.blindness`).

        Returns:
            What was found; None where the process was ended or took too long.
        """
        paths = os.pathsep.join(path or "." for path in sys.path)
        with self._lock:
            if self._closed:
                return None
            self._running = child = subprocess.Popen(
                [sys.executable, "-m", "studio.studies.results.auditing"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": paths},
            )
        try:
            said, _ = child.communicate(json.dumps(table).encode(), timeout=_SECONDS)
        except (subprocess.TimeoutExpired, BrokenPipeError):
            child.kill()
            child.wait()
            return None
        finally:
            with self._lock:
                self._running = None
        return dict(json.loads(said)) if child.returncode == 0 else None

    def close(self) -> None:
        """End what runs."""
        with self._lock:
            self._closed = True
            if self._running is not None:
                self._running.kill()


def main() -> None:
    """Read a table, write what was found."""
    from studio.studies.results.blindness import examined

    os.nice(_NICENESS)
    json.dump(examined(json.load(sys.stdin)), sys.stdout)


if __name__ == "__main__":
    main()
