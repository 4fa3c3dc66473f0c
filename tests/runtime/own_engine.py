"""An engine with an environment of its own, as a third party would publish it: small wheels.

``tiny-voice`` is the plugin; it speaks in the version of ``tiny-words``, of which the studio has
another than its environment. ``beside`` shows that environment the suite's numpy and pydantic, which
a person's pip would fetch.
"""

import site
import sysconfig

from tests.wheels import make_wheel, unpack

PLUGIN = """
from pathlib import Path
import sys

import numpy as np
from pydantic import BaseModel

from studio.engines.card import Card, Environment, Hardware, Licence
from studio.engines.contract import Chunk, Engine, Preset
from studio.locales import Note

REQUIREMENTS = Path(__file__).with_name("requirements.txt")


class Tiny(Engine):
    card = Card(
        name="tiny_own",
        title="Tiny",
        summary=Note("It hums."),
        homepage="",
        licence=Licence(code="MIT", weights="CC0-1.0", commercial=True, url=""),
        languages=("en",),
        hardware=Hardware(runs_on=("cpu",), memory_mb=50),
        environment=Environment(
            kind="own", requirements=str(REQUIREMENTS), probe=("tiny_words",), disk_mb=5
        ),
    )
    Options = BaseModel

    @classmethod
    def presets(cls, weights):
        return [Preset("only", "Only")]

    def load(self, weights, device):
        import tiny_words

        self.level = tiny_words.VERSION / 10

    def synthesize(self, request, stop):
        yield Chunk(np.full(2400, self.level, np.float32), 24000)
        yield Chunk(np.full(2400, len(sys.prefix) / 1000, np.float32), 24000)
"""
REQUIREMENTS = "# of the suite's engine\ntiny-voice==1.0\ntiny-words==2.0\nbeside==1.0\n"


def publish(folder):
    """The wheels, in a folder for ``--find-links``."""
    folder.mkdir(parents=True, exist_ok=True)
    make_wheel(
        folder,
        "tiny_voice",
        "1.0",
        {"tiny_voice/__init__.py": PLUGIN, "tiny_voice/requirements.txt": REQUIREMENTS},
        entry_points="[voice_studio.engines]\ntiny_own = tiny_voice:Tiny\n",
    )
    for version in (1, 2, 3):
        make_wheel(
            folder, "tiny_words", f"{version}.0", {"tiny_words.py": f"VERSION = {version}\n"}
        )
    make_wheel(folder, "tiny_words", "4.0", {"tiny_words.py": "raise OSError('libtiny.so: no')\n"})
    packages = {sysconfig.get_path("purelib"), *site.getsitepackages()}
    make_wheel(folder, "beside", "1.0", {"beside.pth": "\n".join(sorted(packages)) + "\n"})
    return folder


def install_beside_the_studio(shop, folder):
    """The plugin and the studio's own version of its library, in a folder for ``sys.path``."""
    unpack(shop / "tiny_voice-1.0-py3-none-any.whl", folder)
    unpack(shop / "tiny_words-1.0-py3-none-any.whl", folder)
    return folder / "tiny_voice" / "requirements.txt"
