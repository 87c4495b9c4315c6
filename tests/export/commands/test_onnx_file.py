"""`python -m export onnx`: one command from a third party's file to a model, or one line."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from app.card import Fit
from app.runtime.model import Model
from export.__main__ import app
from tests.conftest import noise
from tests.export.wrapping.third import classifier, mapper, ran, softmax

CAFFE = ("--range", "255", "--mean", "103.939,116.779,123.68", "--color", "bgr")


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["onnx", *(str(argument) for argument in arguments)])


def classify(*arguments: object) -> Result:
    return call(*arguments, "--task", "classification")


def assert_refused(result: Result, reason: str, code: int = 1) -> None:
    assert result.exit_code == code, result.output
    assert reason in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1 or code == 2
    assert "Traceback" not in result.output


def test_one_command(tmp_path: Path) -> None:
    third = classifier(tmp_path / "My Net.onnx", layout="nhwc", batch=1)
    labels = tmp_path / "labels.txt"
    labels.write_text("a\nb\nc\nd\ne\n")
    models = tmp_path / "models"
    result = classify(third, "--labels", labels, *CAFFE, "--layout", "nhwc", "--models", models)
    assert result.exit_code == 0, result.output
    assert str(models / "my-net.onnx") in result.stdout
    assert "added behind it: softmax" in result.stdout

    model = Model.load(models / "my-net.onnx")
    assert model.card.labels == tuple("abcde")
    assert model.card.source == "My Net.onnx"
    pictures = np.stack([noise(16, 16, seed=seed) for seed in range(3)])
    given = pictures[..., ::-1] - np.array([103.939, 116.779, 123.68])
    expected = softmax(ran(third, given.astype(np.float32)))
    np.testing.assert_allclose(model.run(image=pictures)["scores"], expected, atol=1e-5)


def test_all_that_a_card_can_be_told(tmp_path: Path) -> None:
    third = classifier(tmp_path / "third.onnx", sides=("H", "W"))
    result = classify(
        third, "--mean", "0.5", "--std", "0.5", "--crop", 24, "--resize", 28,
        "--interpolation", "bicubic", "--name", "other", "--title", "A title", "--license", "MIT",
        "--author", "Somebody", "--training-data", "ImageNet-1k", "--models", tmp_path,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    card = Model.load(tmp_path / "other.onnx").card
    assert card.fit == Fit(resize=28, crop=24, interpolation="bicubic")
    assert (card.title, card.model_license, card.model_author) == ("A title", "MIT", "Somebody")
    assert card.training_data == "ImageNet-1k"


def test_an_enlarger_needs_no_mean(tmp_path: Path) -> None:
    third = mapper(tmp_path / "third.onnx", shuffle=3)
    result = call(third, "--task", "super-resolution", "--models", tmp_path, "--name", "larger")
    assert result.exit_code == 0, result.output
    assert Model.load(tmp_path / "larger.onnx").card.scale == 3


def test_what_nobody_can_guess(tmp_path: Path) -> None:
    third = classifier(tmp_path / "third.onnx")
    # Typer folds long lines, so words are looked for.
    assert_refused(classify(third), "--mean", 2)
    assert_refused(call(third, "--task", "edges"), "no task is called 'edges'", 2)
    assert_refused(classify(third, "--mean", "a"), "--mean takes numbers", 2)
    assert_refused(classify(third, "--mean", 0, "--size", "8"), "--size is a height", 2)
    assert_refused(classify(third, "--mean", 0, "--interpolation", "box"), "--interpolation", 2)
    assert_refused(classify(third, "--mean", 0, "--name", "No Name"), "'No Name'", 2)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--labels", "a,b"), "2 labels, but the network has 5 outputs"),
        (("--labels", "nothing"), "nothing"),
        (("--output", "other"), "there is no output 'other'; there are answer"),
        (("--input", "other"), "there is no input 'other'; there are given"),
        (("--crop", "8"), "its input is 16x16, not 8x8"),
        (("--std", "0"), "--std must not be 0"),
        (("--color", "gray"), "it does not take gray"),
        (("--activation", "none"), "no probabilities"),
    ],
)
def test_what_does_not_suit_ends_with_one_line(
    arguments: tuple[str, ...], reason: str, tmp_path: Path
) -> None:
    third = classifier(tmp_path / "third.onnx")
    models = tmp_path / "models"
    assert_refused(classify(third, "--mean", "0", "--models", models, *arguments), reason)
    assert not models.exists()


def test_a_missing_file(tmp_path: Path) -> None:
    assert_refused(classify(tmp_path / "none.onnx", "--mean", "0"), "there is no file")
