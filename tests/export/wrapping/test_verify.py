"""The gate: every way in which a wrapped file can differ from what it should answer."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from app.errors import InvalidModel
from app.runtime.model import Model
from export.errors import VerificationFailed
from export.wrapping.pictures import pictures
from export.wrapping.verify import BATCHES, Expected, verify
from tests import tiny

SIDES = (8, 8)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tiny.colors(tmp_path, evidence=False, tolerance=1e-4)


def own(path: Path, **changed: Any) -> Expected:
    """What the file itself answers, with changes."""
    model = Model.load(path)

    def expected(given: NDArray[Any]) -> dict[str, NDArray[Any]]:
        return {name: changed[name](out) for name, out in model.run(image=given).items()}

    return expected


def test_a_file_agrees_with_itself(path: Path) -> None:
    agreement = verify(path, own(path, scores=lambda scores: scores), SIDES)
    assert (agreement.output, agreement.error, agreement.relative) == ("scores", 0, 0)
    assert (agreement.agreement, agreement.pictures) == (1, sum(BATCHES))


def test_differences_and_shares_are_told(path: Path) -> None:
    agreement = verify(path, own(path, scores=lambda scores: scores - np.float32(5e-5)), SIDES)
    assert agreement.error == pytest.approx(5e-5, rel=0.01)
    assert agreement.error < agreement.relative < 1e-3  # the largest score is less than 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            lambda scores: scores + np.float32(2e-4),
            r"'scores' differs from the original by 0\.0002",
        ),
        (lambda scores: scores * np.nan, "'scores' differs from the original by inf"),
        (lambda scores: scores[:, :2], "'scores' differs from the original by inf"),
    ],
)
def test_other_scores_are_refused(change: Any, reason: str, path: Path) -> None:
    with pytest.raises(VerificationFailed, match=reason):
        verify(path, own(path, scores=change), SIDES)


def test_another_best_label_is_refused_however_near(tmp_path: Path) -> None:
    path = tiny.colors(tmp_path, evidence=False, tolerance=1.0)
    with pytest.raises(VerificationFailed, match=r"'scores': only .+% of the best labels are"):
        verify(path, own(path, scores=lambda scores: scores[:, ::-1]), SIDES)


def test_neighbours_must_not_matter(path: Path) -> None:
    """Scores of a batch that are divided by its largest: of each picture alone they are 1."""
    model = onnx.load(path)
    model.graph.node[-1].output[0] = "alone"
    model.graph.node.append(helper.make_node("ReduceMax", ["alone"], ["largest"], keepdims=0))
    model.graph.node.append(helper.make_node("Div", ["alone", "largest"], ["scores"]))
    onnx.save(model, path)
    with pytest.raises(VerificationFailed, match="'scores' of a picture depends on its neighbours"):
        verify(path, own(path, scores=lambda scores: scores), SIDES)


def test_a_file_that_fails_is_refused(path: Path) -> None:
    right = own(path, scores=lambda scores: scores)
    model = onnx.load(path)
    softmax = model.graph.node.pop()
    softmax.input[0] = "apart"
    model.graph.initializer.append(numpy_helper.from_array(np.array([1]), "second"))
    model.graph.node.extend(
        [
            helper.make_node("Gather", ["logits", "second"], ["other"]),
            helper.make_node("Sub", ["logits", "other"], ["apart"]),
            softmax,
        ]
    )
    onnx.save(model, path)
    with pytest.raises(VerificationFailed, match=r"it fails on a batch of \(1, 8, 8, 3\)"):
        verify(path, right, SIDES)


def test_a_broken_contract_is_refused(path: Path) -> None:
    model = onnx.load(path)
    model.graph.output[0].name = model.graph.node[-1].output[0] = "results"
    onnx.save(model, path)
    with pytest.raises(InvalidModel, match="output 'scores'"):
        verify(path, lambda given: {}, SIDES)


def test_pictures_are_fixed_and_all_different() -> None:
    made = pictures(8, 40, 24, unit=False)
    assert made.shape == (8, 40, 24, 3)
    np.testing.assert_array_equal(made, pictures(8, 40, 24, unit=False))
    assert len({picture.tobytes() for picture in made}) == 8
    # Every other one is squares of 16 pixels.
    assert (made[1, :16, :16] == made[1, 0, 0]).all()
    assert not (made[0, :16, :16] == made[0, 0, 0]).all()
    unit = pictures(2, 5, 5, unit=True)
    assert unit.dtype == np.float32
    assert 0 <= unit.min() < unit.max() <= 1
