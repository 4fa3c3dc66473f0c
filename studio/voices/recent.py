"""What was lately made of uploads, so that saving need not make it again. Bounded by memory."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """The things used last, as many as fit.

    Args:
        most_bytes: of all that is kept together.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._bytes = 0

    def get(self, key: Hashable) -> Value | None:
        """What is kept under a key; it counts as used now."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def put(self, key: Hashable, value: Value, size: int) -> None:
        """Keep a thing; those unused for longest go. One that is too large alone is not kept.

        Args:
            key: what it is found by.
            value: the thing.
            size: bytes, about.
        """
        with self._lock:
            self._drop(key)
            if size > self._most_bytes:
                return
            self._kept[key] = (value, size)
            self._bytes += size
            while self._bytes > self._most_bytes:
                self._drop(next(iter(self._kept)))

    def forget(self, which: Callable[[Value], bool]) -> None:
        """Forget some things now."""
        with self._lock:
            for key in [key for key, (value, _) in self._kept.items() if which(value)]:
                self._drop(key)

    def _drop(self, key: Hashable) -> None:
        _, size = self._kept.pop(key, (None, 0))
        self._bytes -= size
