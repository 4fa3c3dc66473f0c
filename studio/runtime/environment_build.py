"""Building one Python environment: an interpreter, what a requirements file pins, a trial import.

Every program is run in a session of its own with its output going to a log file, and is ended with
all it started as soon as nobody wants it any more.
"""

import contextlib
import importlib.metadata
import importlib.util
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from studio.engines.contract import StopFlag
from studio.locales import note
from studio.problems import Unavailable
from studio.runtime.pip_output import Progress, Reader, Step

_POLL = 0.1
_PIP_WITH_PYTHON = (22, 3)
"""The first pip that installs into another interpreter's environment."""
_CHECKOUT = str(Path(__file__).parents[2])
_OURS = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")
_ELSEWHERE = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PIP_PYTHON")
log = logging.getLogger("studio.runtime")


class Cancelled(Exception):
    """Nobody wants the rest."""


def interpreter(folder: Path) -> Path:
    """The interpreter of an environment, there or not."""
    return folder / "bin" / "python"


class Build:
    """One environment in the making.

    Args:
        folder: where it goes; does not exist yet.
        journal: a file for all that pip and the others print.
        told: hears the steps.
        cancelled: looked at ten times a second.
    """

    def __init__(self, folder: Path, journal: Path, told: Progress, cancelled: StopFlag) -> None:
        self._folder = folder
        self._journal = journal
        self._scratch = folder / "scratch"
        self._told = told
        self._cancelled = cancelled

    def run(
        self, files: Iterable[tuple[Path, bool]], options: Sequence[str], probe: Sequence[str]
    ) -> None:
        """Build it, or leave nothing behind that looks finished.

        Args:
            files: requirements files in order, each with whether pip may add what it pulls in.
            options: further options of ``pip install``.
            probe: modules that must be importable at the end.

        Raises:
            Unavailable: ``environment_no_pip``, ``environment_not_made``,
                ``environment_pip_failed`` or
                ``environment_probe_failed``.
            Cancelled: it was.
        """
        self._told(Step(note("environment.making")))
        pip = self._make()
        self._scratch.mkdir()
        for path, dependencies in files:
            self._install(pip, path, [*options, *([] if dependencies else ["--no-deps"])])
        self._told(Step(note("environment.checking")))
        self._probe(probe)
        shutil.rmtree(self._scratch)

    def _make(self) -> list[str]:
        """The bare environment; returns the command that is its pip."""
        python = str(interpreter(self._folder))
        make = [sys.executable, "-m", "venv"]
        if _our_pip_can():
            lines = self._run([*make, "--without-pip", str(self._folder)])
            pip = [sys.executable, "-m", "pip", "--python", python]
        elif importlib.util.find_spec("ensurepip") is None:
            raise Unavailable("environment_no_pip")
        else:
            lines = self._run([*make, str(self._folder)])
            pip = [python, "-m", "pip"]
        if lines is not None:
            raise Unavailable("environment_not_made", reason=_complaint(lines))
        return pip

    def _install(self, pip: list[str], path: Path, options: Sequence[str]) -> None:
        packages = next((self._folder / "lib").glob("python*")) / "site-packages"
        reader = Reader(self._scratch, packages)
        command = [*pip, "install", "--no-input", "--disable-pip-version-check", "--no-color"]
        command += ["--progress-bar", "off", *options, "--requirement", str(path)]
        lines = self._run(command, reader)
        if lines is not None:
            raise Unavailable("environment_pip_failed", reason=_complaint(lines))

    def _probe(self, modules: Sequence[str]) -> None:
        """Import what the engine needs as its process will: with the studio's own code in reach."""
        code = "import sys; sys.path.append(sys.argv[1])\n"
        code += "".join(f"import {module}\n" for module in ("studio.runtime.worker", *modules))
        lines = self._run([str(interpreter(self._folder)), "-c", code, _CHECKOUT])
        if lines is not None:
            raise Unavailable("environment_probe_failed", reason=_complaint(lines))

    def _run(self, command: list[str], reader: Reader | None = None) -> list[str] | None:
        """Run a program; None when it went well, else the last lines it printed."""
        with self._journal.open("ab") as output:
            began = output.tell()
            process = subprocess.Popen(  # noqa: S603 - fixed programs, the person's own options
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env=self._environment(),
            )
        try:
            with self._journal.open(encoding="utf-8", errors="replace") as lines:
                lines.seek(began)
                self._follow(process, lines, reader)
        finally:
            if process.poll() is None:  # a group whose leader was reaped may be somebody else's
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if process.returncode == 0:
            return None
        said = self._journal.read_bytes()[began:].decode("utf-8", "replace")
        log.warning("%s ended with %s: %s", command[:4], process.returncode, said[-4000:])
        return said.splitlines()[-60:]

    def _follow(
        self, process: "subprocess.Popen[bytes]", lines: Iterable[str], reader: Reader | None
    ) -> None:
        unfinished = ""
        while True:
            over = process.poll() is not None
            for line in lines:
                unfinished += line
                if line.endswith("\n") and reader is not None:
                    if reader.read(unfinished):
                        self._told(reader.step())
                    unfinished = ""
            if over:
                return
            if reader is not None:
                self._told(reader.step())
            if self._cancelled.is_set():
                raise Cancelled
            time.sleep(_POLL)

    def _environment(self) -> dict[str, str]:
        """Our variables without what leads pip elsewhere, and without the studio's keys."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in (*_OURS, *_ELSEWHERE) and not name.startswith("STUDIO_")
        }
        scratch = {"TMPDIR": str(self._scratch)} if self._scratch.is_dir() else {}
        return {**kept, **scratch, "PYTHONNOUSERSITE": "1"}


def _our_pip_can() -> bool:
    """Whether this environment has a pip that installs into others.

    Debian's Python makes environments without pip unless a package of its own is installed; the pip
    beside the studio does as well, and is spared a copy in each environment.
    """
    try:
        version = importlib.metadata.version("pip").split(".")
    except importlib.metadata.PackageNotFoundError:
        return False
    return tuple(int(part) for part in version[:2] if part.isdigit()) >= _PIP_WITH_PYTHON


def _complaint(lines: list[str]) -> str:
    """The line of a program's last words that says most."""
    said = [line.strip() for line in lines if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in said if line.startswith("ERROR: ")]
    return (errors or said or ["?"])[0 if errors else -1][:300]
