"""The application: models, threads and routes put together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import Depends, FastAPI
from fastapi_offline import FastAPIOffline

from app import __version__
from app.catalog import bounds_of, jobs_of, registry_of, schedulers_of
from app.http import background, cors, health, jobs, models, openapi, problems, tasks, web
from app.http.budget import Budget
from app.http.gauges import Gauges
from app.http.keys import authorize
from app.http.metrics import Metrics
from app.http.oip import router as oip
from app.http.otel import spans_wanted
from app.http.pages import Pages
from app.http.service import Service
from app.http.stopping import Stopping
from app.http.tracing import Tracing
from app.runtime.watcher import watch
from app.settings import Settings


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the ASGI application.

    Args:
        settings: read from the environment when absent.

    Raises:
        DeviceUnavailable: the settings insist on a device that does not work here.
        TracesUnavailable: the environment asks for traces that can not be sent.
    """
    settings = settings or Settings()
    registry = registry_of(settings)
    schedulers = schedulers_of(settings, registry.execution)
    spans = spans_wanted()

    async def keep_loaded(stopping: asyncio.Event) -> None:
        # Loading goes on beside the event loop: /livez answers from the first moment on.
        await asyncio.to_thread(registry.load)
        service.jobs.start(partial(background.work, service))
        if settings.watch:
            await watch(registry, stopping)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(service.jobs.open)
        stopping = asyncio.Event()
        serving = asyncio.create_task(keep_loaded(stopping))
        yield
        stopping.set()
        await asyncio.to_thread(service.jobs.stop)
        await serving
        await asyncio.to_thread(service.jobs.close)
        await asyncio.to_thread(schedulers.close)
        if spans:
            await asyncio.to_thread(spans.close)

    # Offline: the documentation pages load nothing from other hosts.
    app = FastAPIOffline(
        **openapi.ABOUT,
        version=__version__,
        generate_unique_id_function=openapi.operation_id,
        redoc_url=None,
        lifespan=lifespan,
        telemetry=spans.telemetry if spans else None,
    )
    metrics = Metrics()
    service = Service(
        settings,
        registry,
        schedulers,
        metrics,
        bounds_of(settings, registry.execution.device),
        bytes=Budget(settings.max_bytes_at_once, "bytes"),
        pixels=Budget(settings.max_pixels_at_once, "pixels"),
        jobs=jobs_of(settings, background.describe),
    )
    metrics.registry.register(Gauges(service))
    app.state.service = service
    app.add_middleware(Stopping)
    app.add_middleware(Pages)
    app.add_middleware(Tracing, metrics=metrics, spans=spans)
    cors.install(app, settings.cors_origins)
    problems.install(app)
    guards = [Depends(authorize)] if settings.api_keys else []
    tasks.install(app, guards)
    app.include_router(models.router, prefix="/v1", dependencies=guards)
    app.include_router(jobs.router, prefix="/v1", dependencies=guards)
    app.include_router(oip.keyed, dependencies=guards)
    app.include_router(oip.open_to_all)
    app.include_router(health.router)
    openapi.install(app)
    web.install(app)
    return app
