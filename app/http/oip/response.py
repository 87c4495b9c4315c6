"""An answer with tensors: JSON, and behind it the bytes of those that were asked for as bytes."""

from collections.abc import Mapping

from app.errors import MalformedRequest
from app.http.oip.datatypes import datatype_of
from app.http.oip.request import Asked
from app.http.oip.schemas import InferResponse, ResponseOutput
from app.http.oip.tensors import Array, to_binary, to_json
from app.runtime.model import Model


def write_response(
    asked: Asked, results: Mapping[str, Array], model: Model
) -> tuple[bytes, int | None]:
    """Write what a graph gave.

    Returns:
        The body, and how many bytes of it are JSON; `None`: all.

    Raises:
        MalformedRequest: there are numbers in the results that JSON has not.
    """
    outputs, blobs = [], []
    for name, binary in asked.outputs.items():
        array = results[name]
        output = ResponseOutput(
            name=name,
            datatype=datatype_of(model.outputs[name].dtype),
            shape=list(array.shape),
        )
        if binary:
            blobs.append(to_binary(array))
            output.parameters = {"binary_data_size": len(blobs[-1])}
        else:
            try:
                output.data = to_json(array)
            except ValueError as error:
                raise MalformedRequest(f"output {name!r} {error}") from error
        outputs.append(output)
    head = InferResponse(
        model_name=model.card.name,
        model_version=model.card.version,
        id=asked.id,
        outputs=outputs,
    )
    text = head.model_dump_json(exclude_none=True).encode()
    return b"".join([text, *blobs]), len(text) if blobs else None
