"""Whole classifiers that users saved with Keras: what they answer is served, or nothing is."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from app.card import Fit
from app.main import create_app
from app.runtime.model import Model
from app.settings import Settings
from export.__main__ import app
from export.sources.keras_networks import Preprocessing
from export.sources.keras_weights import digest
from tests.conftest import ROOT, file, noise, serving
from tests.keras.networks import (
    CLASSES,
    SIDE,
    answers,
    dense,
    keras,
    rescaled,
    saved,
    unfaithful,
    unlike,
)

pytestmark = pytest.mark.filterwarnings("ignore")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["run", *map(str, arguments)])


@pytest.mark.parametrize(("preprocessing", "suffix"), [("torch", ".keras"), ("unit", ".h5")])
def test_scores_and_evidence_are_those_of_keras(
    preprocessing: str, suffix: str, tmp_path: Path
) -> None:
    network = unlike(dense())
    path = saved(network, tmp_path / f"My Net{suffix}")
    result = run(
        f"keras:{path}", "--preprocessing", preprocessing, "--labels", "a,b,c,d,e,f",
        "--models", tmp_path / "m",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    model = Model.load(tmp_path / "m" / "my-net.onnx")
    card = model.card
    assert card.labels == tuple("abcdef")
    assert card.fit == Fit(size=(SIDE, SIDE))
    assert (card.source, card.source_sha256) == (path.name, digest(path, "sha256"))
    assert (card.model_license, card.training_data) == ("NOASSERTION", "not stated")

    pictures = np.stack([noise(SIDE, SIDE, seed=seed) for seed in range(3)])
    found = model.run(image=pictures)
    assert np.ptp(found["scores"]) > 0.1
    expected = answers(network, pictures, preprocessing)
    np.testing.assert_allclose(found["scores"], expected, atol=1e-5)
    maps = keras.Model(network.inputs, network.get_layer("maps").output)
    last = answers(maps, pictures, preprocessing)
    kernel, _ = network.get_layer("predictions").get_weights()
    evidence = np.einsum("nhwd,dc->nchw", last, kernel)
    np.testing.assert_allclose(found["evidence"], evidence, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(found["features"], last.mean((1, 2)), rtol=1e-4, atol=1e-5)


def test_layers_of_its_own_may_prepare_the_pictures(tmp_path: Path) -> None:
    network = unlike(rescaled())
    path = saved(network, tmp_path / "mine.keras")
    result = run(f"keras:{path}", "--preprocessing", "none", "--models", tmp_path)
    assert result.exit_code == 0, result.output
    assert "added behind it: softmax" in result.stdout
    model = Model.load(tmp_path / "mine.onnx")
    assert set(model.outputs) == {"scores"}
    assert model.card.fit == Fit(size=(SIDE, SIDE + 8))
    picture = noise(SIDE + 8, SIDE)
    expected = np.asarray(keras.ops.softmax(answers(network, picture[np.newaxis], "none")))[0]
    with serving(create_app(Settings(models=tmp_path, device="cpu"))) as client:
        sent = file(Image.fromarray(picture))
        headers = {"content-type": "image/png"}
        url = f"/v1/classification?top_k={CLASSES}"
        told = client.post(url, content=sent, headers=headers).json()["predictions"]
    assert [one["index"] for one in told] == np.argsort(-expected).tolist()
    assert all(abs(one["score"] - expected[one["index"]]) < 1e-4 for one in told)


def test_what_is_written_otherwise_is_not_published(tmp_path: Path) -> None:
    path = saved(unlike(unfaithful()), tmp_path / "mine.keras")
    models = tmp_path / "models"
    models.mkdir()
    result = run(f"keras:{path}", "--preprocessing", "unit", "--models", models)
    assert result.exit_code == 1, result.output
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith("error: 'scores' differs from the original by 0.")
    assert list(models.iterdir()) == []


def refuse(arguments: list[object], reason: str, models: Path) -> None:
    result = run(*arguments, "--models", models)
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    (line,) = result.stderr.strip().splitlines()
    assert reason in line
    assert not models.exists()


def two_inputs() -> Any:
    images = [keras.Input((8, 8, 3)), keras.Input((8, 8, 3))]
    return keras.Model(images, keras.layers.Flatten()(keras.layers.Add()(images)))


def any_size() -> Any:
    image = keras.Input((None, None, 3))
    return keras.Model(image, keras.layers.GlobalAveragePooling2D()(image))


@pytest.mark.parametrize("make", [two_inputs, any_size])
def test_what_takes_no_single_picture_of_one_size(make: Any, tmp_path: Path) -> None:
    path = saved(make(), tmp_path / "mine.keras")
    reason = "a classifier takes (None, height, width, 3)"
    refuse([f"keras:{path}", "--preprocessing", "none"], reason, tmp_path / "models")


def test_files_that_hold_no_whole_network(tmp_path: Path) -> None:
    models, told = tmp_path / "models", ["--preprocessing", Preprocessing.none.value]
    weights = saved(dense(), tmp_path / "mine.weights.h5")
    refuse([f"keras:{weights}", *told], f"Keras can not open {weights}", models)
    (tmp_path / "text.keras").write_text("nothing")
    refuse([f"keras:{tmp_path / 'text.keras'}", *told], "Keras can not open", models)


def test_the_terminal_sees_one_line_and_torch_is_not_imported(tmp_path: Path) -> None:
    path = saved(unlike(dense()), tmp_path / "mine.keras")
    script = (
        "import runpy, sys\n"
        "sys.modules['torch'] = None\n"  # importing it would fail
        "sys.argv[0] = 'export'\n"
        "runpy.run_module('export', run_name='__main__', alter_sys=True)\n"
    )
    arguments = ["run", f"keras:{path}", "--preprocessing", "tf", "--models", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False,
        cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    (line,) = done.stdout.splitlines()
    assert line.startswith(f"{tmp_path / 'mine.onnx'}  ")
