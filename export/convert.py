"""A graph in torch to the same graph in ONNX: same input, same bytes."""

import contextlib
import io
import logging
import warnings
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import onnx
import onnx_ir
import torch
from onnxscript import optimizer
from torch.export import Dim

from export.errors import ConversionFailed, first_line
from export.graphs.graph import Graph
from export.rewriting.one_by_one import one_by_one

log = logging.getLogger(__name__)

OPSET = 20
"""The newest operator set that both of torch's exporters write."""

TRACED = (2, 24, 20)
"""Batch, height and width that a graph of free sides is traced with."""

TRACED_STEPS = (3, 2)
"""Height and width where sides are multiples, or are padded to them: as few steps as possible, but
not one, which torch would take for a constant."""


def convert(graph: Graph) -> onnx.ModelProto:
    """Write the graph by torch's dynamo exporter, or by its TorchScript exporter if that fails.

    Parameters and buffers keep their names as initializers, so that weights can be read back
    (`export.weights`); the runtime fuses them when it opens the file.

    Raises:
        ConversionFailed: both exporters failed, or what they wrote is not valid ONNX.
    """
    graph = graph.eval()
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the exporters warn of their own internals
        model = _single(graph) if graph.single else _batched(graph)
    _strip(model)
    try:
        onnx.checker.check_model(model, full_check=True)
    except onnx.checker.ValidationError as error:
        raise ConversionFailed(f"not valid ONNX: {first_line(error)}") from error
    return model


def _batched(graph: Graph) -> onnx.ModelProto:
    try:
        return _by_dynamo(graph)
    except Exception as error:  # torch's exporters raise anything
        log.warning("dynamo can not export it, TorchScript is tried: %s", first_line(error))
        try:
            return _by_torchscript(graph)
        except Exception as second:
            raise ConversionFailed(
                f"dynamo: {first_line(error)}; TorchScript: {first_line(second)}"
            ) from second


def _single(graph: Graph) -> onnx.ModelProto:
    """What decodes its own answers has as many as it finds, which only TorchScript can write."""
    try:
        one = _by_torchscript(graph)
        _strip(one)  # which does not look into bodies of nodes
        return one_by_one(one)
    except Exception as error:  # torch's exporters raise anything
        raise ConversionFailed(f"TorchScript: {first_line(error)}") from error


def exporter() -> str:
    """Name the versions that the bytes depend on; a file keeps them as its producer."""
    return f"{version('torch').partition('+')[0]}+onnxscript.{version('onnxscript')}"


def _by_dynamo(graph: Graph) -> onnx.ModelProto:
    named = {name for given in graph.inputs for name in graph.axes[given].values()}
    free = {name: _dimension(graph, name) for name in sorted(named)}
    program = torch.onnx.export(
        graph,
        _traced(graph),
        dynamo=True,
        external_data=False,
        # Its optimizer melts batch normalization into the convolutions' weights.
        optimize=False,
        verbose=False,
        opset_version=OPSET,
        input_names=list(graph.inputs),
        output_names=list(graph.outputs),
        dynamic_shapes={
            given: {axis: free[name] for axis, name in graph.axes[given].items()}
            for given in graph.inputs
        },
    )
    assert program is not None
    model = program.model
    weights = set(graph.state_dict())
    optimizer.inline(model)
    optimizer.fold_constants(
        model,
        onnx_shape_inference=True,
        should_fold=lambda node: (
            False if any(value and value.name in weights for value in node.inputs) else None
        ),
    )
    optimizer.remove_unused_nodes(model)
    return onnx_ir.to_proto(model)


def _dimension(graph: Graph, name: str) -> Any:
    """A free side; those of pictures are multiples of what the graph needs."""
    steps = graph.multiple > 1 and name != "N"
    return graph.multiple * Dim(f"{name}_steps") if steps else Dim(name)


def _by_torchscript(graph: Graph) -> onnx.ModelProto:
    buffer = io.BytesIO()
    with contextlib.redirect_stdout(io.StringIO()):
        torch.onnx.export(
            graph,
            _traced(graph),
            buffer,  # type: ignore[arg-type]  # it takes files, its annotation forgot them
            dynamo=False,
            # Folding, and the mode for inference, melt batch normalization into the weights.
            do_constant_folding=False,
            training=torch.onnx.TrainingMode.PRESERVE,
            opset_version=OPSET,
            input_names=list(graph.inputs),
            output_names=list(graph.outputs),
            dynamic_axes=_axes(graph),
        )
    return onnx.load_from_string(buffer.getvalue())


def _axes(graph: Graph) -> Mapping[str, Mapping[int, str]]:
    if not graph.single:
        return graph.axes
    return {
        name: {axis: side for axis, side in axes.items() if side != "N"}
        for name, axes in graph.axes.items()
    }


def _traced(graph: Graph) -> tuple[torch.Tensor, ...]:
    count, *sides = TRACED
    if graph.single:
        count = 1
    if (step := max(graph.multiple, graph.stride)) > 1:
        sides = [step * steps for steps in TRACED_STEPS]
    height, width = graph.sides or sides
    return graph.examples(count, height, width, seed=0)


def _strip(model: onnx.ModelProto) -> None:
    """Take out what tells of the machine and the source code rather than of the model."""
    model.producer_version = exporter()
    model.doc_string = ""
    graph = model.graph
    del graph.value_info[:]
    for part in (graph, *graph.node, *graph.initializer, *graph.input, *graph.output):
        part.doc_string = ""
        del part.metadata_props[:]
