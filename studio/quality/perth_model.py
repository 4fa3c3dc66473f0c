"""PerTh's network in memory: its package imported where parts of its surroundings are missing."""

import contextlib
import sys
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

_MISSING = "pkg_resources"


def name() -> str:
    """The watermark's name with its version."""
    return f"resemble-perth {version('resemble-perth')}"


@cache
def network() -> Any:
    """PerTh's network (``PerthNet``), on the processor. The first call takes seconds.

    Raises:
        ImportError: the package or something that it needs is missing.
    """
    from studio.engines.torchaudio_native import ensure_torchaudio

    ensure_torchaudio()
    import torch

    torch.set_num_threads(1)
    # It says on stdout what it loaded, which is not for whoever reads our output.
    with _with_pkg_resources(), contextlib.redirect_stdout(sys.stderr):
        from perth.perth_net import PREPACKAGED_MODELS_DIR
        from perth.perth_net.perth_net_implicit.model.perth_net import PerthNet

        return PerthNet.load("implicit", PREPACKAGED_MODELS_DIR).eval()


@contextlib.contextmanager
def _with_pkg_resources() -> Any:
    """Let the package find its own folder: setuptools has left out ``pkg_resources`` since 82."""
    if find_spec(_MISSING) is not None:
        yield
        return
    stand_in = ModuleType(_MISSING)
    stand_in.resource_filename = _file_of  # type: ignore[attr-defined]
    sys.modules[_MISSING] = stand_in
    try:
        yield
    finally:
        del sys.modules[_MISSING]


def _file_of(package: str, path: str) -> str:
    """The path of a file that lies beside a package's modules."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ImportError(package)
    return str(Path(spec.origin).parent / path)
