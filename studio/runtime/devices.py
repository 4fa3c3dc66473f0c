"""Which graphics cards there are: by setting, or as the driver's own tool tells."""

import functools
import logging
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

_FACTS = ("index", "uuid", "memory.total")
_SMI = ("nvidia-smi", f"--query-gpu={','.join(_FACTS)}", "--format=csv,noheader,nounits")
_SECONDS = 10.0
"""A driver that does not answer by then has no cards for us."""
_MIB = 1.048576
log = logging.getLogger("studio.runtime")


@dataclass(frozen=True)
class GraphicsCard:
    """A CUDA device."""

    device: str
    """``cuda:N``, as an engine gets it."""
    memory_mb: int
    """All of its memory, 10⁶ bytes."""


class Devices:
    """The graphics cards, looked for once, when first asked.

    Args:
        setting: ``auto``, ``cpu``, or what to go by instead: ``cuda:0=24000,cuda:1=24000`` (MB).
    """

    def __init__(self, setting: str) -> None:
        self._setting = setting

    @property
    def by_setting(self) -> bool:
        """Whether a person said what there is, so that nothing is doubted."""
        return self._setting != "auto"

    @functools.cached_property
    def cards(self) -> tuple[GraphicsCard, ...]:
        """All cards that engines may use."""
        if self._setting == "cpu":
            return ()
        if self._setting == "auto":
            found = visible(_told(), os.environ.get("CUDA_VISIBLE_DEVICES"))
            log.info("graphics cards: %s", found or "none")
            return found
        pairs = (part.split("=") for part in self._setting.split(","))
        return tuple(GraphicsCard(device, int(memory)) for device, memory in pairs)


def _told() -> str:
    """What ``nvidia-smi`` says: a line a card; nothing where there is no such tool."""
    try:
        result = subprocess.run(  # noqa: S603 - no word of it comes from outside
            _SMI, capture_output=True, text=True, timeout=_SECONDS, check=True, errors="replace"
        )
    except FileNotFoundError:
        return ""
    except (OSError, subprocess.SubprocessError) as problem:
        log.warning("no graphics card is used: %s", problem)
        return ""
    return result.stdout


def visible(told: str, chosen: str | None) -> tuple[GraphicsCard, ...]:
    """Cards as CUDA numbers them, with ``CUDA_DEVICE_ORDER=PCI_BUS_ID``.

    Args:
        told: lines of index, unique id and memory (MiB).
        chosen: ``CUDA_VISIBLE_DEVICES``: indices or beginnings of unique ids; those named are
            numbered anew in that order, up to the first that does not exist. None: all.
    """
    rows = [[field.strip() for field in line.split(",")] for line in told.splitlines()]
    rows = [row for row in rows if row[-1].isdigit() and len(row) == len(_FACTS)]
    if chosen is not None:
        rows = _chosen(rows, [part.strip() for part in chosen.split(",")])
    return tuple(
        GraphicsCard(f"cuda:{number}", round(int(memory) * _MIB))
        for number, (_, _, memory) in enumerate(rows)
    )


def _chosen(rows: Sequence[list[str]], names: Sequence[str]) -> list[list[str]]:
    found = []
    for name in names:
        row = next((r for r in rows if name and (name == r[0] or r[1].startswith(name))), None)
        if row is None:
            break
        found.append(row)
    return found
