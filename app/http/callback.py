"""The message that a job has finished, which is posted to `X-Webhook`, in OpenAPI's words."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from app.http.headers import parameter

NAME = "finished"


class Finished(BaseModel):
    """Which job it is, and nothing of its picture or answer."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    id: str
    """Of the job."""
    state: Literal["done", "failed", "cancelled"]
    """How it ended."""
    task: str
    """What was asked."""
    model: str
    """The model that was asked, `name@version`."""


class Message(BaseModel):
    """A job has finished; of the form of Standard Webhooks."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    type: Literal["job.done", "job.failed", "job.cancelled"]
    """What happened."""
    timestamp: datetime
    """When the job finished."""
    data: Finished
    """The job."""


_ID = "9f1c0b5e2a7d4c3f8e6b1a0d9c8b7a65"

CALLBACK: dict[str, Any] = {
    "{$request.header.X-Webhook}": {
        "post": {
            "operationId": "job_finished",
            "summary": "A job has finished",
            "description": "Sent when a job is done, has failed or was cancelled, signed as "
            "[Standard Webhooks](https://www.standardwebhooks.com) says. It is tried six times "
            "within 73 minutes, then given up; the job's `webhook` tells what became of it.",
            "parameters": [
                parameter("webhook-id", "Of the message: that of the job, at each try.", _ID),
                parameter("webhook-timestamp", "Seconds since 1970 of this try.", "1795858265"),
                parameter(
                    "webhook-signature",
                    "`v1,` and base64 of the HMAC-SHA256 over id, timestamp and body.",
                    "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
                ),
            ],
            "requestBody": {
                "required": True,
                "description": "How the job ended.",
                "content": {
                    "application/json": {
                        "schema": {"$ref": f"#/components/schemas/{Message.__name__}"},
                        "example": {
                            "type": "job.done",
                            "timestamp": "2026-11-28T09:31:05.120000+00:00",
                            "data": {
                                "id": _ID,
                                "state": "done",
                                "task": "super-resolution",
                                "model": "srdensenet-x4@1",
                            },
                        },
                    }
                },
            },
            "responses": {
                "2XX": {"description": "The message was taken."},
                "410": {"description": "No further try is wanted."},
                "default": {"description": "It is tried again; redirects are not followed."},
            },
        }
    }
}
"""One for every task: it does not depend on what was asked."""
