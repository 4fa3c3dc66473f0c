"""Environments of engines whose libraries cannot stand beside the studio's.

Below ``<data_dir>/environments/``: a folder for each environment with every installation in a
folder of its own, and a small file that names the one that is finished. That file is written last,
so a broken-off installation is none, and what worked before works until the new one does.
"""

import contextlib
import fcntl
import json
import os
import platform
import shlex
import shutil
import sys
import threading
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from studio.engines.card import Card, Environment
from studio.engines.contract import StopFlag
from studio.engines.registry import engine_class
from studio.problems import BadInput, Conflict, Unavailable
from studio.runtime.disk import need_disk
from studio.runtime.environment_build import Build, Cancelled, interpreter
from studio.runtime.own_environment import Own, own_environments
from studio.runtime.pip_output import Progress
from studio.settings import Settings

State = Literal["missing", "ready", "outdated", "broken"]
"""``outdated``: made from another requirements file than today's. ``broken``: its interpreter is
gone (the Python it was made from was removed, say)."""

NOT_READY: Mapping[State, str] = {
    "missing": "environment_missing",
    "outdated": "environment_outdated",
    "broken": "environment_broken",
}
"""Why an engine cannot run, as codes of refusals."""

_FINISHED = "finished.json"
_MEANWHILE = 1.5
"""Times its own size: packages lie there packed, too, until all of them are installed."""


class Environments:
    """Finds, builds and removes them. All methods may be called from any thread.

    Args:
        settings: where they lie, and further options of pip.
    """

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.data_dir.absolute() / "environments"
        self._options = settings.pip_options

    # what there is

    def python(self, card: Card, device: str) -> str | None:
        """The interpreter that runs an engine on a device; None: it must be installed first.

        On a graphics card the environment made for it where that is installed, else the other.
        """
        wanted = [card.environment]
        if device.startswith("cuda") and card.cuda_environment is not None:
            wanted.insert(0, card.cuda_environment)
        for environment in wanted:
            if environment.kind == "shared":
                return sys.executable
            if self.state(card, environment) == "ready":
                return str(self._interpreter(_own(card, environment)))
        return None

    def require(self, card: Card, device: str) -> str:
        """Like :meth:`python`.

        Raises:
            Unavailable: ``environment_missing``, ``environment_outdated`` or
                ``environment_broken``.
        """
        found = self.python(card, device)
        if found is None:
            raise Unavailable(NOT_READY[self.state(card)], engine=card.name)
        return found

    def state(self, card: Card, environment: Environment | None = None) -> State:
        """Where an environment stands, by a look at small files.

        Args:
            card: the engine's.
            environment: one of the card's two; the ordinary one by default. The studio's own is
                always ready.
        """
        environment = environment or card.environment
        if environment.kind == "shared":
            return "ready"
        own = _own(card, environment)
        finished = self._finished(own)
        if finished is None:
            return "missing"
        python = self._interpreter(own)
        if python is None or not os.access(python, os.X_OK):
            return "broken"
        return "ready" if finished.get("requirements") == own.sha256 else "outdated"

    # what can be done

    def install(
        self,
        engine: str,
        progress: Progress | None = None,
        cancelled: StopFlag | None = None,
        *,
        cuda: bool | None = None,
    ) -> bool:
        """Build an engine's environment anew; one that is there serves until the new one can.

        Args:
            engine: its name.
            progress: hears every step.
            cancelled: set by anyone to end it; nothing of it is left then.
            cuda: the environment for graphics cards, or the other; None: the one there is.

        Returns:
            False when it was cancelled.

        Raises:
            NotFound: no such engine.
            BadInput: ``environment_shared``: it lives in the studio's environment.
            Conflict: ``environment_busy``: it is being installed or removed already.
            Unavailable: ``disk_full``, ``environment_no_pip``, ``environment_not_made``,
                ``environment_pip_failed`` or ``environment_probe_failed``.
        """
        own = self.wanted(engine, cuda=cuda)
        with self._alone(own, engine):
            need_disk(self._folder, round(own.environment.disk_mb * 10**6 * _MEANWHILE))
            place = self._folder / own.name
            place.mkdir(parents=True, exist_ok=True)
            self._sweep(own)
            target = place / uuid.uuid4().hex[:8]
            build = Build(
                target,
                place / "install.log",
                progress or _silent,
                cancelled or threading.Event(),
            )
            (place / "install.log").write_bytes(b"")
            asked = own.sha256  # of the files as they are read now
            try:
                build.run(own.files, shlex.split(self._options), own.environment.probe)
                _finish(target, asked)
            except Cancelled:
                return False
            finally:
                self._sweep(own)
        return True

    def remove(self, engine: str, *, cuda: bool | None = None) -> int:
        """Delete an engine's environment; returns the bytes freed.

        Raises:
            NotFound: no such engine.
            BadInput: ``environment_shared``.
            Conflict: ``environment_busy``.
        """
        own = self.wanted(engine, cuda=cuda)
        with self._alone(own, engine):
            place = self._folder / own.name
            freed = sum(p.lstat().st_size for p in place.rglob("*") if not p.is_dir())
            (place / _FINISHED).unlink(missing_ok=True)  # first, so that half of it is none of it
            shutil.rmtree(place, ignore_errors=True)
            return freed

    # inside

    def wanted(self, engine: str, *, cuda: bool | None = None) -> Own:
        """The environment that is meant by an engine's name.

        Raises:
            NotFound: no such engine.
            BadInput: ``environment_shared``, or ``environment_not_offered``: none of that kind.
        """
        offered = own_environments(engine_class(engine).card)
        for own in offered:
            if cuda is None or own.name.endswith("-cuda") == cuda:
                return own
        if offered:
            raise BadInput("environment_not_offered", engine=engine)
        raise BadInput("environment_shared", engine=engine)

    @contextlib.contextmanager
    def _alone(self, own: Own, engine: str) -> Iterator[None]:
        """Keeps other threads and other processes off; a killed process keeps nobody off."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / f".{own.name}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as busy:
                raise Conflict("environment_busy", engine=engine) from busy
            yield

    def _finished(self, own: Own) -> dict[str, str] | None:
        """What was noted when the installation was done."""
        try:
            noted = dict(json.loads((self._folder / own.name / _FINISHED).read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return {name: value for name, value in noted.items() if isinstance(value, str)}

    def _interpreter(self, own: Own) -> Path | None:
        folder = (self._finished(own) or {}).get("folder")
        return interpreter(self._folder / own.name / folder) if folder else None

    def _sweep(self, own: Own) -> None:
        """Delete installations that are not the finished one."""
        finished = (self._finished(own) or {}).get("folder")
        for path in (self._folder / own.name).iterdir():
            if path.is_dir() and path.name != finished:
                shutil.rmtree(path, ignore_errors=True)


def _own(card: Card, environment: Environment) -> Own:
    return next(own for own in own_environments(card) if own.environment is environment)


def _finish(target: Path, sha256: str) -> None:
    """Note that an installation is done, so that it lasts."""
    os.sync()  # the packages first: what is said to be finished must be, after a loss of power
    noted = {
        "folder": target.name,
        "requirements": sha256,
        "python": platform.python_version(),
    }
    unfinished = target.parent / f".{_FINISHED}"
    with unfinished.open("w", encoding="utf-8") as file:
        json.dump(noted, file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(target.parent / _FINISHED)


def _silent(_step: object) -> None:
    pass
