"""Reading a checkpoint's files without running anything in them, and saying what is wrong with one.

A ``.pth`` file is a pickle, which could hold any code: it is read as tensors and plain values only.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from studio.engines.contract import EngineProblem


def present(folder: Path, name: str, *, engine: str) -> Path:
    """The path of a file that must be there.

    Raises:
        EngineProblem: ``checkpoint_file_missing``.
    """
    path = folder / name
    if not path.is_file():
        raise EngineProblem("checkpoint_file_missing", engine=engine, file=name)
    return path


def read_tensors(path: Path, *, engine: str, allowed: Sequence[Any] = ()) -> Any:
    """What a ``.pth`` file holds: tensors (on the CPU) in plain containers.

    Args:
        path: the file; it is mapped into memory, not copied, where its format permits.
        engine: title of the engine, for the sentence.
        allowed: classes that the file may hold besides, as ``torch.serialization.safe_globals``
            takes them.

    Raises:
        EngineProblem: ``checkpoint_file_damaged``, also for a file with other objects in it.
    """
    import torch

    with torch.serialization.safe_globals(list(allowed)):
        for mapped in (True, False):
            try:
                return torch.load(path, map_location="cpu", weights_only=True, mmap=mapped)
            except Exception as problem:  # a broken file raises whatever its bytes lead to
                if not mapped:
                    raise damaged(path, engine) from problem
    raise AssertionError("one of the two returns or raises")


def read_json(path: Path, *, engine: str) -> dict[str, Any]:
    """An object from a JSON file.

    Raises:
        EngineProblem: ``checkpoint_file_damaged``.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as problem:
        raise damaged(path, engine) from problem
    if not isinstance(found, dict):
        raise damaged(path, engine)
    return found


def damaged(path: Path, engine: str) -> EngineProblem:
    """The file cannot be read: cut short, or of another kind."""
    return EngineProblem("checkpoint_file_damaged", engine=engine, file=path.name)


def foreign(path: Path, engine: str) -> EngineProblem:
    """The file is whole but belongs to another model."""
    return EngineProblem("checkpoint_of_another_model", engine=engine, file=path.name)
