"""Is the process alive, may it be sent work, and how is it doing."""

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.errors import NotReady
from app.http.problems import documented
from app.http.service import service_of

router = APIRouter(tags=["health"])


@router.get("/livez")
async def livez() -> dict[str, str]:
    """Answers while the event loop turns."""
    return {"status": "alive"}


@router.get("/readyz", responses=documented({503: "Not ready"}))
async def readyz(request: Request) -> dict[str, str | int]:
    """Answers 200 once the models are loaded and warm, 503 before and when there are none."""
    registry = service_of(request).registry
    models = registry.models()
    if not models:
        raise NotReady(f"no model in {registry.folder.name}/ could be loaded", retry_after=10)
    return {"status": "ready", "models": len(models)}


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def metrics(request: Request) -> Response:
    """Counters, histograms and gauges in Prometheus' text format."""
    return Response(
        generate_latest(service_of(request).metrics.registry), media_type=CONTENT_TYPE_LATEST
    )
