"""`python -m export run keras:...`: mistakes that are told before Keras is imported."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from export.__main__ import app
from export.sources.keras_tensorflow import PACKAGES


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["run", *map(str, arguments)])


def assert_refused(result: Result, reason: str) -> None:
    assert result.exit_code == 1, result.output
    (line,) = result.stderr.strip().splitlines()
    assert reason in line


@pytest.mark.parametrize("package", PACKAGES)
def test_what_keras_needs_is_named(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "export.sources.keras_tensorflow.find_spec",
        lambda name: None if name == package else object(),
    )
    assert_refused(
        run("keras:ResNet50"),
        f"error: keras:ResNet50 needs {package}, which is not installed here: "
        "pip install 'densight[export-keras]'",
    )


def test_names_and_files(tmp_path: Path) -> None:
    assert_refused(run("keras:VGG16"), "DenseNet201, InceptionResNetV2 and files in .keras, .h5")
    assert_refused(run("keras:none.keras"), "there is no file none.keras")
    file = tmp_path / "mine.h5"
    file.touch()
    assert_refused(run(f"keras:{file}"), "--preprocessing caffe, tf, torch, unit, none; none if")
    assert_refused(run(f"keras:{file}", "--weights", file), "holds its own weights")


@pytest.mark.parametrize("name", ["timm:resnet18", "resnet20-cifar10"])
def test_preprocessing_is_for_keras_only(name: str) -> None:
    result = run(name, "--preprocessing", "tf")
    assert result.exit_code == 2
    assert "--preprocessing is for keras:NAME" in result.stderr
