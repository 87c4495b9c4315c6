"""The pictures that a variant is made with and judged by."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.runtime.model import Model
from export.errors import ExportError
from export.evaluate import HELD_OUT
from export.optimize.trial import TRAINING, evenly, trial
from tests import tiny
from tests.conftest import noise
from tests.export.optimize.conftest import UPSCALER, shipped
from tests.export.packs import encoded, pack, plain


@pytest.fixture
def colors(tmp_path: Path) -> Model:
    return Model.load(tiny.colors(tmp_path))


def numbered(folder: Path, count: int) -> Path:
    """Pictures whose level tells which they are."""
    folder.mkdir(exist_ok=True)
    for index in range(count):
        Image.fromarray(plain(10 * index)).save(folder / f"{index}.png")
    return folder


def test_every_held_out_set_has_pictures_that_were_not_held_out() -> None:
    others = {"flow", "scene", "style"}  # two pictures, several answers, a choice
    assert set(TRAINING) == {key for key, of in HELD_OUT.items() if of.task not in others}


def test_evenly() -> None:
    assert evenly(range(10), 4) == [0, 3, 6, 9]
    assert evenly("abc", 9) == ["a", "b", "c"]
    assert evenly("abc", 1) == ["a"]


def test_a_folder_is_divided_into_calibration_and_comparison(colors: Model, tmp_path: Path) -> None:
    found = trial(colors, numbered(tmp_path / "own", 8), 3)
    assert [picture[0, 0, 0] for picture in found.calibration] == [0, 30, 60]
    assert "3 pictures" in found.origin
    compared = found.compare(colors, colors, [], str)
    assert compared.metrics == {"own-pictures/top1_agreement": 1.0, "own-pictures/pictures": 3}


def test_enlarged_pictures_are_compared_with_the_whole_ones(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    for seed in range(2):
        Image.fromarray(noise(22, 21, seed=seed)).save(tmp_path / "own" / f"{seed}.png")
    doubler = Model.load(tiny.doubler(tmp_path))
    found = trial(doubler, tmp_path / "own", 5)
    assert [picture.shape for picture in found.calibration] == [(10, 11, 3)]
    compared = found.compare(doubler, doubler, [], str)
    assert compared.metric == "own-pictures/psnr_y"
    assert compared.drop == 0
    assert compared.metrics["own-pictures/psnr_y_float"] == compared.before


def test_noise_where_there_are_no_pictures(colors: Model) -> None:
    found = trial(colors, None, 64)
    inputs = [{"image": np.zeros((1, 8, 8, 3), np.uint8)}]
    assert found.compare(colors, colors, inputs, str).metrics["noise/closeness"] == 1


def test_an_archive_gives_what_was_not_held_out(tmp_path: Path) -> None:
    held_out, training = noise(48, 40, seed=1), noise(64, 60, seed=2)
    names = {"debian/a.png": held_out, "debian/b.png": training}
    contents = {name: encoded(pixels, name) for name, pixels in names.items()}
    pack(tmp_path / "sr-train-lossless.tar", contents)
    pack(tmp_path / "sr-train-bsds399.tar", {})
    model = Model.load(shipped(UPSCALER))
    found = trial(model, tmp_path, 64)
    assert [picture.shape for picture in found.calibration] == [(15, 16, 3)]
    assert "1 of the pictures that it was trained on" in found.origin
    compared = found.compare(model, model, [], str)
    assert compared.metrics["sr-validation/pictures"] == 1
    assert compared.metric == "sr-validation/psnr_y"


def test_folders_that_do_not_suit(colors: Model, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="there is no folder"):
        trial(colors, tmp_path / "none", 1)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ExportError, match=r"no pictures in .*empty, and no recipe says .* colors"):
        trial(colors, empty, 1)
    with pytest.raises(ExportError, match=r"neither pictures nor .*sr-train-lossless\.tar are in"):
        trial(Model.load(shipped(UPSCALER)), empty, 1)
    with pytest.raises(ExportError, match=r"0\.png is the only picture"):
        trial(colors, numbered(tmp_path / "one", 1), 1)
    two = numbered(tmp_path / "two", 2)
    (two / "1.png").write_bytes(b"no picture")
    with pytest.raises(ExportError, match=r"1\.png: not a picture that can be read"):
        trial(colors, two, 1)
