"""What a variant has lost, and that too much is refused."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.runtime.model import Model
from export.errors import ExportError
from export.optimize.drop import (
    AGREEMENTS,
    Comparison,
    agreement,
    allowed_drop,
    closeness,
    largest_difference,
)
from tests import tiny
from tests.conftest import noise

PICTURES = [noise(16, 12, seed=seed) for seed in range(3)]


def test_what_may_be_lost_depends_on_the_metric() -> None:
    assert allowed_drop("cifar10-jpeg-validation/top1") == 0.01
    assert allowed_drop("sr-validation/psnr_y") == 0.3
    assert allowed_drop("osie-validation/nss") == 0.03


def test_too_much_is_refused_with_both_figures() -> None:
    Comparison("set/top1", 0.9, 0.89).guard(None)
    Comparison("set/top1", 0.9, 0.95).guard(0)
    Comparison("set/psnr_y", 30, 29.8).guard(None)
    with pytest.raises(
        ExportError, match=r"set/top1 falls from 0\.9000 to 0\.8899, by 0\.0101; .* 0\.01"
    ):
        Comparison("set/top1", 0.9, 0.8899).guard(None)
    with pytest.raises(ExportError, match=r"--max-drop allows 0\.1"):
        Comparison("set/psnr_y", 30, 29.8).guard(0.1)
    with pytest.raises(ExportError, match="to nan"):
        Comparison("set/top1", 0.9, math.nan).guard(1)


@pytest.mark.parametrize(
    ("make", "metric"),
    [
        (tiny.colors, "own/top1_agreement"),
        (tiny.strongest, "own/pixel_agreement"),
        (tiny.light, "own/cc_agreement"),
    ],
)
def test_a_model_agrees_with_itself_and_less_with_another(
    make: Callable[[Path], Path], metric: str, tmp_path: Path
) -> None:
    model = Model.load(make(tmp_path))
    same = agreement(model, model, PICTURES, "own", str)
    assert (same.metric, same.before) == (metric, 1.0)
    assert same.after == pytest.approx(1, abs=1e-4)
    assert same.metrics == {metric: same.after, "own/pictures": 3}


def test_the_share_of_pixels_that_differ(tmp_path: Path) -> None:
    sharp = Model.load(tiny.strongest(tmp_path))
    blurred = Model.load(tiny.strongest(tmp_path, blur=3))
    found = agreement(sharp, blurred, PICTURES, "own", str)
    inputs = [{"image": picture[np.newaxis]} for picture in PICTURES]
    runs = [(sharp.run(**one)["classes"], blurred.run(**one)["classes"]) for one in inputs]
    assert found.after == round(np.mean([np.mean(one == other) for one, other in runs]), 4)
    assert 0 < found.after < 1
    with pytest.raises(ExportError, match="falls from 1"):
        found.guard(None)
    worst = max(np.mean(one != other) for one, other in runs)
    assert worst <= largest_difference(sharp, blurred, inputs) < worst + 2e-4
    near = closeness(sharp, blurred, inputs, str)
    assert near.after == pytest.approx(1 - worst, abs=2e-4)


def test_of_several_answers_the_worst_one_counts(tmp_path: Path) -> None:
    model = Model.load(tiny.several(tmp_path))
    # It takes the mean of the colours for salient, not the strongest.
    other = Model.load(tiny.six(tmp_path))
    unit = PICTURES[0] / 255
    worst = (unit.max(2) - unit.mean(2)).max()
    found = largest_difference(model, other, [{"image": PICTURES[0][np.newaxis]}])
    assert worst <= found < worst + 2e-4


def test_values_that_are_no_numbers_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, other = (Model.load(tiny.light(tmp_path)) for _ in range(2))
    lost = {"saliency": np.full((1, 12, 16), np.nan, np.float32)}
    monkeypatch.setattr(other, "run", lambda **_: lost)
    with pytest.raises(ExportError, match="no numbers"):
        largest_difference(model, other, [{"image": PICTURES[0][np.newaxis]}])


def test_a_task_whose_answers_nobody_compares(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(AGREEMENTS, "saliency")
    model = Model.load(tiny.light(tmp_path))
    with pytest.raises(ExportError, match=r"two answers of saliency .* known for classification"):
        agreement(model, model, PICTURES, "own", str)
