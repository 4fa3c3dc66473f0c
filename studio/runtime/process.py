"""One child process: started, talked to in plain messages, ended for certain."""

import contextlib
import itertools
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

from studio.runtime.child_environment import child_environment
from studio.runtime.launcher import Launcher
from studio.runtime.tail import Tail
from studio.runtime.wire import Message

_CHECKOUT = str(Path(__file__).parents[2])
_INBOX = 8
"""Messages waiting to be read; then the child waits. A chunk's message is 1 MiB at most."""
_SOURCE = """
import sys
sys.path[:] = [*({paths!r} or sys.path), {checkout!r}]
from studio.runtime import child
child.behave({name!r}, {parent!r}, {limits!r})
from studio.runtime.worker import serve
serve(channel)
"""

_GRACE = 1.0
"""Seconds between the end of a process's pipe and its own."""


class Ended(Exception):
    """The process is gone; the text says how: a signal's name or an exit status."""


class Lost(Ended):
    """Gone with the machine it ran on, through no fault of its own."""


class Conversation(Protocol):
    """A process that serves an engine, wherever it runs; see :class:`Child`."""

    @property
    def pid(self) -> int: ...

    @property
    def alive(self) -> bool: ...

    def request(self, do: str, **fields: Any) -> int: ...

    def cancel(self, exchange: int, item: int | None = None) -> None: ...

    def receive(self, seconds: float) -> Message | None: ...

    def kill(self) -> None: ...

    def tail(self) -> str: ...


@dataclass(frozen=True)
class ChildSpec:
    """How to start a child."""

    name: str
    """For logs."""
    python: str = sys.executable
    """The interpreter; another one than ours need not have execnet installed."""
    memory_bytes: int = 0
    """Limit of its private memory; 0: none."""
    niceness: int = 0
    """How far it gives way to other processes, as ``nice`` counts: 0 to 19."""
    environment: tuple[tuple[str, str], ...] = ()
    """Variables on top of ours."""
    variables: tuple[str, ...] = ()
    """Names of the studio's variables that it may see; the others hold keys of other engines."""
    start_seconds: float = 60.0
    """An interpreter that does not answer by then is ended."""


