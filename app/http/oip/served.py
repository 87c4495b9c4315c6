"""The model that a path names: `/models/{name}` or `/models/{name}/versions/{version}`."""

from typing import Annotated

from fastapi import Depends, Path, Request

from app.errors import InvalidModel, ModelNotFound
from app.http.service import service_of
from app.runtime.model import Model

Name = Annotated[str, Path(description="Name of a model.", examples=["srdensenet-x4"])]
Version = Annotated[str, Path(description="One of its versions.", examples=["1"])]


async def latest(request: Request, name: Name) -> None:
    """The path names a model, and means its latest version."""
    request.state.reference = name


async def exact(request: Request, name: Name, version: Version) -> None:
    """The path names a version as well."""
    request.state.reference = f"{name}@{version}"


async def _served(request: Request) -> Model:
    """Find the model.

    Raises:
        NotReady: models are still being loaded.
        InvalidModel: there is a file of that name, but it is not served.
        ModelNotFound: there is none.
    """
    registry = service_of(request).registry
    try:
        model = registry.find(request.state.reference)
    except ModelNotFound:
        for file in registry.files():
            if file.model is None and file.name == request.path_params["name"]:
                reason = file.reason or "it is unloaded"
                raise InvalidModel(f"{file.name} is not served: {reason}") from None
        raise
    request.state.trace.model = model.card.reference
    return model


Served = Annotated[Model, Depends(_served)]
"""The model of a request, as a parameter of its route."""
