"""A plugin that needs everything an engine can need: a licence accepted, weights fetched, a key.

Its weights lie on a hub of the tests.
"""

from collections.abc import Mapping
from pathlib import Path

from tests.runtime.hub import Hub
from tests.wheels import make_wheel, unpack

LARGE = bytes(range(256)) * 40_000  # 10 MB
SMALL = b'{"voice": "one"}'
REVISION = "c" * 40
PLUGIN = """
import hashlib

import numpy as np
from pydantic import BaseModel, Field

from studio.engines.card import Card, Cloning, Hardware, HubFile, Instructing, Licence, Price
from studio.engines.card import Variable, WeightFile, WeightSet
from studio.engines.contract import Chunk, Engine, Preset
from studio.locales import Note


def one_file(set_name, path, **facts):
    source = HubFile(repository="someone/needy", revision="{revision}", path=path)
    return WeightSet(
        name=set_name,
        licence="CC0-1.0",
        files=(WeightFile(name=path.split("/")[-1], sources=(source,), **facts.pop("file", {{}})),),
        **facts,
    )


class Options(BaseModel):
    warmth: float = Field(default=0.5, ge=0, le=1, title="Warmth")


class Needy(Engine):
    card = Card(
        name="needy",
        title="Needy",
        summary=Note("It needs everything."),
        homepage="https://example.org/needy",
        licence=Licence(
            code="MIT",
            weights="Needy licence",
            commercial=False,
            url="https://example.org/needy/licence",
            acceptance=True,
            terms=Note("You promise to be kind to it."),
        ),
        languages=("en", "ko"),
        cloning=Cloning(kind="in_context", min_seconds=3, max_seconds=20, transcript="optional"),
        instruction=Instructing.NATIVE,
        streaming=True,
        price=Price(
            per_million_characters=5, currency="USD", as_of="2026-01-31", source="their price list"
        ),
        hardware=Hardware(runs_on=("cpu",), memory_mb=50),
        sets_serve="each",
        weights=(
            one_file(
                "large", "large.bin", purpose=Note("All of it."), file={{"bytes": {large_bytes}}}
            ),
            one_file("small", "small.json", bytes={small_bytes}),
            one_file("closed", "closed.bin", gated=True),
        ),
        variables=(
            Variable(name="STUDIO_NEEDY_KEY", meaning=Note("Its key."), secret=True),
        ),
    )
    Options = Options

    @classmethod
    def presets(cls, weights):
        return [Preset("only", "Only")]

    @classmethod
    def checkpoints(cls, asked):
        return ("small",)

    def load(self, weights, device):
        pass

    def synthesize(self, request, stop):
        time = np.arange(12000) / 24000
        yield Chunk((0.3 * np.sin(2 * np.pi * 220 * time)).astype(np.float32), 24000)
"""


def install(folder: Path) -> None:
    """Put the plugin into a folder for ``sys.path``."""
    source = PLUGIN.format(revision=REVISION, large_bytes=len(LARGE), small_bytes=len(SMALL))
    shop = folder.parent / f"{folder.name}-wheels"
    shop.mkdir(parents=True, exist_ok=True)
    make_wheel(
        shop,
        "needy_voice",
        "1.0",
        {"needy_voice.py": source},
        entry_points="[voice_studio.engines]\nneedy = needy_voice:Needy\n",
    )
    unpack(shop / "needy_voice-1.0-py3-none-any.whl", folder)


def a_hub() -> Hub:
    """The hub that has its weights; ``closed`` only for those who agreed there."""
    prefix = f"/someone/needy/resolve/{REVISION}/"
    hub = Hub({f"{prefix}{name}": data for name, data in FILES.items()})
    hub.gated = {f"{prefix}closed.bin"}
    return hub


FILES: Mapping[str, bytes] = {"large.bin": LARGE, "small.json": SMALL, "closed.bin": SMALL}
