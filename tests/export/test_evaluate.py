"""Evaluation: PSNR beside a hand-computed one, and a card rewritten around an untouched graph."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from PIL import Image

from app.errors import ModelError
from app.runtime.model import Model
from export import evaluate as module
from export.errors import ExportError
from export.evaluate import evaluate_folder, evaluate_published, psnr_y, super_resolution, top1
from export.recipes import RECIPES
from export.training.datasets import CIFAR10_CLASSES, Split
from tests import tiny
from tests.conftest import noise

RED, GREEN, BLUE = (np.full((6, 7, 3), np.eye(3)[c] * 255, np.uint8) for c in range(3))


def silent(step: str) -> None:
    """Nobody listens."""


def test_psnr_of_luma_by_hand() -> None:
    black = np.zeros((10, 10, 3), np.uint8)
    # White is 219 steps of studio luma above black: 10 log10(255^2 / 219^2).
    white = np.full_like(black, 255)
    assert psnr_y(white, black, border=0) == pytest.approx(20 * np.log10(255 / 219))
    green = np.zeros_like(black)
    green[..., 1] = 10
    assert psnr_y(green, black, 0) == pytest.approx(20 * np.log10(255 / (128.553 * 10 / 255)))


def test_the_border_is_left_out() -> None:
    expected = noise(12, 12)
    found = expected.astype(np.float64)
    found[4:8, 4:8] += 1
    inner = psnr_y(expected, found, border=4)
    found[:4] += 100
    assert psnr_y(expected, found, border=4) == inner
    assert inner == pytest.approx(20 * np.log10(255 / (219 / 255)))


def test_enlarging_a_plain_picture_is_measured_beside_bicubic(tmp_path: Path) -> None:
    model = Model.load(tiny.doubler(tmp_path))
    pictures = [noise(13, 10, seed=seed) for seed in range(3)]
    measured = super_resolution(model, pictures)
    assert measured["pictures"] == 3
    assert 5 < measured["psnr_y"] < 30
    assert 5 < measured["psnr_y_bicubic"] < 30

    small = Image.fromarray(pictures[0][:10, :12]).resize((6, 5), Image.Resampling.BICUBIC)
    repeated = np.asarray(small).repeat(2, axis=0).repeat(2, axis=1)
    expected = psnr_y(pictures[0][:10, :12], repeated, border=2)
    assert super_resolution(model, pictures[:1])["psnr_y"] == pytest.approx(expected)


def test_top1_counts_right_answers(tmp_path: Path) -> None:
    model = Model.load(tiny.colors(tmp_path))
    assert top1(model, np.stack([RED, GREEN, BLUE, BLUE]), np.array([0, 1, 2, 0])) == 0.75


def test_metrics_are_written_and_the_graph_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = RECIPES["srdensenet-x4"]
    path = tiny.doubler(tmp_path, name=recipe.name, source=recipe.source)
    monkeypatch.setattr(module, "sr_photos", lambda _: ([], [noise(16, 16)]))
    before = onnx.load(path)
    metrics = evaluate_published(path, tmp_path, silent)
    assert set(metrics) == {
        "sr-validation/psnr_y",
        "sr-validation/psnr_y_bicubic",
        "sr-validation/pictures",
    }
    assert all(value == round(value, 4) for value in metrics.values())
    card = Model.load(path).card
    assert card.metrics == metrics
    assert card.evaluation == "python -m export evaluate srdensenet-x4 --data DIR"
    after = onnx.load(path)
    assert after.graph.SerializeToString() == before.graph.SerializeToString()
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_strangers_model_is_measured_but_not_labelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tiny.doubler(tmp_path)
    before = path.read_bytes()
    monkeypatch.setattr(module, "sr_photos", lambda _: ([], [noise(16, 16)]))
    assert evaluate_published(path, tmp_path, silent)["sr-validation/pictures"] == 1
    assert path.read_bytes() == before


def test_accuracy_needs_the_labels_of_the_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held_out = Split(np.stack([RED, GREEN]), np.array([0, 0]))
    monkeypatch.setattr(module, "cifar10_jpeg", lambda _: (None, held_out))
    with pytest.raises(ExportError, match="other labels"):
        evaluate_published(tiny.colors(tmp_path), tmp_path, silent)
    path = tiny.colors(tmp_path, name="ten", labels=CIFAR10_CLASSES)
    assert evaluate_published(path, tmp_path, silent) == {
        "cifar10-jpeg-validation/top1": 0.5,
        "cifar10-jpeg-validation/pictures": 2,
    }


def test_a_folder_of_ones_own(tmp_path: Path) -> None:
    path = tiny.doubler(tmp_path)
    with pytest.raises(ExportError, match="PNG"):
        evaluate_folder(path, tmp_path, silent)
    Image.fromarray(noise(20, 20)).save(tmp_path / "one.png")
    assert evaluate_folder(path, tmp_path, silent)[f"{tmp_path.name}/pictures"] == 1


def test_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        evaluate_published(tmp_path / "none.onnx", tmp_path, silent)
