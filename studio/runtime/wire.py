"""Plain values between processes: what may cross, and how arrays travel. Never pickle."""

from collections.abc import Mapping
from typing import Any

import numpy as np

Message = dict[str, Any]
"""What processes send each other: a dict of plain values."""

_ARRAY = "__array__"
_INTEGER = "__int__"
_LOWEST = -(2**31)
"""execnet 2.1 fails on integers below this; large ones it can."""
_KINDS = "biufc"
"""Kinds of numbers an array may hold: booleans, integers, floats, complex numbers."""


def encode(value: object) -> Any:  # noqa: C901, PLR0911 - one line for each type
    """A value as ``execnet`` takes it: None, bool, int, float, str, bytes, list, tuple, dict.

    Arrays of numbers become ``{"__array__": dtype, "shape": [...], "bytes": ...}``; numpy's scalars
    become Python's. Lone surrogates, which are no text, become question marks.

    Raises:
        TypeError: something else is in there; it is named by its type.
    """
    if value is None or isinstance(value, bool | bytes):
        return value
    if isinstance(value, str):
        # str subclasses (StrEnum) are unknown to execnet
        return value.encode("utf-8", "replace").decode() if not value.isascii() else str(value)
    if isinstance(value, int):
        return int(value) if value >= _LOWEST else {_INTEGER: str(value)}
    if isinstance(value, float):
        return float(value)
    if isinstance(value, np.generic):
        return encode(value.item())
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in _KINDS:
            raise TypeError(f"an array of {value.dtype} cannot cross to another process")
        little = np.ascontiguousarray(value, value.dtype.newbyteorder("<"))
        return {_ARRAY: little.dtype.str, "shape": list(value.shape), "bytes": little.tobytes()}
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, tuple):
        return tuple(encode(item) for item in value)
    if isinstance(value, Mapping):
        return {_key(key): encode(item) for key, item in value.items()}
    raise TypeError(f"a {type(value).__name__} cannot cross to another process")


def _key(key: object) -> str | int:
    if isinstance(key, str) and key not in (_ARRAY, _INTEGER):
        return str(key)
    if isinstance(key, int):
        return int(key)
    raise TypeError(f"{key!r} cannot be a key in another process")


def decode(value: Any) -> Any:
    """The inverse of :func:`encode`; arrays come back writable.

    Raises:
        ValueError: an array's parts contradict each other.
    """
    if isinstance(value, dict):
        if _ARRAY in value:
            return _array(value)
        if _INTEGER in value:
            return int(value[_INTEGER])
        return {key: decode(item) for key, item in value.items()}
    if isinstance(value, list):
        return [decode(item) for item in value]
    if isinstance(value, tuple):
        return tuple(decode(item) for item in value)
    return value


def _array(parts: dict) -> np.ndarray:
    dtype = np.dtype(parts[_ARRAY])
    if dtype.kind not in _KINDS:
        raise ValueError(f"an array of {dtype} from another process")
    return np.frombuffer(parts["bytes"], dtype).reshape(parts["shape"]).copy()
