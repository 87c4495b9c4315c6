"""A job: one question about one picture, and how far its answer is."""

import secrets
from dataclasses import dataclass
from typing import Literal

State = Literal["queued", "running", "done", "failed", "cancelled"]

FINISHED: tuple[State, ...] = ("done", "failed", "cancelled")
"""States that no job leaves."""

Delivery = Literal["waiting", "delivered", "failed"]
"""What became of the message that a job has finished."""


@dataclass(frozen=True)
class Job:
    """What is kept of a job beside its files; times are seconds since 1970.

    Attributes:
        id: 32 hexadecimal digits that nobody can guess.
        owner: hash of the key that asked for it; empty where no keys are wanted.
        task: name of the task.
        model: `name@version` of the model that shall answer.
        options: the task's options, as JSON.
        accept: media types that the client accepts, as an `Accept` header has them.
        fingerprint: hash of all that was asked, the picture included.
        key: the client's own name for it, see `Store.add`.
        created: when it was accepted.
        state: how far it is.
        attempts: how many times it was begun and not put back.
        started: when it was begun last.
        finished: when it came into a state that it does not leave.
        steps_done: tiles, or other steps, that were done when it finished.
        steps: of how many.
        media_type: of the result.
        tiles: `exact` or `approximate` where the picture was cut.
        timing: milliseconds of each stage, as `Server-Timing` has them.
        problem: why it failed, a problem document as JSON.
        webhook: URL that is told when it has finished.
        delivery: whether that could be told.
        tries: how many times it was tried.
        next_try: when it is tried again.
        refusal: what went wrong at the last try.
    """

    id: str
    owner: str
    task: str
    model: str
    options: str
    accept: str
    fingerprint: str
    created: float
    key: str | None = None
    state: State = "queued"
    attempts: int = 0
    started: float | None = None
    finished: float | None = None
    steps_done: int | None = None
    steps: int | None = None
    media_type: str | None = None
    tiles: str | None = None
    timing: str | None = None
    problem: str | None = None
    webhook: str | None = None
    delivery: Delivery | None = None
    tries: int = 0
    next_try: float | None = None
    refusal: str | None = None

    @property
    def has_finished(self) -> bool:
        """Nothing will change it any more but what becomes of its message."""
        return self.state in FINISHED


def new_id() -> str:
    """128 random bits, so that a job can not be found by trying."""
    return secrets.token_hex(16)
