"""An ONNX file as its author left it: where pictures go in, what comes out, whose it is."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import onnx

from export.errors import UnusableGraph, first_line
from export.wrapping.surgery import opset, prefixed, pruned

PREFIX = "network."
"""Names of the third party begin with it in a wrapped file, as those of our own networks do."""

Sides = tuple[int | None, ...]


@dataclass(frozen=True)
class ThirdParty:
    """A file and the network in it.

    Attributes:
        path: the file.
        sha256: of its bytes.
        input: name of the input that takes pictures, in the file.
        output: name of the output that answers, in the file.
        dtype: element type of the input, a number of `onnx.TensorProto`.
        shape: of the input; `None`: any length.
        model: the network with all weights, cut down to that output, every name with `PREFIX`.
        license: that the file names, if it names one.
        author: that the file names, else the program that wrote it.
    """

    path: Path
    sha256: str
    input: str
    output: str
    dtype: int
    shape: Sides
    model: onnx.ModelProto
    license: str
    author: str

    @property
    def half(self) -> bool:
        """Whether it computes in half precision anywhere."""
        half = onnx.TensorProto.FLOAT16
        return self.dtype == half or any(
            attribute.name == "to" and attribute.i == half
            for node in self.model.graph.node
            for attribute in node.attribute
        )


def read(path: Path, input: str | None = None, output: str | None = None) -> ThirdParty:
    """Read a file and the external data beside it.

    Args:
        path: of the `.onnx` file.
        input: name of the input for pictures, where there are several.
        output: name of the output that answers, where there are several.

    Raises:
        UnusableGraph: there is no such file, it is no ONNX, its data are missing, or it can not
            be told what goes in and out.
    """
    if not path.is_file():
        raise UnusableGraph(f"there is no file {path}")
    model = _loaded(path)
    graph = model.graph
    if not graph.node:
        raise UnusableGraph(f"{path} is not an ONNX file: it holds no graph")

    constants = {tensor.name for tensor in graph.initializer}
    constants |= {tensor.values.name for tensor in graph.sparse_initializer}
    # Files of IR version 3 name every weight as an input; the runtime could then not fold it.
    inputs = [value for value in graph.input if value.name not in constants]
    del graph.input[:]
    graph.input.extend(inputs)

    answer = _chosen("output", list(graph.output), output)
    del graph.output[:]
    graph.output.append(answer)
    pruned(graph)
    if not graph.input:
        raise UnusableGraph(f"output {answer.name!r} depends on no input")
    picture = _chosen("input", list(graph.input), input)
    others = [value.name for value in graph.input if value.name != picture.name]
    if others:
        raise UnusableGraph(
            f"output {answer.name!r} also needs {', '.join(others)}; only pictures can be given"
        )

    tensor = picture.type.tensor_type
    sides = [side.dim_value if side.dim_value > 0 else None for side in tensor.shape.dim]
    names = picture.name, answer.name
    shape = tuple(sides) if tensor.HasField("shape") else (None,) * 4
    dtype = tensor.elem_type
    prefixed(graph, PREFIX)
    model.ir_version = max(model.ir_version, 4)  # before 4 every weight had to be an input
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return ThirdParty(
        path=path,
        sha256=sha256,
        input=names[0],
        output=names[1],
        dtype=dtype,
        shape=shape,
        model=model,
        license=metadata.get("model_license", ""),
        author=metadata.get("model_author", "") or model.producer_name,
    )


def _loaded(path: Path) -> onnx.ModelProto:
    try:
        model = onnx.load(path, load_external_data=False)
        opset(model)
    except Exception as error:  # protobuf's own error class differs between its versions
        raise UnusableGraph(f"{path} is not an ONNX file") from error
    try:
        onnx.load_external_data_for_model(model, str(path.parent))
    except Exception as error:  # ValidationError, OSError or ValueError, by what is wrong
        raise UnusableGraph(
            f"the external data of {path} can not be read: {first_line(error)}"
        ) from error
    return model


def _chosen(kind: str, values: list[onnx.ValueInfoProto], name: str | None) -> onnx.ValueInfoProto:
    """The value of that name; without a name the only one."""
    names = [value.name for value in values]
    if name is None and len(values) == 1:
        return values[0]
    if name is None:
        raise UnusableGraph(f"say --{kind} NAME: there are {', '.join(names)}")
    if name not in names:
        raise UnusableGraph(f"there is no {kind} {name!r}; there are {', '.join(names)}")
    return values[names.index(name)]