class Child:
    """A running child. Thread-safe but for :meth:`receive`, which one thread calls at a time.

    Raises:
        Ended: it could not be started.
    """

    def __init__(self, launcher: Launcher, spec: ChildSpec) -> None:
        self.name = spec.name
        self._exchanges = itertools.count(1)
        self._inbox: queue.Queue[Message | None] = queue.Queue(_INBOX)
        self._outbox: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._over = ""
        self._process, output = _start(launcher, spec)
        self._tail = Tail(output)
        guard = threading.Timer(spec.start_seconds, self.kill)
        guard.daemon = True
        guard.start()
        try:
            self._channel = self._connect(spec)
        except (OSError, EOFError, AssertionError) as problem:
            self._end(grace=_GRACE)
            raise Ended(self._over) from problem
        finally:
            guard.cancel()
        threading.Thread(target=self._deliver, name=f"to-{spec.name}", daemon=True).start()

    def _connect(self, spec: ChildSpec) -> Any:
        # The package first: its modules import each other in a circle, which two engines that start
        # at once would otherwise enter at two places.
        import execnet  # noqa: F401
        from execnet.gateway_base import Popen2IO, get_execmodel
        from execnet.gateway_bootstrap import bootstrap
        from execnet.xspec import XSpec

        # execnet's own way to start a process leaves stderr and the session to chance; all it needs
        # is two pipes. With "python" set it sends its source to interpreters that lack it.
        model = get_execmodel("thread")
        io = Popen2IO(self._process.stdin, self._process.stdout, model)
        io.wait = self._process.wait  # type: ignore[attr-defined]
        other = "" if spec.python == sys.executable else "//python=other"
        xspec = XSpec(f"popen//id={spec.name}{other}")
        xspec.execmodel = model.backend
        gateway = bootstrap(cast(Any, io), xspec)
        paths = [] if other else [str(Path(path).absolute()) for path in sys.path]
        channel = gateway.remote_exec(
            _SOURCE.format(
                paths=paths,
                checkout=_CHECKOUT,
                name=spec.name,
                parent=os.getpid(),
                limits={"memory_bytes": spec.memory_bytes, "niceness": spec.niceness},
            )
        )
        channel.setcallback(self._arrived, endmarker=None)
        return channel

    @property
    def pid(self) -> int:
        """Process id, which is its group's id too."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs and nobody ended it."""
        return not (self._over or self._closing.is_set() or self._exited(grace=0.0))

    def request(self, do: str, **fields: Any) -> int:
        """Send a request without waiting; returns the number its answers will carry."""
        exchange = next(self._exchanges)
        self._outbox.put({"do": do, "exchange": exchange, **fields})
        return exchange

    def cancel(self, exchange: int, item: int | None = None) -> None:
        """Set the stop flags of a request that is being worked on, or of one item of it."""
        self._outbox.put({"do": "cancel", "exchange": exchange, "item": item})

    def receive(self, seconds: float) -> Message | None:
        """The next message, or None after so many seconds.

        Raises:
            Ended: the process is gone and all it said was received.
        """
        try:
            message = self._inbox.get(timeout=max(seconds, 0.001))
        except queue.Empty:
            if self._closing.is_set():
                raise Ended(self._over or "ended") from None
            return None
        if message is None:
            self._end(grace=_GRACE)
            raise Ended(self._over)
        return message

    def _deliver(self) -> None:
        """Writes to the child, which may not be reading: nobody else has to wait for that."""
        while (message := self._outbox.get()) is not None:
            with contextlib.suppress(OSError):  # it is gone, as receive() will tell
                self._channel.send(message)

    def _arrived(self, message: Message | None) -> None:
        """Take a message, in execnet's receiving thread.

        While that waits here, the child's pipe fills up and the child waits too: flow control.
        """
        while not self._closing.is_set():
            with contextlib.suppress(queue.Full):
                self._inbox.put(message, timeout=0.1)
                return

    def kill(self) -> None:
        """End the process and all it started, now. Returns when it is gone."""
        self._end(grace=0.0)

    def _end(self, grace: float) -> None:
        """Kill and reap; ``grace``: seconds to learn how a process ended whose pipe is closed."""
        with self._lock:
            if self._over:
                return
            natural = self._exited(grace)
            self._closing.set()
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)  # while not reaped, the id is certainly its own
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(5.0)
            self._over = _ending(self._process.returncode) if natural else "ended"
            self._outbox.put(None)

    def _exited(self, grace: float) -> bool:
        """Whether it ended by itself, looked at without reaping it."""
        limit = time.monotonic() + grace
        while True:
            try:
                if os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
                    return True
            except ChildProcessError:
                return True
            if time.monotonic() >= limit:
                return False
            time.sleep(0.005)

    def tail(self) -> str:
        """The end of what it printed, for logs only."""
        return self._tail.text(wait=0.2 if self._over else 0.0)


def _start(launcher: Launcher, spec: ChildSpec) -> tuple["subprocess.Popen[bytes]", int]:
    """A process in a session of its own, and the reading end of the pipe that is its stderr."""
    reading, writing = os.pipe()
    try:
        process = launcher.start(
            [spec.python, "-u", "-c", "import sys;exec(eval(sys.stdin.readline()))"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=writing,
            start_new_session=True,
            env=_variables(spec),
        )
    except OSError as problem:
        os.close(reading)
        raise Ended(problem.strerror or "OSError") from problem
    finally:
        os.close(writing)
    return process, reading


def _variables(spec: ChildSpec) -> dict[str, str]:
    """Ours and the child's own; what leads to our libraries is not for another interpreter."""
    ours = child_environment(os.environ, spec.variables)
    if spec.python != sys.executable:
        for name in ("PYTHONPATH", "PYTHONHOME"):
            ours.pop(name, None)
    return {**ours, **dict(spec.environment)}


def _ending(status: int | None) -> str:
    if status is None:
        return "stuck"
    if status < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-status).name
        return f"signal {-status}"
    return f"exit {status}"
