"""Answers of a file that gives several, and what is computed for them."""

from pathlib import Path

import numpy as np
import pytest

from app.errors import InvalidModel
from app.runtime.contract import ASKED
from app.runtime.execution import ON_CPU
from app.runtime.model import Model
from app.runtime.session import is_fixed_but_batch, opened
from app.tasks import TASKS
from tests import tiny
from tests.conftest import noise

LIGHT = noise(5, 4)[None]
BLACK = np.zeros((1, 4, 5, 3), np.uint8)


def test_a_head_gives_its_outputs_alone(tmp_path: Path) -> None:
    model = Model.load(tiny.several(tmp_path))
    whole = model.run(image=LIGHT)
    for task, name in (("edges", "edges"), ("semantic-boundaries", "boundaries")):
        found = model.head(task).run(image=LIGHT)
        assert list(found) == [name]
        np.testing.assert_array_equal(found[name], whole[f"{task}/{name}"])
    with pytest.raises(KeyError):
        model.head("parts")


def test_a_head_has_computed_what_it_answers_and_no_more(tmp_path: Path) -> None:
    model = Model.load(tiny.gated(tmp_path))
    assert model.head("edges").run(image=LIGHT)["edges"].shape == (1, 4, 5)
    with pytest.raises(Exception, match="bounds"):
        model.head("saliency").run(image=LIGHT)
    assert model.head("saliency").run(image=BLACK)["saliency"].shape == (1, 4, 5)


def test_one_pass_computes_what_is_asked(tmp_path: Path) -> None:
    model = Model.load(tiny.gated(tmp_path))
    assert list(model.one_pass(["edges"])) == ["edges"]
    assert model.one_pass(["edges"])["edges"].run(image=LIGHT)["edges"].shape == (1, 4, 5)
    with pytest.raises(Exception, match="bounds"):
        model.one_pass(["edges", "saliency"])["edges"].run(image=LIGHT)


def test_without_a_word_all_is_answered(tmp_path: Path) -> None:
    model = Model.load(tiny.gated(tmp_path))
    assert list(model.inputs) == ["image"]
    with pytest.raises(Exception, match="bounds"):
        model.run(image=LIGHT)


def test_pictures_of_a_batch_may_be_asked_different_things(tmp_path: Path) -> None:
    model = Model.load(tiny.gated(tmp_path))
    black = np.concatenate([BLACK, BLACK])
    found = model.run(image=black, asked=np.array([[True, False], [False, True]]))
    assert found["edges/edges"].shape == found["saliency/saliency"].shape == (2, 4, 5)


def test_each_picture_brings_what_it_is_asked(tmp_path: Path) -> None:
    model = Model.load(tiny.gated(tmp_path))
    two = np.concatenate([LIGHT, LIGHT])
    assert model.head("edges").run(image=two)["edges"].shape == (2, 4, 5)


@pytest.mark.parametrize("tasks", [("edges",), ("edges", "saliency", "parts")])
def test_the_gates_must_be_those_of_the_tasks(tmp_path: Path, tasks: tuple[str, ...]) -> None:
    model = Model.load(tiny.gated(tmp_path, tasks=tasks))
    reason = rf"input '{ASKED}' is bool\[N,2\], must be bool\[N,{len(tasks)}\]"
    with pytest.raises(InvalidModel, match=reason):
        model.check(TASKS["scene"].contract)


def test_runs_of_a_graph_with_gates_differ(tmp_path: Path) -> None:
    assert not is_fixed_but_batch(opened(tiny.gated(tmp_path), ON_CPU))
