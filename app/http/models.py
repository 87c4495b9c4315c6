"""The models: what is really in use, and why a file that failed to load is not."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict

from app.card import ModelCard
from app.errors import ModelNotFound, NotReady, Unauthorized
from app.http.problems import documented
from app.http.service import service_of
from app.runtime.contract import Tensor
from app.runtime.model_file import ModelFile, State
from app.runtime.registry import Registry

router = APIRouter(tags=["models"])

Name = Annotated[
    str, Path(description="`name` or `name@version` of a model.", examples=["resnet20-cifar10"])
]


class TensorDescription(BaseModel):
    """One input or output; a dimension that is free has a name instead of a number."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    name: str
    """In the graph."""
    dtype: str
    """Type of its elements, as numpy calls it."""
    shape: list[int | str]
    """Its sides."""


class ModelDescription(BaseModel):
    """One file of the models folder; what is unknown of a file that failed is absent."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    name: str
    """On the card, or of the file where that can not be read."""
    version: str | None = None
    """On the card."""
    task: str | None = None
    """What it does; absent of a file without a card."""
    tasks: list[str] | None = None
    """Of a model that answers several questions in one pass, which."""
    default: bool = False
    """Whether it answers requests of its task, or of one of its tasks, that name no model."""
    default_of: list[str] | None = None
    """The tasks of which it does."""
    state: State
    """Whether it answers."""
    reason: str | None = None
    """Why the file is not served; of a ready model, why a newer content of its file is not."""
    device: str | None = None
    """Where it really runs."""
    providers: list[str] | None = None
    """Execution providers that the session really has, the preferred one first."""
    inputs: list[TensorDescription] | None = None
    """What the graph takes."""
    outputs: list[TensorDescription] | None = None
    """What the graph gives."""
    card: ModelCard | None = None
    """What the file says of itself."""


class ModelList(BaseModel):
    """Every model and every file that failed."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    models: list[ModelDescription]
    """By name."""


@router.get(
    "/models",
    response_model_exclude_none=True,
    responses=documented(Unauthorized, NotReady),
)
async def list_models(request: Request) -> ModelList:
    """List the models.

    Every file of the models folder: what it does, where it really runs, and its card with labels,
    licence and metrics; of a file that is not served the reason why.
    """
    return described(service_of(request).registry)


@router.get(
    "/models/{name}",
    response_model_exclude_none=True,
    responses=documented(Unauthorized, ModelNotFound, NotReady),
)
async def get_model(request: Request, name: Name) -> ModelDescription:
    """Describe one model.

    What is said of it in the [list](#/models/list_models), for its latest version if none is named.
    """
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
    default_of = registry.defaults_of(model)
    return ModelDescription(
        name=card.name,
        version=card.version,
        task=card.task or None,
        tasks=list(card.tasks) if card.tasks else None,
        default=bool(default_of),
        default_of=default_of,
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
