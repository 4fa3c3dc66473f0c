"""Where commands of the docs are typed: a folder with the files they name, beside a running studio."""

import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import httpx

from benchmarks.startup import free_port
from tests import needy_engine
from tests.docs.written import ROOT
from tests.e2e.speech import a_clip
from tests.studio_process import StudioProcess
from tests.waiting import until

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Stage:
    """Types commands as a reader would, each with what is different here.

    Args:
        folder: is filled with the files that commands name.
        studio: the running studio they speak to.
    """

    def __init__(self, folder: Path, studio: StudioProcess) -> None:
        self.folder = folder
        self.studio = studio
        self.id = ""
        """Of the latest thing that a command made."""
        needy_engine.install(folder / "plugin")
        self._hub = needy_engine.a_hub()
        (folder / "bin").mkdir()
        python = folder / "bin" / "python"
        python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
        python.chmod(0o755)
        (folder / "venv" / "bin").mkdir(parents=True)
        (folder / "venv" / "bin" / "python").symlink_to(python)
        for ready in (".ready", ".ready-dev"):
            (folder / "venv" / ready).touch()
        a_clip(folder / "minji.wav", "ko")
        (folder / "texts.csv").write_text("text\nGood morning.\nGood night.\n")
        (folder / "votes.csv").write_text(
            "left,right,winner,rater,item\na,b,a,r1,i1\na,b,b,r2,i2\nb,c,b,r1,i1\na,c,a,r2,i2\n"
        )
        (folder / "mine").mkdir()
        (folder / "mine" / "small.json").write_bytes(needy_engine.SMALL)
        for name in ("app.py", *(path.name for path in ROOT.glob("*.txt"))):
            (folder / name).symlink_to(ROOT / name)

    def close(self) -> None:
        """End what was started."""
        self._hub.close()

    def typed(self, command: str, **instead: str) -> str:
        """Run a command to its end.

        Args:
            command: as it is written.
            instead: what is written → what is typed here.

        Returns:
            what it printed.
        """
        done = subprocess.run(
            ["bash", "-c", self._here(command, instead)],
            check=False,
            cwd=self.folder,
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=300,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, (command, done.stdout[-2000:], done.stderr[-2000:])
        if found := _UUID.search(done.stdout):
            self.id = found.group()
        return done.stdout

    def served(self, command: str, **instead: str) -> None:
        """Run a command that starts the studio, until it answers; then end it as Ctrl-C does."""
        port = free_port()
        data = self.folder / f"served-{port}"
        environment = self._environment() | {"PORT": str(port), "STUDIO_DATA_DIR": str(data)}
        with (self.folder / "served.log").open("w") as log:
            process = subprocess.Popen(
                ["bash", "-c", f"exec env {self._here(command, instead)}"],
                cwd=self.folder,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            until(lambda: self._answers(port, process), 180)
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(60)

    def _answers(self, port: int, process: subprocess.Popen) -> bool:
        assert process.poll() is None, (self.folder / "served.log").read_text()[-2000:]
        try:
            return httpx.get(f"http://127.0.0.1:{port}/healthz").is_success
        except httpx.TransportError:
            return False

    def _here(self, command: str, instead: dict[str, str]) -> str:
        command = command.replace(".venv/bin/python", "python").replace("0.0.0.0", "127.0.0.1")
        command = (
            re.sub(r"[\[\]](?=[\s-]|$)|(?<=\s)\[", "", command) if " [--" in command else command
        )
        for written, typed in instead.items():
            assert written in command, (written, command)
            command = command.replace(written, typed)
        command = re.sub(r"\bID\b", self.id, command)
        command = re.sub(r"(?:127\.0\.0\.1|localhost):7860", self.studio.address[7:], command)
        command = re.sub(r"\bcurl ", "curl --silent --show-error --fail-with-body ", command)
        command = command.replace(
            "pip install", "python -m pip install --dry-run --no-deps --quiet"
        )
        make = f"make -C {shlex.quote(str(ROOT))} VENV={shlex.quote(str(self.folder / 'venv'))}"
        return re.sub(r"\bmake(?= |$)", make, command)

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "PYTHONPATH": f"{ROOT}:{self.folder / 'plugin'}",
            "STUDIO_DATA_DIR": str(self.studio.data_dir),
            "STUDIO_DATABASE_URL": "",
            "STUDIO_SPENDING_CAP": "{}",
            "STUDIO_LOCALES_DIR": str(self.folder / "locales"),  # nothing into the checkout
            "HF_ENDPOINT": self._hub.url,
            "LC_ALL": "C.UTF-8",
        }
