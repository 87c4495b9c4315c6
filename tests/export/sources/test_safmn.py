"""The teacher is the published network: its figure is that of its authors, not of a lookalike."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from skimage.metrics import peak_signal_noise_ratio

from export.errors import UnusableWeights
from export.sources.safmn import Safmn, enlarged_luma, teacher
from tests.conftest import noise


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableWeights, match=r"weights/safmn_x4\.pth"):
        teacher(tmp_path)


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    (tmp_path / "weights").mkdir()
    torch.save({"params": {"a": torch.zeros(1)}}, tmp_path / "weights" / "safmn_x4.pth")

    with pytest.raises(ValueError, match="SAFMN"):
        teacher(tmp_path)


def test_enlarging_commutes_with_turning_and_mirroring() -> None:
    torch.manual_seed(0)
    network = Safmn().eval()
    picture = noise(24, 16)

    upright = enlarged_luma(network, picture)
    turned = enlarged_luma(network, np.rot90(picture).copy())
    mirrored = enlarged_luma(network, picture[:, ::-1].copy())

    assert upright.shape == (64, 96)
    assert np.allclose(np.rot90(upright), turned, atol=2e-3)
    assert np.allclose(upright[:, ::-1], mirrored, atol=2e-3)


def test_pictures_smaller_than_its_coarsest_level_are_enlarged() -> None:
    assert enlarged_luma(Safmn().eval(), noise(7, 5)).shape == (20, 28)


def test_published_weights_enlarge_better_than_bicubic(data: Path) -> None:
    photo = Image.open("examples/pavilion-480.jpg").convert("RGB")
    photo = photo.resize((photo.width // 8 * 4, photo.height // 8 * 4), Image.Resampling.BICUBIC)
    small = photo.resize((photo.width // 4, photo.height // 4), Image.Resampling.BICUBIC)
    right = np.asarray(photo.convert("YCbCr"))[..., 0] / 255
    bicubic = np.asarray(small.resize(photo.size, Image.Resampling.BICUBIC).convert("YCbCr"))

    found = enlarged_luma(teacher(data), np.asarray(small)).astype(float)

    gain = peak_signal_noise_ratio(right, found, data_range=1) - peak_signal_noise_ratio(
        right, bicubic[..., 0] / 255, data_range=1
    )
    assert gain > 1
