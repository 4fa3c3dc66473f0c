"""Ending the work of torch modules in the middle, for libraries whose loops cannot be asked to."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from studio.engines.contract import StopFlag

if TYPE_CHECKING:
    import torch


class Stopped(Exception):
    """Raised out of a module's call once nobody wants its result."""


@contextmanager
def stopping(modules: "Iterable[torch.nn.Module]", stop: StopFlag) -> Iterator[None]:
    """While inside, every call of one of the modules raises :class:`Stopped` once ``stop`` is set.

    Args:
        modules: parts that are called often: the layers of a transformer rather than the whole.
        stop: looked at before each call, which costs about a microsecond.
    """

    def look(_module: object, _inputs: object) -> None:
        if stop.is_set():
            raise Stopped

    handles = [module.register_forward_pre_hook(look) for module in modules]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
