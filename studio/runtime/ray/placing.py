"""What an engine's actor asks of a Ray cluster: processors, memory, a share of a graphics card."""

import math
import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.engines.card import Card
from studio.runtime.environments import own_environments
from studio.runtime.leases import graphics_memory_mb
from studio.settings import Settings

_CHECKOUT = str(Path(__file__).parents[3])
_SILENT = {"ORT_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}


@dataclass(frozen=True)
class Placement:
    """Where and with what an engine's actor may run."""

    device: str
    """``cpu`` or ``cuda:0``: the actor sees only the card that it was given."""
    cpus: float
    gpus: float
    """Share of one graphics card, or a number of whole ones."""
    memory_bytes: int
    """Main memory."""
    cuda_memory_mb: int
    """What its share of a graphics card comes to, 10⁶ bytes; 0 without one."""
    others: Mapping[str, float]
    """Resources that an operator gave nodes a name for."""
    runtime_env: Mapping[str, Any]


def goes_to_cluster(card: Card) -> bool:
    """Whether an engine is worth sending there: services compute elsewhere, and have keys."""
    return card.hardware.runs_on != ("remote",)


def place(card: Card, settings: Settings, cluster_gpus: float) -> Placement:
    """What to ask for.

    The share of a graphics card is what the card's largest weight set takes of ``ray_gpu_mb``,
    rounded up to a hundredth; ``ray_resources`` overrules everything.

    Args:
        card: the engine's.
        settings: ``ray_gpu_mb``, ``ray_resources``, ``ray_environments``, ``pip_options``.
        cluster_gpus: how many graphics cards the cluster has now. Without any, an engine that can
            do without runs on processors; one that cannot waits for a node with one.
    """
    asked = dict(settings.ray_resources.get(card.name, {}))
    gpus = asked.pop("GPU", None)
    if gpus is None:
        gpus = _share(card, settings.ray_gpu_mb) if _wants_card(card, cluster_gpus) else 0.0
    return Placement(
        device="cuda:0" if gpus else "cpu",
        cpus=asked.pop("CPU", 1.0),
        gpus=gpus,
        memory_bytes=round(asked.pop("memory", card.hardware.memory_mb * 10**6)),
        cuda_memory_mb=round(gpus * settings.ray_gpu_mb),
        others=asked,
        runtime_env=_runtime_env(card, settings, cuda=gpus > 0),
    )


def _wants_card(card: Card, cluster_gpus: float) -> bool:
    runs_on = card.hardware.runs_on
    return "cuda" in runs_on and (cluster_gpus > 0 or "cpu" not in runs_on)


def _share(card: Card, gpu_mb: int) -> float:
    names = [weights.name for weights in card.weights] or [""]
    need_mb = max(graphics_memory_mb(card, {name}) for name in names)
    return min(1.0, math.ceil(100 * need_mb / gpu_mb) / 100) or 1.0


def _runtime_env(card: Card, settings: Settings, *, cuda: bool) -> dict[str, Any]:
    """The code's place, and the engine's own requirements where Ray is to install them."""
    paths = [_CHECKOUT, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    # Ray puts in what the node's own variable says
    search = os.pathsep.join([*dict.fromkeys(paths), "${PYTHONPATH}"])
    made: dict[str, Any] = {"env_vars": {"PYTHONPATH": search, **_SILENT}}
    requirements = own_requirements(card, cuda=cuda)
    if settings.ray_environments == "pip" and requirements:
        made["pip"] = {
            "packages": requirements,
            "pip_check": False,
            "pip_install_options": shlex.split(settings.pip_options),
        }
    return made


def own_requirements(card: Card, *, cuda: bool) -> list[str]:
    """Pinned requirements of an engine's own environment, where Ray's pip can install them.

    None where it lives in the studio's, or where packages' own demands contradict each other: Ray
    has no word for pip's ``--no-deps``.
    """
    wanted = card.cuda_environment if cuda and card.cuda_environment else card.environment
    own = next((own for own in own_environments(card) if own.environment is wanted), None)
    if own is None or not all(dependencies for _, dependencies in own.files):
        return []
    words = [word for path, _ in own.files for word in path.read_text("utf-8").splitlines()]
    lines = [word.partition(" #")[0].strip() for word in words]
    return [line for line in dict.fromkeys(lines) if line and line[0] not in "#-"]
