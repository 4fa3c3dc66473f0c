"""What the weight store tells about weights: found or missing, sets, verified files."""

from dataclasses import dataclass
from pathlib import Path

from studio.locales import Note


@dataclass(frozen=True)
class WeightsFound:
    """A complete set of weights, or an engine that needs none."""

    folder: Path | None
    """Where the files lie; None for an engine without weights."""
    set_name: str
    revision: str
    """Changes when the model changes; never empty."""
    skipped: tuple[str, ...] = ()
    """Sets that come before it in the card's order and could not be fetched, with the reason."""


@dataclass(frozen=True)
class WeightsMissing:
    """No set is complete, or not the one asked for."""

    bytes: int | None
    """What the set that ``get`` would fetch first lacks; None when a size is not known."""
    note: Note
    """What to do about it."""


@dataclass(frozen=True)
class SetState:
    """One weight set of an engine as the engines page shows it."""

    name: str
    licence: str
    present: bool
    bytes: int | None
    """Of the whole set."""
    how_to_get: Note
    gated: bool = False
    purpose: Note | None = None
    own_bytes: int = 0
    """What the studio's own folder holds of it, a download's beginning included."""
    folder: Path | None = None
    """A folder that a person named for it."""
    lacking: tuple[str, ...] = ()
    """Files that are not in that folder."""
    differs: bool = False
    """That folder's files are not the published ones: a fine-tuned model, say."""


@dataclass(frozen=True)
class FileState:
    """One file as ``verify`` found it."""

    set_name: str
    path: Path
    sha256: str
    """Read from the file now."""
    good: bool | None
    """None where neither the card states a hash nor one was noted when the file came."""
