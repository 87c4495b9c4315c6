"""uvicorn's server, which puts running jobs back as soon as it is told to end."""

import socket

import uvicorn


class Server(uvicorn.Server):
    """uvicorn waits for open connections before it tells the application that it ends.

    Those that watch a job would be open for as long as the job runs.
    """

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End: first jobs, then connections."""
        self.config.app.state.service.jobs.stop()  # type: ignore[union-attr]
        await super().shutdown(sockets)
