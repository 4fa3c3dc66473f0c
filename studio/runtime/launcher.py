"""The one thread that starts child processes.

On Linux a child asks the kernel to be killed when its parent ends, and that means the *thread* that
started it: a child started from a request's thread would die with that thread. So one long-lived
thread starts them all.
"""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import Any


class Launcher:
    """Starts processes from one thread that lives until :meth:`close`."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="launcher")

    def start(self, command: list[str], **options: Any) -> "subprocess.Popen[bytes]":
        """``subprocess.Popen`` with these arguments.

        Raises:
            OSError: the program cannot be started.
        """
        future = self._thread.submit(lambda: subprocess.Popen(command, **options))  # noqa: S603
        return future.result()

    def close(self) -> None:
        """End the thread, and on Linux with it every child that is left."""
        self._thread.shutdown(wait=True)
