"""Requests that are answered later: how a client says so (RFC 7240), and what it is told now."""

import hashlib
import json
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from app.errors import MalformedRequest, WebhookRefused
from app.http.headers import WORK, header, parameter
from app.http.job_description import PATH, JobDescription, described
from app.http.keys import owner_of
from app.http.service import service_of
from app.jobs.job import Job, new_id
from app.question import Question

RESPOND_ASYNC = "respond-async"

_KEY = re.compile(r'"[ !#-\[\]-~]{1,255}"|[!#-~]{1,255}')
"""A string of RFC 8941, as draft-ietf-httpapi-idempotency-key-header wants it, or it without the
quotation marks."""

PARAMETERS: list[dict[str, Any]] = [
    parameter(
        "Prefer",
        "`respond-async`: the answer is a job, and comes later.",
        RESPOND_ASYNC,
    ),
    parameter(
        "Idempotency-Key",
        "Of a job: the same request under the same key is the same job.",
        '"8e03978e-40d5-43e8-bc93-6894a57f9324"',
    ),
    parameter(
        "X-Webhook",
        "Of a job: URL that is told when it has finished, of a host that the server admits.",
        "https://example.org/densight",
    ),
]
"""The headers that a job is asked for with, in OpenAPI's words."""

ACCEPTED: dict[str, Any] = {
    "description": "Accepted as a job, since the request said `Prefer: respond-async`.",
    "model": JobDescription,
    "headers": {
        "Location": {
            "required": True,
            **header("Of the job.", f"{PATH}/9f1c0b5e2a7d4c3f8e6b1a0d9c8b7a65"),
        },
        "Preference-Applied": {
            "required": True,
            **header("What the request preferred.", RESPOND_ASYNC, const=RESPOND_ASYNC),
        },
        "X-Model": WORK["X-Model"],
    },
    "links": {
        operation: {
            "operationId": operation,
            "parameters": {"id": "$response.body#/id"},
            "description": text,
        }
        for operation, text in (
            ("get_job", "How far it is."),
            ("get_result", "Its answer."),
            ("follow_job", "How far it is, as it goes on."),
            ("end_job", "Its end."),
        )
    },
}
"""The answer in OpenAPI's words."""


@dataclass(frozen=True)
class Later:
    """How a job is wanted.

    Attributes:
        key: the client's own name for it.
        webhook: URL that is told when it has finished.
    """

    key: str | None
    webhook: str | None


def wanted(request: Request) -> Later | None:
    """How the answer is wanted later; `None`: it is wanted now.

    Raises:
        JobsUnavailable: jobs can not be kept here.
        WebhookRefused: nobody is told at that URL.
        MalformedRequest: the key is of another form, or somebody is to be told of an answer that
            is wanted now.
    """
    webhook, key = request.headers.get("x-webhook"), request.headers.get("idempotency-key")
    if not prefers_async(request.headers.getlist("prefer")):
        if webhook is not None:
            raise MalformedRequest("X-Webhook is for jobs: send Prefer: respond-async beside it")
        return None
    jobs = service_of(request).jobs.require()
    if key is not None:
        if not _KEY.fullmatch(key):
            raise MalformedRequest("an Idempotency-Key has 1 to 255 printable characters")
        key = key.strip('"')
    if webhook is not None:
        if jobs.webhooks is None:
            raise WebhookRefused("no host may get messages; DENSIGHT_WEBHOOK_HOSTS names none")
        jobs.webhooks.admit(webhook)
    return Later(key, webhook)


def prefers_async(headers: Iterable[str]) -> bool:
    """Whether one of the preferences is `respond-async` (RFC 7240, section 4.1)."""
    preferences = ",".join(headers).split(",")
    return any(text.partition(";")[0].strip().lower() == RESPOND_ASYNC for text in preferences)


async def accept(request: Request, later: Later, question: Question, data: bytes) -> Response:
    """Make a job of a request, or find the one that it was made before.

    Raises:
        IdempotencyKeyReused: another request had the same key.
        QueueFull: too many jobs are queued.
        DiskFull: the picture has no room.
    """
    jobs = service_of(request).jobs.require()
    accepts = request.headers.get("accept", "")
    asked = (question.task.name, question.options.model_dump_json(), accepts)
    name, options, _ = asked
    job = Job(
        id=new_id(),
        owner=owner_of(request),
        task=name,
        model=question.model.card.reference,
        options=options,
        accept=accepts,
        fingerprint=_fingerprint(data, *asked, later.webhook),
        created=time.time(),
        key=later.key,
        webhook=later.webhook,
    )
    kept = await run_in_threadpool(jobs.submit, job, data)
    request.state.trace.model = kept.model
    return Response(
        described(jobs, kept).model_dump_json(exclude_none=True),
        202,
        {"Location": f"{PATH}/{kept.id}", "Preference-Applied": RESPOND_ASYNC},
        media_type="application/json",
    )


def _fingerprint(data: bytes, *asked: str | None) -> str:
    digest = hashlib.sha256(json.dumps(asked).encode())
    digest.update(data)
    return digest.hexdigest()
