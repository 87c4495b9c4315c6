"""A card rewritten around an untouched graph, and whose cards are left alone."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import onnx
import pytest
from PIL import Image

from app.errors import ModelError
from app.runtime.model import Model
from export.errors import ExportError
from export.evaluate import evaluate_folder, evaluate_published, published
from export.evaluate.answers import silent
from export.recipe import Recipe
from tests import tiny
from tests.conftest import noise
from tests.export.packs import noisy, pack

OURS = Recipe(
    name="doubler",
    architecture="none",
    task="super-resolution",
    title="Every pixel four times",
    source="python -m export.training doubler",
    held_out="photos",
)


@pytest.fixture
def archives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A photo that is held out, and one recipe."""
    recipes: Mapping[str, Recipe] = {OURS.name: OURS}
    monkeypatch.setattr(published, "RECIPES", recipes)
    folder = tmp_path / "data"
    folder.mkdir()
    pack(folder / "sr-train-lossless.tar", {"debian/a.webp": noisy("a.webp", 20, 20)})
    pack(folder / "sr-train-bsds399.tar", {})
    return folder


def test_metrics_are_written_and_the_graph_stays(archives: Path, tmp_path: Path) -> None:
    models = tmp_path / "models"
    models.mkdir()
    path = tiny.doubler(models, source=OURS.source)
    before = onnx.load(path)
    metrics = evaluate_published(path, archives, silent)
    assert set(metrics) == {
        "sr-validation/psnr_y",
        "sr-validation/psnr_y_bicubic",
        "sr-validation/ssim_y",
        "sr-validation/ssim_y_bicubic",
        "sr-validation/pictures",
    }
    assert all(value == round(value, 4) for value in metrics.values())
    card = Model.load(path).card
    assert card.metrics == metrics
    assert card.evaluation == "python -m export evaluate doubler --data DIR"
    after = onnx.load(path)
    assert after.graph.SerializeToString() == before.graph.SerializeToString()
    assert [file.name for file in models.iterdir()] == [path.name]


def test_it_is_the_same_the_second_time(archives: Path, tmp_path: Path) -> None:
    path = tiny.doubler(tmp_path, source=OURS.source)
    first = evaluate_published(path, archives, silent), path.read_bytes()
    assert (evaluate_published(path, archives, silent), path.read_bytes()) == first


def test_a_strangers_model_is_measured_if_told_on_what_but_not_labelled(
    archives: Path, tmp_path: Path
) -> None:
    path = tiny.doubler(tmp_path)  # of the same name, but from another source
    before = path.read_bytes()
    with pytest.raises(ExportError, match=r"no recipe says .* --on takes photos"):
        evaluate_published(path, archives, silent)
    assert evaluate_published(path, archives, silent, "photos")["sr-validation/pictures"] == 1
    assert path.read_bytes() == before


def test_only_the_set_of_the_recipe_is_noted(
    archives: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = {OURS.name: replace(OURS, held_out="other")}
    monkeypatch.setattr(published, "RECIPES", other)
    path = tiny.doubler(tmp_path, source=OURS.source)
    before = path.read_bytes()
    assert evaluate_published(path, archives, silent, "photos")["sr-validation/pictures"] == 1
    assert path.read_bytes() == before


def test_a_set_that_does_not_suit(archives: Path, tmp_path: Path) -> None:
    path = tiny.doubler(tmp_path)
    with pytest.raises(ExportError, match="no held-out set is called 'set5'; there are cifar10"):
        evaluate_published(path, archives, silent, "set5")
    with pytest.raises(ExportError, match=r"osie is for a saliency, .* there are photos"):
        evaluate_published(path, archives, silent, "osie")


def test_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        evaluate_published(tmp_path / "none.onnx", tmp_path, silent)


def test_a_folder_of_ones_own(tmp_path: Path) -> None:
    path = tiny.doubler(tmp_path)
    with pytest.raises(ExportError, match="PNG"):
        evaluate_folder(path, tmp_path, silent)
    Image.fromarray(noise(20, 20)).save(tmp_path / "one.png")
    measured = evaluate_folder(path, tmp_path, silent)
    assert measured[f"{tmp_path.name}/pictures"] == 1
    assert set(measured) >= {f"{tmp_path.name}/psnr_y", f"{tmp_path.name}/ssim_y"}
    with pytest.raises(ExportError, match="super-resolution"):
        evaluate_folder(tiny.colors(tmp_path), tmp_path, silent)
