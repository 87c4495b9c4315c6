"""The protocol's health: like `/livez` and `/readyz`, it asks for no key."""

from fastapi import APIRouter, Request

from app.errors import NotReady
from app.http.health import readyz
from app.http.oip.failures import documented
from app.http.oip.schemas import Live, Ready

router = APIRouter(prefix="/health")


@router.get("/live")
async def server_live() -> Live:
    """Say that the process is alive.

    Answers while the event loop turns, as `/livez` does.
    """
    return Live(live=True)


@router.get("/ready", responses=documented(NotReady))
async def server_ready(request: Request) -> Ready:
    """Say whether requests may be sent.

    Answers 200 once the models are loaded and warm, 503 before and when there are none.
    """
    await readyz(request)
    return Ready(ready=True)
