"""The protocol's health: like `/livez` and `/readyz`, it asks for no key."""

from fastapi import APIRouter, Request

from app.http.health import readyz
from app.http.oip.failures import documented
from app.http.oip.schemas import Live, Ready

router = APIRouter(prefix="/health")


@router.get("/live")
async def live() -> Live:
    """Answers while the event loop turns."""
    return Live(live=True)


@router.get("/ready", responses=documented(503))
async def ready(request: Request) -> Ready:
    """Answers 200 once the models are loaded and warm, 503 before and when there are none."""
    await readyz(request)
    return Ready(ready=True)
