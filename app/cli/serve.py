"""The commands around the server itself: it is started, its settings are told, a key is made."""

import logging
import secrets
import signal
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from app import __version__, logs
from app.settings import Settings, hashed
from app.terminal import FAILED, complain, one_line_errors, settings_of, stderr, stdout

log = logging.getLogger(__name__)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
) -> None:
    """Start the service; the settings come from the environment (see `densight settings`)."""
    import uvicorn  # the web framework is no business of the other commands

    from app.http.connection import Connection
    from app.http.listening import listen
    from app.http.server import Server
    from app.main import create_app

    settings = settings_of(host=host, port=port)
    logs.configure(settings.log_level, settings.log_format)
    with one_line_errors():
        app = create_app(settings)
        app.state.service.jobs.open()
    config = uvicorn.Config(
        app,
        settings.host,
        settings.port,
        log_config=None,
        log_level="warning",  # it would tell again what is told here
        access_log=False,
        server_header=False,
        http=Connection,
        timeout_graceful_shutdown=settings.grace,
    )
    try:
        socket = listen(settings.host, settings.port, reuse_port=settings.reuse_port)
    except (OSError, ValueError) as error:
        complain(f"can not listen on {settings.host}:{settings.port}: {error}")
        raise typer.Exit(FAILED) from error
    address = f"http://{settings.host}:{socket.getsockname()[1]}"
    device = app.state.service.registry.execution.device
    tell: Callable[[str], None] = log.info if settings.log_format == "json" else stderr.print
    tell(f"Densight {__version__} on {device}: {address}/docs")
    # uvicorn finishes what it has accepted, then raises the signal anew: then all is well.
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: sys.exit(0))
    Server(config).run(sockets=[socket])


def settings() -> None:
    """Print every setting of the server with its value and what it means."""
    values = settings_of()
    for name, field in Settings.model_fields.items():
        stdout.print(f"DENSIGHT_{name.upper()}={getattr(values, name)}")
        stdout.print(f"  {field.description}")


def openapi() -> None:
    """Print the API's description, OpenAPI 3.1."""
    from app.http.openapi import text_of
    from app.main import create_app

    sys.stdout.write(text_of(create_app(settings_of())))


def key() -> None:
    """Make an API key: one line for who asks, one for the settings, which hold its hash only."""
    made = secrets.token_urlsafe(32)
    stdout.print(f"key: {made}")
    stdout.print(f"DENSIGHT_API_KEYS='[\"{hashed(made)}\"]'")
