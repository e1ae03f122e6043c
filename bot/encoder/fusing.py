"""Rewrites an int8 encoder as fewer, larger steps of ONNX Runtime, which give the same vectors, up to rounding.

ONNX Runtime spends time to start each step. A question has about twelve tokens, so its steps are short, and this time
is a fifth of the whole. What does not have the expected form, such as a model of another kind, stays as it is.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper, numpy_helper

_DOMAIN = "com.microsoft"
_MASK, _TYPES = "attention_mask", "token_type_ids"


def fuse(model: Any) -> None:
    """Fuse the attentions and biases of an int8 model, in place, and drop steps that have no effect.

    Layer norms stay steps of their own: ONNX Runtime's step that also adds the residual takes three times as long.

    model: an ONNX model whose matrix products are `DynamicQuantizeMatMul`, as `bot.encoder.export` makes them.
    """
    for step in (_fuse_attentions, _fuse_biases, _fix_types, _drop_expansions):
        step(_Graph(model.graph))
    _Graph(model.graph).drop_unused()
    del model.graph.value_info[:]  # about results that no longer exist


class _Graph:
    """A graph, its constants by name, and what makes each result."""

    def __init__(self, graph: Any) -> None:
        self.graph = graph
        self._constants = {tensor.name: tensor for tensor in graph.initializer}
        self._makers = {result: node for node in graph.node for result in node.output}

    def all(self, kind: str) -> list[Any]:
        """Return the steps of a kind."""
        return [node for node in self.graph.node if node.op_type == kind]

    def path(self, result: str, *kinds: str) -> list[Any]:
        """Return the steps of these kinds that lead to a result, the last first; an empty list if they do not.

        Of two inputs, the path takes the one that is not constant, or else the first.
        """
        found = []
        for kind in kinds:
            node = self._makers.get(result)
            if node is None or node.op_type != kind:
                return []
            found.append(node)
            result = next((name for name in node.input if name not in self._constants), "")
        return found

    def reader(self, result: str, kind: str) -> Any:
        """Return the only step that reads a result if it is of this kind, or None."""
        readers = [node for node in self.graph.node if result in node.input]
        return readers[0] if len(readers) == 1 and readers[0].op_type == kind else None

    def constant(self, node: Any) -> str:
        """Return the name of a step's first constant input, or "" if there is none."""
        return next((str(name) for name in node.input if name in self._constants), "")

    def value(self, name: str) -> npt.NDArray[Any]:
        """Return a constant."""
        found: npt.NDArray[Any] = numpy_helper.to_array(self._constants[name])
        return found

    def add(self, name: str, value: Any) -> str:
        """Add a constant and return its name."""
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.asarray(value), name)
            self.graph.initializer.append(self._constants[name])
        return name

    def replace(self, node: Any, *others: Any) -> None:
        """Replace a step by others."""
        at = list(self.graph.node).index(node)
        self.graph.node.remove(node)
        for number, other in enumerate(others, start=at):
            self.graph.node.insert(number, other)

    def drop_unused(self) -> None:
        """Drop the steps, constants and inputs that nothing reads."""
        nodes, outputs = self.graph.node, {output.name for output in self.graph.output}
        for node in reversed(list(nodes)):  # each step is behind those that it reads
            if outputs.isdisjoint(node.output):
                nodes.remove(node)
            else:
                outputs.update(node.input)
        for named in (self.graph.initializer, self.graph.input):
            for each in [each for each in named if each.name not in outputs]:
                named.remove(each)


def _fuse_attentions(graph: _Graph) -> None:
    """Make one step of three products, for queries, keys and values, and of the attention of all heads."""
    for softmax in graph.all("Softmax"):
        scores = graph.path(softmax.input[0], "Add", "Mul", "MatMul")
        weighted = graph.reader(softmax.output[0], "MatMul")
        turned = graph.reader(weighted.output[0], "Transpose") if weighted else None
        joined = graph.reader(turned.output[0], "Reshape") if turned else None
        if not scores or joined is None:
            continue
        three = [
            graph.path(name, "Transpose", "Reshape", "Add", "DynamicQuantizeMatMul")
            for name in (*scores[-1].input, weighted.input[1])
        ]
        if not all(three) or len({path[-1].input[0] for path in three}) != 1:
            continue
        shape = graph.path(three[0][1].input[1], "Concat")
        size = int(graph.value(shape[0].input[-1])[0]) if shape else 0
        weights, scales = (np.concatenate([graph.value(path[-1].input[n]) for path in three], axis=-1) for n in (1, 2))
        bias = np.concatenate([graph.value(graph.constant(path[-2])) for path in three])
        result = joined.output[0]
        number, factor, zero = f"{result}_numbers", f"{result}_factor", f"{result}_zero"
        attention = helper.make_node(
            "QAttention",
            [
                number,
                graph.add(f"{result}_int8", weights),
                graph.add(f"{result}_bias", bias),
                factor,
                graph.add(f"{result}_columns", scales),
                f"{result}_mask",
                zero,
                graph.add("int8_zero", np.int8(0)),
            ],
            [result],
            num_heads=len(bias) // 3 // size,
            domain=_DOMAIN,
        )
        graph.replace(
            joined,
            helper.make_node("Cast", [_MASK], [f"{result}_mask"], to=TensorProto.INT32),
            helper.make_node("DynamicQuantizeLinear", [three[0][-1].input[0]], [number, factor, zero]),
            attention,
        )


def _fuse_biases(graph: _Graph) -> None:
    """Let each product add its bias, which it can do while it writes its result."""
    for added in graph.all("Add"):
        path = graph.path(added.output[0], "Add", "DynamicQuantizeMatMul")
        bias = graph.constant(added)
        if path and bias:
            path[1].input.extend(["", bias])  # the empty name is the zero point of the columns, which they lack
            path[1].output[0] = added.output[0]
            graph.replace(added)


def _fix_types(graph: _Graph) -> None:
    """Make a constant of the vector for the token type, since one text has only the type 0."""
    for whole in graph.all("DequantizeLinear"):
        (gathered,) = graph.path(whole.input[0], "Gather") or (None,)
        if gathered and gathered.input[1] == _TYPES:
            first, scale, zero = (graph.value(name) for name in (gathered.input[0], *whole.input[1:]))
            vector = (first[0].astype(np.int32) - zero.astype(np.int32)).astype(np.float32) * scale
            name = graph.add(f"{whole.output[0]}_of_type_0", vector.astype(np.float32))
            _read_instead(graph, whole.output[0], name)


def _drop_expansions(graph: _Graph) -> None:
    """Divide by a vector's length directly: a step repeats it for each number, and another keeps it from being 0."""
    for repeated in graph.all("Expand"):
        if clipped := graph.path(repeated.input[0], "Clip", "ReduceL2"):
            _read_instead(graph, repeated.output[0], clipped[1].output[0])


def _read_instead(graph: _Graph, result: str, other: str) -> None:
    for node in graph.graph.node:
        for place, name in enumerate(node.input):
            if name == result:
                node.input[place] = other
