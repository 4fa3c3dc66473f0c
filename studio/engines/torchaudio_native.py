"""torchaudio without its native part: some wheels of it load nowhere but beside a CUDA torch.

torchaudio 2.11's only Linux wheel links CUDA and raises OSError next to a CPU build of torch. What
the engines need of it (resampling, mel spectrograms, Kaldi features) is plain Python on tensors;
only importing the package runs into the library. So where that fails, the import is done once more
with the loader of the native part replaced by one that says there is none.
"""

import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from studio.locales import Note, note

_LOADER = "torchaudio._extension"
_MARK = "studio_without_native_part"


def ensure_torchaudio() -> tuple[Note, ...]:
    """Make ``import torchaudio`` work in this process, and say what is missing.

    Call it before anything that imports torchaudio. Calling it again changes nothing and says the
    same.

    Returns:
        Remarks for the engine's card: empty where torchaudio is whole.

    Raises:
        ModuleNotFoundError: torchaudio is not installed at all.
    """
    try:
        import torchaudio
    except ModuleNotFoundError:
        raise
    except (OSError, RuntimeError, ImportError):
        # OSError: the library links what is not there; RuntimeError: built for another CUDA;
        # ImportError: one of its two halves loads and the other does not.
        _forget()
        sys.modules[_LOADER] = _without_native_part()
        import torchaudio  # noqa: F401
    if getattr(sys.modules.get(_LOADER), _MARK, False):
        return (note("engine.libraries.torchaudio_without_native"),)
    return ()


def _forget() -> None:
    """Drop what the failed import left behind."""
    for name in [n for n in sys.modules if n.partition(".")[0] == "torchaudio"]:
        del sys.modules[name]


def _without_native_part() -> ModuleType:
    """Stands in for the package's loader; has every name that the rest of it asks for."""
    module = ModuleType(_LOADER)
    module.__spec__ = ModuleSpec(_LOADER, loader=None)
    names: dict[str, Any] = {
        _MARK: True,
        "_IS_TORCHAUDIO_EXT_AVAILABLE": False,
        "_IS_ALIGN_AVAILABLE": False,
        "_check_cuda_version": lambda: None,
        "_load_lib": lambda _library: False,
        "fail_if_no_align": _refusing,
    }
    for name, value in names.items():
        setattr(module, name, value)
    return module


def _refusing(function: Callable[..., Any]) -> Callable[..., Any]:
    """In place of a function that the native part would carry out."""

    def refuse(*_args: object, **_named: object) -> None:
        raise RuntimeError(f"{function.__name__} needs torchaudio's native part")

    return refuse
