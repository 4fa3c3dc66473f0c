"""Kokoro's int8 graph with the convolutions of its generator turned back to float, for speed.

In the int8 export every convolution is a ``ConvInteger``, which ONNX Runtime computes by writing
out the whole column matrix (50 MB for seven seconds of speech, on one core), with five more passes
over the samples to quantise before and scale after. The same weights as float, in two dimensions so
that the runtime's blocked kernels take them, need a fifth less processor time, spread over cores,
and lose the noise of quantised activations. Only the generator is changed: durations and pitch,
computed before it, stay bit for bit what they are; 14 of 55 million weights grow.

Run as ``python -m studio.engines.kokoro.graph SOURCE TARGET``, in a process of its own because the
work takes memory that would never be given back.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

VERSION = 1
"""Part of the derived file's name and of the model revision; raise it when the result changes."""
_WHERE = "/generator/"


def derived(source: Path) -> Path:
    """The faster graph of an int8 file: made beside it once, then found.

    Falls back to ``source`` where it cannot be made: the folder is read-only, the disk is full, or
    the ``onnx`` package is missing.
    """
    target = source.with_name(f"{source.stem}.generator-float-{VERSION}.onnx")
    if target.is_file() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        return target
    if not os.access(source.parent, os.W_OK):
        return source
    command = [sys.executable, "-m", "studio.engines.kokoro.graph", str(source), str(target)]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own paths
    return target if done.returncode == 0 and target.is_file() else source


def convert(source: Path, target: Path) -> int:
    """Write the faster graph; atomically, so that a reader never sees half of it.

    Returns:
        How many convolutions were replaced.
    """
    import onnx

    model = onnx.load(str(source))
    replaced = _Graph(model.graph).replace_convolutions()
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        onnx.save(model, str(part))
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return replaced


@dataclass(frozen=True)
class _Quantised:
    """One quantised convolution: nodes from the float input to the float output."""

    name: str
    input: str
    output: str
    weight: np.ndarray
    """float32, shape (out, in, 1, kernel)."""
    bias: str | None
    attributes: dict[str, list[int]]


class _Graph:
    """The ONNX graph with the look-ups that the surgery needs."""

    def __init__(self, graph: Any) -> None:
        self._graph = graph
        self._constants = {tensor.name: tensor for tensor in graph.initializer}
        self._producer = {name: node for node in graph.node for name in node.output}
        self._consumer = {name: node for node in graph.node for name in node.input}

    def replace_convolutions(self) -> int:
        from onnx import numpy_helper

        found = [
            self._read(node)
            for node in self._graph.node
            if node.op_type == "ConvInteger" and _WHERE in node.name
        ]
        by_output = {one.output: one for one in found}
        axis = "generator_float_axis"
        nodes: list[Any] = []
        for node in self._graph.node:
            one = by_output.get(node.output[0])
            nodes += [node] if one is None else _float_nodes(one, axis)
        tensors = [numpy_helper.from_array(one.weight, f"{one.name}_weight") for one in found]
        tensors.append(numpy_helper.from_array(np.array([2], np.int64), axis))
        self._graph.initializer.extend(tensors)
        self._keep_what_is_used(nodes)
        return len(found)

    def _read(self, node: Any) -> _Quantised:
        """ConvInteger → [Add of an integer bias] → Cast → Mul by both scales."""
        quantise = self._producer[node.input[0]]
        following = self._consumer[node.output[0]]
        bias = None
        if following.op_type == "Add":
            bias = self._float_bias(_other(following, node.output[0]))
            following = self._consumer[following.output[0]]
        scale = self._consumer[following.output[0]]
        scales = self._producer[_other(scale, following.output[0])]
        _expect((quantise, "DynamicQuantizeLinear"), (following, "Cast"), (scale, "Mul"))
        _expect((scales, "Mul"))
        (weight_scale,) = [name for name in scales.input if name in self._constants]
        weight = self._array(node.input[1]).astype(np.float32)
        weight -= self._array(node.input[3]).astype(np.float32)
        weight *= self._array(weight_scale)
        return _Quantised(
            name=node.name,
            input=quantise.input[0],
            output=scale.output[0],
            weight=weight[:, :, None, :],
            bias=bias,
            attributes={a.name: list(a.ints) for a in node.attribute if a.ints},
        )

    def _float_bias(self, quantised: str) -> str:
        """The float bias behind ``Reshape(Cast(Floor(Div(bias, scale))))``."""
        node = self._producer[quantised]
        while node.op_type != "Div":
            node = self._producer[node.input[0]]
        if node.input[0] not in self._constants:
            raise ValueError(f"no constant bias at {node.name}")
        return str(node.input[0])

    def _array(self, name: str) -> np.ndarray:
        from onnx import numpy_helper

        return numpy_helper.to_array(self._constants[name])

    def _keep_what_is_used(self, nodes: list[Any]) -> None:
        """Set the graph's nodes, without those that nothing reads any more."""
        needed = {output.name for output in self._graph.output}
        kept = []
        for node in reversed(nodes):
            if needed.intersection(node.output):
                kept.append(node)
                needed.update(node.input)
        constants = [tensor for tensor in self._graph.initializer if tensor.name in needed]
        del self._graph.node[:], self._graph.initializer[:], self._graph.value_info[:]
        self._graph.node.extend(reversed(kept))
        self._graph.initializer.extend(constants)


def _float_nodes(one: _Quantised, axis: str) -> list[Any]:
    from onnx import helper

    (kernel,) = one.attributes["kernel_shape"]
    left, right = one.attributes.get("pads", [0, 0])
    (stride,) = one.attributes.get("strides", [1])
    (dilation,) = one.attributes.get("dilations", [1])
    flat, made = f"{one.name}_flat", f"{one.name}_made"
    inputs = [flat, f"{one.name}_weight", *([one.bias] if one.bias else [])]
    return [
        helper.make_node("Unsqueeze", [one.input, axis], [flat], name=f"{one.name}_unsqueeze"),
        helper.make_node(
            "Conv",
            inputs,
            [made],
            name=f"{one.name}_float",
            kernel_shape=[1, kernel],
            pads=[0, left, 0, right],
            strides=[1, stride],
            dilations=[1, dilation],
        ),
        helper.make_node("Squeeze", [made, axis], [one.output], name=f"{one.name}_squeeze"),
    ]


def _other(node: Any, name: str) -> str:
    (other,) = [given for given in node.input if given != name]
    return str(other)


def _expect(*pairs: tuple[Any, str]) -> None:
    for node, kind in pairs:
        if node.op_type != kind:
            raise ValueError(f"{node.name} is {node.op_type}, not {kind}: another export")


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
