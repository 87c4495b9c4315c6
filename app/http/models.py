"""The models: what is really in use, and why a file that failed to load is not."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict

from app.card import ModelCard
from app.errors import ModelNotFound
from app.http.problems import documented
from app.http.service import service_of
from app.runtime.contract import Tensor
from app.runtime.model_file import ModelFile, State
from app.runtime.registry import Registry

router = APIRouter(tags=["models"])

UNAUTHORIZED = "No key, or a wrong one"
LOADING = "Models are still being loaded"


class TensorDescription(BaseModel):
    """One input or output; a dimension that is free has a name instead of a number."""

    name: str
    dtype: str
    shape: list[int | str]


class ModelDescription(BaseModel):
    """One file of the models folder; what is unknown of a file that failed is absent."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    name: str
    version: str | None = None
    task: str | None = None
    default: bool = False
    """Whether it answers its task's requests that name no model."""
    state: State
    reason: str | None = None
    """Why the file is not served; of a ready model, why a newer content of its file is not."""
    device: str | None = None
    """Where it really runs."""
    providers: list[str] | None = None
    inputs: list[TensorDescription] | None = None
    outputs: list[TensorDescription] | None = None
    card: ModelCard | None = None


class ModelList(BaseModel):
    """Every model and every file that failed."""

    models: list[ModelDescription]


@router.get(
    "/models",
    response_model_exclude_none=True,
    responses=documented({401: UNAUTHORIZED, 503: LOADING}),
)
async def models(request: Request) -> ModelList:
    """List the models."""
    return described(service_of(request).registry)


@router.get(
    "/models/{name}",
    response_model_exclude_none=True,
    responses=documented({401: UNAUTHORIZED, 404: "No such model", 503: LOADING}),
)
async def model(request: Request, name: str) -> ModelDescription:
    """Describe one model, by `name` or `name@version`."""
    registry = service_of(request).registry
    try:
        return _describe(registry, registry.find_file(name))
    except ModelNotFound:
        for file in registry.files():
            if file.name == name:
                return _describe(registry, file)
        raise


def described(registry: Registry) -> ModelList:
    """Every file of a registry as the API describes it.

    Raises:
        NotReady: models are still being loaded.
    """
    return ModelList(models=[_describe(registry, file) for file in registry.files()])


def _describe(registry: Registry, file: ModelFile) -> ModelDescription:
    model = file.model
    if model is None:
        return ModelDescription(name=file.name, state=file.state, reason=file.reason)
    card = model.card
    return ModelDescription(
        name=card.name,
        version=card.version,
        task=card.task or None,
        default=bool(card.task) and model is registry.default(card.task),
        state=file.state,
        reason=file.reason,
        device=model.device,
        providers=list(model.providers),
        inputs=_tensors(model.inputs),
        outputs=_tensors(model.outputs),
        card=card,
    )


def _tensors(tensors: Mapping[str, Tensor]) -> list[TensorDescription]:
    return [
        TensorDescription(name=name, dtype=tensor.dtype, shape=list(tensor.shape))
        for name, tensor in tensors.items()
    ]
