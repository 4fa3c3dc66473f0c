"""What stands in the way of an engine before anything is started: libraries, settings, weights."""

import importlib.util
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from studio.engines.card import Card
from studio.locales import Note, note
from studio.problems import Problem, Unavailable


class Environments(Protocol):
    """What the runtime needs of the engines' own Python environments (``environments.py``)."""

    def python(self, card: Card, device: str) -> str | None: ...

    def state(self, card: Card) -> str: ...


@dataclass(frozen=True)
class Hindrance:
    """Why an engine cannot serve, as a state and as a refusal."""

    state: Literal[
        "libraries_missing", "environment_missing", "environment_outdated", "setting_missing"
    ]
    detail: Note
    problem: Problem


def hindrance(
    card: Card, environments: Environments | None, any_cards: Callable[[], bool]
) -> Hindrance | None:
    """The first thing that stands in the way, looked up without importing or starting any.

    Args:
        card: the engine's.
        environments: of the engines that have their own.
        any_cards: whether there is a graphics card, so that an environment for it will do.
    """
    found = None
    if not (_has_environment_for_cards(card, environments) and any_cards()):
        if card.environment.kind == "shared":
            found = _library_hindrance(card)
        else:
            found = _environment_hindrance(card, environments)
    return found or _setting_hindrance(card)


def _has_environment_for_cards(card: Card, environments: Environments | None) -> bool:
    own = card.cuda_environment
    if environments is None or own is None or own.kind == "shared":
        return False
    return environments.python(card, "cuda:0") not in (None, environments.python(card, "cpu"))


def interpreter(card: Card, device: str, environments: Environments | None) -> str:
    """The Python that runs an engine on a device.

    Raises:
        Unavailable: ``environment_missing``, ``environment_outdated`` or ``environment_broken``.
    """
    python = sys.executable if environments is None else environments.python(card, device)
    if python is None or (environments is None and card.environment.kind == "own"):
        found = _environment_hindrance(card, environments)
        raise found.problem if found else Unavailable("environment_missing", engine=card.name)
    return python


def _environment_hindrance(card: Card, environments: Environments | None) -> Hindrance | None:
    state = "missing" if environments is None else environments.state(card)
    if state == "ready":
        return None
    code = f"environment_{state}"
    return Hindrance(
        "environment_outdated" if state == "outdated" else "environment_missing",
        Note(f"error.{code}", {"engine": card.name}),
        Unavailable(code, engine=card.name),
    )


def _library_hindrance(card: Card) -> Hindrance | None:
    missing = ", ".join(_not_found(card.environment.probe))
    if not missing:
        return None
    return Hindrance(
        "libraries_missing",
        Note("state.libraries_missing", {"modules": missing}),
        Unavailable("libraries_missing", engine=card.name, modules=missing),
    )


def _not_found(modules: Sequence[str]) -> list[str]:
    return [m for m in modules if importlib.util.find_spec(m.partition(".")[0]) is None]


def _setting_hindrance(card: Card) -> Hindrance | None:
    for variable in card.variables:
        if variable.required and not os.environ.get(variable.name, "").strip():
            return Hindrance(
                "setting_missing",
                note("state.setting_missing", variable=variable.name, meaning=variable.meaning),
                Unavailable("setting_missing", engine=card.name, variable=variable.name),
            )
    return None
