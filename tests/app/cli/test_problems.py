"""Failures of all kinds: their one line, their document, and what the command ends with."""

import pytest

from app.cli.problems import exit_of, kind_of, problem_of, reason_of
from app.client.errors import DeadlinePassed, QueueFull, UnexpectedAnswer, Unreachable
from app.errors import PictureTooLarge

FULL = QueueFull(
    503, "urn:densight:problem:queue-full", "Queue full", "64 wait", {"retry_after": 1}
)


@pytest.mark.parametrize(
    ("error", "kind", "reason", "code"),
    [
        (PictureTooLarge("9 pixels, 4 are allowed", limit=4), "picture-too-large", "9 pixels", 1),
        (FULL, "queue-full", "64 wait", 1),
        (Unreachable("refused"), "unreachable", "refused", 3),
        (UnexpectedAnswer("no JSON"), "unexpected-answer", "no JSON", 3),
        (DeadlinePassed("no answer within 1 s"), "deadline-passed", "no answer", 1),
        (FileNotFoundError(2, "No such file or directory", "a.png"), "file-error", "No such", 1),
        (MemoryError(), "out-of-memory", "MemoryError", 1),
    ],
)
def test_of_every_kind(error: Exception, kind: str, reason: str, code: int) -> None:
    assert kind_of(error) == kind
    assert reason_of(error).startswith(reason)
    assert exit_of(error) == code
    document = problem_of(error)
    assert document["type"] == f"urn:densight:problem:{kind}"
    assert document["detail"] == reason_of(error)


def test_what_helps_to_mend_it_is_in_the_document() -> None:
    assert problem_of(FULL) == {
        "type": "urn:densight:problem:queue-full",
        "title": "Queue full",
        "status": 503,
        "detail": "64 wait",
        "retry_after": 1,
    }
    found = problem_of(PictureTooLarge("too large", limit=4))
    assert (found["status"], found["limit"]) == (413, 4)


def test_a_fault_of_the_program_has_no_kind() -> None:
    with pytest.raises(ZeroDivisionError):
        kind_of(ZeroDivisionError())
