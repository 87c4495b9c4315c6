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

    error: str


class RequestInput(BaseModel):
    """One input: elements as JSON, or a size of bytes behind the JSON."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    name: str
    shape: Annotated[list[Annotated[int, Field(strict=True)]], Field(max_length=LARGEST_RANK)]
    datatype: str
    parameters: Parameters = {}
    """`binary_data_size`: bytes of this input, which follow the JSON in the order of the inputs."""
    data: Elements | None = None
    """Elements in row-major order, flat or nested."""


class RequestOutput(BaseModel):
    """One output that the client wants."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    name: str
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
    outputs: list[RequestOutput] | None = None
    """Absent or empty: all."""


class ResponseOutput(BaseModel):
    """One output of the graph."""

    name: str
    datatype: str
    shape: list[int]
    parameters: dict[str, Any] | None = None
    data: Elements | None = None


class InferResponse(BaseModel):
    """What a model answered."""

    model_name: str
    model_version: str
    id: str | None = None
    outputs: list[ResponseOutput]


class ServerMetadata(BaseModel):
    """Who answers here."""

    name: str
    version: str
    extensions: list[str]


class TensorMetadata(BaseModel):
    """One input or output; a side that is free is -1."""

    name: str
    datatype: str
    shape: list[int]


class ModelMetadata(BaseModel):
    """What a model takes and gives."""

    name: str
    versions: list[str]
    platform: str
    inputs: list[TensorMetadata]
    outputs: list[TensorMetadata]


class TensorConfig(BaseModel):
    """One input or output in the words of Triton's `model_config.proto`."""

    name: str
    data_type: str
    dims: list[int]


class InstanceGroup(BaseModel):
    """Where the model is in memory, and how many times."""

    kind: Literal["KIND_CPU", "KIND_GPU"]
    count: int


class ModelConfig(BaseModel):
    """The part of Triton's model configuration that is known here."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    name: str
    platform: str
    backend: str
    max_batch_size: int
    """0: shapes are those of the graph, with the batch where it has one."""
    input: list[TensorConfig]
    output: list[TensorConfig]
    instance_group: list[InstanceGroup]


class Live(BaseModel):
    """The process answers."""

    live: bool


class Ready(BaseModel):
    """Requests are answered."""

    ready: bool


class ModelReady(Ready):
    """A model's requests are answered."""

    name: str


class StatisticsList(BaseModel):
    """What inference cost."""

    model_stats: list[ModelStatistics]


class IndexRequest(BaseModel):
    """Which models are listed."""

    ready: Annotated[bool, Field(strict=True)] = False


class IndexEntry(BaseModel):
    """A model of the folder, or a file that is not served."""

    name: str
    version: str
    state: Literal["READY", "UNAVAILABLE"]
    reason: str


class LoadRequest(BaseModel):
    """How a model is loaded: as its file says, whatever the parameters are."""

    parameters: Parameters = {}


class Loaded(BaseModel):
    """A model was opened."""

    name: str
    load: bool


class Unloaded(BaseModel):
    """A model is served no longer."""

    name: str
    unload: bool


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
