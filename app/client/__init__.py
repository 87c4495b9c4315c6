"""Densight's client: `Client` and `AsyncClient`, which need httpx and pydantic and nothing else."""

from app.client.answer import Answer
from app.client.async_client import AsyncClient
from app.client.async_jobs import AsyncJob
from app.client.client import Client
from app.client.errors import (
    ClientError,
    DeadlinePassed,
    Problem,
    RequestProblem,
    ServerProblem,
    UnexpectedAnswer,
    Unreachable,
)
from app.client.jobs import Job

__all__ = [
    "Answer",
    "AsyncClient",
    "AsyncJob",
    "Client",
    "ClientError",
    "DeadlinePassed",
    "Job",
    "Problem",
    "RequestProblem",
    "ServerProblem",
    "UnexpectedAnswer",
    "Unreachable",
]
