"""The routes of the protocol: of the server, of its repository and of each model."""

from enum import Enum

from fastapi import APIRouter, Depends, Request

from app import __version__
from app.errors import NotReady, Unauthorized
from app.http.oip import health, infer, models, repository
from app.http.oip.failures import documented
from app.http.oip.schemas import ServerMetadata, StatisticsList
from app.http.oip.served import exact, latest
from app.http.problems import OIP
from app.http.service import service_of

_TAGS: list[str | Enum] = ["Open Inference Protocol"]

open_to_all = APIRouter(tags=_TAGS)
open_to_all.include_router(health.router, prefix=OIP)

keyed = APIRouter(tags=_TAGS)

EXTENSIONS = ("binary_tensor_data", "model_configuration", "model_repository", "statistics")
"""As Triton's documents of the protocol name them."""


@keyed.get(OIP, responses=documented(Unauthorized))
async def server() -> ServerMetadata:
    """Say who answers here.

    Name and version of the server, and which extensions of the protocol it knows.
    """
    return ServerMetadata(name="densight", version=__version__, extensions=list(EXTENSIONS))


# Before `/models/{name}`: here no model is called `stats`; as a version it can be asked.
@keyed.get(f"{OIP}/models/stats", responses=documented(Unauthorized, NotReady))
async def all_stats(request: Request) -> StatisticsList:
    """Count what every model was asked.

    How often it was asked below `/v2` since it was loaded, and where the time went.
    """
    service = service_of(request)
    of = service.statistics.of
    return StatisticsList(model_stats=[of(model) for model in service.registry.models()])


keyed.include_router(repository.router, prefix=OIP)
for _path, _named in (("{name}", latest), ("{name}/versions/{version}", exact)):
    for _part in (models, infer):
        keyed.include_router(
            _part.router, prefix=f"{OIP}/models/{_path}", dependencies=[Depends(_named)]
        )
