"""The thread that removes old jobs and tells those who asked to be told."""

import json
import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import httpx

from app.errors import WebhookRefused
from app.jobs.job import Job
from app.jobs.store import Store
from app.jobs.watchers import Watchers
from app.jobs.webhook import BACKOFF, Webhooks

log = logging.getLogger(__name__)

EVERY = 60.0
"""Seconds between two looks at what is old; messages are sent when they are due."""

GONE = 410
"""The status by which a receiver asks to be told no more."""


class Caretaker:
    """Does what nobody waits for, one thing after the other.

    Args:
        store: where the jobs are.
        watchers: told what becomes of messages.
        webhooks: what sends them; `None` where no host may get any.
        expire: removes what is old.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        store: Store,
        watchers: Watchers,
        webhooks: Webhooks | None,
        *,
        expire: Callable[[], None],
        clock: Callable[[], float],
    ) -> None:
        self._store, self._watchers, self._webhooks = store, watchers, webhooks
        self._expire, self._clock = expire, clock
        self._woken, self._stopping = threading.Event(), False
        self._thread = threading.Thread(target=self._serve, name="jobs-caretaker")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """There may be something to do."""
        self._woken.set()

    def stop(self) -> None:
        """End after the message that is being sent; further ones go after a restart."""
        self._stopping = True
        self._woken.set()

    def close(self) -> None:
        """Wait until it has ended."""
        if self._thread.ident is not None:
            self._thread.join()

    def _serve(self) -> None:
        while not self._stopping:
            self._woken.clear()
            try:
                self._expire()
                self.deliver()
                patience = self._patience()
            except Exception:  # the store can not be read or written
                log.exception("old jobs or messages could not be seen to")
                patience = EVERY
            self._woken.wait(patience)

    def _patience(self) -> float:
        waiting = self._store.deliveries()[:1]
        due = [(job.next_try or 0) - self._clock() for job in waiting]
        return max(0.0, min([EVERY, *due]))

    def deliver(self) -> None:
        """Send every message that is due."""
        for job in self._store.deliveries():
            now = self._clock()
            if self._stopping or (job.next_try or 0) > now:
                return
            self._try(job, now)

    def _try(self, job: Job, now: float) -> None:
        again, refusal = True, None
        try:
            assert job.webhook is not None
            if self._webhooks is None:
                raise WebhookRefused("no host may get messages any more")
            status = self._webhooks.send(job.webhook, job.id, now, message_of(job))
            if not 200 <= status < 300:
                again, refusal = status != GONE, f"it answered {status}"
        except WebhookRefused as error:
            again, refusal = False, str(error)
        except httpx.HTTPError as error:
            refusal = type(error).__name__  # its text may quote what the receiver said
        tries = job.tries + 1
        columns: dict[str, object] = {"tries": tries, "refusal": refusal, "next_try": None}
        if refusal is None:
            columns["delivery"] = "delivered"
        elif again and tries <= len(BACKOFF):
            columns["next_try"] = self._clock() + BACKOFF[tries - 1]
        else:
            columns["delivery"] = "failed"
            log.warning("nobody could be told that job %s has finished: %s", job.id, refusal)
        self._store.update(job.id, **columns)
        self._watchers.tell(job.id)


def message_of(job: Job) -> bytes:
    """What is told of a job: how it ended, and nothing of its picture or answer."""
    assert job.finished is not None
    body = {
        "type": f"job.{job.state}",
        "timestamp": datetime.fromtimestamp(job.finished, UTC).isoformat(),
        "data": {"id": job.id, "state": job.state, "task": job.task, "model": job.model},
    }
    return json.dumps(body).encode()
