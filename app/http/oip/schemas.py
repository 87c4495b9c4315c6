"""The JSON objects of the protocol; members that it knows and this server does not are ignored."""

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema
from pydantic_core import from_json

from app.errors import MalformedRequest
from app.http.oip.statistics import ModelStatistics

M = TypeVar("M", bound=BaseModel)

# Some languages write what is empty as null.
Parameters = Annotated[
    dict[str, Any],
    BeforeValidator(lambda given: {} if given is None else given),
    WithJsonSchema({"type": ["object", "null"], "additionalProperties": True}),
]
Elements = Annotated[Any, WithJsonSchema({"type": "array", "items": {}})]
"""Is looked at where the datatype is known, and not copied here."""

LARGEST_RANK = 32
"""Sides of a tensor: as many as every version of numpy allows."""


class Failure(BaseModel):
    """Every answer below `/v2` whose status is not 200."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    error: str
    """What happened, in a sentence for people."""


class RequestInput(BaseModel):
    """One input: elements as JSON, or a size of bytes behind the JSON."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    name: str
    """As the model calls it."""
    shape: Annotated[list[Annotated[int, Field(strict=True)]], Field(max_length=LARGEST_RANK)]
    """Its sides."""
    datatype: str
    """Type of its elements, such as `UINT8` or `FP32`."""
    parameters: Parameters = {}
    """`binary_data_size`: bytes of this input, which follow the JSON in the order of the inputs."""
    data: Elements | None = None
    """Elements in row-major order, flat or nested."""


class RequestOutput(BaseModel):
    """One output that the client wants."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    name: str
    """As the model calls it."""
    parameters: Parameters = {}
    """`binary_data`: whether it is answered as bytes."""


class InferRequest(BaseModel):
    """What is asked of a model."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    id: str | None = None
    """Comes back with the answer."""
    parameters: Parameters = {}
    """`binary_data_output`: whether outputs are answered as bytes that do not say it themselves."""
    inputs: list[RequestInput]
    """Every input of the model."""
    outputs: list[RequestOutput] | None = None
    """Absent or empty: all."""


class ResponseOutput(BaseModel):
    """One output of the graph."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    name: str
    """As the model calls it."""
    datatype: str
    """Type of its elements."""
    shape: list[int]
    """Its sides."""
    parameters: dict[str, Any] | None = None
    """`binary_data_size`: bytes of it behind the JSON."""
    data: Elements | None = None
    """Elements in row-major order; absent where they follow as bytes."""


class InferResponse(BaseModel):
    """What a model answered."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    model_name: str
    """The model that answered."""
    model_version: str
    """Its version."""
    id: str | None = None
    """That of the request."""
    outputs: list[ResponseOutput]
    """Those asked for, in that order, or all."""


class ServerMetadata(BaseModel):
    """Who answers here."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    name: str
    """`densight`."""
    version: str
    """Of the server."""
    extensions: list[str]
    """Parts of the protocol beyond its core that are known here."""


class TensorMetadata(BaseModel):
    """One input or output; a side that is free is -1."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    name: str
    """In the graph."""
    datatype: str
    """Type of its elements."""
    shape: list[int]
    """Its sides."""


class ModelMetadata(BaseModel):
    """What a model takes and gives."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    name: str
    """On its card."""
    versions: list[str]
    """Those that are served."""
    platform: str
    """What runs it."""
    inputs: list[TensorMetadata]
    """What it takes."""
    outputs: list[TensorMetadata]
    """What it gives."""


class TensorConfig(BaseModel):
    """One input or output in the words of Triton's `model_config.proto`."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    name: str
    """In the graph."""
    data_type: str
    """Type of its elements, such as `TYPE_UINT8`."""
    dims: list[int]
    """Its sides."""


class InstanceGroup(BaseModel):
    """Where the model is in memory, and how many times."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    kind: Literal["KIND_CPU", "KIND_GPU"]
    """Where."""
    count: int
    """How many times."""


class ModelConfig(BaseModel):
    """The part of Triton's model configuration that is known here."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    name: str
    """On its card."""
    platform: str
    """What runs it."""
    backend: str
    """The same in Triton's newer word."""
    max_batch_size: int
    """0: shapes are those of the graph, with the batch where it has one."""
    input: list[TensorConfig]
    """What it takes."""
    output: list[TensorConfig]
    """What it gives."""
    instance_group: list[InstanceGroup]
    """Where it runs."""


class Live(BaseModel):
    """The process answers."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    live: bool
    """Always true."""


class Ready(BaseModel):
    """Requests are answered."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    ready: bool
    """Always true: what is not ready is answered 503."""


class ModelReady(Ready):
    """A model's requests are answered."""

    name: str
    """Of the model."""


class StatisticsList(BaseModel):
    """What inference cost."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    model_stats: list[ModelStatistics]
    """One for each model."""


class IndexRequest(BaseModel):
    """Which models are listed."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    ready: Annotated[bool, Field(strict=True)] = False
    """List only models that are served."""


class IndexEntry(BaseModel):
    """A model of the folder, or a file that is not served."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    name: str
    """On its card, or of the file."""
    version: str
    """On its card; empty where that can not be read."""
    state: Literal["READY", "UNAVAILABLE"]
    """Whether it is served."""
    reason: str
    """Why it, or a newer content of its file, is not."""


class LoadRequest(BaseModel):
    """How a model is loaded: as its file says, whatever the parameters are."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    parameters: Parameters = {}
    """Ignored, but for those that would change the model, which are refused."""


class Loaded(BaseModel):
    """A model was opened."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    name: str
    """Of the model."""
    load: bool
    """Always true."""


class Unloaded(BaseModel):
    """A model is served no longer."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    name: str
    """Of the model."""
    unload: bool
    """Always true."""


def parse(kind: type[M], body: bytes | memoryview) -> M:
    """Read a JSON object.

    Raises:
        MalformedRequest: no JSON as RFC 8259 has it (NaN is none), or not the object wanted.
    """
    try:
        return kind.model_validate(from_json(bytes(body), allow_inf_nan=False))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise MalformedRequest(f"{place or 'the body'}: {first['msg']}") from error
    except ValueError as error:
        raise MalformedRequest(f"the body is no JSON: {error}") from error
