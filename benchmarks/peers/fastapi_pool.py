"""Plain FastAPI: its own thread pool, as many threads as cores, one core for each run."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import anyio.to_thread
import uvicorn
from fastapi import Body, FastAPI

from app.runtime.cpu import cores
from benchmarks.peers.network import Network

network = Network(threads=1)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Threads beyond the cores would only wait for them."""
    anyio.to_thread.current_default_thread_limiter().total_tokens = cores()
    yield


app = FastAPI(lifespan=lifespan)


@app.get("/health")
async def health() -> str:
    """That it is up."""
    return "up"


@app.post("/predict")
def predict(image: Annotated[bytes, Body(media_type="image/jpeg")]) -> dict[str, Any]:
    """The picture's classes."""
    return network.answers([network.read(image)])[0]


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_level="error")
