"""Is the process alive, may it be sent work, and how is it doing."""

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, ConfigDict

from app.errors import NotReady
from app.http.problems import documented
from app.http.service import service_of

router = APIRouter(tags=["health"])


class Status(BaseModel):
    """The process answers."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    status: str
    """A word for people."""


class Readiness(Status):
    """Requests are answered."""

    models: int
    """How many models answer."""


@router.get("/livez")
async def livez() -> Status:
    """Say that the process is alive.

    Answers while the event loop turns, also before models are loaded. Restart the service where it
    does not answer.
    """
    return Status(status="alive")


@router.get("/readyz", responses=documented(NotReady))
async def readyz(request: Request) -> Readiness:
    """Say whether requests may be sent.

    Answers 200 once the models are loaded and warm, 503 before and when there are none.
    """
    registry = service_of(request).registry
    models = registry.models()
    if not models:
        raise NotReady(f"no model in {registry.folder.name}/ could be loaded", retry_after=10)
    return Readiness(status="ready", models=len(models))


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {
            "description": "Every series, in the text format.",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        }
    },
)
async def metrics(request: Request) -> Response:
    """Tell Prometheus how the service is doing.

    Counters, histograms and gauges of requests, stages, queues, batches, models, jobs and the
    process, in the
    [text format](https://prometheus.io/docs/instrumenting/exposition_formats/).
    """
    return Response(
        generate_latest(service_of(request).metrics.registry), media_type=CONTENT_TYPE_LATEST
    )
