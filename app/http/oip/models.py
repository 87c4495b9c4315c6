"""What a model is, whether it is ready, and what it did."""

from collections.abc import Mapping

from fastapi import APIRouter, Request

from app.errors import InvalidModel, ModelNotFound, NotReady, Unauthorized
from app.http.oip.datatypes import config_type_of, datatype_of
from app.http.oip.failures import documented
from app.http.oip.schemas import (
    InstanceGroup,
    ModelConfig,
    ModelMetadata,
    ModelReady,
    StatisticsList,
    TensorConfig,
    TensorMetadata,
)
from app.http.oip.served import Served
from app.http.service import service_of
from app.runtime.contract import Shape, Tensor

router = APIRouter(responses=documented(Unauthorized, ModelNotFound, InvalidModel, NotReady))

PLATFORM = "onnxruntime_onnx"
"""What Triton, too, calls an ONNX file that onnxruntime runs."""


@router.get("")
async def metadata(request: Request, model: Served) -> ModelMetadata:
    """Say what a model takes and gives.

    Names, datatypes and shapes of its inputs and outputs, and which versions are served. A side
    that is free is -1.
    """
    name = model.card.name
    served = service_of(request).registry.models()
    return ModelMetadata(
        name=name,
        versions=[other.card.version for other in served if other.card.name == name],
        platform=PLATFORM,
        inputs=_metadata(model.inputs),
        outputs=_metadata(model.outputs),
    )


@router.get("/ready")
async def ready(model: Served) -> ModelReady:
    """Say whether a model is served.

    Answers 200 if it is, 503 if its file is not or not yet, else 404.
    """
    return ModelReady(name=model.card.name, ready=True)


@router.get("/config")
async def config(model: Served) -> ModelConfig:
    """Describe a model as Triton does.

    The part of its
    [model configuration](https://github.com/triton-inference-server/common/blob/main/protobuf/model_config.proto)
    that is known here.
    """
    return ModelConfig(
        name=model.card.name,
        platform=PLATFORM,
        backend="onnxruntime",
        max_batch_size=0,
        input=_config(model.inputs),
        output=_config(model.outputs),
        instance_group=[
            InstanceGroup(kind="KIND_CPU" if model.device == "cpu" else "KIND_GPU", count=1)
        ],
    )


@router.get("/stats")
async def stats(request: Request, model: Served) -> StatisticsList:
    """Count what a model was asked.

    How often it was asked below `/v2` since it was loaded, and where the time went, in nanoseconds.
    """
    return StatisticsList(model_stats=[service_of(request).statistics.of(model)])


def _metadata(tensors: Mapping[str, Tensor]) -> list[TensorMetadata]:
    return [
        TensorMetadata(name=name, datatype=datatype_of(tensor.dtype), shape=_sides(tensor.shape))
        for name, tensor in tensors.items()
    ]


def _config(tensors: Mapping[str, Tensor]) -> list[TensorConfig]:
    return [
        TensorConfig(name=name, data_type=config_type_of(tensor.dtype), dims=_sides(tensor.shape))
        for name, tensor in tensors.items()
    ]


def _sides(shape: Shape) -> list[int]:
    return [side if isinstance(side, int) else -1 for side in shape]
