"""Plain values between processes."""

from enum import StrEnum

import execnet
import numpy as np
import pytest

from studio.runtime import wire


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        -(2**70),
        -(2**31) - 1,
        2**70,
        1.5,
        float("inf"),
        "안녕 👋",
        b"\0\xff",
        [1, [2, (3, "x")]],
        {"a": {"b": None}, 7: 8},
    ],
)
def test_plain_values_survive_the_trip(value):
    assert wire.decode(execnet.loads(execnet.dumps(wire.encode(value)))) == value


@pytest.mark.parametrize("dtype", ["f4", "f8", ">f4", "i2", "u1", "?", "c8", "i8"])
@pytest.mark.parametrize("shape", [(), (0,), (5,), (2, 3), (3, 0, 2)])
def test_arrays_survive_the_trip(dtype, shape):
    array = (np.arange(np.prod(shape, dtype=int)) % 2).reshape(shape).astype(dtype)
    back = wire.decode(execnet.loads(execnet.dumps(wire.encode(array))))
    assert back.shape == shape
    assert back.dtype == array.dtype.newbyteorder("<")
    assert np.array_equal(back, array)
    back.flags.writeable = True


def test_slices_and_transposed_arrays_keep_their_values():
    array = np.arange(12.0).reshape(3, 4).T[::2]
    assert np.array_equal(wire.decode(wire.encode(array)), array)


def test_numpy_scalars_and_enumerations_become_plain():
    assert wire.encode(np.float32(0.5)) == 0.5
    assert type(wire.encode(np.int64(3))) is int
    assert type(wire.encode(Colour.RED)) is str


def test_a_lone_surrogate_does_not_break_the_channel():
    assert execnet.loads(execnet.dumps(wire.encode("a\ud800b"))) == "a?b"


@pytest.mark.parametrize(
    "value",
    [object(), {1, 2}, {"__array__": "f4"}, np.array([object()]), {1.5: 2}, [print], np.array("x")],
)
def test_anything_else_is_refused(value):
    with pytest.raises(TypeError):
        wire.encode(value)


@pytest.mark.parametrize(
    "value",
    [
        {"__array__": "<f4", "shape": [3], "bytes": b"\0" * 8},
        {"__array__": "|O", "shape": [1], "bytes": b"\0" * 8},
    ],
)
def test_contradictory_arrays_are_refused(value):
    with pytest.raises(ValueError, match=r"array|reshape"):
        wire.decode(value)
