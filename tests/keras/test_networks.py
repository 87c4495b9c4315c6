"""Keras' own networks: the table holds what Keras says, and weights of every format are served."""

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from app.card import Fit
from app.imaging.picture import Picture
from app.runtime.model import Model
from app.tasks.classification import TASK
from app.tasks.task import Bounds
from export.__main__ import app
from export.labels import labels
from export.sources import keras as source
from export.sources.keras_networks import ARITHMETIC, NETWORKS, Network, Preprocessing
from export.sources.keras_weights import digest
from export.wrapping.pixels import Layout, Pixels
from export.wrapping.wrapping import Wrapping
from tests.conftest import noise
from tests.keras.networks import SIDE, answers, dense, keras, rescaled, saved, unlike

pytestmark = pytest.mark.filterwarnings("ignore")

FAMILIES = {"V2": "resnet_v2", "ResNet": "resnet", "DenseNet": "densenet"}
FAMILIES = {"InceptionResNetV2": "inception_resnet_v2"} | FAMILIES


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["run", *map(str, arguments)])


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Network]:
    """A narrow network that Keras seems to publish as `Narrow`."""
    network = Network("narrow/narrow", "0" * 32, Preprocessing.caffe, SIDE, "MIT")
    monkeypatch.setitem(NETWORKS, "Narrow", network)  # type: ignore[arg-type]
    monkeypatch.setattr(keras.applications, "Narrow", dense, raising=False)
    return network


@pytest.mark.parametrize("name", NETWORKS)
def test_the_table_is_that_of_keras(name: str) -> None:
    family = next(module for part, module in FAMILIES.items() if part in name)
    module: Any = getattr(keras.applications, family)
    assert getattr(module, name) is getattr(keras.applications, name)
    network = NETWORKS[name]
    own = sys.modules[getattr(module, name).__module__]
    text = inspect.getsource(own) + inspect.getsource(sys.modules["keras.src.applications.resnet"])
    assert network.md5 in text
    folder, _, stem = network.file.partition("/")
    assert f"keras-applications/{folder}/" in text
    assert stem in text

    pictures = noise(4, 4)[np.newaxis]
    arithmetic = Wrapping("", "", "", **ARITHMETIC[network.preprocessing])
    pixels = Pixels(
        arithmetic.mean, arithmetic.std, arithmetic.range, arithmetic.color, Layout.nhwc, 1
    )
    expected = module.preprocess_input(pictures.astype(np.float32), data_format="channels_last")
    np.testing.assert_allclose(pixels.prepared(pictures), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("file", ["whole.keras", "whole.h5", "alone.weights.h5"])
def test_weights_of_every_format(file: str, narrow: Network, tmp_path: Path) -> None:
    network = unlike(dense(classes=9), white=128)
    network.compile(optimizer="adam", loss="categorical_crossentropy")
    network.optimizer.build(network.trainable_variables)  # its state is in the file, too
    weights = saved(network, tmp_path / file)
    result = run("keras:Narrow", "--weights", weights, "--models", tmp_path / "m", "--name", "n")
    assert result.exit_code == 0, result.output
    assert [path.name for path in (tmp_path / "m").iterdir()] == ["n.onnx"]

    model = Model.load(tmp_path / "m" / "n.onnx")
    assert model.card.fit == Fit(size=(SIDE, SIDE), interpolation="nearest")
    assert model.card.source == f"Keras' Narrow, {file}"
    assert (model.card.model_license, model.card.labels) == ("NOASSERTION", None)
    # What the examples of Keras do with a picture of any size.
    Image.fromarray(noise(70, 45)).save(tmp_path / "picture.png")
    loaded = keras.utils.load_img(tmp_path / "picture.png", target_size=(SIDE, SIDE))
    expected = answers(network, np.asarray(loaded)[np.newaxis], "caffe")[0]
    assert 0.1 < np.ptp(expected) < 0.99
    options = TASK.options(top_k=9)
    told = TASK.infer(model, Picture(noise(70, 45)), options, Bounds(10**6)).document.predictions
    assert [one.index for one in told] == np.argsort(-expected, kind="stable").tolist()
    assert all(abs(one.score - expected[one.index]) < 1e-5 for one in told)


def test_what_keras_downloads_comes_with_its_terms(
    narrow: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = saved(unlike(dense(classes=1000)), tmp_path / "brought.weights.h5")
    known = Network(narrow.file, digest(file, "md5"), narrow.preprocessing, SIDE, "MIT")
    monkeypatch.setitem(NETWORKS, "Narrow", known)  # type: ignore[arg-type]
    _, wrapping = source.load("Narrow", str(file), None, None, lambda _: None)
    assert wrapping.labels == labels("imagenet")
    assert wrapping.source == known.url
    assert (wrapping.license, wrapping.title) == ("MIT", "Keras' Narrow, imagenet")
    assert "ImageNet-1k" in wrapping.training_data
    assert wrapping.source_sha256 == digest(file, "sha256")


def test_without_the_network_the_file_to_bring_is_named(
    narrow: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody runs it
    result = run("keras:Narrow", "--models", tmp_path / "models")
    assert result.exit_code == 1
    (line,) = result.stderr.strip().splitlines()
    file = "narrow_weights_tf_dim_ordering_tf_kernels.h5"
    assert line.startswith("error: imagenet of Keras' Narrow can not be downloaded (")
    assert line.endswith(f"fetch {narrow.url} and give it as --weights {file}")
    assert not (tmp_path / "models").exists()


def test_other_weights_are_refused(narrow: Network, tmp_path: Path) -> None:
    def refused(name: str, reason: str) -> None:
        models = tmp_path / "models"
        result = run("keras:Narrow", "--weights", tmp_path / name, "--models", models)
        assert result.exit_code == 1, result.output
        assert isinstance(result.exception, SystemExit)
        (line,) = result.stderr.strip().splitlines()
        assert reason in line
        assert not models.exists()

    refused("none.h5", "the weights of Keras' Narrow by name: imagenet")
    (tmp_path / "text.h5").write_text("no weights")
    refused("text.h5", "is damaged or was not written by Keras")
    saved(rescaled(), tmp_path / "two.h5")
    refused("two.h5", "that has one matrix, its last layer, here are 2")
    image = keras.Input((SIDE, SIDE, 3))
    pooled = keras.layers.GlobalAveragePooling2D()(image)
    other = keras.Model(image, keras.layers.Dense(5)(pooled))
    for name in ("other.h5", "other.weights.h5", "other.keras"):
        saved(other, tmp_path / name)
        refused(name, "does not hold the weights of Keras' Narrow: ")
