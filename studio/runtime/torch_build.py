"""Whether an environment's torch can use a graphics card, read from its files, not imported."""

import functools
import importlib.util
import re
import sys
from pathlib import Path

_CUDA = re.compile(r"^cuda\b[^=]*=\s*(.+)$", re.MULTILINE)


@functools.cache
def torch_lacks_cuda(python: str) -> bool:
    """Whether an interpreter's torch was built for the processor alone.

    Args:
        python: path of the interpreter, ours or that of an engine's own environment.

    Returns:
        False also where there is no torch, or one that does not say.
    """
    for folder in _folders(python):
        try:
            found = _CUDA.search((folder / "version.py").read_text(encoding="utf-8"))
        except OSError:
            continue
        return found is not None and found.group(1).strip() == "None"
    return False


def _folders(python: str) -> list[Path]:
    """Where torch may lie."""
    if python != sys.executable:
        return sorted(Path(python).parents[1].glob("lib/python*/site-packages/torch"))
    spec = importlib.util.find_spec("torch")
    return [Path(folder) for folder in (spec.submodule_search_locations or ())] if spec else []
