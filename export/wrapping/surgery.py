"""What can be done to any ONNX graph without knowing what it computes."""

from collections.abc import Iterator

import onnx
import onnxruntime
from onnx import GraphProto, ModelProto, NodeProto, version_converter

from app.runtime.execution import ON_CPU
from app.runtime.providers import session_options
from export.errors import UnusableGraph, first_line

LIMIT = 2**31 - 1
"""Bytes that a protocol buffer may have; the server reads no data from beside a file."""


def opset(model: ModelProto) -> int:
    """The version of ONNX's own operators that the model uses.

    Raises:
        StopIteration: it uses none, so it is no model.
    """
    return next(int(one.version) for one in model.opset_import if one.domain in ("", "ai.onnx"))


def at_least(model: ModelProto, version: int) -> ModelProto:
    """The model in the operators of that version, unless its own are as new.

    Raises:
        UnusableGraph: ONNX's converter does not know how.
    """
    own = opset(model)
    if own >= version:
        return model
    try:
        converted = version_converter.convert_version(model, version)
    except Exception as error:  # the converter is C++ and raises RuntimeError and others
        raise UnusableGraph(
            f"it is of opset {own}, {version} is needed, and ONNX's converter fails: "
            f"{first_line(error)}"
        ) from error
    del converted.graph.value_info[:]
    return converted


def session(model: ModelProto) -> onnxruntime.InferenceSession:
    """Open a model that is no file yet.

    Raises:
        UnusableGraph: it is too large for a file, or onnxruntime can not load it.
    """
    if model.ByteSize() > LIMIT:
        raise UnusableGraph(f"with its data it has {model.ByteSize()} bytes, {LIMIT} are possible")
    content = model.SerializeToString()
    return opened(content)


def opened(source: str | bytes) -> onnxruntime.InferenceSession:
    """Open a file or its bytes on the CPU, with the options of the server.

    Raises:
        UnusableGraph: onnxruntime can not load it.
    """
    options = session_options(ON_CPU)
    options.log_severity_level = 4  # what goes wrong is raised as well
    try:
        return onnxruntime.InferenceSession(source, options, ["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own classes share no base but Exception
        raise UnusableGraph(f"onnxruntime can not load it: {first_line(error)}") from error


def pruned(graph: GraphProto) -> None:
    """Take out nodes, weights and inputs that no output depends on."""
    makers = {name: index for index, node in enumerate(graph.node) for name in node.output}
    wanted = [value.name for value in graph.output]
    seen, kept = set(wanted), set()
    while wanted:
        index = makers.get(wanted.pop())
        if index is None or index in kept:
            continue
        kept.add(index)
        new = {name for name in _reads(graph.node[index]) if name} - seen
        seen |= new
        wanted += sorted(new)
    for field, left in (
        (graph.node, [node for index, node in enumerate(graph.node) if index in kept]),
        (graph.initializer, [tensor for tensor in graph.initializer if tensor.name in seen]),
        (graph.input, [value for value in graph.input if value.name in seen]),
    ):
        del field[:]
        field.extend(left)
    # Shapes that somebody inferred for a batch of one would contradict a batch that is free.
    del graph.value_info[:]


def _reads(node: NodeProto) -> Iterator[str]:
    """Names that a node or its subgraphs take, those made within a subgraph among them."""
    yield from node.input
    for graph in _subgraphs(node):
        yield from (value.name for value in graph.output)
        for inner in graph.node:
            yield from _reads(inner)


def prefixed(graph: GraphProto, prefix: str) -> None:
    """Put a prefix before every name, also within subgraphs.

    `onnx.compose.add_prefix` does not rename a weight where a subgraph uses it (onnx 1.23).
    """
    for node in graph.node:
        node.name = prefix + node.name if node.name else ""
        for names in (node.input, node.output):
            names[:] = [prefix + name if name else "" for name in names]
        for inner in _subgraphs(node):
            prefixed(inner, prefix)
    tensors = [part for sparse in graph.sparse_initializer for part in (sparse.values,)]
    for named in (*graph.input, *graph.output, *graph.initializer, *graph.value_info, *tensors):
        named.name = prefix + named.name
    for annotation in graph.quantization_annotation:
        annotation.tensor_name = prefix + annotation.tensor_name
        for entry in annotation.quant_parameter_tensor_names:
            entry.value = prefix + entry.value


def _subgraphs(node: NodeProto) -> Iterator[GraphProto]:
    for attribute in node.attribute:
        if attribute.type == onnx.AttributeProto.GRAPH:
            yield attribute.g
        yield from attribute.graphs
