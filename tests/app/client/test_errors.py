"""Every problem that the service has is known to the client, and others are told by status."""

import ast
import inspect
import pickle

import pytest

from app.client import errors
from app.http import problems

KINDS = [
    *(problems.kind_of(known("")) for known in problems.STATUS),
    problems.INTERNAL,
    "bad-parameter",
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_type_of_the_service_is_known_or_told_by_its_status(kind: str) -> None:
    statuses = {problems.kind_of(known("")): status for known, status in problems.STATUS.items()}
    status = int(statuses.get(kind, 500 if kind == problems.INTERNAL else 422))
    document = {"type": errors.URN + kind, "title": "T", "status": status, "detail": "D", "more": 1}
    problem = errors.problem_of(document, status)
    assert errors.kind_of(type(problem)) in (kind, "request-problem", "server-problem")
    assert isinstance(problem, errors.RequestProblem) == (status < 500)
    assert (problem.title, problem.detail, problem.facts) == ("T", "D", {"more": 1})


def test_every_class_is_a_type_of_the_service() -> None:
    named = {known.rpartition(":")[2] for known in errors.KINDS}
    assert named - {"request-problem", "server-problem"} <= set(KINDS)
    assert named >= {"queue-full", "bad-parameter", "internal-error", "unknown-format"}


def test_every_class_stands_in_the_tree() -> None:
    tree = ast.parse(inspect.getsource(errors))
    drawn = ast.get_docstring(tree) or ""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            assert f" {node.name} " in f"{drawn} ".replace("\n", " "), node.name


def test_types_that_are_not_known_are_told_by_status() -> None:
    newer = {"type": "urn:densight:problem:of-tomorrow", "detail": "news"}
    assert type(errors.problem_of(newer, 418)) is errors.RequestProblem
    assert type(errors.problem_of(newer, 599)) is errors.ServerProblem
    assert errors.problem_of(newer, 418).type.endswith("of-tomorrow")


def test_problems_go_to_other_processes() -> None:
    problem = errors.problem_of({"type": errors.URN + "queue-full", "limit": 3}, 503, retry_after=2)
    back = pickle.loads(pickle.dumps(problem))
    assert type(back) is errors.QueueFull
    assert (back.status, back.facts, back.retry_after) == (503, {"limit": 3}, 2)
