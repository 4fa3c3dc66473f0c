"""Stand-ins for engines' own environments: the engine's library over the suite's torch.

The real one of ``kyutai`` is 7 GB of CUDA. What the tests need of it is the library itself and the
way through an interpreter of its own, so: a real virtual environment, made by the studio's own
installer, with the pinned library (``tests/engines/requirements/``) and, through a ``.pth`` file, the
packages of the suite behind it. It needs pip's index; without one the tests fail and say so.
"""

import atexit
import contextlib
import functools
import json
import shutil
import subprocess
import sysconfig
import tempfile
import threading
from pathlib import Path

import numpy as np

from studio.engines.registry import engine_class
from studio.runtime.environment_build import Build, interpreter
from studio.runtime.environments import Environments
from studio.runtime.own_environment import own_environments
from studio.runtime.runtime import Runtime
from studio.runtime.weights import WeightStore
from studio.settings import Settings

ROOT = Path(__file__).parents[2]
REQUIREMENTS = Path(__file__).parent / "requirements"


@functools.cache
def stand_in(engine: str) -> Path:
    """The folder of the environment, built once a session."""
    folder = Path(tempfile.mkdtemp(prefix=f"studio-{engine}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = folder / "environment"
    build = _Over(made, folder / "install.log", lambda _: None, threading.Event())
    build.run(
        [(REQUIREMENTS / f"{engine}.txt", False)], [], engine_class(engine).card.environment.probe
    )
    return made


class _Over(Build):
    """Lets what it builds see the suite's packages behind its own."""

    def _make(self) -> list[str]:
        pip = super()._make()
        packages = next((self._folder / "lib").glob("python*")) / "site-packages"
        (packages / "suite.pth").write_text(sysconfig.get_path("purelib") + "\n")
        return pip


def put_in_place(engine: str, settings) -> None:
    """Make the studio of these settings find the stand-in as the finished environment."""
    own = own_environments(engine_class(engine).card)[0]
    place = settings.data_dir.absolute() / "environments" / own.name
    place.mkdir(parents=True)
    (place / "stand-in").symlink_to(stand_in(engine), target_is_directory=True)
    marker = {"folder": "stand-in", "requirements": own.sha256}
    (place / "finished.json").write_text(json.dumps(marker))


def run_in(engine: str, module: str, *arguments) -> str:
    """``python -m module …`` with the engine's library and the suite in reach; what it printed."""
    code = "import runpy, sys; sys.path.append(sys.argv.pop(1)); del sys.argv[0]; "
    code += "runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=False)"
    done = subprocess.run(
        [interpreter(stand_in(engine)), "-c", code, str(ROOT), module, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=300,
    )
    return done.stdout


@contextlib.contextmanager
def runtimes(engine, set_name, bench, new_folder):
    """A function from a folder of weights to a runtime over it, in the engine's environment.

    Args:
        engine: its name.
        set_name: what the weights serve as; their sizes and hashes need not be the card's.
        bench: prepares the engine's environment.
        new_folder: makes a folder for the studio's data.
    """
    with contextlib.ExitStack() as stack:

        def run(weights):
            settings = Settings(data_dir=new_folder("studio"), devices="cpu")
            bench.environment(settings)
            store = WeightStore(settings)
            store.use(engine, set_name, weights)
            runtime = Runtime(settings, store, Environments(settings))
            stack.callback(runtime.close)
            return runtime

        yield run


def samples(chunks):
    return np.concatenate([chunk.samples for chunk in chunks])
