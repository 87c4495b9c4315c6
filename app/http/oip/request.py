"""A request for inference: from the bytes of its body to the tensors that a graph takes."""

from dataclasses import dataclass

from app.errors import MalformedRequest
from app.http.oip.datatypes import DATATYPES, datatype_of
from app.http.oip.schemas import InferRequest, RequestInput, parse
from app.http.oip.tensors import Array, from_binary, from_json
from app.runtime.model import Model

HEADER_LENGTH = "Inference-Header-Content-Length"
"""The header that says how many bytes of JSON come before the binary tensors."""


@dataclass(frozen=True)
class Asked:
    """A request that suits its model.

    Attributes:
        id: the client's own, which comes back with the answer.
        inputs: by name, with the element types and shapes that the graph takes.
        outputs: that are wanted, in the order of the answer -> whether as bytes.
    """

    id: str | None
    inputs: dict[str, Array]
    outputs: dict[str, bool]


def read_request(body: bytes, header_length: str | None, model: Model) -> Asked:
    """Understand a request.

    Args:
        body: JSON, and behind it the bytes of the inputs that announce such.
        header_length: value of the header `HEADER_LENGTH`; `None`: the body is JSON only.
        model: that is asked.

    Raises:
        MalformedRequest: the body is not what it must be, or does not suit the model.
    """
    length = len(body) if header_length is None else _length(header_length, len(body))
    view = memoryview(body)
    request = parse(InferRequest, view[:length])
    return Asked(request.id, _inputs(request, view[length:], model), _outputs(request, model))


def _length(header: str, size: int) -> int:
    # int() also takes signs, underscores and digits of other scripts, and any number of them.
    if not (header.isascii() and header.isdecimal() and len(header) < 20):
        raise MalformedRequest(f"{HEADER_LENGTH} is not a number of bytes")
    if int(header) > size:
        raise MalformedRequest(f"{HEADER_LENGTH} is {int(header)}, the body has {size} bytes")
    return int(header)


def _inputs(request: InferRequest, blob: memoryview, model: Model) -> dict[str, Array]:
    inputs: dict[str, Array] = {}
    place = 0
    for given in request.inputs:
        if given.name in inputs:
            raise MalformedRequest(f"input {given.name!r} is given twice")
        try:
            _check(given, model)
            size = _binary_size(given)
            if size is None:
                inputs[given.name] = from_json(given.data, given.datatype, given.shape)
                continue
            if size > len(blob) - place:
                raise ValueError(f"announces {size} bytes, {len(blob) - place} are left")
            data = blob[place : place + size]
            inputs[given.name] = from_binary(data, given.datatype, given.shape)
            place += size
        except ValueError as error:
            raise MalformedRequest(f"input {given.name!r} {error}") from error
    if missing := [name for name in model.inputs if name not in inputs]:
        raise MalformedRequest(f"input {missing[0]!r} is missing")
    if place < len(blob):
        raise MalformedRequest(f"{len(blob) - place} bytes follow that belong to no input")
    return inputs


def _binary_size(given: RequestInput) -> int | None:
    size = given.parameters.get("binary_data_size")
    if "shared_memory_region" in given.parameters:
        raise ValueError("is in shared memory, which is not read here")
    if size is None:
        if given.data is None:
            raise ValueError("has neither data nor a binary_data_size")
        return None
    if given.data is not None:
        raise ValueError("has both data and a binary_data_size")
    if type(size) is not int or size < 0:
        raise ValueError("has a binary_data_size that is not a number of bytes")
    return size


def _check(given: RequestInput, model: Model) -> None:
    """Compare an input with what the graph takes.

    Raises:
        ValueError: they differ.
    """
    wanted = model.inputs.get(given.name)
    if wanted is None:
        names = ", ".join(model.inputs)
        raise ValueError(f"is none of this model's, which are: {names}")
    datatype = datatype_of(wanted.dtype)
    if datatype not in DATATYPES:
        raise ValueError(f"is {wanted.dtype} in the graph, which can not be sent")
    if given.datatype != datatype:
        raise ValueError(f"is {given.datatype}, the model takes {datatype}")
    if any(side < 1 for side in given.shape):
        raise ValueError(f"has the shape {given.shape}; every side must be 1 or more")
    # The runtime tells a scalar and a shape that the graph leaves open by the same empty shape.
    if not wanted.shape:
        return
    free = [side if isinstance(side, int) else None for side in wanted.shape]
    if len(given.shape) != len(free) or any(
        side not in (None, found) for side, found in zip(free, given.shape, strict=True)
    ):
        sides = ", ".join(str(side) for side in wanted.shape)
        raise ValueError(f"has the shape {given.shape}, the model takes [{sides}]")
    multiple = model.card.multiple
    # Of pictures [N, H, W, C]. Strides leave nothing of smaller ones, and onnxruntime then divides
    # by zero: the process is killed, there is no exception to answer with.
    if len(free) == 4 and any(side % multiple for side in given.shape[1:3]):
        raise ValueError(
            f"has the shape {given.shape}; height and width must be multiples of {multiple}"
        )


def _outputs(request: InferRequest, model: Model) -> dict[str, bool]:
    binary = request.parameters.get("binary_data_output", False)
    outputs: dict[str, bool] = {}
    for wanted in request.outputs or ():
        if wanted.name not in model.outputs:
            names = ", ".join(model.outputs)
            raise MalformedRequest(f"no output is called {wanted.name!r}; there are: {names}")
        if "shared_memory_region" in wanted.parameters:
            raise MalformedRequest(f"output {wanted.name!r} can not be put in shared memory")
        if wanted.parameters.get("classification"):
            raise MalformedRequest(
                f"output {wanted.name!r} is wanted as classes; this server gives tensors here, "
                "and labels at /v1/classification"
            )
        outputs[wanted.name] = _flag("binary_data", wanted.parameters.get("binary_data", binary))
    outputs = outputs or dict.fromkeys(model.outputs, _flag("binary_data_output", binary))
    for name in outputs:
        if datatype_of(model.outputs[name].dtype) not in DATATYPES:
            raise MalformedRequest(
                f"output {name!r} is {model.outputs[name].dtype}, which no tensor here can carry; "
                "name the outputs that you want"
            )
    return outputs


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise MalformedRequest(f"{name} must be true or false")
    return value
