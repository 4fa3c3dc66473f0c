"""The five checkpoints: what each is for, which one a request needs, what a folder holds."""

import json
import struct
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from studio.engines.contract import EngineProblem
from studio.engines.qwen3.languages import TITLE
from studio.engines.torch_files import damaged, foreign, present, read_json

Kind = Literal["base", "custom", "design"]

DESIGN = "1.7b-design"
NAMES = ("1.7b-base", "0.6b-base", "1.7b-custom", "0.6b-custom", DESIGN)

FILES = (
    "config.json",
    "generation_config.json",
    "merges.txt",
    "model.safetensors",
    "preprocessor_config.json",
    "tokenizer_config.json",
    "vocab.json",
    "speech_tokenizer/config.json",
    "speech_tokenizer/model.safetensors",
    "speech_tokenizer/preprocessor_config.json",
)
"""What the library reads of a checkpoint."""

_KINDS = {"base": "base", "custom_voice": "custom", "voice_design": "design"}
_SIZES = {"0b6": "0.6b", "1b7": "1.7b"}


def checkpoint(kind: Kind, size: str, at_hand: Collection[str]) -> str:
    """The weight set that serves.

    Args:
        kind: what is to be done.
        size: ``0.6b``, ``1.7b``, or ``auto``: the largest at hand, 1.7b where there is none.
        at_hand: names of sets.
    """
    if kind == "design":
        return DESIGN
    if size == "auto":
        size = next((s for s in ("1.7b", "0.6b") if f"{s}-{kind}" in at_hand), "1.7b")
    return f"{size}-{kind}"


@dataclass(frozen=True)
class Identity:
    """What a folder's configuration says it holds."""

    kind: Kind
    size: str

    @property
    def name(self) -> str:
        """Name of the weight set."""
        return f"{self.size}-{self.kind}"


def examine(folder: Path, wanted: str = "") -> Identity:
    """Find out what a folder holds, before anything large is read.

    The library compares ``tts_model_size`` by substring ("b6" counts as 0.6B and drops every
    instruction without a word), so only the two names that exist are taken.

    Args:
        folder: any.
        wanted: name of the weight set it is to hold; empty: whichever it is.

    Raises:
        EngineProblem: a file is missing or cut short, or the folder holds another model or another
            checkpoint.
    """
    for name in FILES:
        present(folder, name, engine=TITLE)
    path = folder / "config.json"
    config = read_json(path, engine=TITLE)
    kind, size = (
        _KINDS.get(config.get("tts_model_type", "")),
        _SIZES.get(config.get("tts_model_size", "")),
    )
    if (
        config.get("model_type") != "qwen3_tts"
        or config.get("tokenizer_type") != "qwen3_tts_tokenizer_12hz"
        or kind is None
        or size is None
    ):
        raise foreign(path, TITLE)
    found = Identity(kind, size)  # type: ignore[arg-type]
    if wanted and wanted != found.name:
        raise EngineProblem("qwen3_other_checkpoint", wanted=wanted, found=found.name)
    for name in FILES:
        if name.endswith(".safetensors"):
            _check_length(folder / name)
    return found


def _check_length(path: Path) -> None:
    """A safetensors file states how long it must be.

    Raises:
        EngineProblem: ``checkpoint_file_damaged``.
    """
    size = path.stat().st_size
    try:
        with path.open("rb") as file:
            (header_bytes,) = struct.unpack("<Q", file.read(8))
            if header_bytes > size:
                raise damaged(path, TITLE)
            header = json.loads(file.read(header_bytes))
        ends = [entry["data_offsets"][1] for name, entry in header.items() if name[0] != "_"]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, struct.error) as problem:
        raise damaged(path, TITLE) from problem
    if size != 8 + header_bytes + max(ends, default=0):
        raise damaged(path, TITLE)
