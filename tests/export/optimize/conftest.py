"""Shipped models to make variants of, and pictures for them."""

import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
from PIL import Image

from export.optimize.folding import folded
from export.optimize.given import given
from export.optimize.int8 import Inputs
from tests.conftest import ROOT

CLASSIFIER = "resnet20-cifar10"
UPSCALER = "srdensenet-x4"


def shipped(name: str) -> Path:
    return ROOT / "models" / f"{name}.onnx"


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of eight small cuttings of the example pictures, half of them further below."""
    folder = tmp_path_factory.mktemp("photos")
    (folder / "more").mkdir()
    files = sorted((ROOT / "examples").glob("*.png"))
    for index in range(8):
        image = Image.open(files[index % len(files)]).convert("RGB")
        left = 7 * index
        place = folder / "more" if index % 2 else folder
        image.crop((left, left, left + 48, left + 40)).save(place / f"{index}.png")
    return folder


@pytest.fixture(scope="session")
def inputs(photos: Path) -> dict[str, list[Inputs]]:
    """What the two networks are given for these pictures."""
    pictures = [np.asarray(Image.open(file)) for file in sorted(photos.rglob("*.png"))]
    return {name: given(shipped(name), pictures, str) for name in (CLASSIFIER, UPSCALER)}


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder with the two models."""
    folder = tmp_path / "models"
    folder.mkdir()
    for name in (CLASSIFIER, UPSCALER):
        shutil.copy(shipped(name), folder)
    return folder


@pytest.fixture(scope="session")
def networks() -> dict[str, onnx.ModelProto]:
    """The two, ready to be rewritten."""
    return {name: folded(shipped(name)) for name in (CLASSIFIER, UPSCALER)}
