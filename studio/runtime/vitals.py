"""What engines' processes and graphics cards hold right now, for whoever watches from outside."""

import contextlib
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from studio.runtime.memory import resident_mb

_MB = 1_000_000
_MIB = 1_048_576
_SMI_SECONDS = 3.0
_CARD_FACTS = ("index", "memory.used", "memory.total", "utilization.gpu")


@dataclass(frozen=True)
class ProcessVitals:
    """A process that the studio runs for an engine, or for decoding and measuring.

    Attributes:
        name: the engine's, or ``workbench …``.
        device: where it computes: ``cpu``, ``cuda:N``.
        memory_bytes: resident; None where nobody can tell.
        held_bytes: of the graphics card's memory, as the studio reckons it.
    """

    name: str
    device: str
    memory_bytes: float | None
    held_bytes: float


@dataclass(frozen=True)
class CardVitals:
    """A graphics card, as its driver tells; all processes of the machine together.

    Attributes:
        index: the driver's number of it.
        used_bytes, total_bytes: its memory.
        busy: share of the last moments in which it computed, in [0, 1].
    """

    index: str
    used_bytes: float
    total_bytes: float
    busy: float


def process_vitals(owners: Mapping[str, Any]) -> Iterator[ProcessVitals]:
    """What is known of those among the runtime's hosts and workbenches that have a process."""
    for name, owner in owners.items():
        process = getattr(owner, "process", None)
        pid = getattr(process or owner, "pid", None)
        if pid is None:
            continue
        mb = resident_mb(pid)
        yield ProcessVitals(
            name=name,
            device=getattr(process, "device", "cpu"),
            memory_bytes=None if mb is None else mb * _MB,
            held_bytes=getattr(process, "held_mb", 0) * _MB,
        )


def card_vitals() -> list[CardVitals]:
    """All graphics cards; nothing where there is no ``nvidia-smi`` or it does not answer soon."""
    asked = ("nvidia-smi", f"--query-gpu={','.join(_CARD_FACTS)}", "--format=csv,noheader,nounits")
    try:
        told = subprocess.run(  # noqa: S603 - no word of it comes from outside
            asked, capture_output=True, text=True, timeout=_SMI_SECONDS, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    return cards_told(told)


def cards_told(told: str) -> list[CardVitals]:
    """The cards in what ``nvidia-smi`` said: index, memory used and total (MiB), use in percent.

    A fact that a card does not tell (``[N/A]``) leaves that card out.
    """
    found = []
    for line in told.splitlines():
        index, *numbers = (part.strip() for part in line.split(","))
        with contextlib.suppress(ValueError):
            used, total, percent = map(float, numbers)
            found.append(CardVitals(index, used * _MIB, total * _MIB, percent / 100))
    return found
