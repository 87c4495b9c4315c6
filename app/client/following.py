"""How a job is followed to its end: by its events, and by asking now and then where none come."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import httpx

from app.client.deadline import Deadline
from app.client.document import read_json
from app.client.documents import JobDescription, Progress
from app.client.errors import ClientError, Unreachable
from app.client.events import Event, Reader
from app.client.flow import Call, Flow, hear, listen, pause
from app.client.retries import BROKEN, Retries, backoff, failure_in, retry_after_of, unreachable

FINAL = ("done", "failed", "cancelled")

BEAT = 15.0
"""Seconds within which the server sends something, if only a comment."""

SILENCE = 3 * BEAT
"""Seconds without a byte after which a stream counts as broken."""

POLL = 1.0
"""Seconds between two questions, where the server tells nothing better."""

Told: TypeAlias = Callable[[Progress], object]
"""Is called with how far the job is."""


@dataclass
class Following:
    """One wait for the end of a job.

    Attributes:
        path: of the job.
        retries: how often in a row a stream is opened again in vain.
        deadline: of the wait.
        progress: is told how far the job is, once for each change.
    """

    path: str
    retries: Retries
    deadline: Deadline
    progress: Told | None
    _reader: Reader = field(default_factory=Reader)
    _told: Progress | None = None
    _vain: int = 0

    def to_the_end(self) -> Flow[JobDescription]:
        """Listen, again after each break of the connection, until the job has finished.

        A read that has begun can not be ended earlier, so what is left of a deadline at last is
        spent with asking now and then; so is all of it where a proxy lets no stream through.

        Raises:
            JobNotFound: it is gone.
            Unreachable: the server is, for too long.
            DeadlinePassed: the wait took too long; the job goes on.
        """
        while self.deadline.allows(BEAT):
            try:
                reply = yield from listen(self._call("/events"), self.deadline, SILENCE)
                if reply.status == 200 and _is_stream(reply.headers):
                    if job := (yield from self._read()):
                        return job
                    failure: ClientError = Unreachable("the events ended before the job did")
                elif reply.status == 503:
                    failure = failure_in(reply)
                else:
                    break
            except httpx.ReadTimeout as error:
                if not self._reader.last_id:
                    break
                failure = unreachable(error)
            except BROKEN as error:
                failure = unreachable(error)
            except httpx.RequestError as error:
                raise unreachable(error) from error
            yield from self._wait(failure)
        return (yield from self._poll())

    def _call(self, below: str = "") -> Call:
        last = {"Last-Event-ID": self._reader.last_id} if self._reader.last_id and below else {}
        return Call("GET", self.path + below, headers=last)

    def _read(self) -> Flow[JobDescription | None]:
        """Read events until the job has finished, or as long as they come and there is time."""
        self._reader.begin()
        while self.deadline.allows(BEAT) and (text := (yield from hear())) is not None:
            for event in self._reader.read(text):
                self._vain = 0
                if job := self._take(event):
                    return job
        return None

    def _take(self, event: Event) -> JobDescription | None:
        """Tell of an event, and give the job if it has finished."""
        if event.kind == "progress":
            self._tell(read_json(Progress, event.data))
        elif event.kind == "state":
            job = read_json(JobDescription, event.data)
            self._tell(job.progress)
            if job.state in FINAL:
                return job
        return None

    def _tell(self, progress: Progress | None) -> None:
        if progress is None or progress == self._told:
            return
        self._told = progress
        if self.progress:
            self.progress(progress)

    def _wait(self, failure: ClientError) -> Flow[None]:
        """Wait before the stream is opened again.

        Raises:
            ClientError: `failure`, if that was in vain often enough.
        """
        if not self.deadline.allows(BEAT):
            return
        if self._vain >= self.retries.times:
            raise failure
        retry = self._reader.retry
        seconds = backoff(self._vain) if self._vain or retry is None else retry / 1000
        self._vain += 1
        yield from pause(seconds)

    def _poll(self) -> Flow[JobDescription]:
        """Ask until the job has finished."""
        while True:
            reply = yield from self.retries.asking(self._call(), self.deadline)
            job = read_json(JobDescription, reply.content)
            self._tell(job.progress)
            if job.state in FINAL:
                return job
            wait = retry_after_of(reply.headers)
            yield from pause(self._until_next(POLL if wait is None else wait))
            self.deadline.check()

    def _until_next(self, seconds: float) -> float:
        left = self.deadline.left
        return seconds if left is None else max(0.0, min(seconds, left))


def _is_stream(headers: httpx.Headers) -> bool:
    media_type: str = headers.get("content-type", "")
    return media_type.startswith("text/event-stream")
